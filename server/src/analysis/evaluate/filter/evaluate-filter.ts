import type { Endpoint, Requirement, RequirementFlow } from '../../../catalog/requirement.js';
import type { QuotedLine } from '../../../model/evidence.js';
import type { FilterCase, FilterModel, FilterPoint, FilterRule, Hook } from '../../../model/filter.js';
import { decidePackets } from '../../../model/filter-walk.js';
import { HostSet } from '../../../model/hosts.js';
import { IntervalSet } from '../../../model/intervals.js';
import { IpSet, PRIVATE_SPACE } from '../../../model/ip.js';
import type { NameSet } from '../../../model/names.js';
import { describePackets } from '../../../model/packet-text.js';
import { ALL_PROTOCOLS, ANY_PACKET, type PacketBox, PacketSet, TCP, UDP } from '../../../model/packets.js';
import { ALL_PORTS, type PortSet, parsePorts } from '../../../model/ports.js';
import type { Verdict } from '../../report.js';
import { type Evaluation, NOTHING_MISSING, type PermittingRules, RANK } from '../evaluation.js';
import type { NetworkContext } from '../network-context.js';

/**
 * The source ports of a client that chooses any: the dynamic range of RFC 6335, section 6, which every common system's
 * own range includes. All of them have to pass.
 */
const EPHEMERAL_PORTS = IntervalSet.of([49152, 65535]);

/** One end of a flow as addresses: all of them have to pass, or (undeclared) some inside address has to. */
interface End {
  readonly addresses: IpSet;
  readonly everyAddress: boolean;
  /** Whether a document or the network says where it is; otherwise a fix leaves that to the file's own interfaces. */
  readonly isKnown: boolean;
}

/** Decides whether one point of a packet filter permits what a requirement asks for. */
export function evaluateFilter(requirement: Requirement, model: FilterModel, network: NetworkContext): Evaluation {
  const notApplicable = (reason: string): Evaluation => ({
    requirement,
    verdict: { requirement: requirement.id, status: 'not-applicable', decidedBy: [], reason },
    missing: NOTHING_MISSING,
    trace: [],
  });
  const isExemption = requirement.kind === 'no-ipsec';
  if (requirement.kind !== 'reach' && !isExemption) return notApplicable('a packet filter does not decide it');
  const { flow } = requirement;
  const [from, to] = [flow.from, flow.to].map((end) => endOf(end, network, isExemption));
  if (!to) return notApplicable('its document names hosts only, and this filter knows addresses');
  if (!from) return notApplicable('its document names the source by host name, and this filter knows addresses');
  const point = isExemption ? ipsecPoint(model, flow, network) : pointFor(model, flow, network);
  if (typeof point === 'string') return notApplicable(point);
  const ports = flow.ports === undefined ? ALL_PORTS : parsePorts(flow.ports);
  if (!ports) return notApplicable(`its ports cannot be read: ${flow.ports}`);
  const sourcePorts = isExemption ? sourcePortsOf(flow) : EPHEMERAL_PORTS;
  const hosts = model.namesHosts && flow.to.hosts ? HostSet.union(flow.to.hosts.map(HostSet.pattern)) : undefined;
  // A client speaks IPv4 or IPv6, so each family is a question of its own; those that either end lacks are none.
  const evaluations = model.families.flatMap((family) => {
    const asked: PacketBox = {
      ...ANY_PACKET,
      source: from.addresses.ofFamily(family),
      destination: to.addresses.ofFamily(family),
      // IPsec exemptions are documented for UDP and TCP.
      protocols: isExemption && flow.protocol === 'any' ? TCP_AND_UDP : PROTOCOLS[flow.protocol],
      sourcePorts,
      destinationPorts: ports,
    };
    const ways = point.paths?.[flow.direction === 'inbound' ? 'inbound' : 'outbound'] ?? [ANY_PACKET];
    const packets = PacketSet.of(asked).intersect(PacketSet.of(...ways));
    if (packets.isEmpty) return [];
    const question: Question = { requirement, model, point, asked, packets, from, to };
    const cases = decidePackets(model, point, packets, 'first', hosts);
    return [conclude(question, cases, decideAnswers(model, point, packets))];
  });
  // Where a role may be in either family, the one that leaves it open speaks for both.
  const open = isExemption ? evaluations.find(({ verdict }) => verdict.status === 'undecided') : undefined;
  return open ?? joinFamilies(evaluations) ?? notApplicable('the file does not filter the addresses that it lists');
}

