// Rows of integers in one array, as tables of the steps of automata are.

/** How many rows a new table has place for. */
const FIRST_ROWS = 4;

/** A table that grows. Made of one array for all rows, because one for each would take most of the time and memory of large automata. */
export class IntegerRows {
  private items: Int32Array;
  private count = 0;

  constructor(private readonly width: number) {
    this.items = new Int32Array(width * FIRST_ROWS);
  }

  /** Adds a row that has one number everywhere; returns its index. */
  add(filled: number): number {
    const { width } = this;
    const index = this.count++;
    if (this.count * width > this.items.length) {
      const larger = new Int32Array(2 * this.items.length);
      larger.set(this.items);
      this.items = larger;
    }
    if (filled !== 0) this.items.fill(filled, index * width, this.count * width);
    return index;
  }

  at(row: number, place: number): number {
    return this.items[row * this.width + place] ?? 0;
  }

  set(row: number, place: number, to: number): void {
    this.items[row * this.width + place] = to;
  }

  fill(row: number, filled: number): void {
    this.items.fill(filled, row * this.width, (row + 1) * this.width);
  }
}

/** Rows of different lengths, one behind the other. */
export class IntegerPool {
  private items = new Int32Array(1_024);
  private count = 0;

  /** Adds a row that has one number everywhere; returns where it begins. */
  add(length: number, filled: number): number {
    const start = this.count;
    this.count += length;
    if (this.count > this.items.length) {
      const larger = new Int32Array(2 * this.count);
      larger.set(this.items);
      this.items = larger;
    }
    this.items.fill(filled, start, this.count);
    return start;
  }

  at(place: number): number {
    return this.items[place] ?? 0;
  }

  set(place: number, to: number): void {
    this.items[place] = to;
  }
}
