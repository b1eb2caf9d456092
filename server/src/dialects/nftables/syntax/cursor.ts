// A cursor over the tokens of one statement, from left to right.
import { numberInC } from '../../../text/c-numbers.js';
import type { LineProblem } from '../../shared/line-problem.js';
import { isReserved } from '../vocabulary/reserved-words.js';
import { isWordOf } from '../vocabulary/words.js';
import { type Token, tokenize } from './tokens.js';
import type { Name, Reference, Span } from './tree.js';

/** Why a statement cannot be read. Thrown and caught within statement.ts. */
export class Unreadable extends Error {
  constructor(
    readonly span: Span,
    message: string,
  ) {
    super(message);
  }
}

/** How deep expressions may nest; far more than in real files. */
export const DEPTH_LIMIT = 64;

export class Cursor {
  readonly references: Reference[] = [];
  readonly problems: LineProblem[] = [];
  /** What is read stands in `jump { … }`. */
  isInAnonymousChain = false;
  private readonly tokens: readonly Token[];
  private readonly end: Token;
  private index = 0;
  private depth = 0;

  constructor(text: string) {
    this.tokens = tokenize(text);
    this.end = { kind: 'newline', start: text.length, end: text.length, text: '' };
  }

  get token(): Token {
    return this.tokens[this.index] ?? this.end;
  }

  get next(): Token {
    return this.tokens[this.index + 1] ?? this.end;
  }

  get atEnd(): boolean {
    return this.index >= this.tokens.length;
  }

  /** Whether a rule ends here: with the statement, its line, or the anonymous chain around it. */
  get atRuleEnd(): boolean {
    return this.atEnd || this.token.kind === 'newline' || this.isMark(';') || this.isMark('}');
  }

  /** The end of the token that was taken last. */
  get lastEnd(): number {
    return this.tokens[this.index - 1]?.end ?? 0;
  }

  take(): Token {
    const token = this.token;
    if (token.kind === 'junk') throw this.unexpected('a value');
    this.index++;
    return token;
  }

  isWord(text: string): boolean {
    const { token } = this;
    return token.kind === 'word' && token.text === text;
  }

  isMark(text: string): boolean {
    const { token } = this;
    return token.kind === 'mark' && token.text === text;
  }

  /** Takes a word if it is the next; false if it is not. */
  acceptWord(text: string): boolean {
    if (!this.isWord(text)) return false;
    this.index++;
    return true;
  }

  acceptMark(text: string): boolean {
    if (!this.isMark(text)) return false;
    this.index++;
    return true;
  }

  acceptNewline(): void {
    if (this.token.kind === 'newline' && !this.atEnd) this.index++;
  }

  expectWord(text: string): void {
    if (!this.acceptWord(text)) throw this.unexpected(`'${text}'`);
  }

  expectMark(text: string): void {
    if (!this.acceptMark(text)) throw this.unexpected(`'${text}'`);
  }

  /** Takes one of the words of a table. */
  expectKey<Key extends string>(table: Readonly<Record<Key, unknown>>, what: string): Key {
    const { token } = this;
    if (token.kind !== 'word' || !isWordOf(table, token.text)) throw this.unexpected(what);
    this.index++;
    return token.text;
  }

  /** Takes one of several words. */
  expectOneOf(words: ReadonlySet<string>, what: string): string {
    const { token } = this;
    if (token.kind !== 'word' || !words.has(token.text)) throw this.unexpected(what);
    this.index++;
    return token.text;
  }

  expectNumber(what = 'a number'): number {
    const { token } = this;
    if (token.kind !== 'number') throw this.unexpected(what);
    this.index++;
    return numberInC(token.text) ?? Number.NaN;
  }

  /** A name that the file chooses: of a table, chain, set or variable. */
  expectName(what: string): Name {
    const { token } = this;
    if (token.kind !== 'word') throw this.unexpected(what);
    if (isReserved(token.text))
      throw new Unreadable(token, `'${token.text}' is a keyword of nft and cannot be ${what}`);
    this.index++;
    return { start: token.start, end: token.end, text: token.text };
  }

  /** A bare, quoted or wildcard text. */
  expectString(what: string): Name {
    const { token } = this;
    if (token.kind !== 'word' && token.kind !== 'quoted' && token.kind !== 'wildcard') throw this.unexpected(what);
    this.index++;
    return { start: token.start, end: token.end, text: token.text };
  }

  /** Runs `read` one level deeper. */
  nested<T>(read: () => T): T {
    if (++this.depth > DEPTH_LIMIT) throw new Unreadable(this.token, 'the expression is nested too deeply');
    const result = read();
    this.depth--;
    return result;
  }

  unexpected(wanted: string): Unreadable {
    const { token } = this;
    if (token.kind === 'junk' && token.text.startsWith('"')) return new Unreadable(token, 'the quote is not closed');
    const found = this.atEnd ? 'end of statement' : token.kind === 'newline' ? 'end of line' : `'${token.text}'`;
    return new Unreadable(token, `expected ${wanted}, found ${found}`);
  }

  report(span: Span, message: string): void {
    this.problems.push({ code: 'syntax-error', start: span.start, end: span.end, message });
  }
}
