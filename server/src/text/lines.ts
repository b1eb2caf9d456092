// Where lines of a text begin and end, and offsets as lines and characters.
import type { Position } from './range.js';

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;

/** The offset at which the line of an offset begins; a line ends at LF. */
export function startOfLine(text: string, offset: number): number {
  return offset > 0 ? text.lastIndexOf('\n', offset - 1) + 1 : 0;
}

/** The offset of the LF at the end of the line of an offset; the length of the text for its last line. */
export function endOfLine(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  return end < 0 ? text.length : end;
}

/** The same without a CR before the LF. */
export function endOfLineText(text: string, offset: number): number {
  const end = endOfLine(text, offset);
  return text[end - 1] === '\r' ? end - 1 : end;
}

/** A text of at most `limit` characters; an ellipsis stands for what is left out. */
export function shortened(text: string, limit: number): string {
  return text.length > limit ? `${text.slice(0, limit - 1)}…` : text;
}

/** Translates between offsets and line/character positions of one text. Line ends are LF, CRLF and CR. */
export class LineIndex {
  private readonly starts: readonly number[];

  constructor(private readonly text: string) {
    this.starts = text.includes('\r') ? startsInAnyForm(text) : startsAfterLineFeeds(text);
  }

  get lineCount(): number {
    return this.starts.length;
  }

  /** The zero-based line that holds `offset`. */
  lineAt(offset: number): number {
    return Math.max(0, countUpTo(this.starts, offset) - 1);
  }

  positionAt(offset: number): Position {
    const line = this.lineAt(offset);
    return { line, character: Math.min(offset, this.text.length) - (this.starts[line] ?? 0) };
  }

  /** Clamps positions outside the text to its nearest end. */
  offsetAt(position: Position): number {
    if (position.line >= this.starts.length) return this.text.length;
    const start = this.starts[position.line] ?? 0;
    const next = this.starts[position.line + 1] ?? this.text.length + 1;
    return Math.max(start, Math.min(start + position.character, next - 1, this.text.length));
  }

  /** The offset at which a zero-based line begins; the text's length for a line past its end. */
  lineStart(line: number): number {
    return this.starts[line] ?? this.text.length;
  }

  /** The text of a zero-based line without its line end. */
  lineText(line: number): string {
    return this.text.slice(this.lineStart(line), this.lineStart(line + 1)).replace(/[\r\n]+$/, '');
  }
}

/** The starts of the lines of a text without CR, which is searched at the speed at which memory is read. */
function startsAfterLineFeeds(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

function startsInAnyForm(text: string): number[] {
  const starts = [0];
  for (let offset = 0; offset < text.length; offset++) {
    const unit = text.charCodeAt(offset);
    if (unit === CARRIAGE_RETURN && text.charCodeAt(offset + 1) === LINE_FEED) offset++;
    if (unit === LINE_FEED || unit === CARRIAGE_RETURN) starts.push(offset + 1);
  }
  return starts;
}

/** How many of some ascending numbers are not above another one. */
export function countUpTo(numbers: readonly number[], most: number): number {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((numbers[middle] ?? 0) <= most) low = middle + 1;
    else high = middle;
  }
  return low;
}
