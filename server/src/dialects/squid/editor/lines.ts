// Where lines and their tokens stand in a file.

import type { LineAt as AnyLineAt } from '../../../kept/line-blocks.js';
import type { TextRange } from '../../../text/range.js';
import type { Line } from '../syntax/tree.js';

export type LineAt = AnyLineAt<Line>;

/** The range of a token of a line in the file. */
export function rangeOf({ start }: LineAt, token: TextRange): TextRange {
  return { start: start + token.start, end: start + token.end };
}

/** The characters of a line without its line end. */
export function wholeRange({ line, start }: LineAt): TextRange {
  return { start, end: start + line.raw.trimEnd().length };
}
