// What others reach of servers that translations publish by some of their ports, and what they do not.
import type { BaseChain, FilterAction, FilterRule } from '../../../model/filter.js';
import { IntervalSet } from '../../../model/intervals.js';
import { IpSet, PRIVATE_SPACE, shortPrefixes } from '../../../model/ip.js';
import { ANY_PACKET, intersectBoxes, type PacketBox, PacketSet } from '../../../model/packets.js';
import { ALL_PORTS, formatPorts } from '../../../model/ports.js';
import type { PlacedLine } from '../program/blocks.js';
import type { Program } from '../program/program.js';
import { quotedLine } from '../program/quoted-line.js';
import { addressChanges, interfaceNamed, NAT_CHAIN } from './nat-chain.js';
import { internetRouting } from './routing.js';
import { ownAddress } from './static-nat.js';
import { type Translation, translationsOf } from './translations.js';

/** How many translations of a file are looked at, and how many for one server, or address, are told apart. */
const RULE_LIMIT = 4_096;
const GROUP_LIMIT = 64;

/** The chains around those of the lists. */
export interface Publication {
  /** Where packets with the real address of a server get the one that others send them to. */
  readonly naming: BaseChain;
  /** What becomes of those that the lists accept, though no translation leads them to the server. */
  readonly unpublished: BaseChain;
}

/**
 * A server may be declared by the address that it has itself, while others send to the mapped one; a packet to the real one
 * is dropped: "Asymmetric NAT rules matched for forward and reverse flows" (*ASA Syslog Messages*, 305013). What is asked
 * with the real address and the port that others use is therefore asked with the mapped one.
 */
export function publicationOf(program: Program): Publication | undefined {
  const rules = new PublicationBuilder(program).rules();
  if (rules.naming.length === 0) return undefined;
  const chain = { policy: 'accept', policyStatement: undefined } as const;
  return {
    naming: { name: NAT_CHAIN, rules: rules.naming, ...chain },
    unpublished: { name: 'unpublished ports', rules: rules.unpublished, ...chain },
  };
}

/** The translations of some ports of one server, or of one published address, at one interface. */
interface Group {
  readonly at: string;
  readonly addresses: IpSet;
  readonly first: Translation;
  readonly translations: readonly Translation[];
}

class PublicationBuilder {
  private readonly naming: FilterRule[] = [];
  private readonly unpublished: FilterRule[] = [];
  private readonly all: readonly Translation[];
  /** Those that lead to servers, as far as they are known. */
  private readonly publishing: readonly Translation[];
  private marks = 0;

  constructor(private readonly program: Program) {
    this.all = translationsOf(program).slice(0, RULE_LIMIT);
    this.publishing = this.all.filter((one) => this.isPublishing(one));
  }

  rules(): { readonly naming: readonly FilterRule[]; readonly unpublished: readonly FilterRule[] } {
    for (const one of this.publishing) if (isKnown(one) && isIdentity(one)) this.keep(one);
    this.name();
    for (const group of groupsAt(this.publishing, ({ to }) => to)) this.closeServer(group);
    for (const group of groupsAt(this.publishing.filter(isKnown), ({ from }) => from)) this.closeAddress(group);
    return { naming: this.naming, unpublished: this.unpublished };
  }

  /** A rule for the source of packets is about servers; one for their destination only where it leads inside. */
  private isPublishing({ isTowardsSource, isDynamic, at, to }: Translation): boolean {
    if (isTowardsSource) return !isDynamic;
    const { routing, outside } = internetRouting(this.program);
    const isInside = ({ interface: name, addresses }: { readonly interface: string; readonly addresses: IpSet }) =>
      !outside.has(name) && addresses.containsAll(to);
    return outside.has(at) && routing.networks.some(isInside);
  }

  private rule(line: PlacedLine, boxes: readonly PacketBox[], action: FilterAction): FilterRule {
    return { statement: quotedLine(this.program.uri, line), match: boxes, phases: ['first'], opaque: [], action };
  }

