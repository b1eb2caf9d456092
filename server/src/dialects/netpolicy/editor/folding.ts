// The folding ranges of a policy.
import { isCollection, isMap, isNode, isScalar, isSeq } from 'yaml';
import { range, type TextRange } from '../../../text/range.js';
import type { NetpolicyDocument } from '../program/policy.js';
import { writtenEnd } from '../syntax/tree.js';

/** Every list and map over several lines. */
export function foldingRanges({ tree }: NetpolicyDocument): readonly TextRange[] {
  const ranges: TextRange[] = [];
  const fold = (start: number, node: unknown) => {
    if (!isCollection(node) || !node.range) return;
    const end = writtenEnd(tree.text, node.range[1]);
    if (tree.text.slice(start, end).includes('\n')) ranges.push(range(start, end));
  };
  const visitNode = (node: unknown, depth: number) => {
    if (depth > FOLDING_DEPTH) return;
    if (isMap(node)) {
      for (const { key, value } of node.items) {
        if (isScalar(key) && key.range) fold(key.range[0], value);
        visitNode(value, depth + 1);
      }
    } else if (isSeq(node)) {
      for (const item of node.items) {
        if (isNode(item) && item.range) fold(item.range[0], item);
        visitNode(item, depth + 1);
      }
    }
  };
  visitNode(tree.yaml.nodeAt([]), 0);
  return ranges;
}

/** Deeper parts of a file are not a policy's. */
const FOLDING_DEPTH = 12;
