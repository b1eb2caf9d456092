// Which lists and entries deny the packets that a change is to permit.

import type { FilterModel, FilterPoint, Phase } from '../../../model/filter.js';
import { decidePackets } from '../../../model/filter-walk.js';
import { PacketSet } from '../../../model/packets.js';
import type { FilterChange } from '../../dialect.js';
import { matchesOf } from '../meaning/entry-rules.js';
import type { AccessList } from '../program/lists.js';
import type { Program } from '../program/program.js';
import { quotedLine } from '../program/quoted-line.js';

/** Packets that one list denies, and the entry before which they have to be permitted. */
export interface Denial {
  readonly list: AccessList;
  /** The index of the entry that denies; the number of entries where none does and the list ends. */
  readonly index: number;
  readonly packets: PacketSet;
  readonly phase: Phase;
}

/** Evaluates each list on the path separately: after one that denies, another may deny as well. */
export function denialsOf(model: FilterModel, program: Program, point: FilterPoint, change: FilterChange): Denial[] {
  const denials: Denial[] = [];
  const questions = [
    [change.missing, 'first'],
    [change.replies, 'reply'],
  ] as const;
  for (const [packets, phase] of questions) {
    if (packets.isEmpty) continue;
    for (const chain of point.chains) {
      for (const { outcome, decidedBy, packets: decided } of decidePackets(
        model,
        { ...point, chains: [chain] },
        packets,
        phase,
      )) {
        if (outcome.kind !== 'deny' || !decidedBy) continue;
        const denial = denialAt(program, decidedBy.range.start, decided, phase);
        if (denial) addDenial(denials, denial);
      }
    }
  }
  return denials;
}

function addDenial(denials: Denial[], denial: Denial): void {
  const same = denials.findIndex(
    ({ list, index, phase }) => list === denial.list && index === denial.index && phase === denial.phase,
  );
  const known = denials[same];
  if (known) denials[same] = { ...known, packets: known.packets.union(denial.packets) };
  else denials.push(denial);
}

/**
 * The list and entry whose line begins at `start`. Implicit rules are shown at a header, or at the last entry, which then
 * does not match the packets.
 */
function denialAt(program: Program, start: number, packets: PacketSet, phase: Phase): Denial | undefined {
  for (const list of program.lists.values()) {
    if (list.form === 'standard') continue;
    const index = list.entries.findIndex((entry) => quotedLine(program.uri, entry).range.start === start);
    const atHeader = quotedLine(program.uri, list.header).range.start === start;
    if (index < 0 && !atHeader) continue;
    const statement = list.entries[index]?.own.statement;
    const denies =
      statement?.kind === 'entry' &&
      statement.entry.action === 'deny' &&
      matchesOf(statement.entry, program.definitions).some(
        ({ match }) => !packets.intersect(PacketSet.of(...match)).isEmpty,
      );
    return { list, index: denies ? index : list.entries.length, packets, phase };
  }
  return undefined;
}
