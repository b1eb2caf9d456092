// What must not pass: requirements of the kind `forbid`, for packet filters.
import type { Endpoint, Requirement } from '../../../catalog/requirement.js';
import { distinctStatements, NO_STEPS } from '../../../model/evidence.js';
import type { FilterCase, FilterModel, FilterPoint } from '../../../model/filter.js';
import { decidePackets } from '../../../model/filter-walk.js';
import { ICMP_TRACKING } from '../../../model/icmp.js';
import { IpSet } from '../../../model/ip.js';
import { NameSet } from '../../../model/names.js';
import { exampleFlow } from '../../../model/packet-example.js';
import { ANY_PACKET, type PacketBox, PacketSet, protocolSet } from '../../../model/packets.js';
import { ALL_PORTS, parsePorts } from '../../../model/ports.js';
import { type Evaluation, lackText, notApplicable, type Share } from '../evaluation.js';
import type { NetworkContext } from '../network-context.js';
import { describeLack } from './describe-missing.js';
import { openIfDiverted } from './diversions.js';
import { destinationPortsOf, type End, endOf, protocolsOf } from './ends.js';
import { lackOf, mergeShares } from './merge-shares.js';
import { asPublishing, pointFor } from './points.js';
import { passingShares, type Scope, undecidedShares } from './shares.js';
import { packetsOf } from './verdict.js';
import { type Passage, type Way, waysOf } from './ways.js';

/**
 * Decides whether a packet filter lets anything pass that a requirement forbids. It is met where no packet can pass,
 * partial where some packets certainly do, and blocked where all do: what the file does not tell of its place in the network,
 * and of its conditions, is undecided.
 * Only first packets are asked: without them there is no connection.
 */
export function evaluateForbidden(requirement: Requirement, model: FilterModel, network: NetworkContext): Evaluation {
  const found = pointFor(model, requirement, network);
  if (!found.ok) return notApplicable(requirement, found.reason);
  const point = asPublishing(found.value, requirement.flow.direction === 'inbound');
  const flow = forbiddenFlow(requirement, point, network);
  if (typeof flow === 'string') return notApplicable(requirement, flow);
  const answers = model.families.map((family) => {
    const { box } = flow;
    const asked = { ...box, source: box.source.ofFamily(family), destination: box.destination.ofFamily(family) };
    return passingOf(requirement, { ...flow, box: asked }, model, point, network);
  });
  if (answers.every(({ isAsked }) => !isAsked)) {
    return notApplicable(requirement, 'the file does not filter the addresses that it lists');
  }
  return evaluationOf(requirement, mergeShares(answers.flatMap(({ shares }) => shares)), answers);
}

/** A forbidden flow, as packets. */
interface ForbiddenFlow {
  /** With the addresses of both ends, exceptions included. */
  readonly box: PacketBox;
  readonly from: End;
  readonly to: End;
  /** Whether it is forbidden whoever sends: then everybody behind the filter is asked. */
  readonly isOfEverybody: boolean;
  readonly excepted: PacketSet;
  /** A role that is excepted and has no declared addresses: what passes may be its. */
  readonly openRole: string | undefined;
}

function forbiddenFlow(
  requirement: Requirement,
  { hook }: FilterPoint,
  network: NetworkContext,
): ForbiddenFlow | string {
  const { flow } = requirement;
  const ports = destinationPortsOf(flow);
  const sourcePorts = flow.sourcePorts === undefined ? ALL_PORTS : parsePorts(flow.sourcePorts);
  if (!ports || !sourcePorts) return `its ports are invalid: ${flow.ports ?? flow.sourcePorts}`;
  const isOfEverybody = isUnnamed(flow.from);
  const from = endOf(flow.from, network, false);
  const to = isUnnamed(flow.to) ? EVERYWHERE : endOf(flow.to, network, false);
  if (!from || !to) return 'it names hosts only, and this filter matches addresses';
  const sender = isOfEverybody && hook === 'output' ? { ...from, addresses: IpSet.all } : from;
  const ends = [flow.except?.from, flow.except?.to].map((end) => end && endOf(end, network, false));
  const [exceptFrom, exceptTo] = ends.map((end) => (end?.isKnown ? end.addresses : IpSet.empty));
  const roles = [flow.except?.from, flow.except?.to].flatMap((end, i) => (ends[i]?.isKnown ? [] : (end?.role ?? [])));
  return {
    box: {
      ...ANY_PACKET,
      source: sender.addresses,
      destination: to.addresses,
      protocols: protocolsOf(requirement),
      sourcePorts,
      destinationPorts: ports,
    },
    from: sender,
    to,
    isOfEverybody,
    excepted: PacketSet.of(
      { ...ANY_PACKET, source: exceptFrom ?? IpSet.empty },
      { ...ANY_PACKET, destination: exceptTo ?? IpSet.empty },
    ),
    openRole: roles[0],
  };
}

