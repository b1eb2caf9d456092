// Rules of packet filters that permit much more than the documents of the requirements that they serve.
import type { Requirement } from '../../catalog/requirement.js';
import type { Narrowing, PacketService } from '../../dialects/dialect.js';
import { LatestMemo, Memo } from '../../kept/memo.js';
import { type QuotedLine, statementKey } from '../../model/evidence.js';
import type { BaseChain, FilterChain, FilterModel, FilterPoint } from '../../model/filter.js';
import { decidePackets } from '../../model/filter-walk.js';
import { IntervalSet } from '../../model/intervals.js';
import { IpSet, PRIVATE_SPACE } from '../../model/ip.js';
import type { Model } from '../../model/model.js';
import { NameSet } from '../../model/names.js';
import { describePackets, listed } from '../../model/packet-text.js';
import { ALL_PROTOCOLS, ANY_PACKET, type PacketBox, PacketSet, protocolSet, TCP, UDP } from '../../model/packets.js';
import { ALL_PORTS, parsePorts } from '../../model/ports.js';
import type { Evaluation } from '../evaluate/evaluation.js';
import { listedPackets, protocolsOf } from '../evaluate/filter/ends.js';
import { definitelyDeniedIn } from '../evaluate/filter/verdict.js';
import type { NetworkContext } from '../evaluate/network-context.js';
import { packOf } from './services.js';

/** A rule that requirements need, but that permits much more than documents list. */
export interface WideRule {
  readonly statement: QuotedLine;
  /** The requirements that it serves, by id. */
  readonly served: readonly string[];
  /** The name of the filter point at which it serves them. */
  readonly point: string;
  readonly message: string;
  readonly narrowing: Narrowing;
  /** The packets that it matches and no document lists. */
  readonly unlisted: PacketSet;
  /** The part of `unlisted` that only this rule permits for inside addresses. */
  readonly surplus: PacketSet;
}

/** The requirements that decide whether a rule is too wide. */
interface Documents {
  /** What the file is checked against. */
  readonly selected: readonly Requirement[];
  /** All documented requirements, selected or not; what one of them lists is not too wide. */
  readonly all: readonly Requirement[];
  readonly network: NetworkContext;
}

/** How many boxes the match of a rule, or its surplus, may have for the rule to be checked. */
const BOX_LIMIT = 256;

/** How many rules are checked; each costs a walk through the whole filter. */
const RULE_LIMIT = 256;

/**
 * Rules of a packet filter that are wider than the documents that they serve, in one of two forms that nobody intends:
 *
 * - they permit ports that only documented services use, to every address, where all documents name addresses;
 * - they permit everything from everywhere to documented addresses, where documents name ports.
 *
 * System ports (0–1023, RFC 6335, section 6) are never a service's own: a network with web browsing permits 443 to every
 * address.
 */
export function wideRules(model: Model, evaluations: readonly Evaluation[], documents: Documents): WideRule[] {
  if (model.kind !== 'filter') return [];
  const rules = [...permittingRulesOf(evaluations).values()].slice(0, RULE_LIMIT);
  return rules.flatMap((rule) => wideRuleOf(model, rule, documents) ?? []);
}

/** A rule that accepts what some requirements ask for. */
interface PermittingRule {
  readonly statement: QuotedLine;
  readonly point: FilterPoint;
  /** What it matches, in no more boxes than are checked, and one. */
  readonly boxes: Set<PacketBox>;
  readonly served: Set<Requirement>;
  /** Whether the statement has no unknown condition, accepts, and applies to new connections. */
  isPlain: boolean;
}

function permittingRulesOf(evaluations: readonly Evaluation[]): ReadonlyMap<string, PermittingRule> {
  const rules = new Map<string, PermittingRule>();
  for (const { requirement, permittedBy } of evaluations) {
    if (!permittedBy || requirement.kind !== 'reach' || requirement.flow.direction === 'inbound') continue;
    const { point } = permittedBy;
    if (point.hook === 'input' || point.about) continue;
    for (const { statement, match, opaque, action, phases } of permittedBy.rules) {
      const key = statementKey(statement);
      const rule = rules.get(key) ?? { statement, point, boxes: new Set(), served: new Set(), isPlain: true };
      rules.set(key, rule);
      rule.served.add(requirement);
      rule.isPlain &&= opaque.length === 0 && action.kind === 'accept' && phases.includes('first');
      for (const box of match) if (rule.boxes.size <= BOX_LIMIT) rule.boxes.add(box);
    }
  }
  return rules;
}

