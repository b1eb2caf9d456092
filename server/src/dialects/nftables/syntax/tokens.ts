// Splits the text of a statement into tokens, as the scanner of nft 1.0.6 (scanner.l) does.

import { numberInC } from '../../../text/c-numbers.js';
import { endOfLine } from '../../../text/lines.js';

/** Keywords are words: the parser knows them. */
export type TokenKind =
  /** An identifier, keyword or other bare text: `accept`, `eth0`, `10s`. */
  | 'word'
  | 'quoted'
  /** Bare text with an asterisk: `eth*`. */
  | 'wildcard'
  | 'number'
  /** An IPv4, IPv6 or MAC address. */
  | 'address'
  | 'newline'
  /** An operator or bracket. */
  | 'mark'
  /** A character that no token begins with, or an unclosed quote. */
  | 'junk';

/** One token. Offsets count from the start of the text that was scanned. */
export interface Token {
  readonly kind: TokenKind;
  readonly start: number;
  readonly end: number;
  /** The text, without quotes for `quoted` and without brackets for `[…]` addresses. */
  readonly text: string;
}

const TAB = 9;
const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const SPACE = 32;
const QUOTE = 34;
const HASH = 35;
const ASTERISK = 42;
const LEFT_BRACKET = 91;
const BACKSLASH = 92;

// Classes of characters by code unit, for the first and the further characters of tokens.
const DIGIT = 1;
const LETTER = 2;
const HEX_LETTER = 4;
/** `_` and `.`, which begin words as letters do. */
const WORD_START = 8;
/** `/` and `-`, which words may contain but not begin with. */
const WORD_INNER = 16;
const COLON = 32;

const CLASSES = new Uint8Array(128);
for (let unit = 48; unit < 58; unit++) CLASSES[unit] = DIGIT;
for (let unit = 65; unit < 91; unit++) CLASSES[unit] = LETTER;
for (let unit = 97; unit < 123; unit++) CLASSES[unit] = LETTER;
for (const letter of 'abcdefABCDEF') CLASSES[letter.charCodeAt(0)] = LETTER | HEX_LETTER;
for (const letter of '_.') CLASSES[letter.charCodeAt(0)] = WORD_START;
for (const letter of '/-') CLASSES[letter.charCodeAt(0)] = WORD_INNER;
CLASSES[58] = COLON;

const WORD_BEGIN = LETTER | WORD_START;
const WORD_REST = WORD_BEGIN | DIGIT | WORD_INNER;
const ADDRESS_CHARACTER = DIGIT | HEX_LETTER | COLON;
const HEX_DIGIT = DIGIT | HEX_LETTER;

function classOf(text: string, offset: number): number {
  const unit = text.charCodeAt(offset);
  // A read beyond the end of the table would be slow.
  return unit < CLASSES.length ? (CLASSES[unit] ?? 0) : 0;
}

const DOUBLE_MARKS = new Set(['==', '!=', '<=', '>=', '<<', '>>']);
const SINGLE_MARKS = new Set([
  '<',
  '>',
  ',',
  '.',
  ':',
  ';',
  '{',
  '}',
  '[',
  ']',
  '(',
  ')',
  '^',
  '&',
  '|',
  '!',
  '/',
  '-',
  '*',
  '@',
  '$',
  '=',
  '+',
]);

/** Scans `text`. Comments and joined line ends give no token; a line with only a comment gives none at all. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  const { length } = text;
  let offset = 0;
  /** Whether only white space is between the last line end and here. */
  let lineStart = true;
  while (offset < length) {
    const unit = text.charCodeAt(offset);
    if (unit === SPACE || unit === TAB || unit === CARRIAGE_RETURN) {
      offset++;
      continue;
    }
    if (unit === LINE_FEED) {
      tokens.push({ kind: 'newline', start: offset, end: offset + 1, text: '\n' });
      offset++;
      lineStart = true;
      continue;
    }
    if (unit === HASH) {
      const lineEnd = text.indexOf('\n', offset);
      if (lineEnd < 0) break;
      offset = lineStart ? lineEnd + 1 : lineEnd;
      continue;
    }
    lineStart = false;
    if (unit === BACKSLASH && text.charCodeAt(offset + 1) === LINE_FEED) {
      offset += 2;
      continue;
    }
    if (unit === BACKSLASH && text.startsWith('\r\n', offset + 1)) {
      offset += 3;
      continue;
    }
    const token = readToken(text, offset, unit);
    tokens.push(token);
    offset = token.end;
  }
  return tokens;
}

/** `1:10`, a class of traffic control. The scanner takes it for one only in front of these characters. */
const CLASS_OF_TRAFFIC = /[0-9a-fA-F]{1,4}:[0-9a-fA-F]{1,4}(?=[ \t\n:},-]|$)/y;

function readToken(text: string, start: number, unit: number): Token {
  const kindOfUnit = CLASSES[unit] ?? 0;
  if (kindOfUnit & (DIGIT | HEX_LETTER | COLON)) {
    const end = addressEnd(text, start);
    if (end > start) return { kind: 'address', start, end, text: text.slice(start, end) };
  }
  if (kindOfUnit & (DIGIT | HEX_LETTER)) {
    CLASS_OF_TRAFFIC.lastIndex = start;
    const [found] = CLASS_OF_TRAFFIC.exec(text) ?? [];
    if (found !== undefined) return { kind: 'word', start, end: start + found.length, text: found };
  }
  if (kindOfUnit & WORD_BEGIN) return readWord(text, start);
  if (kindOfUnit & DIGIT) return readNumber(text, start);
  if (unit === QUOTE) {
    const close = text.indexOf('"', start + 1);
    if (close < 0)
      return {
        kind: 'junk',
        start,
        end: endOfLine(text, start),
        text: text.slice(start, endOfLine(text, start)),
      };
    return { kind: 'quoted', start, end: close + 1, text: text.slice(start + 1, close) };
  }
  if (unit === BACKSLASH && text.charCodeAt(start + 1) === ASTERISK) {
    return { kind: 'wildcard', start, end: start + 2, text: '\\*' };
  }
  if (unit === LEFT_BRACKET) {
    const end = addressEnd(text, start + 1);
    if (end > start + 1 && text[end] === ']')
      return { kind: 'address', start, end: end + 1, text: text.slice(start + 1, end) };
  }
  const double = text.slice(start, start + 2);
  if (DOUBLE_MARKS.has(double)) return { kind: 'mark', start, end: start + 2, text: double };
  const single = text.charAt(start);
  return { kind: SINGLE_MARKS.has(single) ? 'mark' : 'junk', start, end: start + 1, text: single };
}

