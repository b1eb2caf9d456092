// Proposals that make a configuration permit packets: addresses for a group, or entries for a list.
import type { Candidate, Change } from '../../dialect.js';
import type { CiscoDocument } from '../program/program.js';
import { denialsOf } from './denials.js';
import { groupExtension } from './extend-group.js';
import { entryInsertion } from './insert-entries.js';

export function emitCandidates({ source, program, model }: CiscoDocument, change: Change): readonly Candidate[] {
  if (change.goal !== 'permit-packets' || model.kind !== 'filter') return [];
  const point = model.points.find(({ name }) => name === change.point);
  if (!point) return [];
  const denials = denialsOf(model, program, point, change);
  if (denials.length === 0) return [];
  return [groupExtension(source, program, denials), entryInsertion(source, denials, change)].flatMap(
    (candidate) => candidate ?? [],
  );
}