/**
 * The packets that a requirement lists; `undefined` where its document does not say by address where they go. Sources
 * that nobody declared may be anywhere.
 */
export function listedPackets({ kind, flow }: Requirement, network: NetworkContext): PacketBox | undefined {
  const [from, to] = [flow.from, flow.to].map((end) => endOf(end, network, false));
  const ports = flow.ports === undefined ? ALL_PORTS : parsePorts(flow.ports);
  if (kind !== 'reach' || !from || !to?.isKnown || !ports) return undefined;
  const protocols = PROTOCOLS[flow.protocol];
  return allowedBox(
    { ...ANY_PACKET, source: from.addresses, destination: to.addresses, protocols, destinationPorts: ports },
    from,
    to,
  );
}

/** One family's part of a requirement, at one point. */
interface Question {
  readonly requirement: Requirement;
  readonly model: FilterModel;
  readonly point: FilterPoint;
  /** What is asked for, with every address and interface that may be chosen. */
  readonly asked: PacketBox;
  /** The same, between the interfaces that come into question. */
  readonly packets: PacketSet;
  readonly from: End;
  readonly to: End;
}

/** Where the answers to packets pass, in a filter that does not follow connections. */
const OPPOSITE: Readonly<Record<Hook, Hook>> = { forward: 'forward', input: 'output', output: 'input' };

/** What happens to the answers of packets, told as cases of those packets; nothing where answers pass by themselves. */
function decideAnswers(model: FilterModel, point: FilterPoint, packets: PacketSet): FilterCase[] {
  // Where a list is bound to no place, nobody knows which list the answers pass.
  if (point.stateful || point.hook === undefined) return [];
  const opposite = OPPOSITE[point.hook];
  const back = opposite === point.hook ? point : model.points.find(({ hook }) => hook === opposite);
  if (!back) return [];
  const cases = decidePackets(model, back, packets.replies(), 'reply');
  return cases.map((one) => ({ ...one, packets: one.packets.replies() }));
}

/** Both families have to be served; what is missing in either is missing. */
export function joinFamilies(evaluations: readonly Evaluation[]): Evaluation | undefined {
  const [worst, other] = [...evaluations].sort((a, b) => RANK[b.verdict.status] - RANK[a.verdict.status]);
  if (!worst || !other) return worst;
  const permitting = [worst, other].flatMap(({ permittedBy }) => permittedBy ?? []);
  const [first] = permitting;
  const joined = first
    ? { ...worst, permittedBy: { point: first.point, rules: permitting.flatMap(({ rules }) => rules) } }
    : worst;
  const { verdict, missing } = worst;
  if (missing.kind !== 'packets') return joined;
  const also = other.missing.kind === 'packets' ? other.missing : undefined;
  const packets = also ? missing.packets.union(also.packets) : missing.packets;
  const replies = also ? missing.replies.union(also.replies) : missing.replies;
  const allowed = also ? missing.allowed.union(also.allowed) : missing.allowed;
  // Denied in one family only is denied in part.
  const status = other.verdict.status === 'blocked' ? verdict.status : 'partial';
  return {
    ...joined,
    verdict: { ...verdict, status, missing: describePackets(packets) },
    missing: { ...missing, packets, replies, allowed },
  };
}

const TCP_AND_UDP: IntervalSet<number> = IntervalSet.of([TCP, TCP], [UDP, UDP]);

/** The protocols that the words of documents stand for. */
export const PROTOCOLS: Readonly<Record<Requirement['flow']['protocol'], IntervalSet<number>>> = {
  tcp: IntervalSet.of([TCP, TCP]),
  udp: IntervalSet.of([UDP, UDP]),
  any: ALL_PROTOCOLS,
};

/** The source ports that an exemption is documented for. */
function sourcePortsOf({ sourcePorts }: RequirementFlow): PortSet {
  return (sourcePorts === undefined ? undefined : parsePorts(sourcePorts)) ?? ALL_PORTS;
}

/**
 * Nobody has to reach a service from everywhere, but an exemption is for all of its peers, and for every client. A role
 * that nobody declared may be any inside address.
 */