function readWord(text: string, start: number): Token {
  let end = start + 1;
  while (classOf(text, end) & WORD_REST) end++;
  if (end === start + 1 && text.charAt(start) === '.') return { kind: 'mark', start, end, text: '.' };
  if (text.charCodeAt(end) === ASTERISK)
    return { kind: 'wildcard', start, end: end + 1, text: text.slice(start, end + 1) };
  if (text.charCodeAt(end) === BACKSLASH && text.charCodeAt(end + 1) === ASTERISK) {
    end += 2;
    while (classOf(text, end) & WORD_REST) end++;
    return { kind: 'wildcard', start, end, text: text.slice(start, end) };
  }
  return { kind: 'word', start, end, text: text.slice(start, end) };
}

/** The units of a `timestring`, in the only order in which they may follow each other. */
const TIME_UNITS = ['d', 'h', 'm', 's', 'ms'];

/** A number, or a word that begins with digits: a time (`1h30m`), `8021q`, the class of a traffic class. */
function readNumber(text: string, start: number): Token {
  let end = start;
  if (text.charAt(start) === '0' && /[xX]/.test(text.charAt(start + 1)) && classOf(text, start + 2) & HEX_DIGIT) {
    end = start + 2;
    while (classOf(text, end) & HEX_DIGIT) end++;
    return { kind: 'number', start, end, text: text.slice(start, end) };
  }
  while (classOf(text, end) & DIGIT) end++;
  const timeEnd = classOf(text, end) & LETTER ? timeEndFrom(text, start) : end;
  if (timeEnd > end) return { kind: 'word', start, end: timeEnd, text: text.slice(start, timeEnd) };
  for (const name of ['8021ad', '8021q']) {
    if (text.startsWith(name, start)) return { kind: 'word', start, end: start + name.length, text: name };
  }
  const digits = text.slice(start, end);
  // `08` is no octal number, so that the scanner takes it for a name.
  return { kind: numberInC(digits) === undefined ? 'word' : 'number', start, end, text: digits };
}

function timeEndFrom(text: string, start: number): number {
  let end = start;
  let unit = 0;
  while (unit < TIME_UNITS.length) {
    let digits = end;
    while (classOf(text, digits) & DIGIT) digits++;
    if (digits === end) break;
    // `ms` before `m`: the longest match wins.
    let found = text.startsWith('ms', digits) ? 4 : -1;
    if (found < unit) found = TIME_UNITS.indexOf(text.charAt(digits), unit);
    if (found < unit) break;
    end = digits + (TIME_UNITS[found] ?? '').length;
    unit = found + 1;
  }
  return end;
}

/** No address is longer: eight groups, of which the last two may be written as IPv4. */
const ADDRESS_LIMIT = 64;

/** The end of an address that begins at `start`; `start` where none does. */
function addressEnd(text: string, start: number): number {
  let end = start;
  let colons = 0;
  let dots = 0;
  for (let kind = classOf(text, end); end - start < ADDRESS_LIMIT; kind = classOf(text, end)) {
    if (kind & COLON) colons++;
    else if (text.charCodeAt(end) === 46) dots++;
    else if (!(kind & ADDRESS_CHARACTER)) break;
    end++;
  }
  if (dots < 3 && colons < 2) return start;
  const v4 = dots >= 3 ? v4End(text, start) : start;
  if (colons < 2 || end - start === ADDRESS_LIMIT) return v4;
  if (MAC_ADDRESS.test(text.slice(start, end))) return end;
  return Math.max(v4, v6End(text, start, end));
}

/** The end of the longest IPv6 address before `end`: in `{ ::1: accept }` the last colon belongs to the map. */
function v6End(text: string, start: number, end: number): number {
  for (let cut = end; cut > start; cut--) {
    if (isV6(text.slice(start, cut))) return cut;
    while (cut > start && text.charAt(cut - 1) !== ':') cut--;
  }
  return start;
}

const MAC_ADDRESS = /^[0-9a-fA-F]{1,2}(?::[0-9a-fA-F]{1,2}){5}$/;

function v4End(text: string, start: number): number {
  let end = start;
  for (let octet = 0; octet < 4; octet++) {
    if (octet > 0) {
      if (text.charCodeAt(end) !== 46) return start;
      end++;
    }
    const from = end;
    while (end < from + 3 && classOf(text, end) & DIGIT) end++;
    if (end === from) return start;
  }
  return end;
}

/** Whether a text has the shape of an IPv6 address; its value is read later. */
function isV6(text: string): boolean {
  if (/(?:^|[^:]):$|^:(?!:)/.test(text)) return false;
  const groups = text.split(':');
  const compressed = text.includes('::');
  if (compressed ? groups.length > 9 || text.split('::').length > 2 : groups.length !== 8) return false;
  return groups.every((group, i) => group.length <= 4 || (i === groups.length - 1 && group.includes('.')));
}
