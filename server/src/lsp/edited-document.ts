// A document that a client edits, in pieces: what a key costs does not grow with its text.

import type { Position, Range, TextDocumentContentChangeEvent } from 'vscode-languageserver';
import { countUpTo } from '../text/lines.js';
import { PiecedText } from '../text/pieced-text.js';

/** The current text of a document, and its positions as the protocol counts them. */
export class EditedDocument {
  /** For each piece, how many line ends are before it; made anew with the text. */
  private linesBefore: readonly number[] | undefined;

  constructor(
    readonly uri: string,
    readonly languageId: string,
    public version: number,
    private current: PiecedText,
  ) {}

  get text(): PiecedText {
    return this.current;
  }

  getText(): string {
    return this.current.toString();
  }

  /** Applies changes in their order, each to what the one before it has left. */
  update(changes: readonly TextDocumentContentChangeEvent[], version: number): void {
    for (const change of changes) {
      this.current =
        'range' in change
          ? this.current.replaced(this.offsetsOf(change.range), change.text)
          : PiecedText.of(change.text);
      this.linesBefore = undefined;
    }
    this.version = version;
  }

  /** An offset beyond the text is its end, and one in a line end is the end of its line. */
  positionAt(offset: number): Position {
    const { current } = this;
    const at = Math.max(0, Math.min(offset, current.length));
    const index = current.pieceAt(at);
    const within = at - current.startOf(index);
    const starts = this.startsIn(index);
    const count = countUpTo(starts, within);
    // A piece begins a line, because the one before it ends one.
    const lineStart = starts[count - 1] ?? 0;
    return {
      line: (this.before()[index] ?? 0) + count,
      character: this.withoutLineEnd(index, within, lineStart) - lineStart,
    };
  }

  /** A character beyond its line is the end of the line, and a line beyond the text is the end of that. */
  offsetAt({ line, character }: Position): number {
    if (line < 0) return 0;
    const before = this.before();
    const { current } = this;
    // The last piece with fewer line ends before it: the line begins behind one of its own.
    const index = Math.max(0, countUpTo(before, line - 1) - 1);
    const starts = this.startsIn(index);
    const own = line - (before[index] ?? 0);
    const from = own === 0 ? 0 : starts[own - 1];
    if (from === undefined) return current.length;
    const base = current.startOf(index);
    const isAtEnd = base + from === current.startOf(index + 1) && index + 1 < current.pieces.length;
    if (isAtEnd) return this.offsetIn(index + 1, 0, character);
    return this.offsetIn(index, from, character);
  }

  /** The offset of a character of the line that begins at `from` in a piece. */
  private offsetIn(index: number, from: number, character: number): number {
    const { current } = this;
    const base = current.startOf(index);
    if (character <= 0) return base + from;
    const starts = this.startsIn(index);
    const next = starts[countUpTo(starts, from)] ?? current.startOf(index + 1) - base;
    return base + this.withoutLineEnd(index, Math.min(from + character, next), from);
  }

  private offsetsOf({ start, end }: Range): { readonly start: number; readonly end: number } {
    const [from, to] = [this.offsetAt(start), this.offsetAt(end)];
    return from <= to ? { start: from, end: to } : { start: to, end: from };
  }

  private startsIn(index: number): readonly number[] {
    return this.current.pieces[index]?.lineStarts ?? [];
  }

  private before(): readonly number[] {
    if (this.linesBefore) return this.linesBefore;
    let lines = 0;
    this.linesBefore = this.current.pieces.map((_, index) => {
      const own = lines;
      lines += this.startsIn(index).length;
      return own;
    });
    return this.linesBefore;
  }

  /** The offset in a piece without the line ends between a place and the beginning of its line. */
  private withoutLineEnd(index: number, offset: number, lineStart: number): number {
    const text = this.current.pieces[index]?.text ?? '';
    let end = offset;
    while (end > lineStart && isLineEnd(text.charCodeAt(end - 1))) end--;
    return end;
  }
}

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;

function isLineEnd(unit: number): boolean {
  return unit === LINE_FEED || unit === CARRIAGE_RETURN;
}
