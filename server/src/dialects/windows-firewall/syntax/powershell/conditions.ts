// Recognises the conditions that ask whether a rule exists, or for the properties of rules.

import type { ExpressionParser } from './expressions.js';
import type { TokenList } from './token-list.js';
import type { CmdletCall, PropertyTest, Query } from './tree.js';

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

/**
 * The arguments of `Where-Object`: `DisplayName -eq 'Web'`, or `{ $_.DisplayName -eq 'Web' -and … }`. `undefined` for every
 * other form.
 */
export function propertyTests(
  tokens: TokenList,
  expressions: ExpressionParser,
  from: number,
  to: number,
): readonly PropertyTest[] | undefined {
  const isBlock = tokens.isSign(from, '{') && tokens.closing(from) === to - 1;
  const end = isBlock ? to - 1 : to;
  const tests: PropertyTest[] = [];
  for (let at = tokens.skipNewlines(isBlock ? from + 1 : from, end); at < end; ) {
    if (tests.length > 0) {
      if (!isBlock || !isParameter(tokens, at, /^and$/)) return undefined;
      at++;
    }
    const property = isBlock ? memberOfItem(tokens, at) : propertyName(tokens, at);
    if (!property) return undefined;
    const operator = tokens.at(property.next);
    if (operator?.kind !== 'parameter' || !/^i?(?:eq|like)$/.test(operator.text)) return undefined;
    const value = isParameter(tokens, property.next + 1, /^value$/) ? property.next + 2 : property.next + 1;
    const { node, next } = expressions.read(value, end, isBlock ? 'expression' : 'argument');
    if (next <= value) return undefined;
    const isPattern = operator.text.endsWith('like');
    tests.push({ property: property.name, isPattern, value: node, range: tokens.rangeOf(at, next) });
    at = tokens.skipNewlines(next, end);
  }
  return tests.length > 0 ? tests : undefined;
}

interface Property {
  readonly name: string;
  readonly next: number;
}

/** `$_.DisplayName` and `$PSItem.DisplayName`. */
function memberOfItem(tokens: TokenList, at: number): Property | undefined {
  const [item, member] = [tokens.at(at), tokens.at(at + 1)];
  if (item?.kind !== 'variable' || !/^(?:_|psitem)$/.test(item.text)) return undefined;
  if (member?.kind !== 'word' || member.start !== item.end || !/^\.\w+$/.test(member.text)) return undefined;
  return { name: member.text.slice(1).toLowerCase(), next: at + 2 };
}

/** `DisplayName` and `-Property DisplayName`. */
function propertyName(tokens: TokenList, at: number): Property | undefined {
  const start = isParameter(tokens, at, /^property$/) ? at + 1 : at;
  const word = tokens.at(start);
  return word?.kind === 'word' ? { name: word.text.toLowerCase(), next: start + 1 } : undefined;
}

function isParameter(tokens: TokenList, at: number, name: RegExp): boolean {
  const token = tokens.at(at);
  return token?.kind === 'parameter' && name.test(token.text);
}