function endOf(endpoint: Endpoint, { roles }: NetworkContext, isExemption: boolean): End | undefined {
  if (endpoint.prefixes && endpoint.prefixes.length > 0) {
    return { addresses: IpSet.parse(...endpoint.prefixes), everyAddress: true, isKnown: true };
  }
  if (endpoint.role !== undefined) {
    const declared = roles.get(endpoint.role);
    if (declared) return { addresses: declared, everyAddress: true, isKnown: true };
    return { addresses: PRIVATE_SPACE, everyAddress: isExemption && endpoint.role === 'clients', isKnown: false };
  }
  if (endpoint.hosts && endpoint.hosts.length > 0) return undefined;
  return isExemption
    ? { addresses: IpSet.all, everyAddress: true, isKnown: true }
    : { addresses: PRIVATE_SPACE, everyAddress: false, isKnown: false };
}

/** The point that says what goes without IPsec; a reason where the file has none, or is another host's. */
function ipsecPoint(model: FilterModel, flow: RequirementFlow, { role }: NetworkContext): FilterPoint | string {
  const isOwn = role === undefined || flow.to.role === role || flow.from.role === role;
  if (!isOwn) return `it is not about the role ${role}`;
  return model.points.find(({ about }) => about === 'ipsec') ?? 'IPsec is not decided by this file';
}

/**
 * The point that the traffic passes: on a host with a role its own input or output, otherwise through a router first and
 * then from or to the host itself. A reason where there is none.
 */
function pointFor(model: FilterModel, flow: RequirementFlow, network: NetworkContext): FilterPoint | string {
  const { role, hook, point: name } = network;
  const receives = role !== undefined && flow.to.role === role;
  const sends = role !== undefined && flow.from.role === role;
  if (role !== undefined && !receives && !sends) return `it is not about the role ${role}`;
  if (name !== undefined) return model.points.find((point) => point.name === name) ?? `the file has no ${name}`;
  const usual: readonly Hook[] = flow.direction === 'inbound' ? ['input', 'forward'] : ['forward', 'output'];
  const ofRole: readonly Hook[] = receives ? ['input'] : ['output'];
  const hooks = hook ? [hook] : role === undefined ? usual : ofRole;
  for (const wanted of hooks) {
    const found = model.points.find((point) => point.hook === wanted && !point.byNameOnly);
    if (found) return found;
  }
  const unbound = hook ? undefined : model.points.find((point) => point.hook === undefined && !point.byNameOnly);
  return unbound ?? 'the file filters no traffic in this direction';
}

