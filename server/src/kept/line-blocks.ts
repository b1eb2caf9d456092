// A text as lines in blocks, which a new version of the text reuses: every block that it still contains, and every line of a
// changed block. What was computed for a line by its identity (in a Memo) therefore stays known from one keystroke to the next.

import type { PiecedText, Text } from '../text/pieced-text.js';
import { addAll, addTo } from './lists.js';

/** A run of whole lines. */
export interface LineBlock<Line> {
  /** The characters of the block, line ends included. */
  readonly text: string;
  readonly lines: readonly Line[];
  /** The offset of each line in the block. */
  readonly starts: readonly number[];
  /** Of the last block of a text whose last line would go on: what is written behind it belongs to that line. */
  readonly isOpen?: true;
}

/** Identifies all versions of one text that were read from one another: later stages reuse results of the same lineage. */
export class Lineage {}

export interface LineBlocks<Line> {
  /** What was read, where it is in pieces: the next version is compared with it piece by piece. */
  readonly text?: PiecedText;
  readonly blocks: readonly LineBlock<Line>[];
  /** The offset of each block in the text. */
  readonly starts: readonly number[];
}

/** How a language cuts its text. */
export interface LineReader<Line> {
  /** Reads one line. `raw` includes its line end; called only for lines that the previous version does not contain. */
  readonly line: (raw: string) => Line;
  /**
   * Reads the line from `start` to `end` where it stands, without a string of its own; `undefined` leaves it to {@link line}. A line may keep
   * the text: it is all of one that nobody knew, or else the part that has changed.
   */
  readonly lineIn?: (text: string, start: number, end: number) => Line | undefined;
  /**
   * The offset after the line that begins at `start`, which may be a logical line of several physical ones; negative where
   * it continues after `limit`. Absent: a line ends at LF. A line always ends right after an LF or with the text.
   */
  readonly lineEnd?: (text: string, start: number, limit: number) => number;
}

/** Small enough to be read again at every keystroke, large enough to keep the number of blocks small. */
const LINES_PER_BLOCK = 256;

/** Splits a text into blocks of lines, reusing the unchanged blocks of `previous`. */
export function readLineBlocks<Line extends { readonly raw: string }>(
  given: string | PiecedText,
  reader: LineReader<Line>,
  previous?: LineBlocks<Line>,
): LineBlocks<Line> {
  const pieces = typeof given === 'string' ? undefined : given;
  if (!previous) return { ...(pieces ? { text: pieces } : {}), ...readAll(String(given), reader) };
  const text: Text = given;
  // What both versions share needs no look.
  const shared = previous.text && pieces?.sharedWith(previous.text);
  const sharedEnd = shared ? shared.front : 0;
  const sharedStart = text.length - (shared ? shared.back : 0);
  const old = previous.blocks;
  let front = 0;
  let start = 0;
  for (let block = old[front]; block; block = old[front]) {
    if (block.isOpen || !block.text.endsWith('\n')) break;
    if (start + block.text.length > sharedEnd && !standsAt(text, start, block.text)) break;
    start += block.text.length;
    front++;
  }
  let back = old.length;
  let end = text.length;
  for (let block = old[back - 1]; block && back > front; block = old[back - 1]) {
    const blockStart = end - block.text.length;
    if (blockStart < start || (blockStart < sharedStart && !standsAt(text, blockStart, block.text))) break;
    if (blockStart > start && text.slice(blockStart - 1, blockStart) !== '\n') break;
    end = blockStart;
    back--;
  }
  let middle = cut(regionOf(text, start, end), reader, old.slice(front, back));
  // A line before a kept block must not continue into it.
  while (middle.open && back < old.length) {
    end += old[back]?.text.length ?? 0;
    back++;
    middle = cut(regionOf(text, start, end), reader, old.slice(front, back));
  }
  const blocks = [...old.slice(0, front), ...middle.blocks, ...old.slice(back)];
  const starts: number[] = [];
  let offset = 0;
  for (const block of blocks) {
    starts.push(offset);
    offset += block.text.length;
  }
  return { ...(pieces ? { text: pieces } : {}), blocks, starts };
}

