// The folding ranges of a configuration.
import type { TextRange } from '../../../text/range.js';
import type { CiscoDocument } from '../program/program.js';
import { isIndented } from '../syntax/tokens.js';

/** Header lines with the lines indented under them. */
export function foldingRanges({ tree }: CiscoDocument): readonly TextRange[] {
  const ranges: TextRange[] = [];
  let header: number | undefined;
  let end = 0;
  const { blocks, starts } = tree.lines;
  const close = () => {
    if (header !== undefined && end > header) ranges.push({ start: header, end });
    header = undefined;
  };
  blocks.forEach((block, i) => {
    block.lines.forEach(({ raw }, at) => {
      const start = (starts[i] ?? 0) + (block.starts[at] ?? 0);
      const content = raw.trim();
      if (content === '' || content.startsWith('!')) return;
      if (isIndented(raw)) {
        if (header !== undefined) end = start + raw.trimEnd().length;
        return;
      }
      close();
      header = start;
      end = start;
    });
  });
  close();
  return ranges;
}
