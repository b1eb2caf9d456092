// What others reach of servers that translations publish by some of their ports, and what they do not.
import type { BaseChain, FilterAction, FilterRule } from '../../../model/filter.js';
import { IntervalSet } from '../../../model/intervals.js';
import { IpSet, PRIVATE_SPACE, shortPrefixes } from '../../../model/ip.js';
import { NameSet } from '../../../model/names.js';
import { ANY_PACKET, answering, intersectBoxes, type PacketBox, PacketSet } from '../../../model/packets.js';
import { ALL_PORTS, formatPorts } from '../../../model/ports.js';
import type { PlacedLine } from '../program/blocks.js';
import type { Program } from '../program/program.js';
import { quotedLine } from '../program/quoted-line.js';
import { addressChanges, allTranslations, interfaceNamed, NAT_CHAIN } from './nat-chain.js';
import { internetRouting } from './routing.js';
import { ownAddress } from './static-nat.js';
import type { Translation } from './translations.js';

/** How many translations of a file are looked at, and how many for one server, or address, are told apart. */
const RULE_LIMIT = 4_096;
const CLOSING_LIMIT = 1_024;
const GROUP_LIMIT = 64;
const WIDE_LIMIT = 512;

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
  /** Whether lists see the real addresses where packets come in. */
  private readonly seesReal: boolean;
  private marks = 0;

  constructor(private readonly program: Program) {
    this.all = allTranslations(program).slice(0, RULE_LIMIT);
    this.seesReal = program.platform === 'asa' && program.nat.since83;
    this.publishing = this.all.filter((one) => this.isPublishing(one));
  }

  rules(): { readonly naming: readonly FilterRule[]; readonly unpublished: readonly FilterRule[] } {
    for (const one of this.publishing) if (isKnown(one) && isIdentity(one)) this.keep(one);
    this.name();
    // Each is compared with all others.
    if (this.all.length > CLOSING_LIMIT) return { naming: this.naming, unpublished: [] };
    for (const group of groupsAt(this.publishing, ({ to }) => to)) this.closeServer(group);
    if (this.program.platform === 'asa') this.closeElsewhere();
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
    const byServer = this.comparable(({ to }) => to);
    const byAddress = this.comparable(({ from }) => from);
    const order = new Map(this.publishing.map((one, i) => [one, i] as const));
    for (const one of this.publishing) {
      if (!isKnown(one) || one.from.equals(one.to)) continue;
      const isEarlier = (other: Translation) => (order.get(other) ?? 0) < (order.get(one) ?? 0);
      const shadowing = byAddress(one).filter(isEarlier);
      this.openWhere(
        one,
        shadowing.flatMap((other) => shadowOf(one, other)),
        'another server has this port of',
      );
      // Where lists see the real address, only another port makes a difference.
      if (this.seesReal && one.fromPorts.equals(one.toPorts)) continue;
      const rivals = byServer(one).filter((other) => isRival(one, other, this.seesReal));
      const unsure = rivals.flatMap((other) => intersectBoxes(askedOf(one), askedOf(other)) ?? []);
      this.openWhere(one, unsure, 'others use');
      this.rename(one);
    }
  }

  /** Finds those that may be about the same addresses: of single ones by the address, of networks among all. */
  private comparable(addressesOf: (one: Translation) => IpSet): (one: Translation) => readonly Translation[] {
    const same = groups(this.publishing, (one) => addressesOf(one).key);
    const wide = this.publishing.filter((one) => addressesOf(one).size > 1n).slice(0, GROUP_LIMIT);
    const all = this.publishing.slice(0, WIDE_LIMIT);
    return (one) => {
      const addresses = addressesOf(one);
      return addresses.size > 1n ? all : [...(same.get(addresses.key) ?? []).slice(0, GROUP_LIMIT), ...wide];
    };
  }

  private openWhere(one: Translation, packets: readonly PacketBox[], who: string): void {
    if (packets.length === 0) return;
    const reason =
      who === 'others use'
        ? `it depends on which address of ${textOf(one.to)} others use`
        : `it depends on how others reach ${textOf(one.to)}: ${who} ${textOf(one.from)}`;
    const rule = this.rule(one.line, packets, { kind: 'undecided', reason });
    this.naming.push(rule);
    // The lists of a router filter answers as well.
    if (this.program.platform === 'router')
      this.naming.push({ ...rule, match: packets.map(answering), phases: ['reply'] });
  }

  private rename(one: Translation): void {
    if (this.program.platform === 'router' && !one.fromPorts.equals(one.toPorts)) this.openAnswers(one);
    for (const { from, to } of addressChanges(one.to, one.from) ?? []) {
      const action = { kind: 'rewrite', destination: to, destinationPorts: undefined } as const;
      if (to) this.naming.push(this.rule(one.line, [{ ...askedOf(one), destination: from }], action));
    }
  }

  /** Of answers that are asked by the real address, no list sees the port that the question names. */
  private openAnswers(one: Translation): void {
    const { source, to, protocols, fromPorts, at } = one;
    const box = { ...ANY_PACKET, source: to, sourcePorts: fromPorts, protocols, destination: source };
    const reason = `it depends on the port of ${textOf(to)}, which is translated`;
    const rule = this.rule(one.line, [{ ...box, outInterface: interfaceNamed(at) }], { kind: 'undecided', reason });
    this.naming.push({ ...rule, phases: ['reply'] });
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

  /** Published addresses at outside interfaces where no rule translates them. */
  private closeElsewhere(): void {
    const outside = [...internetRouting(this.program).outside];
    const known = this.publishing.filter((one) => isKnown(one) && !one.from.equals(one.to) && !isEverything(one.from));
    for (const [first, ...more] of groups(known, ({ from }) => from.key).values()) {
      const taken = this.all.filter(({ from }) => from.overlaps(first.from));
      if (taken.length > GROUP_LIMIT) continue;
      const ends = [first, ...more].flatMap(({ at, real }) => [at, real]);
      const others = outside.filter((name) => !ends.includes(name));
      if (ends.includes('any') || others.length === 0) continue;
      const elsewhere = { ...ANY_PACKET, destination: first.from, inInterface: NameSet.from(others) };
      const open = PacketSet.of(elsewhere).subtract(withPorts(taken, ({ fromPorts }) => fromPorts, true));
      const reason = `it depends on what ${textOf(first.from)} is there, where it is not translated`;
      this.after(first.line, open, { kind: 'undecided', reason });
    }
  }

  /** The ports of a published address that lead nowhere, or to the device itself. */
  private closeAddress({ at, addresses, first }: Group): void {
    const { interfaces } = this.program;
    const own = ownAddress(interfaces, at);
    const taken = this.all.filter((one) => isAt(one, at) && one.from.overlaps(addresses));
    const all = PacketSet.of({ ...ANY_PACKET, destination: addresses, inInterface: interfaceNamed(at) });
    const rest = all.subtract(withPorts(taken, ({ fromPorts }) => fromPorts));
    if (own?.overlaps(addresses)) {
      const reason = `it depends on what this device answers itself: other ports of ${textOf(addresses)} are not translated`;
      const open: FilterAction = { kind: 'undecided', reason };
      // The lists of an ASA are about what goes through it, those of a router also about what goes to it.
      if (this.program.platform === 'router') this.after(first.line, rest, open);
      else if (!rest.isEmpty) this.naming.push(this.rule(first.line, rest.boxes, open));
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

/** The packets for a server by an address and port that an earlier rule leads to another one. */
function shadowOf(one: Translation, other: Translation): readonly PacketBox[] {
  const isSame = other.from.equals(one.from) && other.to.equals(one.to) && other.toPorts.equals(one.toPorts);
  const isApart = other.at !== one.at && other.at !== 'any' && one.at !== 'any';
  if (isSame || isApart || !other.from.overlaps(one.from)) return [];
  const { source, protocols, sourcePorts, fromPorts } = other;
  const taken = { ...ANY_PACKET, source, protocols, sourcePorts, destinationPorts: fromPorts };
  const changes = one.from.equals(other.from) ? [{ from: one.to }] : (addressChanges(one.to, one.from) ?? []);
  return changes.flatMap(({ from, ...change }) => {
    const to = 'to' in change ? change.to : undefined;
    if (to && !to.overlaps(other.from)) return [];
    return intersectBoxes(askedOf(one), { ...taken, destination: from, inInterface: interfaceNamed(other.at) }) ?? [];
  });
}

/** Whether by another rule the same port leads elsewhere. */
function isRival(one: Translation, other: Translation, seesReal: boolean): boolean {
  const isOther = !one.toPorts.equals(other.toPorts) || (!seesReal && !one.from.equals(other.from));
  return one !== other && isKnown(other) && !isIdentity(other) && isOther;
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
): ReadonlyMap<string, readonly [Translation, ...Translation[]]> {
  const found = new Map<string, [Translation, ...Translation[]]>();
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
  return [...found.values()].map((own): Group => {
    const [first] = own;
    return { at: first.at, addresses: addressesOf(first), first, translations: own };
  });
}

/** Packets to ports of translations, wherever they go, and where they come in if that counts; of too many, those that any of them may be about. */
function withPorts(
  translations: readonly Translation[],
  portsOf: (one: Translation) => Translation['fromPorts'],
  isThere = false,
): PacketSet {
  if (translations.length > GROUP_LIMIT) {
    const ports = translations.reduce((all, one) => all.union(portsOf(one)), IntervalSet.empty<number>());
    return PacketSet.of({ ...ANY_PACKET, destinationPorts: ports });
  }
  const boxes = translations.map((one): PacketBox => {
    const { source, protocols, sourcePorts } = one;
    const box = { ...ANY_PACKET, source, protocols, sourcePorts, destinationPorts: portsOf(one) };
    return isThere ? { ...box, inInterface: interfaceNamed(one.at) } : box;
  });
  return PacketSet.from(boxes);
}

function textOf(addresses: IpSet): string {
  return shortPrefixes(addresses).join(', ');
}