/** Like `startsWith`, which compares character by character, but at the speed at which memory is compared. */
function standsAt(text: Text, start: number, part: string): boolean {
  return text.slice(start, start + part.length) === part;
}

/** The longest changed text that is copied, in UTF-16 code units; a longer one is a good part of its text anyway. */
const REGION_COPIED = 1_000_000;

/** The changed part of a text. Its blocks may outlive many versions of the text, so a small one is copied. */
function regionOf(text: Text, start: number, end: number): string {
  const region = text.slice(start, end);
  return end - start <= REGION_COPIED ? detached(region) : region;
}

/**
 * A copy of a string: V8 keeps the whole string alive that a slice was taken from. What is joined is copied into a string of its own
 * before a slice is taken from that, at the speed at which memory is copied.
 */
export function detached(text: string): string {
  return ` ${text}`.slice(1);
}

/** The blocks of a text of which nothing is known. */
function readAll<Line>(text: string, reader: LineReader<Line>): LineBlocks<Line> {
  const { lineEnd = physicalLineEnd } = reader;
  const blocks: LineBlock<Line>[] = [];
  const blockStarts: number[] = [];
  for (let start = 0; start < text.length; ) {
    const lines: Line[] = [];
    const starts: number[] = [];
    let offset = start;
    let isOpen = false;
    while (offset < text.length && lines.length < LINES_PER_BLOCK) {
      const found = lineEnd(text, offset, text.length);
      isOpen = found < 0;
      const end = isOpen ? text.length : found;
      lines.push(lineFrom(reader, text, offset, end));
      starts.push(offset - start);
      offset = end;
    }
    const block = { text: text.slice(start, offset), lines, starts };
    blocks.push(isOpen ? { ...block, isOpen } : block);
    blockStarts.push(start);
    start = offset;
  }
  return { blocks, starts: blockStarts };
}

/**
 * Splits a region into blocks; `open` where the last line continues after the region. Known blocks that it holds stay as they are, so that
 * edits at both ends of a file leave what is between them.
 */
function cut<Line extends { readonly raw: string }>(
  text: string,
  reader: LineReader<Line>,
  old: readonly LineBlock<Line>[],
): { blocks: LineBlock<Line>[]; open: boolean } {
  const { lineEnd = physicalLineEnd } = reader;
  const blocks: LineBlock<Line>[] = [];
  const known = new KnownBlocks(old);
  let open = false;
  /** Where the lines begin that are in no block yet. */
  let pending: number[] = [];
  for (let offset = 0; offset < text.length; ) {
    const end = lineEnd(text, offset, text.length);
    const block = end < 0 || known.areNone ? undefined : known.standingAt(text, offset, end);
    if (block) {
      addAll(blocks, blocksOf(text, [...pending, offset], reader, known.replacedBefore(block)));
      blocks.push(block);
      pending = [];
      offset += block.text.length;
      open = false;
      continue;
    }
    pending.push(offset);
    open = end < 0;
    offset = open ? text.length : end;
  }
  const last = blocksOf(text, [...pending, text.length], reader, known.replacedBefore(undefined));
  addAll(blocks, open ? last.map((block, i) => (i === last.length - 1 ? { ...block, isOpen: true } : block)) : last);
  return { blocks, open };
}

/** Blocks of an earlier version of a text, looked for in the later one in their order. */
class KnownBlocks<Line extends { readonly raw: string }> {
  private readonly places = new Map<string, number[]>();
  /** The first that may still come. */
  private next = 0;

  constructor(private readonly blocks: readonly LineBlock<Line>[]) {
    // The text of a single one has changed, as at a keystroke.
    if (blocks.length < 2) return;
    for (const [place, { lines, text, isOpen }] of blocks.entries())
      if (lines[0] && !isOpen && text.endsWith('\n')) addTo(this.places, lines[0].raw, place);
  }

  get areNone(): boolean {
    return this.places.size === 0;
  }