function conclude(question: Question, cases: readonly FilterCase[], answers: readonly FilterCase[]): Evaluation {
  const { requirement, point, asked, from, to } = question;
  const accepting = cases.filter(({ outcome }) => outcome.kind === 'accept');
  const others = [...cases, ...answers].filter(({ outcome }) => outcome.kind !== 'accept');
  const notSurelyAccepted = packetsOf(others);
  const answersDenied = surelyDeniedIn(answers);
  const firstDenied = surelyDeniedIn(cases);
  const surelyDenied = firstDenied.union(answersDenied);

  // The network's own choice: any inside address that is not declared, and the interfaces. A choice serves the
  // requirement where nothing that is asked for with it is refused.
  const choices = question.packets;
  const choiceOf = (set: PacketSet) => PacketSet.of(...set.boxes.map((box) => widen(box, asked, from, to)));
  const serving = choices.subtract(choiceOf(notSurelyAccepted));
  const verdictOf = (status: Verdict['status'], decidedBy: readonly FilterCase[], more: Partial<Verdict>): Verdict => ({
    requirement: requirement.id,
    status,
    decidedBy: statementsOf(decidedBy),
    ...more,
  });

  // What is exempt for some inside addresses is so for a role that nobody declared, or is not.
  if (requirement.kind === 'no-ipsec' && !serving.isEmpty && !choices.subtract(serving).isEmpty) {
    const reason = 'it depends on the addresses of its role; name them under "roles" in lintel.yaml';
    const verdict = verdictOf('undecided', others, { reason });
    return { requirement, verdict, missing: NOTHING_MISSING, trace: others[0]?.trace ?? [] };
  }
  if (!serving.isEmpty) {
    const deciding = accepting.filter(({ packets }) => !packets.intersect(serving).isEmpty);
    const chosen = describeChoice(serving, from, to);
    const verdict = verdictOf('met', deciding, chosen === undefined ? {} : { reason: chosen });
    const permittedBy = passageAt(question, deciding);
    return { requirement, verdict, missing: NOTHING_MISSING, trace: deciding[0]?.trace ?? [], permittedBy };
  }
  const maybe = choices.subtract(choiceOf(surelyDenied));
  if (!maybe.isEmpty) {
    const open = others.filter(({ packets }) => !packets.intersect(maybe).isEmpty);
    const doubtful = [...open, ...accepting, ...answers].filter(({ assumptions }) => assumptions.length > 0);
    const verdict = verdictOf('undecided', [...doubtful, ...open], { reason: doubtOf(open, doubtful) });
    return { requirement, verdict, missing: NOTHING_MISSING, trace: open[0]?.trace ?? [] };
  }
  // No choice serves all of it: tell what is missing for the one that is served most.
  const served = answersDenied.isEmpty
    ? accepting
    : accepting.map((one) => ({ ...one, packets: one.packets.subtract(answersDenied) }));
  const best = bestChoice(served, surelyDenied, asked, from, to);
  // Where none is served at all, one whose answers already pass takes the least to open.
  const [answered] = answersDenied.isEmpty ? [] : choices.subtract(choiceOf(answersDenied)).boxes;
  const choice = best ?? (answered ? widen(answered, asked, from, to) : usualChoice(question, cases));
  const packets = choice ? surelyDenied.intersect(PacketSet.of(choice)) : surelyDenied;
  const against = others.filter((one) => !one.packets.intersect(packets).isEmpty);
  const unanswered = packets.intersect(answersDenied);
  const verdict = verdictOf(best ? 'partial' : 'blocked', against, {
    missing: describePackets(packets),
    ...(packets.intersect(firstDenied).isEmpty ? { reason: 'the answers to it are denied' } : {}),
  });
  const missing = {
    kind: 'packets',
    packets,
    replies: unanswered.replies(),
    allowed: PacketSet.of(allowedBox(asked, from, to)),
    point: point.name,
  } as const;
  return { requirement, verdict, missing, trace: against[0]?.trace ?? [], permittedBy: passageAt(question, accepting) };
}

/** Where several chains have to accept, the last one decides, and each is asked by itself for its part. */
function passageAt({ model, point }: Question, accepted: readonly FilterCase[]): PermittingRules {
  const { chains } = point;
  const accepting =
    chains.length === 1
      ? accepted
      : chains.flatMap((chain) =>
          decidePackets(model, { ...point, chains: [chain] }, packetsOf(accepted), 'first').filter(
            ({ outcome }) => outcome.kind === 'accept',
          ),
        );
  return { point, rules: [...new Set(accepting.flatMap(({ rule }) => rule ?? []))] };
}

function packetsOf(cases: readonly FilterCase[]): PacketSet {
  return PacketSet.join(cases.map(({ packets }) => packets));
}

/** What is denied however the conditions that the file leaves open turn out. */
export function surelyDeniedIn(cases: readonly FilterCase[]): PacketSet {
  return packetsOf(cases.filter(({ outcome }) => outcome.kind === 'deny')).subtract(
    packetsOf(cases.filter(({ outcome }) => outcome.kind !== 'deny')),
  );
}

/** What may be opened for it. Addresses that nobody declared are for the file's own interfaces and hosts to restrict. */
function allowedBox(asked: PacketBox, from: End, to: End): PacketBox {
  return {
    ...asked,
    source: from.isKnown ? asked.source : IpSet.all,
    sourcePorts: asked.sourcePorts === EPHEMERAL_PORTS ? ALL_PORTS : asked.sourcePorts,
    destination: to.isKnown ? asked.destination : IpSet.all,
  };
}

/** A box with everything that every packet of the requirement has to have opened to all that was asked. */
function widen(box: PacketBox, asked: PacketBox, from: End, to: End): PacketBox {
  return {
    ...asked,
    source: from.everyAddress ? asked.source : box.source,
    destination: to.everyAddress ? asked.destination : box.destination,
    inInterface: box.inInterface,
    outInterface: box.outInterface,
  };
}

/** How many choices are compared for the one that is served most. */
const CHOICE_LIMIT = 32;

