import { Lineage, type LineBlocks, readLineBlocks } from '../../../kept/line-blocks.js';

/** One line of a configuration, its line end included. */
export class Line {
  /**
   * What was found out about it. Kept here and not in a `WeakMap`, because a hundred thousand weak keys cost the garbage
   * collector more than reading the file does.
   */
  memo: unknown;

  constructor(readonly raw: string) {}
}

/** A word of a line. Offsets count from the start of the line. */
export interface Token {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export interface CiscoTree {
  readonly lines: LineBlocks<Line>;
  readonly lineage: Lineage;
}

export function parseText(text: string, previous?: CiscoTree): CiscoTree {
  return {
    lines: readLineBlocks<Line>(text, { line: (raw) => new Line(raw) }, previous?.lines),
    lineage: previous?.lineage ?? new Lineage(),
  };
}

const SPACE = 32;
const TAB = 9;
const BANG = 33;

/** The words of a line; a word that begins with `!` begins a comment. */
export function words(raw: string): Token[] {
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

function isSpace(unit: number): boolean {
  return unit === SPACE || (unit >= TAB && unit <= 13);
}

export function isIndented(raw: string): boolean {
  const unit = raw.charCodeAt(0);
  return unit === SPACE || unit === TAB;
}
