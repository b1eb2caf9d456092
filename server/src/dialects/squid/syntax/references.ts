import type { FindingCode } from '../../../model/codes.js';
import type { Token } from './parse.js';

/** A defect that a line has by itself. The range counts from the start of the line's raw text. */
export interface LineProblem {
  readonly code: FindingCode;
  readonly start: number;
  readonly end: number;
  readonly message: string;
}

/** The use of an acl in a list, perhaps negated. `token` covers the name without the `!`. */
export interface AclReference {
  readonly name: string;
  readonly negated: boolean;
  readonly token: Token;
}

export function problemAt(token: Token, message: string): LineProblem {
  return { code: 'syntax-error', start: token.start, end: token.end, message };
}

function readReference(token: Token): AclReference {
  if (!token.text.startsWith('!')) return { name: token.text, negated: false, token };
  const name = token.text.slice(1);
  return { name, negated: true, token: { start: token.start + 1, end: token.end, text: name } };
}

export function readReferences(tokens: readonly Token[]): AclReference[] {
  return tokens.map(readReference);
}
