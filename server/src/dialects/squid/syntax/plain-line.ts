// What lines have in common that are written plainly: their words stand on one line of the file, from its first character on, with one
// space between them. They are read by their characters, and keep their text alone; words are made of it where somebody asks for them.

import { NO_JOINTS } from './lines.js';
import type { Joint, Token } from './tree.js';

export const LINE_FEED = 10;
export const SPACE = 32;
export const DOT = 46;

/** A line that keeps the text that it stands in, and where: of very many lines, a string for each would be a good part of what they take. */
export abstract class LineInText {
  /** `from` and `to` are where it stands, with its line end. */
  constructor(
    protected readonly whole: string,
    protected readonly from: number,
    protected readonly to: number,
  ) {}

  get raw(): string {
    return this.whole.slice(this.from, this.to);
  }

  get form(): 'statement' {
    return 'statement';
  }

  get text(): string {
    return this.whole.slice(this.from, contentEnd(this.whole, this.to));
  }

  get start(): number {
    return 0;
  }

  get joints(): readonly Joint[] {
    return NO_JOINTS;
  }
}

/** The end of a line that ends at `to` without its line end. */
export function contentEnd(text: string, to: number): number {
  return text.charCodeAt(to - 1) === LINE_FEED ? to - 1 : to;
}

/** The end of a word. */
export function wordEnd(text: string, start: number, end: number): number {
  let at = start;
  while (at < end && text.charCodeAt(at) !== SPACE) at++;
  return at;
}

export function tokenIn(text: string, start: number, end: number): Token {
  return { start, end, text: text.slice(start, end) };
}

/** The words of a line from an offset on. */
export function tokensFrom(text: string, from: number): Token[] {
  const tokens: Token[] = [];
  for (let start = from; start < text.length; ) {
    const end = wordEnd(text, start, text.length);
    tokens.push(tokenIn(text, start, end));
    start = end + 1;
  }
  return tokens;
}

/** Whether a word from one offset to another is made of letters, digits, `_`, `-` and `.`, and begins with a letter, a digit or `_`. */
export function isPlainName(text: string, start: number, end: number): boolean {
  if (start >= end || isDashOrDot(text.charCodeAt(start))) return false;
  for (let at = start; at < end; at++) {
    const unit = text.charCodeAt(at);
    if (!isLetterOrDigit(unit) && !isDashOrDot(unit)) return false;
  }
  return true;
}

function isDashOrDot(unit: number): boolean {
  return unit === 45 || unit === DOT;
}

/** ASCII letters and digits, and `_`. */
function isLetterOrDigit(unit: number): boolean {
  return (unit >= 97 && unit <= 122) || isDigit(unit) || unit === 95 || (unit >= 65 && unit <= 90);
}

export function isDigit(unit: number): boolean {
  return unit >= 48 && unit <= 57;
}
