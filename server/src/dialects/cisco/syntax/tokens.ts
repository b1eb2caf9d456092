// Splits a line into words.
import type { Token } from './tree.js';

const SPACE = 32;
const TAB = 9;
const BANG = 33;

/** The words of a line; a word that begins with `!` begins a comment. */
export function tokensOf(raw: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < raw.length; ) {
    const unit = raw.charCodeAt(at);
    if (isSpace(unit)) {
      at++;
      continue;
    }
    if (unit === BANG) break;
    const start = at;
    while (at < raw.length && !isSpace(raw.charCodeAt(at))) at++;
    tokens.push({ start, end: at, text: raw.slice(start, at) });
  }
  return tokens;
}

export function isSpace(unit: number): boolean {
  return unit === SPACE || (unit >= TAB && unit <= 13);
}

export function isIndented(raw: string): boolean {
  const unit = raw.charCodeAt(0);
  return unit === SPACE || unit === TAB;
}

/** The white space that a line begins with. */
export function indentationOf(raw: string): string {
  return raw.slice(0, raw.length - raw.trimStart().length);
}