function wideRuleOf(model: FilterModel, rule: PermittingRule, documents: Documents): WideRule | undefined {
  const { isPlain, served } = rule;
  const boxes = [...rule.boxes];
  if (!isPlain || boxes.length > BOX_LIMIT) return undefined;
  const own = [...served].flatMap((requirement) => listedPackets(requirement, documents.network) ?? []);
  const inner = innerInterfaces(rule.point, documents.network);
  const isToEverywhere = (box: PacketBox) => isToEveryAddress(box) && !isWithin(box.outInterface, inner);
  const goesAnywhere = boxes.every(isToEverywhere) && hasPortsOfItsOwn(boxes, own, documents);
  if (!goesAnywhere && !(boxes.every(isForEverything) && staysWithin(boxes, own))) return undefined;

  const match = PacketSet.from(boxes);
  const needed = match
    .intersect(listedBy(documents))
    .boxes.map((box) => ({ ...box, destination: destinationsOf([box]) }))
    .reduce((all, box) => all.union(PacketSet.of(box)), PacketSet.none);
  const unlisted = match.subtract(needed);
  if (unlisted.boxes.length > BOX_LIMIT) return undefined;
  const surplus = surplusOf(model, rule, unlisted);
  if (surplus.isEmpty || (goesAnywhere && !isMostOfEverything(surplus))) return undefined;

  const { statement, point } = rule;
  const ids = [...served].map(({ id }) => id);
  const services = servicesOf(needed);
  if (services.length === 0) return undefined;
  const wide = goesAnywhere ? 'these ports to every address' : 'everything to these addresses';
  const narrow = goesAnywhere ? describePackets(fromAnyPort(needed)) : describeServices(services);
  return {
    statement,
    served: ids,
    point: point.name,
    message: `This permits ${wide}, but its documents list only ${narrow} (${listed(ids, 2)}).`,
    narrowing: { rule: statement, only: goesAnywhere ? { destination: destinationsOf(needed.boxes) } : { services } },
    unlisted,
    surplus,
  };
}

/** Source ports are those of the rule, and no document lists them for its addresses. */
function fromAnyPort({ boxes }: PacketSet): PacketSet {
  return PacketSet.from(boxes.map((box) => ({ ...box, sourcePorts: ALL_PORTS })));
}

const listedSets = new Memo<Documents['selected'], LatestMemo<NetworkContext, Documents['all'], PacketSet>>();

/**
 * All packets that the packs of the selected requirements list, selected or not, from any source: the network decides who
 * may send. Computed once for each selection.
 */
function listedBy({ selected, all, network }: Documents): PacketSet {
  const known = listedSets.of(selected, () => new LatestMemo());
  return known.of(network, all, () => listedPacketsOf(selected, all, network));
}

function listedPacketsOf(
  selected: readonly Requirement[],
  all: readonly Requirement[],
  network: NetworkContext,
): PacketSet {
  const packs = new Set(selected.map(packOf));
  const boxes = all
    .filter((requirement) => requirement.retired === undefined && packs.has(packOf(requirement)))
    .flatMap((requirement) => listedPackets(requirement, network) ?? [])
    .map((box) => ({ ...box, source: IpSet.all }));
  return PacketSet.from(boxes);
}

const FAMILIES = [4, 6] as const;

function isToEveryAddress({ source, destination }: PacketBox): boolean {
  return FAMILIES.every((family) => {
    const own = destination.ofFamily(family);
    return source.ofFamily(family).isEmpty || own.isEmpty || own.containsAll(IpSet.all.ofFamily(family));
  });
}

/** The interfaces of which it is known what is behind them: a rule that leads there is not to every address. */
function innerInterfaces({ surroundings }: FilterPoint, { interfaces }: NetworkContext): NameSet {
  const shown = surroundings?.kind === 'interfaces' ? surroundings.interfaces : [];
  const own = shown.filter(({ name, networks, side }) => name !== '' && networks && side !== 'outside');
  const declared = [...(interfaces ?? [])].filter(([, networks]) => networks !== 'internet');
  return NameSet.from([...own.map(({ name }) => name), ...declared.map(([name]) => name)]);
}

function isWithin(names: NameSet, others: NameSet): boolean {
  return names.intersect(others.complement()).isEmpty;
}

/** Whether a box is every protocol or every port, from every source. */
function isForEverything({ source, protocols, sourcePorts, destinationPorts, inInterface }: PacketBox): boolean {
  const fromEverywhere = FAMILIES.every((family) => {
    const own = source.ofFamily(family);
    return own.isEmpty || own.containsAll(IpSet.all.ofFamily(family));
  });
  const allPorts = destinationPorts.equals(ALL_PORTS) && sourcePorts.equals(ALL_PORTS);
  const hasPorts = protocols.equals(ALL_PROTOCOLS) || protocols.has(TCP) || protocols.has(UDP);
  return fromEverywhere && allPorts && hasPorts && inInterface.complement().isEmpty;
}

function staysWithin(boxes: readonly PacketBox[], listed: readonly PacketBox[]): boolean {
  const addresses = IpSet.join(listed.map(({ destination }) => destination));
  return boxes.every(({ destination }) => addresses.containsAll(destination));
}

/** The first port after the system ports. */
const FIRST_USER_PORT = 1024;

