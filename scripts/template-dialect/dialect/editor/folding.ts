// The folding ranges of a Sample filter: comments of several lines.
import { range, type TextRange } from '../../../../server/src/text/range.js';
import type { SampleDocument } from '../program/program.js';

export function foldingRanges({ source: { text } }: SampleDocument): readonly TextRange[] {
  return [...text.matchAll(/^#.*(?:\r?\n#.*)+/gm)].map(({ 0: comment, index }) => range(index, index + comment.length));
}
