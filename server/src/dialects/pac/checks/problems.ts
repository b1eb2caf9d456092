// All problems of a PAC file that do not depend on requirements.
import type { Problem } from '../../dialect.js';
import type { PacProgram } from '../program/program.js';
import { checkArgumentPlaces } from './argument-places.js';
import { checkArguments } from './arguments.js';
import { checkConstantConditions } from './constant-conditions.js';
import { CheckContext } from './context.js';
import { checkDnsLookups } from './dns-lookups.js';
import { checkEntryFunction } from './entry-function.js';
import { checkJoinedConditions } from './joined-conditions.js';
import { checkListLoops } from './list-loops.js';
import { checkLooseMatches } from './loose-matches.js';
import { checkMissingReturns } from './missing-returns.js';
import { checkNames } from './names.js';
import { checkPortability } from './portability.js';
import { checkRegularExpressions } from './regular-expressions.js';
import { checkResults } from './results.js';
import { checkShadowedConditions } from './shadowed-conditions.js';
import { checkShellPatterns } from './shell-patterns.js';
import { checkUnmatchable } from './unmatchable.js';

/** The most telling first: a later check says nothing about what an earlier one has spoken of. */
const CHECKS: readonly ((context: CheckContext) => void)[] = [
  checkEntryFunction,
  checkNames,
  checkListLoops,
  checkConstantConditions,
  checkArgumentPlaces,
  checkUnmatchable,
  checkShellPatterns,
  checkRegularExpressions,
  checkJoinedConditions,
  checkArguments,
  checkResults,
  checkMissingReturns,
  checkLooseMatches,
  checkShadowedConditions,
  checkDnsLookups,
  checkPortability,
];

/**
 * In the order of the text.
 * @param endsWithoutResult whether some request ends without a result; `undefined` where that is not known
 */
export function findProblems(program: PacProgram, endsWithoutResult: () => boolean | undefined): Problem[] {
  const context = new CheckContext(program, endsWithoutResult);
  for (const check of CHECKS) check(context);
  return context.problems.sort((a, b) => a.range.start - b.range.start);
}
