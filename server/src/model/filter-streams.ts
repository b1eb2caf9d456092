// The packets on their way through a filter, with all that is known about each part of them.
import { type Assumption, type QuotedLine, statementKey, type TraceStep } from './evidence.js';
import type { FilterAction, FilterRule, OpaqueCondition } from './filter.js';
import { IpSet } from './ip.js';
import { ANY_PACKET, PacketSet } from './packets.js';
import { ALL_PORTS } from './ports.js';
import { eitherRegisters, type Registers, sameRegisters, TRANSLATED_DESTINATION, withRegister } from './registers.js';

/** What decides: a rule, or the statement of a policy. */
export type Decider = { readonly statement: QuotedLine | undefined; readonly rule?: FilterRule };

/** Packets that are still undecided, with the assumptions and the jumps that led there. */
export interface Stream {
  readonly packets: PacketSet;
  /** Set where rules have changed the destination. */
  readonly rewrite?: Rewrite;
  /** The numbers that rules have set; the same for all of the packets. */
  readonly registers: Registers;
  readonly assumptions: readonly Assumption[];
  readonly path: readonly TraceStep[];
  /** The rule that accepted them in a base chain before; it is the last step of the path to the present chain. */
  readonly acceptedBy?: Decider;
}

/** The packets before the change, for packets whose destination was rewritten. */
interface Rewrite {
  readonly original: PacketSet;
  /** Whether the address, and whether the port, is the one value that a rule has given to all. */
  readonly address: boolean;
  readonly port: boolean;
}

/** The packets with another destination. Where that is what they have already, the connection is not translated (nf_nat_core.c). */
export function rewritten(
  stream: Stream,
  { destination, destinationPorts }: FilterAction & { kind: 'rewrite' },
  by: QuotedLine,
): Stream[] {
  const own = PacketSet.of({
    ...ANY_PACKET,
    ...(destination ? { destination } : {}),
    ...(destinationPorts ? { destinationPorts } : {}),
  });
  const [same, others] = [stream.packets.intersect(own), stream.packets.subtract(own)];
  const kept = same.isEmpty ? [] : [{ ...stream, packets: same }];
  if (others.isEmpty) return kept;
  const before: Stream = { ...stream, packets: others };
  const boxes = others.boxes.map((box) => ({
    ...box,
    destination: destination ?? box.destination,
    destinationPorts: destinationPorts ?? box.destinationPorts,
  }));
  const rewrite: Rewrite = {
    original: asAsked(before),
    address: destination !== undefined || stream.rewrite?.address === true,
    port: destinationPorts !== undefined || stream.rewrite?.port === true,
  };
  const translated = { operator: '|', left: 'status', right: TRANSLATED_DESTINATION } as const;
  const registers = withRegister(stream.registers, 'status', translated, by);
  return [...kept, { ...before, packets: PacketSet.of(...boxes), rewrite, registers }];
}

/**
 * The packets before any rewriting. A rewritten property has one value in all packets of a stream, so no rule can have
 * distinguished them by it: those that are left are the originals that agree in everything else.
 */
export function asAsked({ packets, rewrite }: Stream): PacketSet {
  if (!rewrite) return packets;
  const alike = packets.boxes.map((box) => ({
    ...box,
    destination: rewrite.address ? IpSet.all : box.destination,
    destinationPorts: rewrite.port ? ALL_PORTS : box.destinationPorts,
  }));
  return rewrite.original.intersect(PacketSet.of(...alike));
}

export function packetsOf(streams: readonly Stream[]): PacketSet {
  const [only, ...others] = streams;
  if (!only) return PacketSet.none;
  return others.length === 0 ? only.packets : PacketSet.of(...streams.flatMap(({ packets }) => packets.boxes));
}

export function assume(
  stream: Stream,
  { statement }: FilterRule,
  opaque: readonly OpaqueCondition[],
): readonly Assumption[] {
  if (opaque.length === 0) return stream.assumptions;
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
  let all: Stream[] = [stream];
  for (const part of parts) {
    if (part.registers === stream.registers) continue;
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
  return all;
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
  for (const stream of streams) {
    const { assumptions, path, rewrite, registers } = stream;
    const known = alike.find(
      ([first]) =>
        first.assumptions === assumptions &&
        first.path === path &&
        first.rewrite === rewrite &&
        isSame(first.registers, registers),
    );
    if (known) known.push(stream);
    else alike.push([stream]);
  }
  return alike.map(([first, ...others]) => {
    if (others.length === 0) return first;
    const registers = others.reduce((all, one) => eitherRegisters(all, one.registers, undefined), first.registers);
    return { ...first, packets: PacketSet.join([first, ...others].map(({ packets }) => packets)), registers };
  });
}
