import type { Problem } from '../../dialect.js';
import type { ParsedPac } from '../syntax/parse.js';
import type { Scopes } from '../syntax/scopes.js';
import { checkArguments } from './arguments.js';
import { CheckContext } from './context.js';
import { checkLooseMatches } from './loose-matches.js';
import { checkEntry, checkNames } from './names.js';
import { checkOrder } from './order.js';
import { checkResults } from './results.js';

/** Every defect of a PAC file, in the order of the text. */
export function checkPac(tree: ParsedPac, scopes: Scopes): Problem[] {
  const context = new CheckContext(tree, scopes);
  for (const check of [checkEntry, checkNames, checkArguments, checkResults, checkLooseMatches, checkOrder]) {
    check(context);
  }
  return context.problems.sort((a, b) => a.range.start - b.range.start);
}
