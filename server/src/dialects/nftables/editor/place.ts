// Finds the statement at an offset of a file.
import type { Block, Item } from '../syntax/blocks.js';

/** The innermost statement at an offset, with the blocks around it, outermost first. */
export interface Place {
  readonly item: Item | undefined;
  readonly blocks: readonly Block[];
  /** The statements that open these blocks, without the file itself. */
  readonly heads: readonly Item[];
}

export function placeAt(root: Block, offset: number): Place {
  const blocks = [root];
  const heads: Item[] = [];
  for (let block = root; ; ) {
    const item = lastBefore(block.items, offset);
    if (!item || offset > itemEnd(item)) return { item: undefined, blocks, heads };
    if (!item.block || offset < item.block.start) return { item, blocks, heads };
    heads.push(item);
    blocks.push(item.block);
    block = item.block;
  }
}

/** The end of a statement, its block included. */
export function itemEnd({ start, node, block }: Item): number {
  return block ? block.end + (block.closed ? 1 : 0) : start + node.text.length;
}

/** The last statement that begins at or before an offset. */
function lastBefore(items: readonly Item[], offset: number): Item | undefined {
  let low = 0;
  let high = items.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((items[middle]?.start ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  const found = items[low];
  return found && found.start <= offset ? found : undefined;
}
