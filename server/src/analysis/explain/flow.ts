// Explains what a packet filter does with the first packet of a flow.
import type { QuotedLine, TraceStep } from '../../model/evidence.js';
import type { FilterCase, FilterModel, FilterPoint, Hook } from '../../model/filter.js';
import { decidePackets } from '../../model/filter-walk.js';
import { ICMP, ICMPV6 } from '../../model/icmp.js';
import { IntervalSet } from '../../model/intervals.js';
import { type Address, IpSet, parseAddress } from '../../model/ip.js';
import { NameSet } from '../../model/names.js';
import { ANY_PACKET, PacketSet } from '../../model/packets.js';
import { ALL_PORTS } from '../../model/ports.js';
import { protocolNumber } from '../../model/protocols.js';
import { failure, type Result, success } from '../../model/result.js';

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
  readonly verdict: 'permit' | 'deny' | 'undecided';
  readonly decidedBy: QuotedLine | undefined;
  readonly reason: string | undefined;
  readonly trace: readonly TraceStep[];
  /** The interface that the verdict depends on and that the path does not name. */
  readonly missingInterface?: MissingInterface;
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

/** Says what a packet filter does with the first packet of a flow. */
export function explainFlow(model: FilterModel, flow: Flow, path: FlowPath): FlowExplanation {
  const point = choosePoint(model, path);
  if (!point.ok) return { verdict: 'undecided', decidedBy: undefined, reason: point.reason, trace: [] };
  const packets = PacketSet.of({
    ...ANY_PACKET,
    source: IpSet.range(flow.source, flow.source),
    destination: IpSet.range(flow.destination, flow.destination),
    protocols: IntervalSet.of([flow.protocol, flow.protocol]),
    sourcePorts: flow.sourcePort === undefined ? ALL_PORTS : IntervalSet.of([flow.sourcePort, flow.sourcePort]),
    destinationPorts:
      flow.destinationPort === undefined ? ALL_PORTS : IntervalSet.of([flow.destinationPort, flow.destinationPort]),
    ...(path.inInterface === undefined ? {} : { inInterface: NameSet.of(path.inInterface) }),
    ...(path.outInterface === undefined ? {} : { outInterface: NameSet.of(path.outInterface) }),
  });
  const cases = decidePackets(model, point.value, packets, 'first');
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
  return {
    verdict: 'undecided',
    decidedBy: assumed[0]?.statement ?? first?.decidedBy,
    reason,
    trace: first?.trace ?? [],
    ...(missingInterface ? { missingInterface } : {}),
  };
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
    if (path[end] === undefined && boxes.some((box) => !box[end].equals(NameSet.any))) parts.push(words);
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

/** The points that a flow may pass as far as its path says, those that traffic is known to pass first. */
export function possiblePoints({ points }: FilterModel, path: FlowPath): readonly FilterPoint[] {
  if (path.point !== undefined || path.hook !== undefined) return [];
  return [...points.filter(({ byNameOnly }) => !byNameOnly), ...points.filter(({ byNameOnly }) => byNameOnly)];
}

/** The point that a path names, or the only sensible one; a message where there is none. */
function choosePoint(model: FilterModel, path: FlowPath): Result<FilterPoint> {
  const { points } = model;
  if (path.point !== undefined) {
    const named = points.find(({ name }) => name === path.point);
    return named ? success(named) : failure(`the file has no ${path.point}`);
  }
  if (path.hook !== undefined) {
    const atHook = points.find(({ hook }) => hook === path.hook);
    return atHook ? success(atHook) : failure(`the file filters nothing at ${path.hook}`);
  }
  const first = points.find(({ hook }) => hook === 'forward') ?? points.find(({ byNameOnly }) => !byNameOnly);
  return first ? success(first) : failure('the file filters nothing');
}
