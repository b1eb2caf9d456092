// Which element of a set decides: the kernel takes the most specific network that an address is in, and of two networks the
// first one first (`mtype_test_cidrs` in ip_set_hash_gen.h).
import type { AddressPart, AddressValue } from './set-elements.js';

/**
 * What looking an address up may end with, as a sum: 1 for an element that matches, 2 for one with `nomatch`, 4 for none, so
 * that wider networks decide, 8 for none and no further search. A sum of several says that it is unknown which.
 */
export type Outcome = number;

export const MATCH = 1;
export const NOMATCH = 2;
export const NOTHING = 4;
export const END = 8;

/** An element with one network. */
export interface OutcomeItem {
  readonly address: AddressPart;
  readonly outcome: Outcome;
}

/** Addresses with one outcome, ascending; in the gaps nothing is found. */
export interface Segment {
  readonly low: AddressValue;
  readonly high: AddressValue;
  readonly outcome: Outcome;
}

export function next(value: AddressValue): AddressValue {
  return typeof value === 'bigint' ? value + 1n : value + 1;
}

export function previous(value: AddressValue): AddressValue {
  return typeof value === 'bigint' ? value - 1n : value - 1;
}

/** The outcome of a network inside of another one. */
function inside(own: Outcome, around: Outcome): Outcome {
  return (own & NOTHING) === 0 ? own : (own & ~NOTHING) | around;
}

/** Orders networks so that a wider one comes before those in it. Networks never overlap in part. */
export function byPlace(a: AddressPart, b: AddressPart): number {
  if (a.low !== b.low) return a.low < b.low ? -1 : 1;
  return a.length - b.length;
}

/** An element was found, whatever it says. */
const FOUND = MATCH | NOMATCH;

/**
 * The outcome of several elements of one network, given one after another. The kernel looks at all elements of a network; which
 * of several that fit comes first is not known. Where there are only elements that do not fit, it stops.
 */
class NetworkOutcome {
  private found: Outcome = 0;
  private open: number = NOTHING;
  private ends: Outcome = NOTHING;

  start(): void {
    this.found = 0;
    this.open = NOTHING;
    this.ends = NOTHING;
  }

  add(outcome: Outcome): void {
    if ((outcome & END) === 0) {
      this.found |= outcome & ~NOTHING;
      this.open &= outcome;
    } else this.ends = (outcome & NOTHING) === 0 || this.ends === END ? END : END | NOTHING;
  }

  get whole(): Outcome {
    return this.found | (this.open === 0 ? 0 : this.ends);
  }
}

/**
 * The segments that elements of one network each make, which are in the order of `byPlace`. `outcomeOf` says what an element
 * means in one group of packets.
 */
export function segmentsOf<Item extends OutcomeItem>(
  items: readonly Item[],
  outcomeOf: (item: Item) => Outcome = ({ outcome }) => outcome,
): Segment[] {
  const segments: Segment[] = [];
  const open: { high: AddressValue; outcome: Outcome }[] = [];
  let at: AddressValue | undefined;
  const emit = (high: AddressValue, outcome: Outcome) => {
    if (at !== undefined && at <= high) segments.push({ low: at, high, outcome });
  };
  const closeBefore = (limit: AddressValue | undefined) => {
    for (let last = open[open.length - 1]; last; last = open[open.length - 1]) {
      if (limit !== undefined && last.high >= limit) return;
      emit(last.high, last.outcome);
      at = next(last.high);
      open.pop();
    }
  };
  const network = new NetworkOutcome();
  for (let i = 0; i < items.length; ) {
    const address = items[i]?.address;
    if (!address) break;
    network.start();
    for (let item = items[i]; item && byPlace(item.address, address) === 0; item = items[++i]) {
      network.add(outcomeOf(item));
    }
    const outcome = network.whole;
    closeBefore(address.low);
    const around = open[open.length - 1];
    // Most networks of other interfaces are in none of this one: they leave the gap that is there.
    if ((outcome & FOUND) === 0 && !around) continue;
    if (around) emit(previous(address.low), around.outcome);
    open.push({ high: address.high, outcome: inside(outcome, around?.outcome ?? NOTHING) });
    at = address.low;
  }
  closeBefore(undefined);
  return segments;
}

