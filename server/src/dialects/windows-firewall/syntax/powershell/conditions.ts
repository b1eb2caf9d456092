// Recognises the conditions that ask whether a rule exists.

import type { TokenList } from './token-list.js';
import type { CmdletCall, Query } from './tree.js';

/** What a condition asks for, and whether it holds where that is found or where it is not. */
export interface ExistenceTest {
  readonly query: Query;
  readonly holdsWhere: 'found' | 'missing';
}

/** Reads a command that finds rules, from its name up to an index; `undefined` where it is another one. */
export type ReadQuery = (from: number, to: number) => CmdletCall | undefined;

/**
 * The test between the parentheses of `if ( … )`: a command that finds rules or a variable, compared with `$null` or negated,
 * or as it is. `undefined` for every other condition.
 */
export function existenceTest(
  tokens: TokenList,
  open: number,
  close: number,
  readQuery: ReadQuery,
): ExistenceTest | undefined {
  let [from, to] = [open + 1, close];
  const unwrap = () => {
    while (tokens.isSign(from, '(') && tokens.closing(from) === to - 1) [from, to] = [from + 1, to - 1];
  };
  const isWord = (at: number, kind: string, text: string) => {
    const token = tokens.at(at);
    return token?.kind === kind && token.text.toLowerCase() === text;
  };
  unwrap();
  let missing = false;
  if (isWord(from, 'parameter', 'not') || tokens.isSign(from, '!')) {
    missing = true;
    from++;
  } else if (isWord(from, 'variable', 'null') && isWord(from + 1, 'parameter', 'eq')) {
    missing = true;
    from += 2;
  } else if (isWord(to - 1, 'variable', 'null') && isWord(to - 2, 'parameter', 'eq')) {
    missing = true;
    to -= 2;
  }
  unwrap();
  const holdsWhere = missing ? 'missing' : 'found';
  const only = tokens.at(from);
  if (to - from === 1 && only?.kind === 'variable') return { query: { kind: 'variable', name: only.text }, holdsWhere };
  const query = readQuery(from, to);
  return query && { query, holdsWhere };
}
