/**
 * Reads squid.conf into logical lines, as `parseOneConfigFile` of squid 5.7 (src/cache_cf.cc) does: a line ends at LF, what
 * follows a CR is dropped, a trailing backslash joins the next line without its leading white space, and blank and
 * comment lines inside such a join are skipped.
 */

import type { Joint, LogicalLine, Token } from './tree.js';

const CARRIAGE_RETURN = 13;
export const HASH = 35;
export const BACKSLASH = 92;

/** The offset after the logical line that begins at `start`; negative where it goes on after `limit`. */
export function logicalLineEnd(text: string, start: number, limit: number): number {
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

/** Reads the characters of one logical line. */
export function readLogicalLine(raw: string): LogicalLine {
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
  const form = pieces > 0 ? 'statement' : comment ? 'comment' : 'blank';
  return { raw, form, text, start, joints: joints.length > 0 ? joints : NO_JOINTS };
}

export const NO_JOINTS: readonly Joint[] = [];

export function isSpace(unit: number): boolean {
  return unit === 32 || (unit >= 9 && unit <= 13);
}

/** The offset in the line's raw text of an offset in its joined text. */
function rawOffset(line: LogicalLine, offset: number): number {
  let result = line.start + offset;
  for (const { at, raw } of line.joints) {
    if (at > offset) break;
    result = raw + offset - at;
  }
  return result;
}

/** A token of the joined text from `start` to `end`. */
function tokenAt(line: LogicalLine, start: number, end: number): Token {
  return {
    start: rawOffset(line, start),
    end: end > start ? rawOffset(line, end - 1) + 1 : rawOffset(line, start),
    text: line.text.slice(start, end),
  };
}

/**
 * The words of a line, separated by white space; one that begins with `#` ends the line. With `escapes`, a backslash keeps
 * the next character in the word, as squid reads regular expressions.
 */
export function tokenize(line: LogicalLine, escapes = false): Token[] {
  const { text } = line;
  const tokens: Token[] = [];
  let at = 0;
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