  /** Who is exempt from translation sends to the real address. */
  private keep(one: Translation): void {
    this.naming.push(this.rule(one.line, [askedOf(one)], { kind: 'return' }));
  }

  private name(): void {
    const { since83 } = this.program.nat;
    const wide = this.publishing.filter(({ to }) => to.size > 1n && !isEverything(to)).slice(0, GROUP_LIMIT);
    const same = groups(this.publishing, ({ to }) => to.key);
    for (const one of this.publishing) {
      // Since 8.3 lists see the real address, and only another port makes a difference.
      const isSame = one.from.equals(one.to) || (since83 && one.fromPorts.equals(one.toPorts));
      if (!isKnown(one) || isSame) continue;
      const box = askedOf(one);
      const others = since83 ? [...(same.get(one.to.key) ?? []).slice(0, GROUP_LIMIT), ...wide] : [];
      const rivals = others.filter((other) => isRival(one, other));
      const unsure = rivals.flatMap((other) => intersectBoxes(box, askedOf(other)) ?? []);
      if (unsure.length > 0) {
        const reason = `it depends on which address of ${textOf(one.to)} others use`;
        this.naming.push(this.rule(one.line, unsure, { kind: 'undecided', reason }));
      }
      for (const { from, to } of addressChanges(one.to, one.from) ?? []) {
        const action = { kind: 'rewrite', destination: to, destinationPorts: undefined } as const;
        if (to) this.naming.push(this.rule(one.line, [{ ...box, destination: from }], action));
      }
    }
  }

  /** The ports of a server by which nobody outside knows it. */
  private closeServer({ at, addresses, first, translations }: Group): void {
    const leading = this.publishing.filter((one) => isAt(one, at) && one.to.overlaps(addresses));
    const covered = withPorts(leading, ({ fromPorts }) => fromPorts);
    const seen = withPorts(translations, ({ toPorts }) => toPorts);
    const own = PacketSet.of({ ...ANY_PACKET, destination: addresses, inInterface: interfaceNamed(at) });
    // The port of the server is one that others may mean, and do not know.
    const meant = seen.intersect(own).subtract(covered);
    const ports = `${textOf(first.from)}, port ${formatPorts(first.fromPorts)}`;
    const reason = `it depends on the port that others use: they reach ${textOf(addresses)} as ${ports}`;
    this.after(first.line, meant, { kind: 'undecided', reason: isKnown(first) ? reason : OTHER_PORT });
    if (!this.isUnreachable(at, addresses)) return;
    const rest = own.subtract(covered).subtract(seen);
    const isSure = leading.every(isKnown);
    // A network behind a tunnel may know the address itself.
    const near = isSure ? rest.intersect(PacketSet.of({ ...ANY_PACKET, source: PRIVATE_SPACE })) : rest;
    this.after(first.line, near, { kind: 'undecided', reason: 'it depends on who knows the address inside' });
    this.after(first.line, rest.subtract(near), { kind: 'deny' });
  }

  /** Whether an address is private, so that nobody on the internet can send to it. */
  private isUnreachable(at: string, addresses: IpSet): boolean {
    return internetRouting(this.program).outside.has(at) && PRIVATE_SPACE.containsAll(addresses);
  }

  /** The ports of a published address that lead nowhere, or to the device itself. */
  private closeAddress({ at, addresses, first }: Group): void {
    const { interfaces } = this.program;
    const own = ownAddress(interfaces, at);
    const taken = this.all.filter((one) => isAt(one, at) && one.from.overlaps(addresses));
    const all = PacketSet.of({ ...ANY_PACKET, destination: addresses, inInterface: interfaceNamed(at) });
    const rest = all.subtract(withPorts(taken, ({ fromPorts }) => fromPorts));
    if (rest.isEmpty) return;
    if (own?.overlaps(addresses)) {
      const reason = `it depends on what this device answers itself: other ports of ${textOf(addresses)} are not translated`;
      this.naming.push(this.rule(first.line, rest.boxes, { kind: 'undecided', reason }));
      return;
    }
    // Where it is somebody's own address as well, packets go there.
    const isElsewhere = internetRouting(this.program).routing.networks.some(
      (network) => network.interface !== at && network.addresses.overlaps(addresses),
    );
    if (!isElsewhere && !this.all.some(({ to }) => !isEverything(to) && to.overlaps(addresses)))
      this.after(first.line, rest, { kind: 'deny' });
  }

