// The folding ranges of a file: blocks, and statements over several lines.
import type { TextRange } from '../../../text/range.js';
import type { NftDocument } from '../program/ruleset.js';
import type { Block } from '../syntax/blocks.js';
import { itemEnd } from './statement-at.js';

export function foldingRanges({ source, tree }: NftDocument): readonly TextRange[] {
  const ranges: TextRange[] = [];
  const visit = ({ items }: Block) => {
    for (const item of items) {
      const end = itemEnd(item);
      const isLong = item.block !== undefined || item.node.text.includes('\n');
      if (isLong && source.text.slice(item.start, end).includes('\n')) ranges.push({ start: item.start, end });
      if (item.block) visit(item.block);
    }
  };
  visit(tree.root);
  return ranges;
}
