// Sets of integers as intervals.

/** From so many bounds on, the text of a set is kept: it costs as much as the set itself. */
const KEPT_FROM = 256;

/**
 * An immutable set of integers, kept as sorted, disjoint, non-adjacent closed intervals. `number` serves ports and
 * IPv4 addresses, `bigint` IPv6 addresses.
 */
export class IntervalSet<T extends number | bigint> {
  /** lo0, hi0, lo1, hi1, … */
  private constructor(private readonly bounds: readonly T[]) {}

  private knownKey: string | undefined;

  static empty<T extends number | bigint>(): IntervalSet<T> {
    return new IntervalSet<T>([]);
  }

  /** The members from `low` to `high`, both included. */
  static range<T extends number | bigint>(low: T, high: T): IntervalSet<T> {
    return new IntervalSet(low <= high ? [low, high] : []);
  }

  static of<T extends number | bigint>(...intervals: readonly (readonly [T, T])[]): IntervalSet<T> {
    return IntervalSet.from(intervals);
  }

  /** The same for any number of intervals; a call cannot have a million arguments. */
  static from<T extends number | bigint>(intervals: readonly (readonly [T, T])[]): IntervalSet<T> {
    const [only] = intervals;
    if (only && intervals.length === 1) return IntervalSet.range(...only);
    const lows: T[] = [];
    const highs: T[] = [];
    for (const [low, high] of intervals) {
      if (low > high) continue;
      lows.push(low);
      highs.push(high);
    }
    return new IntervalSet(unionOf(lows, highs));
  }

  /** The union of any number of sets. */
  static join<T extends number | bigint>(sets: readonly IntervalSet<T>[]): IntervalSet<T> {
    const filled = sets.filter((set) => !set.isEmpty);
    const [only] = filled;
    if (!only) return IntervalSet.empty();
    const [, second] = filled;
    if (!second) return only;
    if (filled.length === 2) return new IntervalSet(unionOfTwo(only.bounds, second.bounds));
    const lows: T[] = [];
    const highs: T[] = [];
    for (const { bounds } of filled) {
      for (let i = 0; i < bounds.length; i += 2) {
        lows.push(bounds[i] as T);
        highs.push(bounds[i + 1] as T);
      }
    }
    return new IntervalSet(unionOf(lows, highs));
  }

  get isEmpty(): boolean {
    return this.bounds.length === 0;
  }

  /** The intervals, ascending. */
  get intervals(): (readonly [T, T])[] {
    const result: (readonly [T, T])[] = [];
    for (let i = 0; i < this.bounds.length; i += 2) result.push([this.bounds[i] as T, this.bounds[i + 1] as T]);
    return result;
  }

  /** Does something with each interval, ascending: without a list of them, which in large sets takes the most time. */
  visit(action: (low: T, high: T) => void): void {
    for (let i = 0; i < this.bounds.length; i += 2) action(this.bounds[i] as T, this.bounds[i + 1] as T);
  }

  /** The same for no more than `limit` intervals: all from the last of these on are one. */
  visitHulls(limit: number, action: (low: T, high: T) => void): void {
    const { bounds } = this;
    const single = bounds.length <= 2 * limit ? bounds.length : 2 * (limit - 1);
    for (let i = 0; i < single; i += 2) action(bounds[i] as T, bounds[i + 1] as T);
    if (single < bounds.length) action(bounds[single] as T, bounds[bounds.length - 1] as T);
  }

  /** How many intervals there are. */
  get count(): number {
    return this.bounds.length >> 1;
  }

  get min(): T | undefined {
    return this.bounds[0];
  }

  /** A text that only equal sets have. */
  get key(): string {
    if (this.bounds.length < KEPT_FROM) return this.bounds.join();
    this.knownKey ??= this.bounds.join();
    return this.knownKey;
  }

  /** A short text that equal sets share, and seldom others. */
  get summary(): string {
    const { bounds } = this;
    return `${bounds.length} ${bounds[0]} ${bounds[bounds.length >> 1]} ${bounds[bounds.length - 1]}`;
  }

  get max(): T | undefined {
    return this.bounds[this.bounds.length - 1];
  }

