/**
 * A text as physical lines in blocks that do not depend on what stands around them. A new version of a text reuses every
 * block that it still holds, and every line of a changed block, so that what was found out about a line by its identity
 * (in a `WeakMap`, say) stays known from one keystroke to the next.
 */

/** A run of whole lines. */
export interface LineBlock<Line> {
  /** The characters of the block, line ends included. */
  readonly text: string;
  readonly lines: readonly Line[];
  /** The offset of each line in the block. */
  readonly starts: readonly number[];
}

export interface LineBlocks<Line> {
  readonly blocks: readonly LineBlock<Line>[];
  /** The offset of each block in the text. */
  readonly starts: readonly number[];
}

/** Small enough to be read again at a keystroke, large enough that there are few of them. */
const LINES_PER_BLOCK = 256;

const LINE_FEED = 10;

/**
 * Cuts a text into lines at LF. `makeLine` is given each line with its line end, and called only for lines that
 * `previous` does not hold in the place that changed.
 */
export function readLineBlocks<Line extends { readonly raw: string }>(
  text: string,
  makeLine: (raw: string) => Line,
  previous?: LineBlocks<Line>,
): LineBlocks<Line> {
  const old = previous?.blocks ?? [];
  let front = 0;
  let start = 0;
  for (let block = old[front]; block; block = old[front]) {
    if (!block.text.endsWith('\n') || !standsAt(text, start, block.text)) break;
    start += block.text.length;
    front++;
  }
  let back = old.length;
  let end = text.length;
  for (let block = old[back - 1]; block && back > front; block = old[back - 1]) {
    const blockStart = end - block.text.length;
    if (blockStart < start || !standsAt(text, blockStart, block.text)) break;
    if (blockStart > start && text.charCodeAt(blockStart - 1) !== LINE_FEED) break;
    end = blockStart;
    back--;
  }
  const known = new Map<string, Line>();
  for (const block of old.slice(front, back)) for (const line of block.lines) known.set(line.raw, line);
  // A changed block may outlive many versions of the text.
  const region = previous && end - start <= REGION_COPIED ? detached(text.slice(start, end)) : text.slice(start, end);
  const middle = cut(region, (raw) => known.get(raw) ?? makeLine(raw));
  const blocks = [...old.slice(0, front), ...middle, ...old.slice(back)];
  const starts: number[] = [];
  let offset = 0;
  for (const block of blocks) {
    starts.push(offset);
    offset += block.text.length;
  }
  return { blocks, starts };
}

/** Like `startsWith`, which compares character by character, but at the speed at which memory is compared. */
function standsAt(text: string, start: number, part: string): boolean {
  return text.slice(start, start + part.length) === part;
}

/** How much changed text is copied, in UTF-16 code units; what is larger makes up a good part of its text anyway. */
const REGION_COPIED = 1_000_000;

/** The same text in memory of its own: a slice keeps the whole text alive that it was cut from. */
export function detached(text: string): string {
  return text.split('').join('');
}

function cut<Line>(text: string, lineOf: (raw: string) => Line): LineBlock<Line>[] {
  const blocks: LineBlock<Line>[] = [];
  for (let offset = 0; offset < text.length; ) {
    const blockStart = offset;
    const lines: Line[] = [];
    const starts: number[] = [];
    while (offset < text.length && lines.length < LINES_PER_BLOCK) {
      const lineFeed = text.indexOf('\n', offset);
      const next = lineFeed < 0 ? text.length : lineFeed + 1;
      starts.push(offset - blockStart);
      lines.push(lineOf(text.slice(offset, next)));
      offset = next;
    }
    blocks.push({ text: text.slice(blockStart, offset), lines, starts });
  }
  return blocks;
}

/** The line that holds an offset, with its own offset; `undefined` for an empty text. */
export function lineAt<Line>(tree: LineBlocks<Line>, offset: number): { line: Line; start: number } | undefined {
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
