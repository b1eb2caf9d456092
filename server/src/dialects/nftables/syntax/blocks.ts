// The statements and blocks of a file with absolute offsets, derived from runs with relative offsets.
import type { BlockKind, BlockText, ItemText, PlacedItems, StatementNode } from './tree.js';

/** A statement at its position in the file, with the block that it opens. */
export interface Item {
  readonly start: number;
  readonly node: StatementNode;
  readonly block: Block | undefined;
  /** The end of the statement, its block included, where neither a line end nor `;` follows as nft requires. */
  readonly unterminatedAt: number | undefined;
}

/** A block at its position in the file; its items are placed on demand. */
export class Block {
  private known: readonly Item[] | undefined;

  constructor(
    private readonly text: BlockText,
    private readonly base: number,
  ) {}

  get kind(): BlockKind {
    return this.text.kind;
  }

  /** The offset after `{`; 0 for the file. */
  get start(): number {
    return this.base + this.text.start;
  }

  /** The offset of `}`, or the end of the text where none closes it. */
  get end(): number {
    return this.base + this.text.end;
  }

  get closed(): boolean {
    return this.text.closed;
  }

  get runs(): readonly PlacedItems[] {
    return this.text.runs.map(({ start, run }) => ({ start: this.base + start, run }));
  }

  get items(): readonly Item[] {
    this.known ??= this.runs.flatMap(itemsOf);
    return this.known;
  }
}

/** The items of a run at their positions in the file. */
export function itemsOf({ start, run }: PlacedItems): Item[] {
  return run.items.map((item) => placeItem(item, start));
}

/** An item of a run that begins at `base`. */
export function placeItem({ start, node, block, unterminatedAt }: ItemText, base: number): Item {
  return {
    start: base + start,
    node,
    block: block && new Block(block, base),
    unterminatedAt: unterminatedAt === undefined ? undefined : base + unterminatedAt,
  };
}
