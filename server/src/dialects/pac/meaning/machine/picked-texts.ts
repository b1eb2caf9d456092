// Texts that are picked from a list by a number that depends on what is asked.
import { TracedNumber } from '../values/value.js';
import type { PacArray } from './objects.js';

/** One of some constant texts, as a server that is picked at random: not followed in as many ways as there are before it matters. */
export function textPicked({ items }: PacArray, key: TracedNumber): TracedNumber | undefined {
  const isPick = key.sources.every(({ kind }) => kind === 'point');
  if (!isPick || !items.every((item) => typeof item === 'string')) return undefined;
  const texts = items.filter((item) => typeof item === 'string');
  return new TracedNumber(
    key.sources,
    (points) => texts[Number(key.valueOf(points))],
    undefined,
    undefined,
    key.depth + 1,
  );
}

/** Whether what is computed from numbers is a text. */
export function isText(value: TracedNumber): boolean {
  return typeof value.valueOf(value.sources.map(() => 0)) === 'string';
}
