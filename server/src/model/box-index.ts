// An index of a long list of boxes: finds those that may meet another box.
import { Memo } from '../kept/memo.js';
import { spend } from './budget.js';
import type { IntervalSet } from './intervals.js';
import type { IpSet } from './ip.js';
import { PaidOnce } from './paid-memo.js';

/** The fewest boxes that are worth an index. */
const INDEXED_FROM = 64;

/** Of how many intervals of a box each is kept, or looked for, by itself; of more, all between the last of these and the end are one. */
const INTERVAL_LIMIT = 32;

/** What an index needs of a box of packets. */
interface IndexedBox {
  readonly source: IpSet;
  readonly destination: IpSet;
  readonly sourcePorts: IntervalSet<number>;
  readonly destinationPorts: IntervalSet<number>;
}

/** With no more boxes than this to look at, no other property is asked. */
const FEW = 8;

type Value = number | bigint;
type IntervalsOf = (box: IndexedBox) => IntervalSet<number> | IntervalSet<bigint>;

/** One kind of numbers that boxes have intervals of. */
interface Kind {
  readonly of: IntervalsOf;
  readonly greatest: Value;
}

const PORTS = 65_535;
const V4 = 2 ** 32 - 1;
const V6 = 2n ** 128n - 1n;

/** The properties that tell boxes apart. Each is a list of lines, of which a box can have intervals on any. */
const PROPERTIES: readonly (readonly Kind[])[] = [
  [
    { of: ({ destination }) => destination.v4, greatest: V4 },
    { of: ({ destination }) => destination.v6, greatest: V6 },
  ],
  [
    { of: ({ source }) => source.v4, greatest: V4 },
    { of: ({ source }) => source.v6, greatest: V6 },
  ],
  [{ of: ({ destinationPorts }) => destinationPorts, greatest: PORTS }],
  [{ of: ({ sourcePorts }) => sourcePorts, greatest: PORTS }],
];

/** Whether a box has every number of a kind, so that it meets all boxes that have one. */
function hasAll(box: IndexedBox, { of, greatest }: Kind): boolean {
  const set = of(box);
  const { min, max } = set;
  return set.count === 1 && min !== undefined && min <= 0 && max !== undefined && max >= greatest;
}

/** The intervals of all boxes on one line, by where they begin. */
class Line {
  private readonly lows: Float64Array;
  private readonly highs: Float64Array;
  /** The greatest end up to each interval. */
  private readonly reach: Float64Array;
  /** The ends in order: how many intervals meet another one is the difference of two searches. */
  private readonly ends: Float64Array;
  private readonly owners: Uint32Array;
  private readonly base: Value;

  constructor(
    boxes: readonly IndexedBox[],
    private readonly intervalsOf: IntervalsOf,
  ) {
    let least: Value | undefined;
    let count = 0;
    for (const box of boxes) {
      const set = intervalsOf(box);
      count += Math.min(set.count, INTERVAL_LIMIT);
      if (set.min !== undefined && (least === undefined || set.min < least)) least = set.min;
    }
    this.base = least ?? 0;
    const [lows, highs, owners] = [new Float64Array(count), new Float64Array(count), new Uint32Array(count)];
    spend(LISTED * count);
    let at = 0;
    for (const [owner, box] of boxes.entries()) {
      this.visit(box, (low, high) => {
        lows[at] = low;
        highs[at] = high;
        owners[at++] = owner;
      });
    }
    const order = orderOf(lows);
    this.lows = new Float64Array(count);
    this.highs = new Float64Array(count);
    this.owners = new Uint32Array(count);
    this.reach = new Float64Array(count);
    let greatest = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < count; i++) {
      const place = order[i] ?? 0;
      const high = highs[place] ?? 0;
      this.lows[i] = lows[place] ?? 0;
      this.highs[i] = high;
      this.owners[i] = owners[place] ?? 0;
      if (high > greatest) greatest = high;
      this.reach[i] = greatest;
    }
    this.ends = highs.sort();
  }

  /**
   * The intervals of a box as numbers, no more than the limit. Of IPv6 addresses that are far apart the last bits are lost, and none of
   * their order.
   */
  private visit(box: IndexedBox, action: (low: number, high: number) => void): void {
    const { base } = this;
    const numberOf = (value: Value) => (typeof value === 'bigint' ? Number(value - BigInt(base)) : value);
    this.intervalsOf(box).visitHulls(INTERVAL_LIMIT, (low: Value, high: Value) => {
      action(numberOf(low), numberOf(high));
    });
  }

  asked(box: IndexedBox): (readonly [number, number])[] {
    const intervals: [number, number][] = [];
    this.visit(box, (low, high) => {
      intervals.push([low, high]);
    });
    return intervals;
  }

  countOf([low, high]: readonly [number, number]): number {
    return firstAbove(this.lows, high) - firstFrom(this.ends, low);
  }

  collect([low, high]: readonly [number, number], found: number[]): void {
    const end = firstAbove(this.lows, high);
    const first = firstFrom(this.reach, low);
    if (end > first) spend(FOUND * (end - first));
    for (let i = first; i < end; i++) {
      if ((this.highs[i] ?? 0) >= low) found.push(this.owners[i] ?? 0);
    }
  }
}

/** The places of values in ascending order. Numbers alone are sorted many times faster than by a comparison. */
function orderOf(values: Float64Array): ArrayLike<number> {
  const { length } = values;
  const isExact = values.every((value) => Number.isInteger(value) && value >= 0 && value * length <= EXACT_LIMIT);
  if (!isExact) return new Uint32Array(length).map((_, i) => i).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
  // A value and its place as one number.
  const joined = new Float64Array(length);
  for (let i = 0; i < length; i++) joined[i] = (values[i] ?? 0) * length + i;
  joined.sort();
  // Faster than the remainder of such numbers.
  for (let i = 0; i < length; i++) joined[i] = (joined[i] ?? 0) - Math.floor((joined[i] ?? 0) / length) * length;
  return joined;
}

