// What lines have in common that are written plainly: their words stand on one line of the file, from its first character on, with one
// space between them. They are read by their characters, and keep their text alone; words are made of it where somebody asks for them.

import { NO_JOINTS } from './lines.js';
import type { Joint, Token } from './tree.js';

export const LINE_FEED = 10;
export const SPACE = 32;
export const DOT = 46;

export abstract class PlainLine {
  constructor(readonly raw: string) {}

  get form(): 'statement' {
    return 'statement';
  }

  get text(): string {
    return this.raw.slice(0, contentLength(this.raw));
  }

  get start(): number {
    return 0;
  }

  get joints(): readonly Joint[] {
    return NO_JOINTS;
  }
}

/** The number of characters of a line without its line end. */
export function contentLength(raw: string): number {
  return raw.charCodeAt(raw.length - 1) === LINE_FEED ? raw.length - 1 : raw.length;
}

export function tokenIn(raw: string, start: number, end: number): Token {
  return { start, end, text: raw.slice(start, end) };
}

/** The words of a line from an offset on. */
export function tokensFrom(raw: string, from: number): Token[] {
  const end = contentLength(raw);
  const tokens: Token[] = [];
  for (let start = from; start < end; ) {
    const space = raw.indexOf(' ', start);
    const next = space < 0 ? end : space;
    tokens.push(tokenIn(raw, start, next));
    start = next + 1;
  }
  return tokens;
}

/** Whether a word from one offset to another is made of letters, digits, `_`, `-` and `.`, and begins with a letter, a digit or `_`. */
export function isPlainName(raw: string, start: number, end: number): boolean {
  if (start >= end || isDashOrDot(raw.charCodeAt(start))) return false;
  for (let at = start; at < end; at++) {
    const unit = raw.charCodeAt(at);
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
