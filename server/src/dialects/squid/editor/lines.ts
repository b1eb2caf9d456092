// The lines of a file with their offsets.

import type { TextRange } from '../../../text/range.js';
import type { Line, SquidTree } from '../syntax/tree.js';

export interface LineAt {
  readonly line: Line;
  /** The offset of the line in the file. */
  readonly start: number;
}

export function* linesIn(tree: SquidTree): Generator<LineAt> {
  for (const [index, block] of tree.blocks.entries()) {
    const blockStart = tree.starts[index] ?? 0;
    for (const [i, line] of block.lines.entries()) yield { line, start: blockStart + (block.starts[i] ?? 0) };
  }
}

/** The range of a token of a line in the file. */
export function rangeOf({ start }: LineAt, token: TextRange): TextRange {
  return { start: start + token.start, end: start + token.end };
}

/** The characters of a line without its line end. */
export function wholeRange({ line, start }: LineAt): TextRange {
  return { start, end: start + line.raw.trimEnd().length };
}