/** Up to here a number and one below the count of numbers make one that is exact. */
const EXACT_LIMIT = Number.MAX_SAFE_INTEGER / 2;

/** The first place whose value is greater. */
function firstAbove(values: Float64Array, value: number): number {
  let [first, last] = [0, values.length];
  while (first < last) {
    const middle = (first + last) >> 1;
    if ((values[middle] ?? 0) <= value) first = middle + 1;
    else last = middle;
  }
  return first;
}

/** The first place whose value is as great or greater. */
function firstFrom(values: Float64Array, value: number): number {
  let [first, last] = [0, values.length];
  while (first < last) {
    const middle = (first + last) >> 1;
    if ((values[middle] ?? 0) < value) first = middle + 1;
    else last = middle;
  }
  return first;
}

/** A property of boxes; its lines are made when they are first asked. */
class Property {
  private readonly used: readonly Kind[];
  private readonly lines: PaidOnce<readonly Line[]>;

  constructor(boxes: readonly IndexedBox[], kinds: readonly Kind[]) {
    this.used = kinds.filter(({ of }) => boxes.some((box) => !of(box).isEmpty));
    this.lines = new PaidOnce(() => this.used.map(({ of }) => new Line(boxes, of)));
  }

  /** What is looked for on the lines; `undefined` for a box that leaves none out. */
  asked(box: IndexedBox): readonly Question[] | undefined {
    if (this.used.every((kind) => hasAll(box, kind))) return undefined;
    return this.lines.value.map((line) => ({ line, asked: line.asked(box) }));
  }
}

/** How many intervals the lines of a property have. */
function intervalsIn(boxes: readonly IndexedBox[], kinds: readonly Kind[]): number {
  let count = 0;
  for (const { of } of kinds) for (const box of boxes) count += Math.min(of(box).count, INTERVAL_LIMIT);
  return count;
}

/** Finds the boxes that may meet another one by the property that leaves the fewest. */
class BoxIndex {
  private readonly count: number;
  private readonly properties: readonly Property[];

  constructor(boxes: readonly IndexedBox[]) {
    this.count = boxes.length;
    const [first] = boxes;
    // A property that all boxes share tells none apart.
    const telling = PROPERTIES.filter((kinds) =>
      kinds.some(({ of }) => boxes.some((box) => first && of(box) !== of(first))),
    );
    // Those of the fewest intervals first, whose lines cost the least to make.
    const all = telling.map((kinds) => ({ kinds, count: intervalsIn(boxes, kinds) }));
    all.sort((a, b) => a.count - b.count);
    this.properties = all.map(({ kinds }) => new Property(boxes, kinds));
  }

  /** The places of at least all boxes that meet some of those asked for, ascending; `undefined` for all places. */
  meeting(asked: readonly IndexedBox[]): readonly number[] | undefined {
    const found: number[] = [];
    for (const box of asked) if (!this.collect(box, found)) return undefined;
    found.sort((a, b) => a - b);
    return found.filter((place, i) => place !== found[i - 1]);
  }

  /** Returns whether the index leaves any out. */
  private collect(box: IndexedBox, found: number[]): boolean {
    let best: readonly Question[] | undefined;
    let fewest = this.count;
    for (const property of this.properties) {
      const questions = property.asked(box);
      if (!questions) continue;
      for (const { asked } of questions) spend(SEARCHED * asked.length);
      const count = questions.reduce(
        (all, { line, asked }) => asked.reduce((sum, interval) => sum + line.countOf(interval), all),
        0,
      );
      if (count < fewest) [fewest, best] = [count, questions];
      // Looking closely at a few boxes costs less than to make the next list.
      if (count <= FEW) break;
    }
    for (const { line, asked } of best ?? []) for (const interval of asked) line.collect(interval, found);
    return best !== undefined;
  }
}

/** The intervals that are looked for on a line. */
interface Question {
  readonly line: Line;
  readonly asked: readonly (readonly [number, number])[];
}

/** What it costs to look for an interval; each that is found has a place, which is put in order and left out where it was found before. */
const SEARCHED = 4;
const FOUND = 2;

/** What it costs to put an interval on a line. */
const LISTED = 3;

const indexes = new Memo<readonly IndexedBox[], PaidOnce<BoxIndex>>();

/** What it costs to put a box into an index. */
const INDEXED = 6;

/** The places of the boxes that may meet one that is asked for, ascending; of few boxes `undefined`, for all. */
export function placesMeeting(
  boxes: readonly IndexedBox[],
  asked: readonly IndexedBox[],
): readonly number[] | undefined {
  if (boxes.length < INDEXED_FROM) return undefined;
  const index = indexes.of(boxes, () => {
    return new PaidOnce(() => {
      spend(INDEXED * boxes.length);
      return new BoxIndex(boxes);
    });
  });
  spend(asked.length);
  return index.value.meeting(asked);
}

/** Those of some boxes that may meet one that is asked for, in their order; of few boxes, all. */
export function boxesMeeting<Box extends IndexedBox>(boxes: readonly Box[], asked: readonly Box[]): readonly Box[] {
  const places = placesMeeting(boxes, asked);
  if (!places) return boxes;
  const found: Box[] = [];
  for (const place of places) {
    const box = boxes[place];
    if (box) found.push(box);
  }
  return found;
}
