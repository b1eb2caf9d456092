// Numbers that are known for lists and pairs of numbers, in one array, because an object for each would take most of the time and memory of large sets.

const NONE = -1;

/** Before its items, an entry has the place of the next entry with the same hash, what is known, and the count of items. */
const HEAD = 3;

/** What is known for lists of integers. */
export class IntegerLists {
  /** For each place of a hash, where the latest entry there begins. */
  private heads = new Int32Array(1_024).fill(NONE);
  private entries = 0;
  private items = new Int32Array(1_024);
  private count = 0;

  get(list: ArrayLike<number>): number | undefined {
    for (let at = this.heads[this.placeOf(list)] ?? NONE; at !== NONE; at = this.items[at] ?? NONE) {
      if (this.isAt(at, list)) return this.items[at + 1];
    }
    return undefined;
  }

  /** Called for a list of which nothing is known. */
  set(list: ArrayLike<number>, known: number): void {
    if (this.entries++ === this.heads.length) this.spread();
    const start = this.count;
    this.count += HEAD + list.length;
    if (this.count > this.items.length) {
      const larger = new Int32Array(2 * this.count);
      larger.set(this.items);
      this.items = larger;
    }
    this.items[start + 1] = known;
    this.items[start + 2] = list.length;
    for (let i = 0; i < list.length; i++) this.items[start + HEAD + i] = list[i] ?? 0;
    this.link(start, this.placeOf(list));
  }

  private link(start: number, place: number): void {
    this.items[start] = this.heads[place] ?? NONE;
    this.heads[place] = start;
  }

  /** Makes twice as many places. */
  private spread(): void {
    this.heads = new Int32Array(2 * this.heads.length).fill(NONE);
    for (let start = 0, next = 0; start < this.count; start = next) {
      next = start + HEAD + (this.items[start + 2] ?? 0);
      this.link(start, this.placeOf(this.items.subarray(start + HEAD, next)));
    }
  }

  private placeOf(list: ArrayLike<number>): number {
    return hashOf(list) & (this.heads.length - 1);
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
  // The last bits, which choose the place, depend on all others.
  return hash ^ (hash >>> 15);
}

/** What is known for pairs of integers that are not negative, the second of each below 2^16. */
export class IntegerPairs {
  private keys = new Float64Array(64).fill(NONE);
  private values = new Int32Array(64);
  private count = 0;

  get(first: number, second: number): number | undefined {
    const place = this.placeOf(first * PAIRED + second);
    return this.keys[place] === NONE ? undefined : this.values[place];
  }

  set(first: number, second: number, known: number): void {
    // Half of all places are free, so that few are looked at.
    if (2 * this.count >= this.keys.length) this.spread();
    const key = first * PAIRED + second;
    const place = this.placeOf(key);
    if (this.keys[place] === NONE) this.count++;
    this.keys[place] = key;
    this.values[place] = known;
  }

  /** Where a key is, or belongs. */
  private placeOf(key: number): number {
    const last = this.keys.length - 1;
    let place = (Math.imul(key ^ (key / PAIRED), 0x9e37_79b1) >>> 7) & last;
    while (this.keys[place] !== key && this.keys[place] !== NONE) place = (place + 1) & last;
    return place;
  }

  /** Makes twice as many places. */
  private spread(): void {
    const { keys, values } = this;
    this.keys = new Float64Array(2 * keys.length).fill(NONE);
    this.values = new Int32Array(2 * keys.length);
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i] ?? NONE;
      if (key === NONE) continue;
      const place = this.placeOf(key);
      this.keys[place] = key;
      this.values[place] = values[i] ?? 0;
    }
  }
}

const PAIRED = 65_536;

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
