// The folding ranges: blocks of comment lines, and conditional blocks.

import { linesIn } from '../../../kept/line-blocks.js';
import type { TextRange } from '../../../text/range.js';
import type { SquidDocument } from '../program/program.js';
import { wholeRange } from './lines.js';

export function foldingRanges(document: SquidDocument): readonly TextRange[] {
  const ranges: TextRange[] = [];
  const conditions: number[] = [];
  let comments: { start: number; end: number; count: number } | undefined;
  const closeComments = () => {
    if (comments && comments.count > 1) ranges.push({ start: comments.start, end: comments.end });
    comments = undefined;
  };
  for (const at of linesIn(document.tree)) {
    const { line } = at;
    const { start, end } = wholeRange(at);
    if (line.form === 'comment') {
      comments = { start: comments?.start ?? start, end, count: (comments?.count ?? 0) + 1 };
      continue;
    }
    closeComments();
    const kind = line.statement?.kind;
    if (kind === 'if') conditions.push(start);
    const opened = kind === 'endif' || kind === 'else' ? conditions.pop() : undefined;
    if (opened !== undefined) ranges.push({ start: opened, end: kind === 'endif' ? end : start });
    if (kind === 'else') conditions.push(start);
  }
  closeComments();
  return ranges;
}
