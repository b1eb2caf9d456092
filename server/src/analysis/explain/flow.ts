// Explains what a packet filter does with the first packet of a flow.
import { askedPoints } from '../../model/asked-points.js';
import type { QuotedLine, TraceStep } from '../../model/evidence.js';
import type { FilterCase, FilterModel, FilterPoint, FilterRule, Hook } from '../../model/filter.js';
import { tracePackets } from '../../model/filter-walk.js';
import { ICMP, ICMPV6 } from '../../model/icmp.js';
import { IntervalSet } from '../../model/intervals.js';
import { type Address, IpSet, PRIVATE_SPACE, parseAddress } from '../../model/ip.js';
import { NameSet } from '../../model/names.js';
import { ANY_PACKET, type PacketBox, PacketSet } from '../../model/packets.js';
import { ALL_PORTS } from '../../model/ports.js';
import { protocolNumber } from '../../model/protocols.js';
import { type Result, success } from '../../model/result.js';
import { openIfDiverted } from '../evaluate/filter/diversions.js';
import type { End } from '../evaluate/filter/ends.js';
import { asPublishing, choosePoint, type Direction } from '../evaluate/filter/points.js';
import { decideReplies } from '../evaluate/filter/replies.js';
import { reasonOf } from '../evaluate/filter/shares.js';
import { type Passage, waysOf } from '../evaluate/filter/ways.js';
import { type NetworkContext, UNKNOWN_NETWORK } from '../evaluate/network-context.js';

/** One packet as an engineer writes it: the first of a new connection. */
export interface Flow {
  readonly protocol: number;
  readonly source: Address;
  readonly sourcePort: number | undefined;
  readonly destination: Address;
  readonly destinationPort: number | undefined;
}

/** Where a flow passes a filter. */
export interface FlowPath {
  readonly hook?: Hook;
  readonly inInterface?: string;
  readonly outInterface?: string;
  /** The name of an access list, chain or other point. */
  readonly point?: string;
}

export interface FlowExplanation {
  /** `not-applicable` where the file filters no such flow, as a check says it. */
  readonly verdict: 'permit' | 'deny' | 'undecided' | 'not-applicable';
  /** The point that it was asked at, and the interfaces that its addresses are behind; absent where there is no point. */
  readonly passage?: FlowPassage;
  readonly decidedBy: QuotedLine | undefined;
  readonly reason: string | undefined;
  readonly trace: readonly TraceStep[];
  /** What becomes of the replies to a permitted packet, unless they are permitted as well. */
  readonly replies?: RepliesExplanation;
  /** The interface that the verdict depends on and that the path does not name. */
  readonly missingInterface?: MissingInterface;
}

/** Replies that do not pass, or of which it is open whether they do. */
export interface RepliesExplanation {
  readonly verdict: 'deny' | 'undecided';
  readonly decidedBy: QuotedLine | undefined;
  readonly reason: string | undefined;
}

/** Where a flow was asked. */
export interface FlowPassage {
  readonly point: string;
  /** What the file or the workspace shows of its way: `in on inside`, `out on outside`. */
  readonly way: readonly string[];
}

/** An interface that a path does not name, with the names that the file distinguishes. */
export interface MissingInterface {
  readonly end: 'inInterface' | 'outInterface';
  readonly names: readonly string[];
}

/**
 * Reads `PROTOCOL SOURCE[:PORT] > DESTINATION[:PORT]`, for instance `udp 10.1.2.3:50000 > 52.112.0.10:3478` or
 * `tcp [2001:db8::1]:50000 > [2603:1063::1]:443`; a message where the text is invalid.
 */
