// The folding ranges: the tables of a save file, and blocks of comments in other files.
import type { TextRange } from '../../../text/range.js';
import type { IptablesDocument } from '../program/program.js';

export function foldingRangesOf({ source, tree }: IptablesDocument): TextRange[] {
  const ranges: TextRange[] = [];
  if (tree.kind !== 'save') {
    for (const match of source.text.matchAll(/(?:^[ \t]*#.*\n){3,}/gm)) {
      ranges.push({ start: match.index, end: match.index + match[0].trimEnd().length });
    }
    return ranges;
  }
  let open: number | undefined;
  for (const match of source.text.matchAll(/^(?:\*\w|COMMIT\b)/gm)) {
    if (match[0] !== 'COMMIT') open ??= match.index;
    else if (open !== undefined) {
      ranges.push({ start: open, end: match.index + match[0].length });
      open = undefined;
    }
  }
  return ranges;
}
