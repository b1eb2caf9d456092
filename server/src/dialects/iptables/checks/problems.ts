// All problems of a file that do not depend on requirements.
import type { FilterModel } from '../../../model/filter.js';
import type { Problem } from '../../dialect.js';
import type { Program } from '../program/program.js';
import { chainNameProblems } from './chain-names.js';
import { jumpLoopProblems } from './jump-loops.js';
import { placeProblems } from './places.js';
import { rulesWithoutEffect } from './rules-without-effect.js';
import { setUseProblems } from './set-uses.js';

export function problemsOf(program: Program, model: FilterModel): Problem[] {
  const { problems, named, rulesets } = program;
  const ofChains = named.flatMap((one) => [
    ...chainNameProblems(one),
    ...jumpLoopProblems(one.ruleset),
    ...placeProblems(one.ruleset),
  ]);
  return [
    ...problems,
    ...distinct(ofChains),
    ...distinct(setUseProblems(program)),
    ...rulesWithoutEffect(rulesets, model),
  ];
}

/** Removes duplicates: a loop of a script may add a rule with a problem several times. */
function distinct(problems: readonly Problem[]): Problem[] {
  const byKey = new Map<string, Problem>();
  for (const problem of problems) {
    const key = `${problem.code} ${problem.uri} ${problem.range.start} ${problem.message}`;
    if (!byKey.has(key)) byKey.set(key, problem);
  }
  return [...byKey.values()];
}