export function parseFlow(text: string): Flow | string {
  const match = /^\s*([a-z0-9]+)\s+(\S+)\s*>\s*(\S+)\s*$/i.exec(text);
  if (!match) return `invalid flow: ${text} (example: udp 10.1.2.3:50000 > 52.112.0.10:3478)`;
  const [, name = '', from = '', to = ''] = match;
  const protocol = protocolNumber(name);
  if (protocol === undefined) return `invalid protocol: ${name}`;
  const source = parseEnd(from);
  if (typeof source === 'string') return source;
  const destination = parseEnd(to);
  if (typeof destination === 'string') return destination;
  if (source.address.family !== destination.address.family)
    return 'source and destination are of different address families';
  return {
    protocol,
    source: source.address,
    sourcePort: source.port,
    destination: destination.address,
    destinationPort: destination.port,
  };
}

function parseEnd(text: string): { address: Address; port: number | undefined } | string {
  const bracketed = /^\[([^\]]+)\](?::(\d+))?$/.exec(text);
  const plain = /^([^:]+)(?::(\d+))?$/.exec(text);
  const [, host = text, portText] = bracketed ?? plain ?? [];
  const address = parseAddress(host);
  if (!address) return `invalid address: ${text}`;
  const port = portText === undefined ? undefined : Number(portText);
  return port === undefined || port <= 65535 ? { address, port } : `invalid port: ${portText}`;
}

/**
 * Says what a packet filter does with the first packet of a flow, at the point that a check asks for such packets. Interfaces
 * that the path does not name are those that the addresses are behind, where that is known.
 * @param isDocumented whether a document gives the destination, which it may not be sent away from
 */
export function explainFlow(
  model: FilterModel,
  flow: Flow,
  path: FlowPath,
  network: NetworkContext = UNKNOWN_NETWORK,
  isDocumented = false,
): FlowExplanation {
  const chosen = pointOf(model, flow, path, network);
  if (!chosen.ok) return { verdict: 'not-applicable', decidedBy: undefined, reason: chosen.reason, trace: [] };
  const point = asPublishing(chosen.value, directionOf(flow, network).isInbound);
  const ways = wayOf(flow, path, point, network);
  const passage: FlowPassage = { point: point.name, way: ways.words };
  if (ways.packets.isEmpty) {
    const reason = 'both addresses are behind the same interface, so the flow does not pass';
    return { verdict: 'not-applicable', passage, decidedBy: undefined, reason, trace: [] };
  }
  const traced = tracePackets(model, point, ways.packets, 'first');
  const explanation = explainCases(isDocumented ? traced.map(openIfDiverted) : traced, flow, path);
  const replies =
    explanation.verdict === 'permit' ? explainReplies(decideReplies(model, point, ways.packets)) : undefined;
  return { ...explanation, passage, ...(replies ? { replies } : {}) };
}

function explainReplies(cases: readonly FilterCase[]): RepliesExplanation | undefined {
  const [denied, ...others] = cases.filter(({ outcome }) => outcome.kind !== 'accept');
  if (!denied) return undefined;
  if (1 + others.length === cases.length && [denied, ...others].every(({ outcome }) => outcome.kind === 'deny')) {
    return { verdict: 'deny', decidedBy: denied.decidedBy, reason: undefined };
  }
  const isSame = cases.every(({ assumptions, outcome }) => assumptions.length === 0 && outcome.kind !== 'undecided');
  const reason = isSame ? 'they do not all come back by the same interfaces' : reasonOf(cases);
  return { verdict: 'undecided', decidedBy: denied.decidedBy, reason };
}

