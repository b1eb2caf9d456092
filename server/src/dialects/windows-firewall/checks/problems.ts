// All defects of a script.

import type { FilterModel } from '../../../model/filter.js';
import { conflictMarkers, UNRESOLVED } from '../../../text/conflicts.js';
import type { Problem, Source } from '../../dialect.js';
import { shadowedStatements } from '../../shared/shadowed-rules.js';
import type { Program } from '../program/program.js';
import { misleadingNames } from './misleading-names.js';
import { repeatedNames } from './repeated-names.js';

export function problemsOf({ uri, text }: Source, { problems, rules }: Program, model: FilterModel): Problem[] {
  return unique([
    ...problems.map((problem) => ({ ...problem, uri })),
    ...conflictMarkers(text).map((range): Problem => ({ code: 'syntax-error', uri, range, message: UNRESOLVED })),
    ...misleadingNames(uri, rules),
    ...repeatedNames(uri, rules),
    // Rules that block come first wherever they stand, so what they cover is reported; what only the default covers is not.
    ...shadowedStatements(model.points.flatMap(({ chains }) => chains)),
  ]);
}

/** A loop finds the same defect of one line in every round. */
function unique(problems: readonly Problem[]): Problem[] {
  const known = new Set<string>();
  return problems.filter(({ code, range, message }) => {
    const key = `${code} ${range.start} ${range.end} ${message}`;
    const isNew = !known.has(key);
    known.add(key);
    return isNew;
  });
}
