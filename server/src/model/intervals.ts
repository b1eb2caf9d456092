// Sets of integers as intervals.
import { Memo } from '../kept/memo.js';

/** From so many bounds on, the text of a set is kept: it costs as much as the set itself. */
const KEPT_FROM = 256;

const keys = new Memo<readonly (number | bigint)[], string>();

/**
 * An immutable set of integers, kept as sorted, disjoint, non-adjacent closed intervals. `number` serves ports and
 * IPv4 addresses, `bigint` IPv6 addresses.
 */
export class IntervalSet<T extends number | bigint> {
  /**
   * @param min the least member
   * @param max the greatest one; neither is there in an empty set
   * @param list the bounds of several intervals: lo0, hi0, lo1, hi1, … The hundred thousands of sets in a large file have one each, and no list
   */
  private constructor(
    readonly min: T | undefined,
    readonly max: T | undefined,
    private readonly list: readonly T[] | undefined,
  ) {}

  private static ofBounds<T extends number | bigint>(bounds: readonly T[]): IntervalSet<T> {
    return new IntervalSet(bounds[0], bounds[bounds.length - 1], bounds.length > 2 ? bounds : undefined);
  }

  /** The bounds of all intervals; of a single one they are made for whoever asks. */
  private get bounds(): readonly T[] {
    const { min, max, list } = this;
    return list ?? (min === undefined || max === undefined ? [] : [min, max]);
  }

  static empty<T extends number | bigint>(): IntervalSet<T> {
    return new IntervalSet<T>(undefined, undefined, undefined);
  }

  /** The members from `low` to `high`, both included. */
  static range<T extends number | bigint>(low: T, high: T): IntervalSet<T> {
    return low <= high ? new IntervalSet(low, high, undefined) : IntervalSet.empty();
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
    return IntervalSet.ofBounds(unionOf(lows, highs));
  }

  /** The union of any number of sets. */
  static join<T extends number | bigint>(sets: readonly IntervalSet<T>[]): IntervalSet<T> {
    const filled = sets.filter((set) => !set.isEmpty);
    const [only] = filled;
    if (!only) return IntervalSet.empty();
    const [, second] = filled;
    if (!second) return only;
    if (filled.length === 2) return IntervalSet.ofBounds(unionOfTwo(only.bounds, second.bounds));
    const lows: T[] = [];
    const highs: T[] = [];
    for (const set of filled) {
      set.visit((low, high) => {
        lows.push(low);
        highs.push(high);
      });
    }
    return IntervalSet.ofBounds(unionOf(lows, highs));
  }

  get isEmpty(): boolean {
    return this.min === undefined;
  }

  /** The intervals, ascending. */
  get intervals(): (readonly [T, T])[] {
    const result: (readonly [T, T])[] = [];
    this.visit((low, high) => result.push([low, high]));
    return result;
  }

  /** Does something with each interval, ascending: without a list of them, which in large sets takes the most time. */
  visit(action: (low: T, high: T) => void): void {
    const { min, max, list } = this;
    if (list) for (let i = 0; i < list.length; i += 2) action(list[i] as T, list[i + 1] as T);
    else if (min !== undefined && max !== undefined) action(min, max);
  }

  /** The same for no more than `limit` intervals: all from the last of these on are one. */
  visitHulls(limit: number, action: (low: T, high: T) => void): void {
    const { list } = this;
    if (!list || list.length <= 2 * limit) {
      this.visit(action);
      return;
    }
    const single = 2 * (limit - 1);
    for (let i = 0; i < single; i += 2) action(list[i] as T, list[i + 1] as T);
    action(list[single] as T, list[list.length - 1] as T);
  }

  /** How many intervals there are. */
  get count(): number {
    return this.list ? this.list.length >> 1 : Number(!this.isEmpty);
  }

  /** A text that only equal sets have. */
  get key(): string {
    const { list } = this;
    return list && list.length >= KEPT_FROM ? keys.of(list, (bounds) => bounds.join()) : this.bounds.join();
  }

  /** A short text that equal sets share, and seldom others. */
  get summary(): string {
    const { bounds } = this;
    return `${bounds.length} ${bounds[0]} ${bounds[bounds.length >> 1]} ${bounds[bounds.length - 1]}`;
  }

  /** Whether some member lies between `low` and `high`, both included. */
  meets(low: T, high: T): boolean {
    const { min, max, list } = this;
    if (min === undefined || max === undefined || min > high || max < low) return false;
    const from = list ? list[this.reaching(low)] : min;
    return from !== undefined && from <= high;
  }