function explainCases(cases: readonly FilterCase[], flow: Flow, path: FlowPath): FlowExplanation {
  const first = cases[0];
  const kinds = new Set(cases.map(({ outcome }) => outcome.kind));
  if (first && kinds.size === 1 && first.outcome.kind !== 'undecided') {
    const verdict = first.outcome.kind === 'accept' ? 'permit' : 'deny';
    // Prefer a rule that definitely matches to one that may not: its outcome holds either way.
    const { decidedBy, trace } = cases.find(({ assumptions }) => assumptions.length === 0) ?? first;
    return { verdict, decidedBy, reason: undefined, trace };
  }
  for (const { outcome, decidedBy, trace } of cases) {
    if (outcome.kind === 'undecided') return { verdict: 'undecided', decidedBy, reason: outcome.reason, trace };
  }
  const assumed = cases.flatMap(({ assumptions }) => assumptions);
  const reason =
    assumed.length > 0
      ? `it depends on ${[...new Set(assumed.map(({ phrase }) => phrase))].join(', ')}`
      : `it depends on what the flow does not give: ${missingPartsOf(cases, flow, path).join(', ')}`;
  const missingInterface = missingInterfaceOf(cases, path);
  const distinguishing = cases.find(({ rule }) => rule && restrictsInterfaces(rule)) ?? first;
  return {
    verdict: 'undecided',
    decidedBy: assumed[0]?.statement ?? distinguishing?.decidedBy,
    reason,
    trace: distinguishing?.trace ?? [],
    ...(missingInterface ? { missingInterface } : {}),
  };
}

function restrictsInterfaces({ match }: FilterRule): boolean {
  return match.some(({ inInterface, outInterface }) =>
    [inInterface, outInterface].some((set) => !set.equals(NameSet.any)),
  );
}

/** The packets of a flow on the way that its path names, or that its addresses show. */
function wayOf(
  flow: Flow,
  path: FlowPath,
  point: FilterPoint,
  network: NetworkContext,
): { readonly packets: PacketSet; readonly words: readonly string[] } {
  const [source, destination] = [flow.source, flow.destination].map((address) => IpSet.range(address, address));
  const port = (number: number | undefined) => (number === undefined ? ALL_PORTS : IntervalSet.of([number, number]));
  const asked: PacketBox = {
    ...ANY_PACKET,
    source: source ?? IpSet.empty,
    destination: destination ?? IpSet.empty,
    protocols: IntervalSet.of([flow.protocol, flow.protocol]),
    sourcePorts: port(flow.sourcePort),
    destinationPorts: port(flow.destinationPort),
    ...(path.inInterface === undefined ? {} : { inInterface: NameSet.of(path.inInterface) }),
    ...(path.outInterface === undefined ? {} : { outInterface: NameSet.of(path.outInterface) }),
  };
  const isOnWay = path.inInterface === undefined && path.outInterface === undefined && path.point === undefined;
  if (!isOnWay) return { packets: PacketSet.of(asked), words: [] };
  const packets = onWays(asked, point, network, directionOf(flow, network).isInbound ? 'inbound' : 'outbound');
  const describe = (words: string, names: NameSet) =>
    names.equals(NameSet.any) ? [] : [`${words} ${names.describe()}`];
  const [box, ...others] = packets.boxes;
  const words =
    box && others.length === 0 ? [...describe('in on', box.inInterface), ...describe('out on', box.outInterface)] : [];
  return { packets, words };
}

/** Packets by the interfaces that a check asks for them: those of a client network, or else those that addresses are behind. */
function onWays(
  asked: PacketBox,
  point: FilterPoint,
  network: NetworkContext,
  direction: Passage['direction'],
): PacketSet {
  const packetsFrom = (from: End, role: string | undefined) => {
    const to: End = { addresses: asked.destination, everyAddress: true, isKnown: true };
    const passage: Passage = { asked, from, to, direction, roles: { from: role, to: undefined } };
    return PacketSet.join(waysOf(passage, point, network).map((way) => way.packets)).intersect(PacketSet.of(asked));
  };
  const mayBeClient = direction === 'outbound' && network.role === undefined && !network.roles.has('clients');
  const client: End = { addresses: asked.source, everyAddress: false, isKnown: false };
  const fromClients = mayBeClient ? packetsFrom(client, 'clients') : PacketSet.none;
  return fromClients.isEmpty ? packetsFrom({ ...client, everyAddress: true, isKnown: true }, undefined) : fromClients;
}

