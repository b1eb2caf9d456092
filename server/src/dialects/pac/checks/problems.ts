// All problems of a PAC file that do not depend on requirements.
import type { Problem } from '../../dialect.js';
import type { PacProgram } from '../program/program.js';
import { checkArguments } from './arguments.js';
import { CheckContext } from './context.js';
import { checkDnsLookups } from './dns-lookups.js';
import { checkEntryFunction } from './entry-function.js';
import { checkLooseMatches } from './loose-matches.js';
import { checkNames } from './names.js';
import { checkResults } from './results.js';
import { checkShadowedConditions } from './shadowed-conditions.js';

const CHECKS: readonly ((context: CheckContext) => void)[] = [
  checkEntryFunction,
  checkNames,
  checkArguments,
  checkResults,
  checkLooseMatches,
  checkShadowedConditions,
  checkDnsLookups,
];

/** In the order of the text. */
export function findProblems(program: PacProgram): Problem[] {
  const context = new CheckContext(program);
  for (const check of CHECKS) check(context);
  return context.problems.sort((a, b) => a.range.start - b.range.start);
}
