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

/** Sorts networks so that a wider one comes before those in it. Networks never overlap in part. */
function byPlace(a: AddressPart, b: AddressPart): number {
  if (a.low !== b.low) return a.low < b.low ? -1 : 1;
  return a.length - b.length;
}

/**
 * The items of each network as one. The kernel looks at all elements of a network; which of several that fit comes first is
 * not known. Where there are only elements that do not fit, it stops.
 */
function mergedItems(items: readonly OutcomeItem[]): OutcomeItem[] {
  const byNetwork = new Map<string, { address: AddressPart; found: Outcome; open: number; ends: Outcome }>();
  for (const { address, outcome } of items) {
    const key = `${address.low}/${address.length}`;
    const known = byNetwork.get(key) ?? { address, found: 0, open: NOTHING, ends: NOTHING };
    if ((outcome & END) === 0) {
      known.found |= outcome & ~NOTHING;
      known.open &= outcome;
    } else known.ends = (outcome & NOTHING) === 0 ? END : known.ends === END ? END : END | NOTHING;
    byNetwork.set(key, known);
  }
  return [...byNetwork.values()].map(({ address, found, open, ends }) => {
    return { address, outcome: found | (open === 0 ? 0 : ends) };
  });
}

/** The segments that elements of one network each make. */
export function segmentsOf(items: readonly OutcomeItem[]): Segment[] {
  const sorted = mergedItems(items).sort((a, b) => byPlace(a.address, b.address));
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
  for (const { address, outcome } of sorted) {
    closeBefore(address.low);
    const around = open[open.length - 1];
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

/** The rows that elements of two networks make; `undefined` where that is too much work. */
export function rowsOfPairs(items: readonly PairItem[]): PairRow[] | undefined {
  const groups = new Map<string, PairItem[]>();
  for (const item of items) {
    const key = `${item.first.low}/${item.first.length}`;
    const known = groups.get(key);
    if (known) known.push(item);
    else groups.set(key, [item]);
  }
  const sorted = [...groups.values()].sort(([a], [b]) => (a && b ? byPlace(a.first, b.first) : 0));
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
  for (const group of sorted) {
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