/** The properties in which cases differ and that neither the flow nor its path gives, as phrases. */
function missingPartsOf(cases: readonly FilterCase[], flow: Flow, path: FlowPath): readonly string[] {
  const boxes = cases.flatMap(({ packets }) => packets.boxes);
  const isIcmp = flow.protocol === ICMP || flow.protocol === ICMPV6;
  const parts: string[] = [];
  if (flow.sourcePort === undefined && boxes.some((box) => !box.sourcePorts.equals(ALL_PORTS))) {
    parts.push('its source port');
  }
  if (flow.destinationPort === undefined && boxes.some((box) => !box.destinationPorts.equals(ALL_PORTS))) {
    parts.push(isIcmp ? 'its ICMP type and code' : 'its destination port');
  }
  for (const [end, words] of Object.entries(INTERFACE_ENDS) as [keyof typeof INTERFACE_ENDS, string][]) {
    // What all cases have is the way that was asked for.
    const asked = boxes.reduce((all, box) => all.union(box[end]), NameSet.none);
    if (path[end] === undefined && boxes.some((box) => !box[end].equals(asked))) parts.push(words);
  }
  return parts;
}

const INTERFACE_ENDS = {
  inInterface: 'the inbound interface',
  outInterface: 'the outbound interface',
} as const;

/** The first interface in which cases differ, unless the path names it. */
function missingInterfaceOf(cases: readonly FilterCase[], path: FlowPath): MissingInterface | undefined {
  const boxes = cases.flatMap(({ packets }) => packets.boxes);
  for (const end of ['inInterface', 'outInterface'] as const) {
    if (path[end] !== undefined) continue;
    // Any name that the wildcard matches will do.
    const names = new Set(boxes.flatMap((box) => box[end].mentioned()).map((name) => name.replace(/\*$/, '0')));
    if (names.size > 0) return { end, names: [...names].sort() };
  }
  return undefined;
}

/** The points that a flow may pass as far as its path says: the one that a check asks, then those that traffic is known to pass. */
export function possiblePoints(
  model: FilterModel,
  flow: Flow,
  path: FlowPath,
  network: NetworkContext,
): readonly FilterPoint[] {
  if (path.point !== undefined || path.hook !== undefined) return [];
  const asked = pointOf(model, flow, path, network);
  const usual = new Set(askedPoints(model, network));
  const rank = (point: FilterPoint) => (asked.ok && point === asked.value ? 0 : usual.has(point) ? 1 : 2);
  return [...model.points].sort((a, b) => rank(a) - rank(b));
}

/** The point that a path names, or the one that a check asks for such packets; a reason where there is none. */
function pointOf(model: FilterModel, flow: Flow, path: FlowPath, network: NetworkContext): Result<FilterPoint> {
  const { hook = network.hook, point = path.hook === undefined ? network.point : undefined } = path;
  const { role, interfaces } = network;
  const known = { ...(role === undefined ? {} : { role }), ...(interfaces ? { interfaces } : {}) };
  const named = { ...known, ...(hook ? { hook } : {}), ...(point ? { point } : {}) };
  const { destination, protocol, destinationPort: port } = flow;
  const chosen = choosePoint(model, directionOf(flow, network), named, {
    destination: IpSet.range(destination, destination),
    protocols: IntervalSet.of([protocol, protocol]),
    destinationPorts: port === undefined ? ALL_PORTS : IntervalSet.of([port, port]),
  });
  if (chosen.ok || point !== undefined) return chosen;
  // Somebody who asks by hand means whatever the file has.
  const { points } = model;
  const other = points.find((one) => hook === undefined || one.hook === hook);
  return other ? success(other) : chosen;
}

/** Whether a flow comes from outside to inside addresses, or to those of the host whose firewall the file is. */
function directionOf({ source, destination }: Flow, { role, roles }: NetworkContext): Direction {
  const own = role === undefined ? undefined : roles.get(role);
  const inside = IpSet.join([PRIVATE_SPACE, ...roles.values()]);
  const receives = own?.has(destination) ?? false;
  const sends = own?.has(source) ?? false;
  const isInbound = receives !== sends ? receives : inside.has(destination) && !inside.has(source);
  return { isInbound, sends, receives };
}
