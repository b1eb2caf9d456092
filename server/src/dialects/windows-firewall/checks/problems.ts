// All problems of a script that do not depend on requirements.

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
    // Rules that block come first regardless of their position, so rules that they cover are reported; those that only the default covers are not.
    ...shadowedStatements(model.points.flatMap(({ chains }) => chains)),
  ]);
}

/** Removes duplicates: a loop has the same problem of one line in every round. */
function unique(problems: readonly Problem[]): Problem[] {
  const known = new Set<string>();
  return problems.filter(({ code, range, message }) => {
    const key = `${code} ${range.start} ${range.end} ${message}`;
    const isNew = !known.has(key);
    known.add(key);
    return isNew;
  });
}
