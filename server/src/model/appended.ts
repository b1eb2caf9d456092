// Immutable lists that grow at the end.

/**
 * A list to which adding costs nothing but the new item: lists that were made one from another share one array, of which each sees
 * its own length. Only a second item at the same place copies.
 */
export class Appended<Item> {
  private constructor(
    private readonly items: Item[],
    readonly length: number,
  ) {}

  static of<Item>(...items: readonly Item[]): Appended<Item> {
    return Appended.from(items);
  }

  /** The same for any number of items; a call cannot have a million arguments. */
  static from<Item>(items: Iterable<Item>): Appended<Item> {
    const own = [...items];
    return new Appended(own, own.length);
  }

  with(item: Item): Appended<Item> {
    const items = this.items.length === this.length ? this.items : this.items.slice(0, this.length);
    items.push(item);
    return new Appended(items, this.length + 1);
  }

  every(test: (item: Item) => boolean): boolean {
    for (let i = 0; i < this.length; i++) if (!test(this.items[i] as Item)) return false;
    return true;
  }

  some(test: (item: Item) => boolean): boolean {
    return !this.every((item) => !test(item));
  }

  toArray(): readonly Item[] {
    return this.items.slice(0, this.length);
  }

  get last(): Item | undefined {
    return this.items[this.length - 1];
  }
}
