// Numbers that are known for lists of numbers, in one array, because an object for each would take most of the time and memory of large sets.

const NONE = -1;

/** Before its items, an entry has the place of the next entry with the same hash, what is known, and the count of items. */
const HEAD = 3;

/** What is known for lists of integers. */
export class IntegerLists {
  /** Where the latest entry with a hash begins. */
  private readonly places = new Map<number, number>();
  private items = new Int32Array(1_024);
  private count = 0;

  get(list: ArrayLike<number>): number | undefined {
    for (let at = this.places.get(hashOf(list)) ?? NONE; at !== NONE; at = this.items[at] ?? NONE) {
      if (this.isAt(at, list)) return this.items[at + 1];
    }
    return undefined;
  }

  /** Called for a list of which nothing is known. */
  set(list: ArrayLike<number>, known: number): void {
    const hash = hashOf(list);
    const start = this.count;
    this.count += HEAD + list.length;
    if (this.count > this.items.length) {
      const larger = new Int32Array(2 * this.count);
      larger.set(this.items);
      this.items = larger;
    }
    this.items[start] = this.places.get(hash) ?? NONE;
    this.items[start + 1] = known;
    this.items[start + 2] = list.length;
    for (let i = 0; i < list.length; i++) this.items[start + HEAD + i] = list[i] ?? 0;
    this.places.set(hash, start);
  }

  private isAt(start: number, list: ArrayLike<number>): boolean {
    if (this.items[start + 2] !== list.length) return false;
    for (let i = 0; i < list.length; i++) if (this.items[start + HEAD + i] !== list[i]) return false;
    return true;
  }
}

function hashOf(list: ArrayLike<number>): number {
  let hash = list.length;
  for (let i = 0; i < list.length; i++) hash = (Math.imul(hash, 31) + (list[i] ?? 0)) | 0;
  return hash;
}

/** So many numbers are sorted faster by putting each in its place. */
const FEW = 24;

/** Sorts integers in their list. */
export function sortIntegers(numbers: number[]): void {
  if (numbers.length > FEW) {
    const sorted = Int32Array.from(numbers).sort();
    for (let i = 0; i < sorted.length; i++) numbers[i] = sorted[i] ?? 0;
    return;
  }
  for (let i = 1; i < numbers.length; i++) {
    const number = numbers[i] ?? 0;
    let at = i;
    for (; at > 0 && (numbers[at - 1] ?? 0) > number; at--) numbers[at] = numbers[at - 1] ?? 0;
    numbers[at] = number;
  }
}