  /** Whether some member lies between `low` and `high`, both included. */
  meets(low: T, high: T): boolean {
    const from = this.bounds[this.reaching(low)];
    return from !== undefined && from <= high;
  }

  /** Whether the first to the last member of both have a member in common: a quick test, before a closer look. */
  reachesInto({ bounds }: IntervalSet<T>): boolean {
    const own = this.bounds;
    if (own.length === 0 || bounds.length === 0) return false;
    return (own[0] as T) <= (bounds[bounds.length - 1] as T) && (bounds[0] as T) <= (own[own.length - 1] as T);
  }

  /** Whether one interval holds all of another set. */
  private spans({ bounds }: IntervalSet<T>): boolean {
    const [first] = bounds;
    const last = bounds[bounds.length - 1];
    if (first === undefined || last === undefined) return true;
    const at = this.reaching(last);
    return (this.bounds[at] ?? last) <= first && at < this.bounds.length;
  }

  /**
   * Where the bounds of the first interval stand that ends at `value` or after it, from one place on. Looked for in growing steps:
   * mostly it is near, and between two of a few addresses it may be thousands further.
   */
  private reaching(value: T, from = 0): number {
    const { bounds } = this;
    let first = from >> 1;
    let last = bounds.length >> 1;
    for (let step = 1; first + step < last; step *= 2) {
      if ((bounds[2 * (first + step) + 1] as T) >= value) {
        last = first + step;
        break;
      }
      first += step;
    }
    while (first < last) {
      const middle = (first + last) >> 1;
      if ((bounds[2 * middle + 1] as T) < value) first = middle + 1;
      else last = middle;
    }
    return 2 * first;
  }

  has(value: T): boolean {
    let low = 0;
    let high = this.bounds.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.bounds[middle] as T) < value) low = middle + 1;
      else high = middle;
    }
    return low % 2 === 1 || this.bounds[low] === value;
  }

  union(other: IntervalSet<T>): IntervalSet<T> {
    if (this.isEmpty) return other;
    if (other.isEmpty) return this;
    return IntervalSet.join([this, other]);
  }

  intersect(other: IntervalSet<T>): IntervalSet<T> {
    if (this.isEmpty || other.isEmpty) return this.isEmpty ? this : other;
    if (this.spans(other)) return other;
    if (other.spans(this)) return this;
    const bounds: T[] = [];
    const a = this.bounds;
    const b = other.bounds;
    // One of them is often a single address, the other a list of thousands.
    for (let i = this.reaching(b[0] as T), j = other.reaching(a[0] as T); i < a.length && j < b.length; ) {
      // Of a long list, thousands may lie within one interval of a short one.
      if ((a[i] as T) <= (b[j] as T)) {
        for (; j < b.length && (b[j + 1] as T) <= (a[i + 1] as T); j += 2) bounds.push(b[j] as T, b[j + 1] as T);
      } else {
        for (; i < a.length && (a[i + 1] as T) <= (b[j + 1] as T); i += 2) bounds.push(a[i] as T, a[i + 1] as T);
      }
      if (i >= a.length || j >= b.length) break;
      const low = maximum(a[i] as T, b[j] as T);
      const high = minimum(a[i + 1] as T, b[j + 1] as T);
      if (low <= high) bounds.push(low, high);
      if ((a[i + 1] as T) < (b[j + 1] as T)) i = this.reaching(b[j] as T, i + 2);
      else j = other.reaching(a[i] as T, j + 2);
    }
    return new IntervalSet(bounds);
  }

  subtract(other: IntervalSet<T>): IntervalSet<T> {
    if (!this.reachesInto(other)) return this;
    if (other.spans(this)) return IntervalSet.empty();
    const bounds: T[] = [];
    let j = other.reaching(this.bounds[0] as T);
    for (let i = 0; i < this.bounds.length; i += 2) {
      let low = this.bounds[i] as T;
      const high = this.bounds[i + 1] as T;
      if (j < other.bounds.length && (other.bounds[j + 1] as T) < low) j = other.reaching(low, j);
      let k = j;
      while (k < other.bounds.length && (other.bounds[k] as T) <= high && low <= high) {
        const cutLow = other.bounds[k] as T;
        const cutHigh = other.bounds[k + 1] as T;
        if (low < cutLow) bounds.push(low, predecessor(cutLow));
        low = successor(cutHigh);
        k += 2;
      }
      if (low <= high) bounds.push(low, high);
    }
    return new IntervalSet(bounds);
  }

  containsAll(other: IntervalSet<T>): boolean {
    if (this === other) return true;
    for (let i = 0, j = 0; j < other.bounds.length; j += 2) {
      i = this.reaching(other.bounds[j + 1] as T, i);
      if (i >= this.bounds.length || (this.bounds[i] as T) > (other.bounds[j] as T)) return false;
    }
    return true;
  }

  overlaps(other: IntervalSet<T>): boolean {
    if (!this.reachesInto(other)) return false;
    const [a, b] = [this.bounds, other.bounds];
    // Each goes on to where the other one is: thousands of addresses may lie between those of another list.
    for (let i = 0, j = 0; i < a.length; ) {
      j = other.reaching(a[i] as T, j);
      if (j >= b.length) return false;
      if ((b[j] as T) <= (a[i + 1] as T)) return true;
      i = this.reaching(b[j] as T, i + 2);
    }
    return false;
  }

  equals(other: IntervalSet<T>): boolean {
    return (
      this === other ||
      (this.bounds.length === other.bounds.length && this.bounds.every((bound, i) => bound === other.bounds[i]))
    );
  }
}