/** The choice of undeclared addresses and interfaces for which the least is missing; `undefined` where none is served. */
function bestChoice(
  accepting: readonly FilterCase[],
  surelyDenied: PacketSet,
  asked: PacketBox,
  from: End,
  to: End,
): PacketBox | undefined {
  let best: PacketBox | undefined;
  let fewest = Number.POSITIVE_INFINITY;
  const served = accepting.flatMap(({ packets }) => packets.boxes).slice(0, CHOICE_LIMIT);
  for (const box of served) {
    const choice = widen(box, asked, from, to);
    const missing = surelyDenied.intersect(PacketSet.of(choice)).boxes.length;
    if (missing < fewest) {
      best = choice;
      fewest = missing;
    }
  }
  return best;
}

/** How many boxes are compared for the choice that is denied by the most general rule. */
const DENIED_LIMIT = 256;

/**
 * The choice of undeclared addresses that most clients would make, where all of them are denied: rules that deny a single
 * host or network, or shut an interface, are not what stands in the way of the others.
 */
function usualChoice({ asked, from, to }: Question, cases: readonly FilterCase[]): PacketBox | undefined {
  const denied = cases.filter(({ outcome }) => outcome.kind === 'deny');
  const shut = denied.flatMap(({ rule }) => (rule && isShut(rule) ? rule.match : []));
  const open = (box: PacketBox): PacketBox => {
    let { inInterface, outInterface } = asked;
    for (const other of shut) {
      if (!isAny(other.inInterface)) inInterface = inInterface.intersect(other.inInterface.complement());
      else outInterface = outInterface.intersect(other.outInterface.complement());
    }
    return { ...widen(box, asked, from, to), inInterface, outInterface };
  };
  const general = denied.filter(({ rule }) => !rule || !isShut(rule));
  let usual: PacketBox | undefined;
  let most = 0n;
  for (const box of general.flatMap(({ packets }) => packets.boxes).slice(-DENIED_LIMIT)) {
    const choice = open(box);
    const size = choice.source.size * choice.destination.size;
    // What denies the rest stands last.
    if (size < most) continue;
    most = size;
    usual = choice;
  }
  return usual;
}

/** Whether a rule denies all that comes in, or goes out, at some interfaces. */
function isShut({ match }: FilterRule): boolean {
  return match.every(
    ({ source, destination, protocols, inInterface, outInterface }) =>
      (source.v4.equals(IpSet.all.v4) || source.v6.equals(IpSet.all.v6)) &&
      (destination.v4.equals(IpSet.all.v4) || destination.v6.equals(IpSet.all.v6)) &&
      protocols.equals(ALL_PROTOCOLS) &&
      isAny(inInterface) !== isAny(outInterface),
  );
}

function isAny(interfaces: NameSet): boolean {
  return interfaces.complement().isEmpty;
}

function statementsOf(cases: readonly FilterCase[]): QuotedLine[] {
  const statements: QuotedLine[] = [];
  const seen = new Set<string>();
  for (const { decidedBy, assumptions } of cases) {
    for (const statement of [...assumptions.map((assumption) => assumption.statement), decidedBy]) {
      const key = statement && `${statement.uri}#${statement.range.start}`;
      if (!statement || !key || seen.has(key)) continue;
      seen.add(key);
      statements.push(statement);
    }
  }
  return statements;
}

function doubtOf(open: readonly FilterCase[], doubtful: readonly FilterCase[]): string {
  for (const { outcome } of open) if (outcome.kind === 'undecided') return outcome.reason;
  const phrases = new Set(doubtful.flatMap(({ assumptions }) => assumptions.map(({ phrase }) => phrase)));
  return `it depends on ${[...phrases].slice(0, 3).join(', ')}`;
}

/** Which undeclared addresses and interfaces a met requirement rests on; `undefined` where it rests on none. */
function describeChoice(serving: PacketSet, from: End, to: End): string | undefined {
  const box = serving.boxes[0];
  if (!box) return undefined;
  const parts: string[] = [];
  const addresses = (set: IpSet) => set.toPrefixes().slice(0, 3).join(', ');
  if (!from.everyAddress && !box.source.equals(PRIVATE_SPACE)) parts.push(`from ${addresses(box.source)}`);
  if (!to.everyAddress && !box.destination.equals(PRIVATE_SPACE)) parts.push(`to ${addresses(box.destination)}`);
  const [inside, outside] = [box.inInterface.describe(), box.outInterface.describe()];
  if (inside !== '') parts.push(`in at ${inside}`);
  if (outside !== '') parts.push(`out at ${outside}`);
  return parts.length === 0 ? undefined : parts.join(' ');
}
