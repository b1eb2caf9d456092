// The folding ranges: blocks, and commands over several lines.

import type { TextRange } from '../../../text/range.js';
import type { WindowsDocument } from '../program/program.js';
import { blockRanges, commandsIn } from '../syntax/commands.js';

export function foldingRanges({ source, tree }: WindowsDocument): readonly TextRange[] {
  return [...blockRanges(tree), ...commandsIn(tree).map(({ range }) => range)].filter(({ start, end }) =>
    source.text.slice(start, end).includes('\n'),
  );
}
