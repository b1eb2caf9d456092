// Numbers of dots in the names of hosts.
import type { Machine } from './machines.js';

/** Numbers of dots; `to` is `Infinity` where there is no limit. */
export interface DotRange {
  readonly from: number;
  readonly to: number;
}

export function dotsOf(name: string): number {
  let dots = 0;
  for (let at = name.indexOf('.'); at >= 0; at = name.indexOf('.', at + 1)) dots++;
  return dots;
}

export function isInRange({ from, to }: DotRange, dots: number): boolean {
  return dots >= from && dots <= to;
}

/** Whether a name is one of some words behind so many labels. */
export function isBehindLabels(name: string, count: number, words: ReadonlySet<string>): boolean {
  let from = 0;
  for (let i = 0; i < count; i++) {
    const dot = name.indexOf('.', from);
    if (dot < 0) return false;
    from = dot + 1;
  }
  return words.has(name.slice(from));
}

/** Counts the dots of a name up to a limit. The state is one more than the number. */
function countingUpTo(limit: number): Machine & { readonly limit: number } {
  return {
    limit,
    start: 1,
    work: 0,
    next: (state, symbol) => (symbol === DOT && state <= limit ? state + 1 : state),
    accepts: () => true,
    acceptsAll: () => false,
  };
}

const DOT = '.'.charCodeAt(0);

/** Few machines for all conditions, since a joint reader has more states the more it counts. */
const COUNTERS = [2, 4, 8, 16, 32, 64].map(countingUpTo);
const FULL_COUNTER = countingUpTo(256);

/** A machine that counts far enough to tell which numbers are in a range. */
export function dotCounter({ from, to }: DotRange): Machine {
  const last = to === Number.POSITIVE_INFINITY ? from : to + 1;
  return COUNTERS.find(({ limit }) => limit >= last) ?? FULL_COUNTER;
}
