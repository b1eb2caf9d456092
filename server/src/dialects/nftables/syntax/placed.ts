import type { Block, BlockKind, BlockText, Item, ItemText, PlacedItems } from './tree.js';

/** A block at its place; what it holds is placed when somebody asks for it. */
export class PlacedBlock implements Block {
  private known: readonly Item[] | undefined;

  constructor(
    private readonly text: BlockText,
    private readonly base: number,
  ) {}

  get kind(): BlockKind {
    return this.text.kind;
  }

  get start(): number {
    return this.base + this.text.start;
  }

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

/** The items of a run at their places. */
export function itemsOf({ start, run }: PlacedItems): Item[] {
  return run.items.map((item) => placeItem(item, start));
}

/** An item of a run that begins at `base`. */
export function placeItem({ start, node, block, unterminatedAt }: ItemText, base: number): Item {
  return {
    start: base + start,
    node,
    block: block && new PlacedBlock(block, base),
    unterminatedAt: unterminatedAt === undefined ? undefined : base + unterminatedAt,
  };
}
