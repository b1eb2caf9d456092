// Which lists and entries deny the packets that a change is to permit.

import type { FilterModel, FilterPoint, Phase } from '../../../model/filter.js';
import { decidePackets } from '../../../model/filter-walk.js';
import type { PacketSet } from '../../../model/packets.js';
import type { FilterChange } from '../../dialect.js';
import { nameOfList } from '../meaning/list-rules.js';
import { NAT_CHAIN, translatedBy } from '../meaning/nat-chain.js';
import type { AccessList } from '../program/lists.js';
import { bindingsOf, type Program } from '../program/program.js';
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
    let seen = packets;
    for (const chain of point.chains) {
      if (chain.name === NAT_CHAIN) {
        seen = translatedBy(chain, seen, phase);
        continue;
      }
      if (seen.isEmpty) break;
      for (const { outcome, decidedBy, packets: decided } of decidePackets(
        model,
        { ...point, chains: [chain] },
        seen,
        phase,
      )) {
        if (outcome.kind !== 'deny' || !decidedBy) continue;
        const denial = decisionAt(program, decidedBy.range.start, decided, phase);
        if (denial) addDenial(denials, denial);
      }
    }
  }
  return denials;
}

/** What is permitted before one entry of a list needs no place before a later one, which is then not reached. */
function addDenial(denials: Denial[], found: Denial): void {
  const earlier = denials.filter(
    ({ list, index, phase }) => list === found.list && index < found.index && phase === found.phase,
  );
  const packets = earlier.reduce((rest, one) => rest.subtract(one.packets), found.packets);
  if (packets.isEmpty) return;
  const denial = { ...found, packets };
  const same = denials.findIndex(
    ({ list, index, phase }) => list === denial.list && index === denial.index && phase === denial.phase,
  );
  const known = denials[same];
  if (known) denials[same] = { ...known, packets: known.packets.union(denial.packets) };
  else denials.push(denial);
}

/**
 * The list and entry that decide at `start`: an entry begins there, or the end of a list is shown there, at its name or at a
 * binding.
 */
export function decisionAt(program: Program, start: number, packets: PacketSet, phase: Phase): Denial | undefined {
  const { uri, lists } = program;
  const bound = bindingsOf(program).find(({ line }) => quotedLine(uri, line).range.start === start);
  for (const list of lists.values()) {
    if (list.form === 'standard') continue;
    const isEnd = bound ? bound.list === list.name : nameOfList(uri, list).range.start === start;
    if (isEnd) return { list, index: list.entries.length, packets, phase };
    const index = list.entries.findIndex((entry) => quotedLine(uri, entry).range.start === start);
    if (index >= 0) return { list, index, packets, phase };
  }
  return undefined;
}
