// Sums of numbers that depend on what is asked.
import { leastOf } from './sources.js';
import type { Primitive, TracedNumber } from './value.js';

/** How many values are looked at to see that they are alike. */
const VALUES_SEEN = 1_000;

/** The answer for a sum, where it is the same from its least value on; behind `bound` it is. */
export function answerForAll(
  { linear, sources }: TracedNumber,
  holds: (value: Primitive) => boolean,
  bound: number,
): boolean | undefined {
  let least = linear?.constant ?? Number.NaN;
  for (const [index, source] of sources.entries()) {
    const weight = linear?.weights[index] ?? 0;
    least += weight < 0 ? Number.NaN : weight * (leastOf(source) ?? Number.NaN);
  }
  const isWhole = Number.isInteger(least) && linear?.weights.every(Number.isInteger);
  if (!isWhole || bound - least > VALUES_SEEN) return undefined;
  const answer = holds(least);
  for (let value = least + 1; value <= bound + 1; value++) if (holds(value) !== answer) return undefined;
  return answer;
}
