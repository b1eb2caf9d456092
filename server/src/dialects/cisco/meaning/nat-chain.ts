// The chain in which a device replaces the destinations of packets.
import { addAll } from '../../../kept/lists.js';
import type { BaseChain, FilterAction, FilterRule, Phase } from '../../../model/filter.js';
import { IntervalSet } from '../../../model/intervals.js';
import { type Address, IpSet } from '../../../model/ip.js';
import { NameSet } from '../../../model/names.js';
import { intersectBoxes, type PacketBox, PacketSet } from '../../../model/packets.js';
import type { PortSet } from '../../../model/ports.js';
import type { Program } from '../program/program.js';
import { quotedLine } from '../program/quoted-line.js';
import type { Routing } from './routing.js';
import { routerTranslations, translationsOfPairs } from './static-nat.js';
import { type Translation, translationsOf } from './translations.js';

/** The name of the chain. */
export const NAT_CHAIN = 'nat';

/** How many addresses, and ports, one rule may change one by one, and all rules of a file together. */
const MEMBER_LIMIT = 256;
const RULE_LIMIT = 4_096;

/**
 * `undefined` where no rule is about destinations. On a router, it is about packets that begin a connection: what follows is
 * translated back, by the lists that see it.
 */
export function natChain(program: Program): BaseChain | undefined {
  const rules: FilterRule[] = [];
  const phases: readonly Phase[] = program.platform === 'asa' ? ['first', 'reply'] : ['first'];
  for (const translation of allTranslations(program)) {
    const left = RULE_LIMIT - rules.length;
    if (left > 0) addAll(rules, rulesOf(program, translation, phases, left));
  }
  return rules.length === 0 ? undefined : { name: NAT_CHAIN, rules, policy: 'accept', policyStatement: undefined };
}

/** A part of a destination with what replaces it; `undefined` where it stays. */
interface Change<Set> {
  readonly from: Set;
  readonly to: Set | undefined;
}

export function allTranslations(program: Program): readonly Translation[] {
  return program.platform === 'asa' ? translationsOf(program) : routerTranslations(program);
}

function rulesOf(program: Program, translation: Translation, phases: readonly Phase[], limit: number): FilterRule[] {
  const { line, at, out, source, protocols, sourcePorts, from, fromPorts, unknown } = translation;
  const match: PacketBox = {
    source,
    destination: from,
    protocols,
    sourcePorts,
    destinationPorts: fromPorts,
    inInterface: interfaceNamed(at),
    outInterface: interfaceNamed(out),
  };
  const statement = quotedLine(program.uri, line);
  const rule = (box: PacketBox, action: FilterAction): FilterRule => {
    return { statement, match: [box], phases, opaque: [], action };
  };
  const addresses = addressChanges(translation.from, translation.to);
  const ports = portChanges(fromPorts, translation.toPorts);
  if (unknown !== undefined || !addresses || !ports || addresses.length * ports.length > limit) {
    const reason = unknown ?? 'how it maps these addresses and ports';
    return [rule(match, { kind: 'undecided', reason: `it depends on ${reason}` })];
  }
  return addresses.flatMap((address) =>
    ports.map((port) => {
      const box = { ...match, destination: address.from, destinationPorts: port.from };
      // Without a change the packet only stops here: no later rule translates it.
      if (!address.to && !port.to) return rule(box, { kind: 'return' });
      return rule(box, { kind: 'rewrite', destination: address.to, destinationPorts: port.to });
    }),
  );
}

export function interfaceNamed(name: string): NameSet {
  return name === 'any' ? NameSet.any : NameSet.of(name);
}

/**
 * One to one in their order, or all to one ("one-to-many", *ASA Firewall CLI Configuration Guide*, "Static NAT"); `undefined`
 * where there are other or too many addresses.
 */
