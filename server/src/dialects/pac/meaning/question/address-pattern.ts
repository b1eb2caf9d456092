// Sets of addresses that are the same in each of some equal parts of all addresses.
import type { Budget } from '../../../../model/budget.js';
import { IntervalSet } from '../../../../model/intervals.js';
import { IpSet } from '../../../../model/ip.js';
import { RANGE_COST } from './sets.js';

/** The IPv4 addresses of which the remainder by `size` is in one of some ranges. */
export interface AddressPattern {
  readonly size: number;
  /** Ordered, without overlap; both ends belong to a range. */
  readonly ranges: readonly (readonly [first: number, last: number])[];
}

/** More ranges than these are not listed. */
const MOST_RANGES = 4096;

/** Those of some addresses that have a pattern; `undefined` where they lie in too many parts. */
export function addressesWith({ size, ranges }: AddressPattern, among: IpSet, budget: Budget): IpSet | undefined {
  let count = 0;
  for (const [low, high] of among.v4.intervals) {
    count += (Math.floor(high / size) - Math.floor(low / size) + 1) * ranges.length;
    if (count > MOST_RANGES) return undefined;
  }
  budget.spend(RANGE_COST * count);
  const found: (readonly [number, number])[] = [];
  for (const [low, high] of among.v4.intervals) {
    for (let start = low - (low % size); start <= high; start += size) {
      for (const [first, last] of ranges) {
        const [from, to] = [Math.max(low, start + first), Math.min(high, start + last)];
        if (from <= to) found.push([from, to]);
      }
    }
  }
  return new IpSet(IntervalSet.from(found), IntervalSet.empty());
}
