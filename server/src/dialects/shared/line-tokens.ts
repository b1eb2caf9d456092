// The tokens of languages that are read line by line.
import type { LineBlocks } from '../../kept/line-blocks.js';
import type { TextRange } from '../../text/range.js';
import type { SourceToken } from '../dialect.js';

/** The words of all lines as tokens of the whole text; `wordsOf` gives those of a line, counted from its start. */
export function lineTokens<Line>(
  { blocks, starts }: LineBlocks<Line>,
  wordsOf: (line: Line) => readonly (TextRange & { readonly text: string })[],
): SourceToken[] {
  return blocks.flatMap((block, index) =>
    block.lines.flatMap((line, at) => {
      const offset = (starts[index] ?? 0) + (block.starts[at] ?? 0);
      return wordsOf(line).map(({ start, end, text }) => ({
        kind: 'word',
        start: offset + start,
        end: offset + end,
        text,
      }));
    }),
  );
}