/** Segments laid over others. */
function overlaid(own: readonly Segment[], around: readonly Segment[]): Segment[] {
  const bounds = [...own, ...around].flatMap(({ low, high }) => [low, next(high)]);
  // No Set of them: it takes large numbers that differ in their first half alone for neighbours, and becomes a list.
  const cuts = bounds.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0)).filter((cut, i) => cut !== bounds[i - 1]);
  const result: Segment[] = [];
  let i = 0;
  let j = 0;
  for (const [index, low] of cuts.entries()) {
    const after = cuts[index + 1];
    if (after === undefined) break;
    while ((own[i]?.high ?? low) < low) i++;
    while ((around[j]?.high ?? low) < low) j++;
    const outcome = inside(outcomeAt(own[i], low), outcomeAt(around[j], low));
    if (outcome !== NOTHING) result.push({ low, high: previous(after), outcome });
  }
  return result;
}

function outcomeAt(segment: Segment | undefined, at: AddressValue): Outcome {
  return segment && segment.low <= at && at <= segment.high ? segment.outcome : NOTHING;
}

/** An element with two networks. */
export interface PairItem {
  readonly first: AddressPart;
  readonly second: AddressPart;
  readonly outcome: Outcome;
}

/** Addresses of the first network, and the outcomes for those of the second. */
export interface PairRow {
  readonly ranges: readonly (readonly [AddressValue, AddressValue])[];
  readonly segments: readonly Segment[];
}

interface Node {
  readonly address: AddressPart;
  readonly segments: readonly Segment[];
  readonly ranges: [AddressValue, AddressValue][];
}

/** How many segments are laid over each other before it is given up: well below a second. */
const WORK_LIMIT = 1_000_000;

/** The items of each first network, which are in the order of their first and then of their second network. */
function byFirst(items: readonly PairItem[]): PairItem[][] {
  const groups: PairItem[][] = [];
  let group: PairItem[] = [];
  for (const item of items) {
    const [known] = group;
    if (known && byPlace(known.first, item.first) === 0) group.push(item);
    else {
      group = [item];
      groups.push(group);
    }
  }
  return groups;
}

/** The rows that elements of two networks make, in the order of both; `undefined` where that is too much work. */
export function rowsOfPairs(items: readonly PairItem[]): PairRow[] | undefined {
  const rows: PairRow[] = [];
  const open: Node[] = [];
  let at: AddressValue | undefined;
  let work = 0;
  const emit = (node: Node, high: AddressValue) => {
    if (at !== undefined && at <= high) node.ranges.push([at, high]);
  };
  const closeBefore = (limit: AddressValue | undefined) => {
    for (let last = open[open.length - 1]; last; last = open[open.length - 1]) {
      if (limit !== undefined && last.address.high >= limit) return;
      emit(last, last.address.high);
      at = next(last.address.high);
      rows.push(last);
      open.pop();
    }
  };
  for (const group of byFirst(items)) {
    const address = group[0]?.first;
    if (!address) continue;
    closeBefore(address.low);
    const around = open[open.length - 1];
    if (around) emit(around, previous(address.low));
    const own = segmentsOf(group.map(({ second, outcome }) => ({ address: second, outcome })));
    work += own.length + (around?.segments.length ?? 0);
    if (work > WORK_LIMIT) return undefined;
    open.push({ address, segments: around ? overlaid(own, around.segments) : own, ranges: [] });
    at = address.low;
  }
  closeBefore(undefined);
  return rows.filter(({ ranges }) => ranges.length > 0);
}