/** Whether the served documents list the ports and no other requirement may need them for other addresses. */
function hasPortsOfItsOwn(
  boxes: readonly PacketBox[],
  listed: readonly PacketBox[],
  { selected, network }: Documents,
): boolean {
  if (boxes.some(({ destinationPorts }) => (destinationPorts.min ?? 0) < FIRST_USER_PORT)) return false;
  const services = PacketSet.from(boxes.map(serviceOnly));
  if (!PacketSet.from(listed.map(serviceOnly)).containsAll(services)) return false;
  return selected.every((requirement) => {
    const { kind, flow } = requirement;
    if (kind !== 'reach' || flow.direction === 'inbound' || listedPackets(requirement, network)) return true;
    const ports = flow.ports === undefined ? ALL_PORTS : (parsePorts(flow.ports) ?? ALL_PORTS);
    const protocols = protocolsOf(requirement);
    return services.intersect(PacketSet.of({ ...ANY_PACKET, protocols, destinationPorts: ports })).isEmpty;
  });
}

function serviceOnly({ protocols, destinationPorts }: PacketBox): PacketBox {
  return { ...ANY_PACKET, protocols, destinationPorts };
}

/** The packets from inside addresses that would be denied without the rule. */
function surplusOf(model: FilterModel, { statement, point }: PermittingRule, unlisted: PacketSet): PacketSet {
  const key = statementKey(statement);
  const paths = point.paths?.outbound ?? [ANY_PACKET];
  const inside = unlisted.intersect(PacketSet.of({ ...ANY_PACKET, source: PRIVATE_SPACE }));
  const sent = (inside.isEmpty ? unlisted : inside).intersect(PacketSet.from(paths));
  const accepted = decidePackets(model, point, sent, 'first')
    .filter((one) => one.outcome.kind === 'accept' && one.assumptions.length === 0)
    .reduce((all, { packets }) => all.union(packets), PacketSet.none);
  if (accepted.isEmpty || accepted.boxes.length > BOX_LIMIT) return PacketSet.none;
  const without = withoutRule(model, point, (other) => statementKey(other) === key);
  return accepted.intersect(definitelyDeniedIn(decidePackets(without.model, without.point, accepted, 'first')));
}

function withoutRule(
  model: FilterModel,
  point: FilterPoint,
  isIt: (statement: QuotedLine) => boolean,
): { model: FilterModel; point: FilterPoint } {
  const left = (chain: FilterChain) => ({
    name: chain.name,
    get rules() {
      return chain.rules.filter((rule) => !isIt(rule.statement));
    },
    rulesFor: (packets: PacketSet) =>
      [...(chain.rulesFor?.(packets) ?? chain.rules)].filter((rule) => !isIt(rule.statement)),
  });
  const chains = new Map([...model.chains].map(([name, chain]) => [name, left(chain)]));
  const base = (chain: BaseChain): BaseChain => {
    const { policy, policyStatement, families } = chain;
    return Object.assign(left(chain), { policy, policyStatement, ...(families ? { families } : {}) });
  };
  return { model: { ...model, chains }, point: { ...point, chains: point.chains.map(base) } };
}

const HALF_OF_V4 = 2 ** 31;
/** Half of 2000::/3, the global unicast addresses allocated so far. */
const HALF_OF_V6 = 2n ** 124n;
const GLOBAL_V6 = IpSet.parse('2000::/3');

/** Whether packets go to most addresses: earlier rules may leave only a few, as in a chain for one destination. */
function isMostOfEverything(packets: PacketSet): boolean {
  const { v4, v6 } = destinationsOf(packets.boxes).intersect(GLOBAL_V6.union(IpSet.all.ofFamily(4)));
  const size4 = v4.intervals.reduce((sum, [low, high]) => sum + high - low + 1, 0);
  const size6 = v6.intervals.reduce((sum, [low, high]) => sum + high - low + 1n, 0n);
  return size4 > HALF_OF_V4 || size6 > HALF_OF_V6;
}

/** The destinations that packets can have, those of a family without sources left out. */
function destinationsOf(boxes: readonly PacketBox[]): IpSet {
  return boxes.reduce((all, { source, destination }) => {
    const own = FAMILIES.filter((family) => !source.ofFamily(family).isEmpty);
    return own.reduce((sum, family) => sum.union(destination.ofFamily(family)), all);
  }, IpSet.empty);
}

/** The TCP and UDP ports of some packets. */
function servicesOf({ boxes }: PacketSet): PacketService[] {
  const services: PacketService[] = [];
  for (const protocol of [TCP, UDP]) {
    const own = boxes.filter(({ protocols }) => protocols.has(protocol));
    const ports = own.reduce((all, box) => all.union(box.destinationPorts), IntervalSet.empty<number>());
    if (!ports.isEmpty) services.push({ protocol, ports });
  }
  return services;
}

function describeServices(services: readonly PacketService[]): string {
  const boxes = services.map(({ protocol, ports }) => ({
    ...ANY_PACKET,
    protocols: protocolSet(protocol),
    destinationPorts: ports,
  }));
  return describePackets(PacketSet.from(boxes));
}