/** The bounds of the union of two sets, from theirs. */
function unionOfTwo<T extends number | bigint>(a: readonly T[], b: readonly T[]): readonly T[] {
  const bounds: T[] = [];
  for (let i = 0, j = 0; i < a.length || j < b.length; ) {
    const isFirst = j >= b.length || (i < a.length && (a[i] as T) <= (b[j] as T));
    const low = (isFirst ? a[i] : b[j]) as T;
    const high = (isFirst ? a[i + 1] : b[j + 1]) as T;
    if (isFirst) i += 2;
    else j += 2;
    const last = bounds[bounds.length - 1];
    if (last === undefined || low > successor(last)) bounds.push(low, high);
    else if (high > last) bounds[bounds.length - 1] = high;
  }
  // A copy takes no more memory than it needs; an array that has grown takes room for more.
  return bounds.slice();
}

/** The bounds of the union of intervals. Where it has a gap, as many have ended as have begun: both are sorted by themselves. */
function unionOf<T extends number | bigint>(lows: readonly T[], highs: readonly T[]): readonly T[] {
  const [starts, ends] = [ascending(lows), ascending(highs)];
  const bounds: T[] = [];
  for (let i = 0; i < starts.length; i++) {
    const low = starts[i] as T;
    if (i === 0) bounds.push(low);
    else if (low > successor(ends[i - 1] as T)) bounds.push(ends[i - 1] as T, low);
  }
  if (ends.length > 0) bounds.push(ends[ends.length - 1] as T);
  return bounds.slice();
}

/** Sorted values. Numbers alone are sorted many times faster than by a comparison. */
function ascending<T extends number | bigint>(values: readonly T[]): ArrayLike<T> {
  if (values.every((value, i) => i === 0 || (values[i - 1] as T) <= value)) return values;
  if (typeof values[0] === 'number')
    return new Float64Array(values as readonly number[]).sort() as ArrayLike<number> as ArrayLike<T>;
  return [...values].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

// TypeScript offers no arithmetic on `number | bigint` as a type parameter; these are the only places that need it.
function successor<T extends number | bigint>(value: T): T {
  return (typeof value === 'bigint' ? value + 1n : (value as number) + 1) as T;
}

function predecessor<T extends number | bigint>(value: T): T {
  return (typeof value === 'bigint' ? value - 1n : (value as number) - 1) as T;
}

function maximum<T extends number | bigint>(a: T, b: T): T {
  return a > b ? a : b;
}

function minimum<T extends number | bigint>(a: T, b: T): T {
  return a < b ? a : b;
}

/** All numbers of a set in order; for sets of few, such as protocols. */
export function numbersIn({ intervals }: IntervalSet<number>): number[] {
  return intervals.flatMap(([low, high]) => Array.from({ length: high - low + 1 }, (_, i) => low + i));
}