  /** The next block that begins with the line between two offsets, if all of its text stands there. */
  standingAt(text: string, start: number, end: number): LineBlock<Line> | undefined {
    const places = this.places.get(text.slice(start, end)) ?? [];
    while ((places[0] ?? this.next) < this.next) places.shift();
    const block = places[0] === undefined ? undefined : this.blocks[places[0]];
    return block && standsAt(text, start, block.text) ? block : undefined;
  }

  /** The blocks between the last one that was found and this one, or the end: other text stands in their place. */
  replacedBefore(block: LineBlock<Line> | undefined): readonly LineBlock<Line>[] {
    const place = block ? this.blocks.indexOf(block, this.next) : this.blocks.length;
    const replaced = this.blocks.slice(this.next, place);
    this.next = place + 1;
    return replaced;
  }
}

/** Lines in blocks; those that replaced blocks had stay the same. `starts` has the end of the last line as well. */
function blocksOf<Line extends { readonly raw: string }>(
  text: string,
  starts: readonly number[],
  reader: LineReader<Line>,
  replaced: readonly LineBlock<Line>[],
): LineBlock<Line>[] {
  const byText = new Map<string, Line>();
  for (const block of replaced) for (const one of block.lines) byText.set(one.raw, one);
  const blocks: LineBlock<Line>[] = [];
  for (let first = 0; first < starts.length - 1; first += LINES_PER_BLOCK) {
    const end = Math.min(first + LINES_PER_BLOCK, starts.length - 1);
    const start = starts[first] as number;
    const lines: Line[] = [];
    const offsets: number[] = [];
    for (let i = first; i < end; i++) {
      const from = starts[i] as number;
      const to = starts[i + 1] as number;
      // Looking up what cannot be found would hash every line of a text.
      const same = byText.size > 0 ? byText.get(text.slice(from, to)) : undefined;
      lines.push(same ?? lineFrom(reader, text, from, to));
      offsets.push(from - start);
    }
    blocks.push({ text: text.slice(start, starts[end]), lines, starts: offsets });
  }
  return blocks;
}

function lineFrom<Line>({ line, lineIn }: LineReader<Line>, text: string, start: number, end: number): Line {
  return lineIn?.(text, start, end) ?? line(text.slice(start, end));
}

function physicalLineEnd(text: string, start: number): number {
  const lineFeed = text.indexOf('\n', start);
  return lineFeed < 0 ? text.length : lineFeed + 1;
}

/** A line with its offset in the text. */
export interface LineAt<Line> {
  readonly line: Line;
  readonly start: number;
}

/** All lines of a text in their order. */
export function* linesIn<Line>({ blocks, starts }: LineBlocks<Line>): Generator<LineAt<Line>> {
  for (const [index, block] of blocks.entries()) {
    const blockStart = starts[index] ?? 0;
    for (const [i, line] of block.lines.entries()) yield { line, start: blockStart + (block.starts[i] ?? 0) };
  }
}

/** The lines that a range touches, with their offsets. */
export function* linesWithin<Line>(
  { blocks, starts }: LineBlocks<Line>,
  range: { readonly start: number; readonly end: number },
): Generator<LineAt<Line>> {
  for (let index = Math.max(0, lastNotAfter(starts, range.start)); index < blocks.length; index++) {
    const block = blocks[index];
    const blockStart = starts[index] ?? 0;
    if (!block || blockStart > range.end) return;
    for (const [i, line] of block.lines.entries()) {
      const start = blockStart + (block.starts[i] ?? 0);
      const end = blockStart + (block.starts[i + 1] ?? block.text.length);
      if (end >= range.start && start <= range.end) yield { line, start };
    }
  }
}

/** The line that holds an offset; `undefined` for an empty text. */
export function lineAt<Line>(tree: LineBlocks<Line>, offset: number): LineAt<Line> | undefined {
  const index = lastNotAfter(tree.starts, offset);
  const block = tree.blocks[index];
  if (!block) return undefined;
  const blockStart = tree.starts[index] ?? 0;
  const at = lastNotAfter(block.starts, offset - blockStart);
  const line = block.lines[at];
  return line && { line, start: blockStart + (block.starts[at] ?? 0) };
}

function lastNotAfter(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}