  /** What becomes of packets, untranslated as they are, once the lists have accepted them. */
  private after(line: PlacedLine, packets: PacketSet, action: FilterAction): void {
    if (packets.isEmpty) return;
    const mark = ++this.marks;
    const test = { of: 'packet-mark', values: IntervalSet.of([mark, mark]) } as const;
    this.naming.push(this.rule(line, packets.boxes, { kind: 'set', register: 'packet-mark', to: mark }));
    const opaque = [{ text: 'not translated', test }];
    this.unpublished.push({ ...this.rule(line, [ANY_PACKET], action), opaque });
  }
}

const OTHER_PORT = 'it depends on the port that others use, which is translated';

function isAt(translation: Translation, at: string): boolean {
  return translation.at === at || translation.at === 'any';
}

function isKnown({ unknown }: Translation): boolean {
  return unknown === undefined;
}

function isIdentity({ from, to, fromPorts, toPorts }: Translation): boolean {
  return from.equals(to) && fromPorts.equals(toPorts);
}

/** Whether a rule is for some ports only, whatever else is unknown of it. */
function isOfPorts({ fromPorts }: Translation): boolean {
  return !fromPorts.equals(ALL_PORTS);
}

/** Whether by another rule the same port leads elsewhere. */
function isRival(one: Translation, other: Translation): boolean {
  return one !== other && isKnown(other) && !isIdentity(other) && !one.toPorts.equals(other.toPorts);
}

function isEverything(set: IpSet): boolean {
  return ([4, 6] as const).some((family) => set.containsAll(IpSet.all.ofFamily(family)));
}

/** The packets for a server by the port that others use, as they are asked with its real address. */
function askedOf({ source, to, protocols, sourcePorts, fromPorts, at, out }: Translation): PacketBox {
  const ends = { inInterface: interfaceNamed(at), outInterface: interfaceNamed(out) };
  return { source, destination: to, protocols, sourcePorts, destinationPorts: fromPorts, ...ends };
}

function groups(
  translations: readonly Translation[],
  keyOf: (one: Translation) => string,
): ReadonlyMap<string, readonly Translation[]> {
  const found = new Map<string, Translation[]>();
  for (const one of translations) {
    const key = keyOf(one);
    const known = found.get(key);
    if (known) known.push(one);
    else found.set(key, [one]);
  }
  return found;
}

function groupsAt(translations: readonly Translation[], addressesOf: (one: Translation) => IpSet): readonly Group[] {
  const limited = translations.filter((one) => isOfPorts(one) && one.at !== 'any' && !isEverything(addressesOf(one)));
  const found = groups(limited, (one) => `${one.at} ${addressesOf(one).key}`);
  return [...found.values()].flatMap((own): Group[] => {
    const [first] = own;
    return first ? [{ at: first.at, addresses: addressesOf(first), first, translations: own }] : [];
  });
}

/** Packets to ports of translations, wherever they go; of too many, those that any of them may be about. */
function withPorts(
  translations: readonly Translation[],
  portsOf: (one: Translation) => Translation['fromPorts'],
): PacketSet {
  if (translations.length > GROUP_LIMIT) {
    const ports = translations.reduce((all, one) => all.union(portsOf(one)), IntervalSet.empty<number>());
    return PacketSet.of({ ...ANY_PACKET, destinationPorts: ports });
  }
  const boxes = translations.map((one): PacketBox => {
    const { source, protocols, sourcePorts } = one;
    return { ...ANY_PACKET, source, protocols, sourcePorts, destinationPorts: portsOf(one) };
  });
  return PacketSet.of(...boxes);
}

function textOf(addresses: IpSet): string {
  return shortPrefixes(addresses).join(', ');
}
