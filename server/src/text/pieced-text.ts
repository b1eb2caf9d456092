// A text in pieces, as editors keep theirs: an edit makes one piece anew, where one long string would be copied at each key.

import { countUpTo } from './lines.js';
import type { TextRange } from './range.js';

/** What strings and {@link PiecedText} have in common. Offsets are in UTF-16 code units, as everywhere. */
export interface Text {
  readonly length: number;
  slice(start: number, end?: number): string;
}

/** A run of whole lines. Only the last one of a text may end without LF. */
export class Piece {
  private knownLineStarts: readonly number[] | undefined;

  constructor(readonly text: string) {}

  /** The offsets behind its line ends (LF, CRLF or CR): where lines begin, besides its own beginning. */
  get lineStarts(): readonly number[] {
    this.knownLineStarts ??= Array.from(
      this.text.matchAll(/\r\n|\n|\r/g),
      ({ index, 0: lineEnd }) => index + lineEnd.length,
    );
    return this.knownLineStarts;
  }
}

/** How long pieces are made: few for a large file, each of them copied in no time. */
const PIECE_LENGTH = 16_384;

/** A text that never changes, and shares the pieces that it has in common with the texts that it was made from. */
export class PiecedText implements Text {
  readonly length: number;
  /** The offset of each piece. */
  private readonly starts: readonly number[];
  private whole: string | undefined;

  /** @param pieces at least one */
  private constructor(
    readonly pieces: readonly Piece[],
    private readonly pieceLength: number,
    whole?: string,
  ) {
    const starts: number[] = [];
    let length = 0;
    for (const { text } of pieces) {
      starts.push(length);
      length += text.length;
    }
    this.starts = starts;
    this.length = length;
    this.whole = whole;
  }

  /** @param pieceLength how long a piece should be, in UTF-16 code units */
  static of(text: string, pieceLength = PIECE_LENGTH): PiecedText {
    return new PiecedText(atLeastOne(cut(text, pieceLength)), pieceLength, text);
  }

  slice(start: number, end = this.length): string {
    if (this.whole !== undefined) return this.whole.slice(start, end);
    const first = this.pieceAt(start);
    const offset = this.startOf(first);
    const own = this.textOf(first);
    if (end <= offset + own.length) return own.slice(start - offset, Math.max(0, end - offset));
    let result = own.slice(start - offset);
    for (let index = first + 1; index < this.pieces.length && this.startOf(index) < end; index++) {
      result += this.textOf(index).slice(0, end - this.startOf(index));
    }
    return result;
  }

  /** The same text with another one in the place of a range. */
  replaced({ start, end }: TextRange, text: string): PiecedText {
    const first = this.pieceAt(start);
    const last = this.pieceAt(end);
    const before = this.textOf(first).slice(0, start - this.startOf(first));
    const behind = this.textOf(last).slice(end - this.startOf(last));
    let changed = before + text + behind;
    let next = last + 1;
    // A line that has lost its end goes on in the next piece.
    if (changed !== '' && !changed.endsWith('\n') && next < this.pieces.length) changed += this.textOf(next++);
    const { pieces, pieceLength } = this;
    const made = [...pieces.slice(0, first), ...cut(changed, pieceLength), ...pieces.slice(next)];
    return new PiecedText(atLeastOne(made), pieceLength);
  }

  /** How many UTF-16 code units at its beginning and, of the rest, at its end are in pieces that another text has as well. */
  sharedWith(other: PiecedText): { readonly front: number; readonly back: number } {
    const [own, others] = [this.pieces, other.pieces];
    const most = Math.min(own.length, others.length);
    let first = 0;
    while (first < most && own[first] === others[first]) first++;
    let last = 0;
    while (first + last < most && own[own.length - 1 - last] === others[others.length - 1 - last]) last++;
    return { front: this.startOf(first), back: this.length - this.startOf(own.length - last) };
  }

  /** The index of the piece that holds an offset; of the last one for the end of the text. */
  pieceAt(offset: number): number {
    return Math.max(0, countUpTo(this.starts, offset) - 1);
  }

  /** The offset of a piece; the length of the text behind the last one. */
  startOf(index: number): number {
    return this.starts[index] ?? this.length;
  }

  /** All of it as one string, which is made when it is first asked for. */
  toString(): string {
    this.whole ??= this.pieces.map(({ text }) => text).join('');
    return this.whole;
  }

  private textOf(index: number): string {
    return this.pieces[index]?.text ?? '';
  }
}

function atLeastOne(pieces: readonly Piece[]): readonly Piece[] {
  return pieces.length > 0 ? pieces : [new Piece('')];
}

/** Cuts a text behind line ends. */
function cut(text: string, pieceLength: number): Piece[] {
  const pieces: Piece[] = [];
  let start = 0;
  while (text.length - start > 2 * pieceLength) {
    const lineEnd = text.indexOf('\n', start + pieceLength);
    if (lineEnd < 0) break;
    pieces.push(new Piece(text.slice(start, lineEnd + 1)));
    start = lineEnd + 1;
  }
  if (start < text.length) pieces.push(new Piece(text.slice(start)));
  return pieces;
}
