// What becomes of packets at a point of a filter: every packet ends in exactly the cases that it would have on a device.
import { bounded } from './budget.js';
import { Walk } from './chain-walk.js';
import {
  type BaseChain,
  type FilterCase,
  type FilterModel,
  type FilterPoint,
  oppositeOf,
  type Phase,
} from './filter.js';
import { asAsked, mergeStreams, type Stream } from './filter-streams.js';
import type { HostSet } from './hosts.js';
import { PacketSet } from './packets.js';
import { publishedPackets } from './published-packets.js';
import {
  eitherRegisters,
  type Registers,
  registersOfReply,
  sameRegisters,
  UNKNOWN_REGISTERS,
  UNMARKED,
  ZERO,
} from './registers.js';

/**
 * Follows packets through one point of a filter. The cases cover `packets`. A rule with opaque conditions decides what it
 * matches under the assumption that they hold, and lets the same packets go on under the assumption that they do not.
 * `hosts` are the names of the destination, where known: they decide the conditions on names.
 */
export function decidePackets(
  model: FilterModel,
  point: FilterPoint,
  packets: PacketSet,
  phase: Phase,
  hosts?: HostSet,
): FilterCase[] {
  return decided(packets, () => {
    const walk = new Walk(model, phase, hosts);
    if (phase === 'first') return throughPoint(walk, model, point, packets, hosts);
    return walk.throughPoint(point, repliesOf(model, point, packets, hosts));
  });
}

/** The cases of packets. Outside of an evaluation, which pays for more than them, they are undecided where they cost too much. */
function decided(packets: PacketSet, decide: () => FilterCase[]): FilterCase[] {
  return bounded(decide, ({ message, at }) => [
    {
      packets,
      outcome: { kind: 'undecided', reason: `the file ${message}` },
      decidedBy: at,
      assumptions: [],
      trace: [],
    },
  ]);
}

/** Follows first packets through a point; those that have been published there begin behind what publishes them. */
function throughPoint(
  walk: Walk,
  model: FilterModel,
  point: FilterPoint,
  packets: PacketSet,
  hosts: HostSet | undefined,
): FilterCase[] {
  const published = point.isPublishing ? publishedPackets(model, point, packets, hosts) : undefined;
  if (!published) return walk.throughPoint(point, [streamOf(packets, UNMARKED)]);
  walk.throughPoint(published.behind, published.streams);
  const others = packets.subtract(published.packets);
  return walk.throughPoint(point, others.isEmpty ? [] : [streamOf(others, UNMARKED)]);
}

/** The same for ICMP errors about connections that are known, which a stateful filter calls related to these. */
export function decideErrors(model: FilterModel, point: FilterPoint, errors: PacketSet): FilterCase[] {
  // What their connections remember of other packets is unknown.
  const walk = new Walk(model, 'first', undefined, false, 'related');
  return decided(errors, () => walk.throughPoint(point, [streamOf(errors, UNKNOWN_REGISTERS)]));
}

/** The same for discovery of neighbours, whose hop limit is known. */
export function decideNeighbours(model: FilterModel, point: FilterPoint, messages: PacketSet): FilterCase[] {
  const walk = new Walk(model, 'first', undefined, false, 'neighbours');
  return decided(messages, () => walk.throughPoint(point, [streamOf(messages, UNMARKED)]));
}

/** The same for one base chain alone, whatever the chains before it have set. */
export function decideInChain(model: FilterModel, chain: BaseChain, packets: PacketSet, phase: Phase): FilterCase[] {
  const point: FilterPoint = { name: chain.name, hook: undefined, chains: [chain], stateful: false };
  const walk = new Walk(model, phase, undefined);
  return decided(packets, () => walk.throughPoint(point, [streamOf(packets, UNKNOWN_REGISTERS)]));
}

/**
 * The same for a few packets, with the whole way in the traces: also the chains that were entered and left without a
 * decision.
 */
export function tracePackets(model: FilterModel, point: FilterPoint, packets: PacketSet, phase: Phase): FilterCase[] {
  const walk = new Walk(model, phase, undefined, true);
  return decided(packets, () => {
    if (phase === 'first') return throughPoint(walk, model, point, packets, undefined);
    return walk.throughPoint(point, repliesOf(model, point, packets, undefined));
  });
}

function streamOf(packets: PacketSet, registers: Registers): Stream {
  return { packets, registers, assumptions: [], path: [] };
}

/** Replies as they come: with what their connection remembers of its first packet. */
function repliesOf(model: FilterModel, point: FilterPoint, packets: PacketSet, hosts: HostSet | undefined): Stream[] {
  if (!(model.remembers || model.changesPackets)) return [streamOf(packets, UNMARKED)];
  const first = oppositeOf(model, point);
  if (!first) return [streamOf(packets, { ...UNKNOWN_REGISTERS, 'packet-mark': ZERO })];
  const walk = new Walk(model, 'first', hosts);
  throughPoint(walk, model, first, packets.replies(), hosts);
  const lost = PacketSet.join(walk.ends.filter(({ isChanged }) => isChanged).map(asAsked))
    .replies()
    .intersect(packets);
  const starts = remembering(
    walk.ends.filter(({ isChanged }) => !isChanged),
    packets.subtract(lost),
  );
  if (lost.isEmpty) return starts;
  return [...starts, { ...streamOf(lost, UNKNOWN_REGISTERS), lost: 'a rule changes the ports of the first packet' }];
}

/** How many parts of connections are followed by what they remember; of more, that is unknown. */
const REMEMBERED_LIMIT = 64;

/** Replies with the registers that connections have at the end of the way of their first packet. */
function remembering(ends: readonly Stream[], packets: PacketSet): Stream[] {
  let known: Stream[] = [];
  for (const end of ends) {
    const own = asAsked(end).replies().intersect(packets);
    const registers = registersOfReply(end.registers);
    const others = known.reduce((rest, one) => rest.subtract(one.packets), own);
    known = known.flatMap((one) => {
      const both = one.packets.intersect(own);
      if (both.isEmpty || sameRegisters(one.registers, registers)) return [one];
      const rest = one.packets.subtract(own);
      const unsure = streamOf(both, eitherRegisters(one.registers, registers, undefined));
      return rest.isEmpty ? [unsure] : [unsure, { ...one, packets: rest }];
    });
    if (!others.isEmpty) known.push(streamOf(others, registers));
    known = mergeStarts(known);
    if (known.length > REMEMBERED_LIMIT) return [streamOf(packets, { ...UNKNOWN_REGISTERS, 'packet-mark': ZERO })];
  }
  return known;
}

/** Joins what differs in nothing but the packets. */
function mergeStarts(starts: readonly Stream[]): Stream[] {
  const [first] = starts;
  return first ? mergeStreams(starts.map(({ packets, registers }) => ({ ...first, packets, registers }))) : [];
}
