// All problems of a file: those found while it was read, and those that depend on the whole ruleset.
import type { FilterModel } from '../../../model/filter.js';
import type { Problem } from '../../dialect.js';
import { shadowedStatements } from '../../shared/shadowed-rules.js';
import type { Ruleset } from '../program/ruleset.js';
import { jumpLoopProblems } from './jump-loops.js';
import { undefinedNames, unusedNames } from './names.js';

/** The problems of the file `uri`. `meaning` is its model, with the problems that were found while it was built. */
export function findProblems(
  uri: string,
  ruleset: Ruleset,
  meaning: { readonly model: FilterModel; readonly problems: readonly Problem[] },
): Problem[] {
  return [
    ...ruleset.problems,
    ...meaning.problems,
    ...shadowedStatements([...meaning.model.chains.values()]),
    ...undefinedNames(ruleset),
    ...unusedNames(ruleset, uri),
    ...jumpLoopProblems(ruleset),
  ];
}
