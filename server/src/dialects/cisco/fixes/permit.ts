// Proposals that make a configuration permit packets: addresses for a group, or entries for a list.
import type { FilterModel, FilterPoint } from '../../../model/filter.js';
import { decidePackets } from '../../../model/filter-walk.js';
import type { Candidate, Change, FilterChange, FilterDenial } from '../../dialect.js';
import { denialsFor, shortestFirst } from '../../shared/denials.js';
import type { CiscoDocument } from '../program/program.js';
import { type Denial, decisionAt, denialsOf } from './denials.js';
import { groupExtension } from './extend-group.js';
import { entryInsertion } from './insert-entries.js';

export function emitCandidates(document: CiscoDocument, change: Change): readonly Candidate[] {
  if (change.goal === 'deny-packets') return denyingEntries(document, change);
  const denials = denialsIn(document, change);
  if (denials.length === 0 || change.goal !== 'permit-packets') return [];
  const { source, program } = document;
  return [groupExtension(source, program, denials), entryInsertion(source, denials, change)].flatMap(
    (candidate) => candidate ?? [],
  );
}

/** Entries that deny, before the entry that permits. */
function denyingEntries(document: CiscoDocument, denial: FilterDenial): readonly Candidate[] {
  const { source, program } = document;
  const candidates = denialsFor(denial).flatMap((change) => {
    const places = denial.decidedBy.flatMap(
      ({ range }) => decisionAt(program, range.start, change.missing, 'first') ?? [],
    );
    const [first] = places;
    if (!first) return [];
    const ways = ['deny', 'deny behind common exceptions'] as const;
    return ways.flatMap((way) => entryInsertion(source, [first], change, way) ?? []);
  });
  return shortestFirst(candidates);
}

/** Entries are added to lists alone. */
export function obstacleTo(document: CiscoDocument, change: Change): string | undefined {
  if (change.goal === 'deny-packets') {
    return 'no access list lets it pass, or to deny just this takes more entries than anybody would write';
  }
  if (!isDenied(document, change) || denialsIn(document, change).length > 0) return undefined;
  return document.program.platform === 'asa'
    ? 'no access list denies it, and a new one would deny all else that the security level permits'
    : 'no access list denies it, and only access lists are edited';
}

function denialsIn({ program, model }: CiscoDocument, change: Change): readonly Denial[] {
  if (change.goal !== 'permit-packets' || model.kind !== 'filter') return [];
  const point = pointOf(model, change);
  return point ? denialsOf(model, program, point, change) : [];
}

/** Whether packets are denied, and not just undecided. */
function isDenied({ model }: CiscoDocument, change: Change): boolean {
  if (change.goal !== 'permit-packets' || model.kind !== 'filter') return false;
  const point = pointOf(model, change);
  return (
    point !== undefined &&
    [
      ...decidePackets(model, point, change.missing, 'first'),
      ...decidePackets(model, point, change.replies, 'reply'),
    ].some(({ outcome }) => outcome.kind === 'deny')
  );
}

function pointOf({ points }: FilterModel, { point }: FilterChange): FilterPoint | undefined {
  return points.find(({ name }) => name === point);
}
