// All problems of a file: those found while it was read, and those that depend on the whole ruleset.
import type { FilterModel } from '../../../model/filter.js';
import type { Problem } from '../../dialect.js';
import { shadowedStatements } from '../../shared/shadowed-rules.js';
import type { Ruleset } from '../program/ruleset.js';
import { hookProblems } from './hooks.js';
import { jumpLoopProblems } from './jump-loops.js';
import { undefinedNames, unusedNames } from './names.js';
import { setProblems } from './sets.js';

/** The problems of the file `uri`. `meaning` is its model, with the problems that were found while it was built. */
export function findProblems(
  uri: string,
  ruleset: Ruleset,
  meaning: { readonly model: FilterModel; readonly problems: readonly Problem[] },
): Problem[] {
  return [
    ...ruleset.problems,
    ...meaning.problems,
    ...withoutBroken(shadowedIn(meaning.model), [...ruleset.problems, ...meaning.problems]),
    ...undefinedNames(ruleset),
    ...unusedNames(ruleset, uri),
    ...jumpLoopProblems(ruleset),
    ...hookProblems(ruleset),
    ...setProblems(ruleset),
  ];
}

/** Rules see other packets than those before them where some change packets; they are not compared then. */
function shadowedIn({ changesPackets, chains }: FilterModel): readonly Problem[] {
  return changesPackets ? [] : shadowedStatements([...chains.values()]);
}

/** Without the findings on statements with a syntax error: that these decide nothing is no news. */
function withoutBroken(found: readonly Problem[], problems: readonly Problem[]): readonly Problem[] {
  if (found.length === 0) return found;
  const errors = problems.filter(({ code }) => code === 'syntax-error').sort((a, b) => a.range.start - b.range.start);
  return found.filter(({ uri, range }) => {
    let low = 0;
    for (let high = errors.length; low < high; ) {
      const middle = (low + high) >> 1;
      if ((errors[middle]?.range.start ?? 0) < range.start) low = middle + 1;
      else high = middle;
    }
    for (let error = errors[low]; error && error.range.start <= range.end; error = errors[++low])
      if (error.uri === uri) return false;
    return true;
  });
}
