import {
  Lineage,
  type LineBlock,
  type LineBlocks,
  type LineReader,
  readLineBlocks,
} from '../../../kept/line-blocks.js';
import type { Statement } from './statements.js';

/**
 * Reads squid.conf into logical lines, as `parseOneConfigFile` of squid 5.7 (src/cache_cf.cc) does: a line ends at LF, what
 * follows a CR is dropped, a trailing backslash joins the next line without its leading white space, and blank and
 * comment lines inside such a join are skipped.
 */

/** A word of a logical line. Offsets count from the start of the line's text in the file. */
export interface Token {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** One logical line. */
export class Line {
  /** What the line says, as `statementOf` finds it when it is asked first; kept here because lines are very many. */
  statement: Statement | undefined = undefined;

  constructor(
    /** The characters that it occupies in the file, line ends included. */
    readonly raw: string,
    readonly kind: 'blank' | 'comment' | 'statement',
    /** The joined text that squid sees; empty for blank lines and comments. */
    readonly text: string,
    /** The offset of the joined text in the raw one. */
    readonly start: number,
    /** Where the joined text goes on after a continuation; empty for most lines. */
    readonly joints: readonly Joint[],
  ) {}
}

/** From offset `at` of the joined text on, the text comes from offset `raw` of the raw one. */
interface Joint {
  readonly at: number;
  readonly raw: number;
}

/** A run of whole logical lines. */
export type Block = LineBlock<Line>;

export interface SquidTree extends LineBlocks<Line> {
  readonly lineage: Lineage;
}

export function parseText(text: string, previous?: SquidTree): SquidTree {
  return { ...readLineBlocks(text, LOGICAL_LINES, previous), lineage: previous?.lineage ?? new Lineage() };
}

const CARRIAGE_RETURN = 13;
const HASH = 35;
const BACKSLASH = 92;

/** The offset behind the logical line that begins at `start`; negative where it goes on behind `limit`. */
function logicalLineEnd(text: string, start: number, limit: number): number {
  let joining = false;
  for (let offset = start; offset < limit; ) {
    const lineEnd = physicalLineEnd(text, offset, limit);
    const first = contentStart(text, offset, lineEnd);
    const last = contentEnd(text, first, lineEnd);
    const skipped = first === last || text.charCodeAt(first) === HASH;
    if (!skipped) joining = text.charCodeAt(last - 1) === BACKSLASH;
    offset = Math.min(lineEnd + 1, limit);
    if (!joining) return offset;
  }
  return -1;
}

function physicalLineEnd(text: string, offset: number, limit: number): number {
  const lineEnd = text.indexOf('\n', offset);
  return lineEnd < 0 || lineEnd > limit ? limit : lineEnd;
}

/** Squid drops white space at the start of a line, and everything from a CR on. */
function contentStart(text: string, offset: number, lineEnd: number): number {
  let start = offset;
  while (start < lineEnd && isSpace(text.charCodeAt(start)) && text.charCodeAt(start) !== CARRIAGE_RETURN) start++;
  return start;
}

function contentEnd(text: string, start: number, lineEnd: number): number {
  for (let offset = start; offset < lineEnd; offset++) if (text.charCodeAt(offset) === CARRIAGE_RETURN) return offset;
  return lineEnd;
}

function readLine(raw: string): Line {
  let text = '';
  let start = 0;
  let comment = false;
  let pieces = 0;
  const joints: Joint[] = [];
  for (let offset = 0; offset < raw.length; ) {
    const lineEnd = physicalLineEnd(raw, offset, raw.length);
    const first = contentStart(raw, offset, lineEnd);
    const last = contentEnd(raw, first, lineEnd);
    offset = lineEnd + 1;
    if (first === last) continue;
    if (raw.charCodeAt(first) === HASH) {
      comment = true;
      continue;
    }
    const joined = raw.charCodeAt(last - 1) === BACKSLASH;
    if (pieces++ === 0) start = first;
    else joints.push({ at: text.length, raw: first });
    text += raw.slice(first, joined ? last - 1 : last);
  }
  return new Line(raw, pieces > 0 ? 'statement' : comment ? 'comment' : 'blank', text, start, joints);
}

const LOGICAL_LINES: LineReader<Line> = { line: readLine, lineEnd: logicalLineEnd };

export function isSpace(unit: number): boolean {
  return unit === 32 || (unit >= 9 && unit <= 13);
}

/** The offset in the line's raw text of an offset in its joined text. */
export function rawOffset(line: Line, offset: number): number {
  let result = line.start + offset;
  for (const { at, raw } of line.joints) {
    if (at > offset) break;
    result = raw + offset - at;
  }
  return result;
}

/** A token of the joined text from `start` to `end`. */
export function tokenAt(line: Line, start: number, end: number): Token {
  return {
    start: rawOffset(line, start),
    end: end > start ? rawOffset(line, end - 1) + 1 : rawOffset(line, start),
    text: line.text.slice(start, end),
  };
}

/**
 * Words separated by white space, from `offset` of the joined text on; a word that begins with `#` ends the line. With
 * `escapes`, a backslash keeps the character behind it in the word, as squid reads regular expressions.
 */
export function words(line: Line, offset = 0, escapes = false): Token[] {
  const { text } = line;
  const tokens: Token[] = [];
  let at = offset;
  while (at < text.length) {
    while (at < text.length && isSpace(text.charCodeAt(at))) at++;
    if (at >= text.length || text.charCodeAt(at) === HASH) break;
    const start = at;
    while (at < text.length && !isSpace(text.charCodeAt(at)))
      at += escapes && text.charCodeAt(at) === BACKSLASH ? 2 : 1;
    at = Math.min(at, text.length);
    tokens.push(tokenAt(line, start, at));
  }
  return tokens;
}
