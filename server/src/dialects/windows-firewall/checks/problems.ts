// All problems of a script that do not depend on requirements.

import type { FilterModel } from '../../../model/filter.js';
import { conflictMarkers, UNRESOLVED } from '../../../text/conflicts.js';
import type { Problem, Source } from '../../dialect.js';
import { shadowedStatements } from '../../shared/shadowed-rules.js';
import type { Program } from '../program/program.js';
import type { ScriptProblem } from '../syntax/script.js';
import { misleadingNames } from './misleading-names.js';
import { repeatedNames } from './repeated-names.js';

export function problemsOf({ uri, text }: Source, program: Program, model: FilterModel): Problem[] {
  const { problems, rules } = program;
  return unique([
    ...problems.map((problem) => located(problem, uri)),
    ...conflictMarkers(text).map((range): Problem => ({ code: 'syntax-error', uri, range, message: UNRESOLVED })),
    ...misleadingNames(uri, rules),
    ...repeatedNames(uri, rules),
    // Rules that block come first regardless of their position, so rules that they cover are reported; those that only the default covers are not.
    // Rules of IPsec differ in more than what they match: in their mode, their security and their authentication.
    ...shadowedRules(program, model),
  ]);
}

/** A setting of a profile is no rule: what it does by default is meant for what no rule matches, even if that is nothing. */
function shadowedRules({ settings }: Program, model: FilterModel): Problem[] {
  const set = new Set(settings.map(({ invocation: { range } }) => range.start));
  const chains = model.points.filter(({ about }) => !about).flatMap((point) => point.chains);
  return shadowedStatements(chains).filter(({ range }) => !set.has(range.start));
}

function located({ replacement, ...problem }: ScriptProblem, uri: string): Problem {
  if (replacement === undefined) return { ...problem, uri };
  const edits = [{ uri, range: problem.range, newText: replacement }];
  return { ...problem, uri, fix: { title: `Write ${replacement}`, edits } };
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
