// Makes problems of one line, and reads references to acls.

import type { LineProblem } from '../../shared/line-problem.js';
import { type AclReference, aclKey, type Token } from './tree.js';

export function problemAt(token: Token, message: string): LineProblem {
  return { code: 'syntax-error', start: token.start, end: token.end, message };
}

/** The problem of something that squid accepts and that has no effect. */
export function redundancyAt(token: Token, message: string): LineProblem {
  return { ...problemAt(token, message), code: 'redundant-rule' };
}

export function readReferences(tokens: readonly Token[]): AclReference[] {
  return tokens.map((token) => {
    if (!token.text.startsWith('!')) return { name: token.text, key: aclKey(token.text), negated: false, token };
    const name = token.text.slice(1);
    return { name, key: aclKey(name), negated: true, token: { start: token.start + 1, end: token.end, text: name } };
  });
}