export function addressChanges(from: IpSet, to: IpSet): readonly Change<IpSet>[] | undefined {
  if (from.equals(to)) return [{ from, to: undefined }];
  if (to.size === 1n) return [{ from, to }];
  const [source, target] = [onlyRange(from), onlyRange(to)];
  if (!source || !target || source.family !== target.family || from.size !== to.size) return undefined;
  if (from.size > BigInt(MEMBER_LIMIT)) return undefined;
  return Array.from({ length: Number(from.size) }, (_, i) => ({ from: single(source, i), to: single(target, i) }));
}

/** The first address of a set that is one range. */
function onlyRange({ v4, v6, first }: IpSet): Address | undefined {
  return v4.count + v6.count === 1 ? first : undefined;
}

function single(low: Address, offset: number): IpSet {
  const address: Address =
    low.family === 4 ? { family: 4, value: low.value + offset } : { family: 6, value: low.value + BigInt(offset) };
  return IpSet.range(address, address);
}

function portChanges(from: PortSet, to: PortSet): readonly Change<PortSet>[] | undefined {
  if (from.equals(to)) return [{ from, to: undefined }];
  const [[low, high] = [0, -1], ...more] = from.intervals;
  const [[target, last] = [0, -1], ...others] = to.intervals;
  if (more.length + others.length > 0 || high - low !== last - target || high - low >= MEMBER_LIMIT) return undefined;
  return Array.from({ length: high - low + 1 }, (_, i) => ({
    from: IntervalSet.of([low + i, low + i]),
    to: IntervalSet.of([target + i, target + i]),
  }));
}

/** The packets as they are behind a chain that replaces destinations. */
export function translatedBy({ rules }: BaseChain, packets: PacketSet, phase: Phase): PacketSet {
  let rest = packets;
  const changed: PacketBox[] = [];
  for (const { match, action, phases } of rules) {
    if (!phases.includes(phase)) continue;
    const [box] = match;
    const taken = box ? rest.boxes.flatMap((one) => intersectBoxes(one, box) ?? []) : [];
    if (taken.length === 0) continue;
    rest = rest.subtract(PacketSet.from(match));
    for (const one of taken) {
      const { destination, destinationPorts } = action.kind === 'rewrite' ? action : one;
      const [to, ports] = [destination ?? one.destination, destinationPorts ?? one.destinationPorts];
      changed.push({ ...one, destination: to, destinationPorts: ports });
    }
  }
  return PacketSet.from(changed).union(rest);
}

/**
 * The addresses that stand for others behind an interface, by its name, dynamic ones included. The networks tell where a rule
 * for every interface leads, or one for destinations that come from outside.
 */
export function publishedAddresses(
  program: Program,
  { networks }: Pick<Routing, 'networks'>,
  outside: ReadonlySet<string>,
): ReadonlyMap<string, IpSet> {
  // What is not followed of other rules of a router changes nothing of where servers are.
  const publishable = program.platform === 'asa' ? translationsOf(program) : translationsOfPairs(program);
  const published = new Map<string, IpSet[]>();
  for (const { real, at, from, to, isTowardsSource } of publishable.slice(0, RULE_LIMIT)) {
    const isKnown = !ALL_FAMILIES.some((family) => from.containsAll(IpSet.all.ofFamily(family)));
    if (!isKnown || from.equals(to) || !(isTowardsSource || outside.has(at))) continue;
    const behind = networks.filter(({ addresses }) => addresses.overlaps(to)).map((network) => network.interface);
    // A rule for destinations publishes what is inside.
    const inner = isTowardsSource ? behind : behind.filter((name) => !outside.has(name));
    for (const name of isTowardsSource && real !== 'any' ? [real] : new Set(inner)) {
      const known = published.get(name);
      if (known) known.push(from);
      else published.set(name, [from]);
    }
  }
  return new Map([...published].map(([name, sets]) => [name, IpSet.join(sets)] as const));
}

const ALL_FAMILIES = [4, 6] as const;