const EVERYWHERE: End = { addresses: IpSet.all, everyAddress: true, isKnown: true };

function isUnnamed({ role, prefixes, hosts }: Endpoint): boolean {
  return role === undefined && !prefixes && !hosts;
}

/** What passes of one address family. */
interface Passing {
  readonly shares: readonly Share[];
  /** Whether anything of the flow comes to the point. */
  readonly isAsked: boolean;
  /** Whether all of it certainly passes. */
  readonly isWhole: boolean;
  readonly deniedBy: Evaluation['verdict']['decidedBy'];
}

/** What is known of one way: packets that certainly pass, others that may, and the cases that say so. */
interface WayAnswer {
  readonly way: Way;
  /** What is asked of it. */
  readonly packets: PacketSet;
  readonly cases: readonly FilterCase[];
  readonly sure: PacketSet;
  readonly open: PacketSet;
}

function passingOf(
  requirement: Requirement,
  flow: ForbiddenFlow,
  model: FilterModel,
  point: FilterPoint,
  network: NetworkContext,
): Passing {
  const { box, from, to, isOfEverybody, excepted, openRole } = flow;
  const { direction } = requirement.flow;
  const passage: Passage = {
    asked: box,
    from,
    to,
    direction: direction === 'inbound' ? 'inbound' : 'outbound',
    roles: { from: isOfEverybody ? 'clients' : requirement.flow.from.role, to: requirement.flow.to.role },
  };
  const ways = waysOf(passage, point, network);
  const strangers = isOfEverybody ? strangersTo(passage, ways) : undefined;
  const answerOf = (way: Way): WayAnswer[] => {
    const packets = way.packets.subtract(excepted).subtract(NO_BEGINNING).intersect(NOT_LOOPBACK);
    if (packets.isEmpty) return [];
    const decided = decidePackets(model, point, packets, 'first');
    const cases = direction === 'inbound' ? decided : decided.map(openIfDiverted);
    return [{ way, packets, cases, ...split(cases, packets, freedomOf(flow, way)) }];
  };
  const known = ways.flatMap(answerOf);
  const unknown = strangers ? waysOf(strangers, point, network).flatMap(answerOf) : [];
  const scope: Scope = { allowed: deniable(flow), point: point.name };
  const sharesOfBatch = (batch: readonly WayAnswer[]) =>
    settled(batch, isOfEverybody).flatMap((one) => sharesOf(one, scope, openRole));
  const own = sharesOfBatch(known);
  // Where some certainly pass, whether there are others is no question.
  const isCertain = own.some(({ undecided }) => undecided === undefined);
  const others = sharesOfBatch(unknown).filter(({ undecided }) => !isCertain || undecided === undefined);
  const answers = [...known, ...unknown];
  const deniedBy = answers.flatMap(({ cases }) =>
    cases.flatMap(({ outcome, decidedBy }) => (outcome.kind === 'deny' && decidedBy ? [decidedBy] : [])),
  );
  const isWhole = known.every(({ packets, sure }) => packets.subtract(sure).isEmpty);
  return { shares: [...own, ...others], isAsked: answers.length > 0, isWhole, deniedBy };
}

/** The addresses inside that are in none of the networks that the file shows: wherever they are, they may send as well. */
function strangersTo(passage: Passage, ways: readonly Way[]): Passage | undefined {
  const networks = ways.flatMap(({ network }) => network ?? []);
  const source = passage.asked.source.subtract(IpSet.join(networks));
  if (networks.length === 0 || source.isEmpty) return undefined;
  const from: End = { addresses: source, everyAddress: true, isKnown: true };
  return { ...passage, asked: { ...passage.asked, source }, from, roles: { ...passage.roles, from: undefined } };
}

/** ICMP messages with which nothing begins: errors about what passes already, answers, and what stays on its link. */
const NO_BEGINNING = PacketSet.from(
  Object.values(ICMP_TRACKING).map(({ protocol, opening }) => ({
    ...ANY_PACKET,
    protocols: protocolSet(protocol),
    destinationPorts: ALL_PORTS.subtract(opening),
  })),
);

/** What comes back to the host that sends it leaves nothing. */
const NOT_LOOPBACK = PacketSet.of({
  ...ANY_PACKET,
  inInterface: NameSet.of('lo').complement(),
  outInterface: NameSet.of('lo').complement(),
});

/** What of a packet is not known, so that it certainly passes only where it does with every value of these. */
function freedomOf({ from, to, isOfEverybody }: ForbiddenFlow, { isBound }: Way): Partial<PacketBox> {
  return {
    ...(from.isKnown || isOfEverybody ? {} : { source: IpSet.all }),
    ...(to.isKnown ? {} : { destination: IpSet.all }),
    ...(isBound ? {} : { inInterface: NameSet.any, outInterface: NameSet.any }),
  };
}

