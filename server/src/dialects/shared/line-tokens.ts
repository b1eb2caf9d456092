// The tokens of languages that are read line by line.
import { type LineBlocks, linesIn } from '../../kept/line-blocks.js';
import type { TextRange } from '../../text/range.js';
import type { SourceToken } from '../dialect.js';

/** The words of all lines as tokens of the whole text; `wordsOf` gives those of a line, counted from its start. */
export function lineTokens<Line>(
  lines: LineBlocks<Line>,
  wordsOf: (line: Line) => readonly (TextRange & { readonly text: string })[],
): SourceToken[] {
  return [...linesIn(lines)].flatMap(({ line, start: offset }) =>
    wordsOf(line).map(({ start, end, text }) => ({ kind: 'word', start: offset + start, end: offset + end, text })),
  );
}
