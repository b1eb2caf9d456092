// Parts of the meaning of a rule: alternatives, each of which may match independently.
import type { FilterRule, Phase } from '../../../model/filter.js';
import { ANY_PACKET, type PacketBox, PacketSet } from '../../../model/packets.js';
import type { RegisterTest } from '../../../model/registers.js';

/** A part of a rule's meaning: all of what it matches here, under the same conditions. */
export type Meaning = Pick<FilterRule, 'match' | 'phases' | 'opaque'>;

/** The part under one more condition whose outcome is unknown. */
export function withUnknown(part: Meaning, text: string): Meaning {
  return { match: part.match, phases: part.phases, opaque: [...part.opaque, { text }] };
}

export function inPhase(part: Meaning, phase: Phase, only: readonly Phase[]): Meaning[] {
  return part.phases.includes(phase) ? [{ match: part.match, phases: only, opaque: part.opaque }] : [];
}

/** The part inside or outside of some packets. */
export function split(part: Meaning, packets: PacketSet, inside: boolean): Meaning[] {
  const match = isAnyPacket(part.match) ? PacketSet.all : PacketSet.from(part.match);
  const { boxes } = inside ? match.intersect(packets) : match.subtract(packets);
  return boxes.length === 0 ? [] : [{ match: boxes, phases: part.phases, opaque: part.opaque }];
}

function isAnyPacket([only, ...others]: readonly PacketBox[]): boolean {
  return others.length === 0 && only === ANY_PACKET;
}

export function withTest(part: Meaning, text: string, test: RegisterTest): Meaning {
  return { match: part.match, phases: part.phases, opaque: [...part.opaque, { text, test }] };
}
