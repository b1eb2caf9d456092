// The folding ranges of a configuration.
import { linesIn } from '../../../kept/line-blocks.js';
import type { TextRange } from '../../../text/range.js';
import type { CiscoDocument } from '../program/program.js';
import { isIndented } from '../syntax/tokens.js';

/** Header lines with the lines indented under them. */
export function foldingRanges({ tree }: CiscoDocument): readonly TextRange[] {
  const ranges: TextRange[] = [];
  let header: number | undefined;
  let end = 0;
  const close = () => {
    if (header !== undefined && end > header) ranges.push({ start: header, end });
    header = undefined;
  };
  for (const { line, start } of linesIn(tree.lines)) {
    const { raw } = line;
    const content = raw.trim();
    if (content === '' || content.startsWith('!')) continue;
    if (isIndented(raw)) {
      if (header !== undefined) end = start + raw.trimEnd().length;
      continue;
    }
    close();
    header = start;
    end = start;
  }
  close();
  return ranges;
}
