// The packets on their way through a filter, with all that is known about each part of them.
import { addTo } from '../kept/lists.js';
import { spend } from './budget.js';
import { type Assumption, type QuotedLine, statementKey, type TraceStep } from './evidence.js';
import type { BaseChain, FilterAction, FilterRule, OpaqueCondition } from './filter.js';
import { IpSet } from './ip.js';
import { ANY_PACKET, type PacketBox, PacketSet } from './packets.js';
import { eitherRegisters, type Registers, sameRegisters, TRANSLATED_DESTINATION, withRegister } from './registers.js';

/** What decides: a rule, or the statement of a policy. */
export type Decider = { readonly statement: QuotedLine | undefined; readonly rule?: FilterRule };

/** Packets that are still undecided, with the assumptions and the jumps that led there. */
export interface Stream {
  readonly packets: PacketSet;
  /** Set where rules have changed the destination, or ports. */
  readonly rewrite?: Rewrite;
  /** The numbers that rules have set; the same for all of the packets. */
  readonly registers: Registers;
  readonly assumptions: readonly Assumption[];
  readonly path: readonly TraceStep[];
  /** Whether a rule has changed the packets behind the back of what follows connections. */
  readonly isChanged?: true;
  /** Why nothing is known about what becomes of the packets. */
  readonly lost?: string;
  /** The rule that accepted them in a base chain before; it is the last step of the path to the present chain. */
  readonly acceptedBy?: Decider;
}

/** The packets before the change, for packets that rules have changed. */
interface Rewrite {
  readonly original: PacketSet;
  /** What has the one value that a rule has given to all. */
  readonly changed: ReadonlySet<keyof PacketBox>;
}

/** The packets with other properties. */
function withValues(stream: Stream, values: Partial<PacketBox>): Stream {
  const boxes = stream.packets.boxes.map((box) => ({ ...box, ...values }));
  const given = (Object.keys(values) as (keyof PacketBox)[]).filter((property) => values[property] !== undefined);
  const rewrite: Rewrite = {
    original: asAsked(stream),
    changed: new Set([...(stream.rewrite?.changed ?? []), ...given]),
  };
  return { ...stream, packets: PacketSet.from(boxes), rewrite };
}

/** The packets with another destination. Where that is what they have already, the connection is not translated (nf_nat_core.c). */
export function rewritten(
  stream: Stream,
  { destination, destinationPorts }: FilterAction & { kind: 'rewrite' },
  by: QuotedLine,
): Stream[] {
  const values = { ...(destination ? { destination } : {}), ...(destinationPorts ? { destinationPorts } : {}) };
  const own = PacketSet.of({ ...ANY_PACKET, ...values });
  const [same, others] = [stream.packets.intersect(own), stream.packets.subtract(own)];
  const kept = same.isEmpty ? [] : [{ ...stream, packets: same }];
  if (others.isEmpty) return kept;
  const translated = { operator: '|', left: 'status', right: TRANSLATED_DESTINATION } as const;
  const registers = withRegister(stream.registers, 'status', translated, by);
  return [...kept, { ...withValues({ ...stream, packets: others }, values), registers }];
}

/** The packets with other ports; those that have them already stay as they are. */
export function changed(stream: Stream, { kind: _, ...values }: FilterAction & { kind: 'change' }): Stream[] {
  const own = PacketSet.of({ ...ANY_PACKET, ...values });
  const [same, others] = [stream.packets.intersect(own), stream.packets.subtract(own)];
  return [
    ...(same.isEmpty ? [] : [{ ...stream, packets: same }]),
    ...(others.isEmpty ? [] : [{ ...withValues({ ...stream, packets: others }, values), isChanged: true as const }]),
  ];
}

/**
 * The packets before any rewriting. A rewritten property has one value in all packets of a stream, so no rule can have
 * distinguished them by it: those that are left are the originals that agree in everything else.
 */
export function asAsked({ packets, rewrite }: Stream): PacketSet {
  if (!rewrite) return packets;
  const any = Object.fromEntries([...rewrite.changed].map((property) => [property, ANY_PACKET[property]]));
  return rewrite.original.intersect(PacketSet.from(packets.boxes.map((box) => ({ ...box, ...any }))));
}

export function packetsOf(streams: readonly Stream[]): PacketSet {
  const [only, ...others] = streams;
  if (!only) return PacketSet.none;
  return others.length === 0 ? only.packets : PacketSet.from(streams.flatMap(({ packets }) => packets.boxes));
}

/** What it costs to assume something. */
const ASSUMED = 5;

export function assume(
  stream: Stream,
  { statement }: FilterRule,
  opaque: readonly OpaqueCondition[],
): readonly Assumption[] {
  if (opaque.length === 0) return stream.assumptions;
  spend(ASSUMED + stream.assumptions.length / 2);
  const { unknownBy } = stream.registers;
  const own = opaque.map(({ text, test }) => ({
    unknown: `${statementKey(statement)} ${text}`,
    phrase: test && unknownBy ? `${text} (behind '${unknownBy.text}')` : text,
    statement,
  }));
  return [...stream.assumptions, ...own];
}

