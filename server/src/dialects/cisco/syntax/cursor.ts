// A cursor over the words of one line, from left to right.

import type { FindingCode } from '../../../model/codes.js';
import { invalidAddress } from '../../shared/invalid-address.js';
import type { LineProblem } from '../../shared/line-problem.js';
import type { Command, CommandTable } from '../vocabulary/command-table.js';
import type { NameKind, NameReference, Token } from './tree.js';

export class Cursor {
  private at = 0;

  constructor(private readonly tokens: readonly Token[]) {}

  get next(): Token | undefined {
    return this.tokens[this.at];
  }

  /** The lower-case text of the next word; empty at the end. */
  get keyword(): string {
    return this.tokens[this.at]?.text.toLowerCase() ?? '';
  }

  peek(distance: number): Token | undefined {
    return this.tokens[this.at + distance];
  }

  take(): Token | undefined {
    const token = this.tokens[this.at];
    if (token) this.at++;
    return token;
  }

  /** Takes the next word if it is one of these. */
  accept(...keywords: readonly string[]): Token | undefined {
    return keywords.includes(this.keyword) ? this.take() : undefined;
  }

  /** Takes the keywords of a command of a table, up to its first name. */
  acceptCommand<Reading extends string>(table: CommandTable<Reading>, negated = false): Command<Reading> | undefined {
    const found = table.find((index) => this.peek(index)?.text.toLowerCase() ?? '', negated);
    this.at += found?.length ?? 0;
    return found?.command;
  }

  /** The word before the next one. */
  get last(): Token {
    return this.tokens[Math.max(0, this.at - 1)] ?? { start: 0, end: 0, text: '' };
  }

  rest(): readonly Token[] {
    return this.tokens.slice(this.at);
  }

  /** The problem that the next word is not a `what`, or that the line ends without one. */
  invalid(what: string, token: Token | undefined): LineProblem {
    if (!token) return problemAt(this.last, `the ${what} is missing`);
    return problemAt(token, what === 'address' ? invalidAddress(token.text) : `invalid ${what} '${token.text}'`);
  }

  skipRest(): void {
    this.at = this.tokens.length;
  }

  /** The rest of the line as text, with one space between words. */
  restText(): string {
    return this.rest()
      .map(({ text }) => text)
      .join(' ');
  }
}

export function problemAt(token: Token, message: string, code: FindingCode = 'syntax-error'): LineProblem {
  return { code, start: token.start, end: token.end, message };
}

export function referenceTo(kind: NameKind, token: Token): NameReference {
  return { kind, name: token.text, token };
}

/** Whether a word may be a name at a position where an address is possible too. */
export function isNameLike(text: string): boolean {
  return /^[a-z_]/i.test(text);
}
