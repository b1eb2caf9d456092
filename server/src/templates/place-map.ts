// Where the parts of a rendered text come from in the template, and back.
import type { QuotedLine } from '../model/evidence.js';
import type { FileEdit } from '../text/edit.js';
import type { TextRange } from '../text/range.js';
import { renderedPath } from './languages.js';
import type { Piece } from './rendering.js';

/** A part of a rendering with its text and its place there. */
export interface Placed extends Piece {
  readonly at: number;
}

/** What marks a tag: an edit that holds one could not be told from the template. */
const TAG_MARK = /\{[{%#]|[}%#]\}|<%|%>/;

/** Text that is not printed where it stands, but where its name is called. */
const DEFINITION = /\{%[-+]?[ \t]{0,20}macro\b|\{\{-?[ \t]{0,20}define\b/;

export class PlaceMap {
  /** The URI that the rendering is read under: that of the file that is made from the template. */
  readonly uri: string;
  readonly text: string;
  readonly placed: readonly Placed[];
  private knownByStart: readonly Placed[] | undefined;

  /** @param pieces the parts of a rendering, the open ones with the text that stands for them */
  constructor(
    /** The URI of the template. */
    readonly templateUri: string,
    private readonly template: string,
    pieces: readonly Piece[],
  ) {
    this.uri = renderedPath(templateUri);
    let at = 0;
    const placed: Placed[] = [];
    const texts: string[] = [];
    for (const piece of pieces) {
      const { text } = piece;
      if (text !== '' || piece.kind === 'open') placed.push({ ...piece, text, at });
      texts.push(text);
      at += text.length;
    }
    this.text = texts.join('');
    this.placed = placed;
  }

  /** The last part that begins at or before an offset. */
  indexAt(offset: number): number {
    let low = 0;
    let high = this.placed.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.placed[middle]?.at ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** The parts that a range touches. */
  touching({ start, end }: TextRange): Placed[] {
    const found: Placed[] = [];
    for (let i = this.indexAt(start); i < this.placed.length; i++) {
      const piece = this.placed[i] as Placed;
      if (piece.at > end || (piece.at === end && end > start)) break;
      if (piece.at + piece.text.length > start || piece.at >= start) found.push(piece);
    }
    return found;
  }

  /** The parts of the lines that a range is on. */
  onLinesOf({ start, end }: TextRange): Placed[] {
    const from = this.text.lastIndexOf('\n', Math.max(0, start - 1)) + 1;
    const next = this.text.indexOf('\n', Math.max(start, end - 1));
    const line = { start: Math.min(from, start), end: Math.max(end, next < 0 ? this.text.length : next + 1) };
    return this.touching(line);
  }

  /** Whether a tag is among the lines that a range is on, or joins them. */
  hasTagOnLine(range: TextRange): boolean {
    const parts = this.onLinesOf(range).filter(({ text }) => text !== '');
    return parts.some((part, i) => {
      const before = parts[i - 1];
      return part.kind !== 'literal' || (before !== undefined && isJoined(before, part));
    });
  }

  /**
   * Whether it shows all text of the template that belongs to it, word by word: nothing was left out because no value makes
   * it a statement or because it is what a block makes of it, and no tag is a part of a word.
   */
  get isWhole(): boolean {
    if (DEFINITION.test(this.template)) return false;
    return this.placed.every((part, i) => {
      const before = this.placed[i - 1];
      const isCut = part.kind === 'open' && !this.isTag(part);
      return !isCut && !(before && isInWord(before, part));
    });
  }

  private isTag({ start, end }: Placed): boolean {
    return (this.template.slice(start, end).match(/[%}]?\}|%>/g)?.length ?? 0) === 1;
  }

  /** Whether all of the text is written in the template, with tags on lines of their own. */
  get isWritten(): boolean {
    if (DEFINITION.test(this.template)) return false;
    return this.placed.every((part, i) => {
      const before = this.placed[i - 1];
      return part.kind === 'literal' && (before === undefined || !isJoined(before, part));
    });
  }

  /** The place in the template that a range comes from: whole tags where it touches one. */
  toTemplate({ start, end }: TextRange): TextRange {
    const from = this.placed[this.indexAt(start)];
    const to = this.placed[this.indexAt(Math.max(start, end - 1))];
    if (!from || !to) return { start: 0, end: 0 };
    const first = from.kind === 'literal' ? Math.min(from.start + start - from.at, from.end) : from.start;
    const last = to.kind === 'literal' ? Math.min(to.start + end - to.at, to.end) : to.end;
    return { start: first, end: Math.max(first, last) };
  }

  /** A place in the rendering for one in the template; `undefined` where nothing of it is rendered. */
  fromTemplate({ start, end }: TextRange): TextRange | undefined {
    const from = this.pieceWith(start);
    if (!from) return undefined;
    const begin = from.kind === 'literal' ? from.at + start - from.start : from.at;
    const to = end > start ? this.pieceWith(end - 1) : from;
    const finish = to?.kind === 'literal' ? to.at + end - to.start : to ? to.at + to.text.length : begin;
    return { start: begin, end: Math.max(begin, finish) };
  }

  /** The first part that comes from an offset in the template, or from right before it. */
  private pieceWith(offset: number): Placed | undefined {
    this.knownByStart ??= [...this.placed].sort((a, b) => a.start - b.start || a.at - b.at);
    const pieces = this.knownByStart;
    let low = 0;
    let high = pieces.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((pieces[middle]?.start ?? 0) <= offset) low = middle + 1;
      else high = middle;
    }
    const last = pieces[low - 1];
    if (!last || offset > last.end) return undefined;
    // Of a place that is rendered several times, the first.
    let first = low - 1;
    while (first > 0 && pieces[first - 1]?.start === last.start) first--;
    return pieces[first];
  }

  /** The literal text of the template that a range is exactly; `undefined` where it touches a tag. */
  exactly({ start, end }: TextRange): TextRange | undefined {
    const from = this.literalAt(start, start === end);
    if (!from) return undefined;
    let last = from;
    for (let i = this.placed.indexOf(from) + 1; last.at + last.text.length < end; i++) {
      const next = this.placed[i];
      if (next?.kind !== 'literal' || next.start !== last.end) return undefined;
      last = next;
    }
    return { start: from.start + start - from.at, end: last.start + end - last.at };
  }

  private literalAt(offset: number, isInsertion: boolean): Placed | undefined {
    const index = this.indexAt(offset);
    const piece = this.placed[index];
    if (piece?.kind === 'literal' && (offset > piece.at || !isInsertion)) return piece;
    const before = this.placed[index - 1];
    // What is inserted between two parts goes to the end of the line before, not behind a tag.
    if (isInsertion && before?.kind === 'literal' && before.at + before.text.length === offset) return before;
    return piece?.kind === 'literal' ? piece : undefined;
  }

  /** An edit of the template; `undefined` where it would touch or make a tag. */
  editOf(edit: FileEdit): FileEdit | undefined {
    if (edit.uri !== this.uri) return edit;
    const range = this.exactly(edit.range);
    return range && !TAG_MARK.test(edit.newText) ? { ...edit, uri: this.templateUri, range } : undefined;
  }

  /** A statement of the rendering as one of the template. */
  quote(line: QuotedLine): QuotedLine {
    if (line.uri !== this.uri) return line;
    const range = this.toTemplate(line.range);
    const isWritten = this.exactly(line.range) !== undefined;
    return { ...line, uri: this.templateUri, range, text: isWritten ? line.text : this.written(range) };
  }

  /** A text of the template on one line. */
  written({ start, end }: TextRange): string {
    return this.template
      .slice(start, Math.min(end, start + 500))
      .replace(/\s+/g, ' ')
      .trim();
  }
}

function isInWord(before: Placed, part: Placed): boolean {
  return isJoined(before, part) && /\S$/.test(before.text) && /^\S/.test(part.text);
}

/** Whether two parts are on one line, with a tag between them. */
function isJoined(before: Placed, part: Placed): boolean {
  const hasTag = part.start !== before.end || part.kind !== 'literal' || before.kind !== 'literal';
  return hasTag && !before.text.endsWith('\n') && before.text.trim() !== '';
}
