/** Splits lines into words where quotes group words: with `configuration_includes_quoted_values on`. */

import type { LineProblem } from '../../shared/line-problem.js';
import type { Directive } from '../vocabulary/directives.js';
import { tokenize } from './lines.js';
import { problemAt } from './references.js';
import type { LogicalLine, Token } from './tree.js';

/** The words of a line; a quoted value is one of them, quotes included. */
export function tokenizeQuoted(line: LogicalLine): Token[] {
  const tokens: Token[] = [];
  for (const token of tokenize(line)) {
    const previous = tokens[tokens.length - 1];
    const quote = previous && /^["']/.test(previous.text) ? previous.text[0] : undefined;
    const open = previous && quote && (previous.text.length === 1 || !previous.text.endsWith(quote));
    if (open)
      tokens[tokens.length - 1] = { start: previous.start, end: token.end, text: `${previous.text} ${token.text}` };
    else tokens.push(token);
  }
  return tokens;
}

export function unquoted(token: Token): Token {
  return { ...token, text: token.text.replace(/^(["'])(.*)\1$/s, '$2') };
}

/** The notation of a list file where quotes group words. */
export const LIST_FILE_CALL = /^parameters\(["']/;

/** The unquoted words that squid 5.7 accepts where quotes group words. */
const PLAIN_WORD = /^[\w+,\-./:=)]*$/;

/** Why squid rejects the words of a line where quotes group words. */
export function quotingProblem({ shape }: Directive, tokens: readonly Token[]): LineProblem | undefined {
  for (const token of tokens) {
    const quote = /^["']/.exec(token.text)?.[0];
    if (quote && (token.text.length === 1 || !token.text.endsWith(quote))) {
      return problemAt(token, `this quoted value does not end with ${quote}: squid rejects the file`);
    }
    const checked = shape === 'acl' || shape === 'access' || shape === 'peer-access';
    if (checked && !quote && !PLAIN_WORD.test(token.text) && !LIST_FILE_CALL.test(token.text)) {
      return problemAt(token, `squid rejects '${token.text}' without quotes where quotes group words`);
    }
  }
  return undefined;
}
