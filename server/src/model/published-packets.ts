// Packets that come to an address which a router translates, as what follows the translation sees them: with the address of the
// server, and with all that is known of translated connections.
import { addAll } from '../kept/lists.js';
import { Memo } from '../kept/memo.js';
import { Walk } from './chain-walk.js';
import type { BaseChain, FilterAction, FilterChain, FilterModel, FilterPoint, FilterRule } from './filter.js';
import { asAsked, type Stream } from './filter-streams.js';
import type { HostSet } from './hosts.js';
import { IpSet } from './ip.js';
import { type PacketBox, PacketSet } from './packets.js';
import { eitherRegisters, type Registers, sameRegisters, UNKNOWN_REGISTERS, UNMARKED } from './registers.js';
import { type RuleRun, runsOf } from './rule-runs.js';

/** Packets behind the chains that translate them. */
export interface Published {
  readonly streams: readonly Stream[];
  /** The point without those chains. */
  readonly behind: FilterPoint;
  /** The packets in the streams: no others come to these addresses from outside. */
  readonly packets: PacketSet;
}

/**
 * Those of some packets to servers which rules at this point send there from other addresses; `undefined` where there are none.
 * Of the addresses that clients know, any may be meant: what differs by them is unknown.
 */
export function publishedPackets(
  model: FilterModel,
  point: FilterPoint,
  packets: PacketSet,
  hosts: HostSet | undefined,
): Published | undefined {
  const length = 1 + point.chains.map((chain) => translates(chain, model)).lastIndexOf(true);
  if (length === 0) return undefined;
  const anywhere = PacketSet.from(packets.boxes.map(toAnywhere));
  const walk = new Walk(model, 'first', hosts);
  const start: Stream = { packets: anywhere, registers: UNMARKED, assumptions: [], path: [] };
  const cases = walk.throughPoint({ ...point, chains: point.chains.slice(0, length) }, [start]);
  const found = walk.ends.flatMap((end, i): Stream[] => {
    const one = cases[i];
    if (!one || one.outcome.kind === 'deny') return [];
    if (one.outcome.kind === 'undecided') return one.rule ? [maybeSentOn(end, one.rule, packets)] : [];
    return end.rewrite?.changed.has('destination') ? [asSeenBehind(end, packets)] : [];
  });
  const streams = apart(found.filter((stream) => !asAsked(stream).isEmpty));
  if (streams.length === 0) return undefined;
  const behind = { ...point, chains: point.chains.slice(length) };
  return { streams, behind, packets: PacketSet.join(streams.map(asAsked)) };
}

function toAnywhere(box: PacketBox): PacketBox {
  const families = ([4, 6] as const).filter((family) => !box.destination.ofFamily(family).isEmpty);
  return { ...box, destination: IpSet.join(families.map((family) => IpSet.all.ofFamily(family))) };
}

/** Packets that a rule sends to one of several addresses, of those that are asked about. */
function maybeSentOn(end: Stream, { action }: FilterRule, asked: PacketSet): Stream {
  const destination = action.kind === 'undecided' ? (action.destinations ?? IpSet.empty) : IpSet.empty;
  const boxes = asAsked(end).boxes.map((box) => ({ ...box, destination }));
  const packets = PacketSet.from(boxes).intersect(asked);
  return { packets, registers: UNKNOWN_REGISTERS, assumptions: [], path: end.path };
}

/** Translated packets as if they had come to the server's own address, of those that are asked about. */
function asSeenBehind(end: Stream, asked: PacketSet): Stream {
  const destination = IpSet.join(end.packets.boxes.map((box) => box.destination));
  const to = ({ boxes }: PacketSet) => PacketSet.from(boxes.map((box) => ({ ...box, destination })));
  const original = to(asAsked(end)).intersect(asked);
  const changed = new Set([...(end.rewrite?.changed ?? [])].filter((property) => property !== 'destination'));
  const { rewrite: _, acceptedBy: __, assumptions, ...known } = end;
  // Where it depends on more whether packets are translated, others with this destination may not be.
  const registers =
    assumptions.length > 0 ? eitherRegisters(UNMARKED, end.registers, end.path.at(-1)?.statement) : end.registers;
  if (changed.size === 0 || original.isEmpty) return { ...known, packets: original, registers, assumptions: [] };
  return { ...known, registers, rewrite: { original, changed }, assumptions: [] };
}