  /** Whether the first to the last member of both have a member in common: a quick test, before a closer look. */
  reachesInto(other: IntervalSet<T>): boolean {
    const { min, max } = this;
    const { min: low, max: high } = other;
    if (min === undefined || max === undefined || low === undefined || high === undefined) return false;
    return min <= high && low <= max;
  }

  /** Whether one interval holds all of another set. */
  private spans({ min: first, max: last }: IntervalSet<T>): boolean {
    if (first === undefined || last === undefined) return true;
    const { min, max, list } = this;
    if (min === undefined || max === undefined || min > first || max < last) return false;
    return !list || (list[this.reaching(last)] as T) <= first;
  }

  /**
   * Where the bounds of the first interval stand that ends at `value` or after it, from one place on. Looked for in growing steps:
   * mostly it is near, and between two of a few addresses it may be thousands further.
   */
  private reaching(value: T, from = 0, bounds = this.bounds): number {
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
    const { min, max, list } = this;
    if (min === undefined || max === undefined || value < min || value > max) return false;
    if (!list) return true;
    let low = 0;
    let high = list.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((list[middle] as T) < value) low = middle + 1;
      else high = middle;
    }
    return low % 2 === 1 || list[low] === value;
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
    for (let i = this.reaching(b[0] as T, 0, a), j = other.reaching(a[0] as T, 0, b); i < a.length && j < b.length; ) {
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
      if ((a[i + 1] as T) < (b[j + 1] as T)) i = this.reaching(b[j] as T, i + 2, a);
      else j = other.reaching(a[i] as T, j + 2, b);
    }
    // What is known of a set still holds of the same object.
    return areSame(bounds, a) ? this : areSame(bounds, b) ? other : IntervalSet.ofBounds(bounds);
  }

  subtract(other: IntervalSet<T>): IntervalSet<T> {
    if (!this.reachesInto(other)) return this;
    if (other.spans(this)) return IntervalSet.empty();
    const bounds: T[] = [];
    const [a, b] = [this.bounds, other.bounds];
    let j = other.reaching(a[0] as T, 0, b);
    for (let i = 0; i < a.length; i += 2) {
      let low = a[i] as T;
      const high = a[i + 1] as T;
      if (j < b.length && (b[j + 1] as T) < low) j = other.reaching(low, j, b);
      let k = j;
      while (k < b.length && (b[k] as T) <= high && low <= high) {
        const cutLow = b[k] as T;
        const cutHigh = b[k + 1] as T;
        if (low < cutLow) bounds.push(low, predecessor(cutLow));
        low = successor(cutHigh);
        k += 2;
      }
      if (low <= high) bounds.push(low, high);
    }
    return areSame(bounds, a) ? this : IntervalSet.ofBounds(bounds);
  }

  containsAll(other: IntervalSet<T>): boolean {
    if (this === other || this.spans(other)) return true;
    if (!this.list) return false;
    const [a, b] = [this.list, other.bounds];
    for (let i = 0, j = 0; j < b.length; j += 2) {
      i = this.reaching(b[j + 1] as T, i, a);
      if (i >= a.length || (a[i] as T) > (b[j] as T)) return false;
    }
    return true;
  }

  overlaps(other: IntervalSet<T>): boolean {
    if (!this.reachesInto(other)) return false;
    if (!this.list && !other.list) return true;
    const [a, b] = [this.bounds, other.bounds];
    // Each goes on to where the other one is: thousands of addresses may lie between those of another list.
    for (let i = 0, j = 0; i < a.length; ) {
      j = other.reaching(a[i] as T, j, b);
      if (j >= b.length) return false;
      if ((b[j] as T) <= (a[i + 1] as T)) return true;
      i = this.reaching(b[j] as T, i + 2, a);
    }
    return false;
  }

  equals(other: IntervalSet<T>): boolean {
    if (this === other) return true;
    if (this.min !== other.min || this.max !== other.max || this.count !== other.count) return false;
    return !this.list || !other.list || areSame(this.list, other.list);
  }
}

function areSame<T extends number | bigint>(some: readonly T[], others: readonly T[]): boolean {
  if (some.length !== others.length) return false;
  for (let i = 0; i < some.length; i++) if (some[i] !== others[i]) return false;
  return true;
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
