// The folding ranges of a PAC file.
import type { TextRange } from '../../../text/range.js';
import type { PacDocument } from '../program/program.js';

/** Blocks, lists and calls over several lines. */
export function foldingRanges({ tree, source }: PacDocument): readonly TextRange[] {
  if (tree.kind === 'failed') return [];
  return tree.nodes.flatMap((node) => {
    switch (node.type) {
      case 'BlockStatement':
      case 'ArrayExpression':
      case 'ObjectExpression':
      case 'SwitchStatement': {
        const isLong = source.text.slice(node.start, node.end).includes('\n');
        return isLong ? [{ start: node.start, end: node.end }] : [];
      }
      default:
        return [];
    }
  });
}