/** How many rules that send packets to the same servers are compared with each other. */
const COMPARED_LIMIT = 64;

/** Streams of which each packet is in one: where several addresses lead to a server, what differs by them is unknown. */
function apart(streams: readonly Stream[]): Stream[] {
  if (streams.length > COMPARED_LIMIT) {
    const packets = PacketSet.join(streams.map(asAsked));
    return [{ ...withoutRewrite(packets, UNKNOWN_REGISTERS), lost: 'too many rules publish its destination' }];
  }
  let known: Stream[] = [];
  for (const stream of streams) {
    const own = asAsked(stream);
    const all = PacketSet.join(known.map(asAsked));
    known = known.flatMap((one) => {
      const both = asAsked(one).intersect(own);
      return both.isEmpty || isAlike(one, stream) ? [one] : [...without(one, own), eitherOf(one, stream, both)];
    });
    addAll(known, without(stream, all));
  }
  return known;
}

function withoutRewrite(packets: PacketSet, registers: Registers): Stream {
  return { packets, registers, assumptions: [], path: [] };
}

function without(stream: Stream, packets: PacketSet): Stream[] {
  const left = asAsked(stream).subtract(packets);
  if (left.isEmpty) return [];
  const { rewrite } = stream;
  return [rewrite ? { ...stream, rewrite: { ...rewrite, original: left } } : { ...stream, packets: left }];
}

/** Packets that came by one of two addresses. */
function eitherOf(one: Stream, other: Stream, packets: PacketSet): Stream {
  const registers = eitherRegisters(one.registers, other.registers, one.path.at(-1)?.statement);
  if (hasSamePorts(one, other) && !one.rewrite) return { ...one, packets, registers };
  return { ...withoutRewrite(packets, registers), lost: 'it depends on which address it is published at' };
}

function isAlike(one: Stream, other: Stream): boolean {
  return hasSamePorts(one, other) && sameRegisters(one.registers, other.registers) && one.lost === other.lost;
}

/** Whether rules have given two streams the same ports, or neither any. */
function hasSamePorts(one: Stream, other: Stream): boolean {
  if (!one.rewrite || !other.rewrite) return one.rewrite === other.rewrite;
  const portsOf = ({ packets }: Stream) => packets.boxes.map(({ destinationPorts: ports }) => ports.key).join();
  return portsOf(one) === portsOf(other);
}

interface Leads {
  /** Whether a rule of the run gives packets another destination. */
  readonly translates: boolean;
  /** The chains that its rules jump to. */
  readonly chains: ReadonlySet<string>;
}

const leads = new Memo<RuleRun, Leads>();

function leadsOf(run: RuleRun): Leads {
  return leads.of(run, ({ templates }) => {
    const chains = new Set<string>();
    for (const { action } of templates) if (action.kind === 'jump' || action.kind === 'goto') chains.add(action.chain);
    return { translates: templates.some(({ action }) => destinationsOf(action) !== undefined), chains };
  });
}

/** Whether a chain, or one that it jumps to, gives packets another destination. */
function translates(chain: BaseChain, model: FilterModel): boolean {
  const seen = new Set<FilterChain>([chain]);
  for (const one of seen) {
    for (const { run } of runsOf(one)) {
      const { translates: isSentOn, chains } = leadsOf(run);
      if (isSentOn) return true;
      for (const name of chains) {
        const called = model.chains.get(name);
        if (called) seen.add(called);
      }
    }
  }
  return false;
}

/** The addresses that an action sends packets to. */
export function destinationsOf(action: FilterAction): IpSet | undefined {
  if (action.kind === 'rewrite') return action.destination;
  return action.kind === 'undecided' ? action.destinations : undefined;
}