/** The packets of a stream with what may have been set for some of them: in streams that are parts of it. */
export function overlaid(stream: Stream, parts: readonly Stream[], by: QuotedLine): Stream[] {
  // What has other properties goes on beside those that do not.
  const apart = parts.filter((part) => part.rewrite !== stream.rewrite);
  let all: Stream[] = [stream];
  for (const part of parts) {
    if (part.registers === stream.registers || apart.includes(part)) continue;
    all = all.flatMap((one) => {
      const both = one.packets.intersect(part.packets);
      const registers = eitherRegisters(one.registers, part.registers, by);
      if (both.isEmpty || registers === one.registers) return [one];
      const rest = one.packets.subtract(part.packets);
      return rest.isEmpty
        ? [{ ...one, registers }]
        : [
            { ...one, packets: both, registers },
            { ...one, packets: rest },
          ];
    });
    all = mergeStreams(all);
  }
  return [...all, ...apart];
}

/** How many streams may differ in their registers alone; of more, what differs counts as unknown. */
const REGISTERS_LIMIT = 64;

/** Joins the packets that arrive under the same assumptions by the same jumps, so that jumps do not multiply streams. */
export function mergeStreams(streams: readonly Stream[]): Stream[] {
  const [only] = streams;
  if (only && streams.length === 1) return [only];
  const merged = merge(streams, sameRegisters);
  return merged.length > REGISTERS_LIMIT ? merge(merged, () => true) : merged;
}

function merge(streams: readonly Stream[], isSame: (a: Registers, b: Registers) => boolean): Stream[] {
  const alike: [Stream, ...Stream[]][] = [];
  // Nearly all that does not come together differs in what is assumed.
  const byAssumptions = new Map<Stream['assumptions'], [Stream, ...Stream[]][]>();
  for (const stream of streams) {
    const { assumptions, path, rewrite, registers } = stream;
    spend(alike.length / 8);
    const known = byAssumptions
      .get(assumptions)
      ?.find(([first]) => first.path === path && first.rewrite === rewrite && isSame(first.registers, registers));
    if (known) known.push(stream);
    else {
      const own: [Stream] = [stream];
      alike.push(own);
      addTo(byAssumptions, assumptions, own);
    }
  }
  return alike.map(([first, ...others]) => {
    if (others.length === 0) return first;
    const registers = others.reduce((all, one) => eitherRegisters(all, one.registers, undefined), first.registers);
    return { ...first, packets: PacketSet.join([first, ...others].map(({ packets }) => packets)), registers };
  });
}

/** Packets that a statement has accepted, so far. */
export interface Accepted {
  readonly stream: Stream;
  readonly decidedBy: Decider;
}

/** How many streams enter a further base chain separately; more are joined, whatever accepted them. */
const KEPT_APART = 64;

/** The packets that enter a base chain, and those of other families, which stay accepted. */
export function byFamily(
  accepted: readonly Accepted[],
  { families }: BaseChain,
): { inside: Stream[]; outside: Accepted[] } {
  if (!families) return { inside: entering(accepted), outside: [] };
  const own = PacketSet.from(families.map((family) => ({ ...ANY_PACKET, source: IpSet.all.ofFamily(family) })));
  const inside: Accepted[] = [];
  const outside: Accepted[] = [];
  for (const { stream, decidedBy } of accepted) {
    const ofFamily = stream.packets.intersect(own);
    const others = stream.packets.subtract(own);
    if (!ofFamily.isEmpty) inside.push({ stream: { ...stream, packets: ofFamily }, decidedBy });
    if (!others.isEmpty) outside.push({ stream: { ...stream, packets: others }, decidedBy });
  }
  return { inside: entering(inside), outside };
}

/** Accepted packets that go on to the next base chain. They keep what accepted them, unless they are too many. */
function entering(accepted: readonly Accepted[]): Stream[] {
  return accepted.length <= KEPT_APART
    ? accepted.map(acceptedBefore)
    : mergeStreams(accepted.map(({ stream: { acceptedBy: _, ...stream } }) => stream));
}

function acceptedBefore({ stream, decidedBy }: Accepted): Stream {
  const { statement, rule } = decidedBy;
  if (!statement || !rule || decidedBy === stream.acceptedBy) return stream;
  return { ...stream, path: [...stream.path, { statement, effect: 'accepts' }], acceptedBy: decidedBy };
}

/** How many streams are compared with each other. */
const COMPARED_LIMIT = 64;

/**
 * Streams without the packets that another one holds under a part of their assumptions: what becomes of these is found anyway.
 * Where a chain leads to one of two others under a condition, the streams would else double with every such chain.
 */
export function withoutCovered(streams: readonly Stream[]): Stream[] {
  if (streams.length < 2 || streams.length > COMPARED_LIMIT) return [...streams];
  let left: Stream[] = [];
  const bySureness = [...streams].sort((a, b) => a.assumptions.length - b.assumptions.length);
  for (const stream of bySureness) {
    const packets = left
      .filter((one) => covers(one, stream))
      .reduce((rest, one) => rest.subtract(one.packets), stream.packets);
    if (!packets.isEmpty) left = [...left, packets === stream.packets ? stream : { ...stream, packets }];
  }
  return left;
}

/** Whether the packets of a stream that are in another one have the same way before them, and that one is not less certain. */
function covers(one: Stream, other: Stream): boolean {
  return (
    one.rewrite === other.rewrite &&
    one.isChanged === other.isChanged &&
    one.acceptedBy === other.acceptedBy &&
    sameRegisters(one.registers, other.registers) &&
    one.assumptions.every((assumption, i) => assumption === other.assumptions[i])
  );
}