/** Divides packets into those that certainly pass and those that may; the others are denied. */
function split(
  cases: readonly FilterCase[],
  packets: PacketSet,
  freedom: Partial<PacketBox>,
): Pick<WayAnswer, 'sure' | 'open'> {
  const accepted = packetsOf(cases.filter(({ outcome }) => outcome.kind === 'accept'));
  const others = packetsOf(cases.filter(({ outcome }) => outcome.kind !== 'accept'));
  const possible = packetsOf(cases.filter(({ outcome }) => outcome.kind !== 'deny'));
  const certain = accepted.subtract(others);
  if (certain.isEmpty || Object.keys(freedom).length === 0) return { sure: certain, open: possible.subtract(certain) };
  const stopped = packets.subtract(certain).boxes.map((box) => ({ ...box, ...freedom }));
  const sure = certain.subtract(PacketSet.from(stopped));
  return { sure, open: possible.subtract(sure) };
}

/** What is certain of each way where the ways are taken together. */
function settled(
  answers: readonly WayAnswer[],
  isOfEverybody: boolean,
): readonly (WayAnswer & { readonly reason?: string })[] {
  const networks = answers.filter(({ way }) => way.weight === 'network');
  const asked = isOfEverybody || networks.length === 0 ? answers : answers.filter(({ way }) => way.weight !== 'aside');
  const passesAll = (some: readonly WayAnswer[]) => some.every(({ sure }) => !sure.isEmpty);
  return asked.map((answer) => {
    const { weight } = answer.way;
    if (weight === 'either' && !passesAll(asked.filter(({ way }) => way.weight === 'either'))) {
      return { ...answer, reason: 'it depends on where the addresses are, which the file does not show' };
    }
    if (weight === 'network' && !isOfEverybody && !passesAll(networks)) {
      return { ...answer, reason: 'it depends on which network is that of the clients; declare them in lintel.yaml' };
    }
    return answer;
  });
}

function sharesOf(
  { cases, sure, open, reason }: WayAnswer & { readonly reason?: string },
  scope: Scope,
  openRole: string | undefined,
): Share[] {
  const unknown = openRole === undefined ? reason : `${openRole} may send it, a role that lintel.yaml does not declare`;
  const certain = passingShares(cases, sure, scope).map((share) => ({
    ...share,
    ...(unknown === undefined ? {} : { undecided: unknown }),
  }));
  return [...certain, ...openShares(cases, open, scope)];
}

function openShares(cases: readonly FilterCase[], open: PacketSet, scope: Scope): Share[] {
  if (open.isEmpty) return [];
  const conditional = open.intersect(packetsOf(cases.filter(({ outcome }) => outcome.kind !== 'accept')));
  const placed = open.subtract(conditional);
  return [
    ...(conditional.isEmpty ? [] : undecidedShares(cases, conditional, scope)),
    ...passingShares(cases, placed, scope).map((share) => ({ ...share, undecided: UNPLACED })),
  ];
}

const UNPLACED =
  'it passes between some interfaces or addresses, and nothing says where both ends are; lintel.yaml can declare "interfaces" and "roles"';

/** What a fix may deny: nothing where the addresses of an end, or of an exception, are not known. */
function deniable({ box, from, to, isOfEverybody, excepted, openRole }: ForbiddenFlow): PacketSet {
  if (openRole !== undefined || !to.isKnown || !(from.isKnown || isOfEverybody)) return PacketSet.none;
  return PacketSet.of(isOfEverybody ? { ...box, source: IpSet.all } : box).subtract(excepted);
}

function evaluationOf(requirement: Requirement, shares: readonly Share[], answers: readonly Passing[]): Evaluation {
  const certain = shares.filter(({ undecided }) => undecided === undefined);
  const { told, missing } = lackOf(shares);
  const passing = certain[0]?.missing;
  const reason = certain.length > 0 ? undefined : shares[0]?.undecided;
  const isWhole = shares.length === certain.length && answers.every((answer) => !answer.isAsked || answer.isWhole);
  const passes = isWhole ? 'blocked' : 'partial';
  const status = certain.length > 0 ? passes : shares.length > 0 ? 'undecided' : 'met';
  const decidedBy = distinctStatements(
    status === 'met'
      ? answers.flatMap(({ deniedBy }) => deniedBy)
      : (certain.length > 0 ? certain : shares).flatMap((share) => share.decidedBy),
  );
  const example = passing?.kind === 'packets' ? exampleFlow(passing.packets) : undefined;
  const remark = example === undefined ? reason : `${example} passes`;
  return {
    requirement,
    verdict: {
      requirement: requirement.id,
      status,
      decidedBy,
      ...(certain.length > 0 ? { missing: lackText(() => describeLack(requirement, told)) } : {}),
      ...(remark === undefined ? {} : { reason: remark }),
    },
    missing,
    shares,
    trace: shares[0]?.trace ?? NO_STEPS,
  };
}
