// Walking over the values of arrays, strings, maps, sets and iterators, and over the keys of objects.
import { Text } from '../values/text.js';
import { Unknown, type Value } from '../values/value.js';
import { describe, isObject, isTraced } from './kinds.js';
import type { Machine } from './machine.js';
import { hasSteps, PacArray, type PacObject, PacWrapper } from './objects.js';
import { SplitTexts } from './split-texts.js';

/** The value at or behind a position of something that `for…of` walks over; `undefined` at the end. */
export function stepOf(
  source: Value,
  position: number,
  machine: Machine,
): { readonly value: Value; readonly next: number } | undefined {
  if (source instanceof PacArray) {
    return position < source.items.length ? { value: source.itemAt(position), next: position + 1 } : undefined;
  }
  const text = source instanceof PacWrapper ? source.primitive : source;
  if (typeof text === 'string') {
    const code = text.codePointAt(position);
    if (code === undefined) return undefined;
    const value = String.fromCodePoint(code);
    return { value, next: position + value.length };
  }
  if (isObject(source) && hasSteps(source)) return source.stepFrom(position);
  throw notIterable(source, machine);
}

function notIterable(source: Value, machine: Machine): Error {
  if (source instanceof Unknown) return machine.notFollowed(source.reason);
  if (source instanceof Text)
    return machine.notFollowed('goes through the characters of a text that depends on the request');
  return machine.error('TypeError', `${describe(source)} is not iterable`);
}

/** Somebody looks at all of an object. */
export function noteReadOf(object: PacObject, machine: Machine): void {
  if (machine.heap.outlives(object.epoch)) machine.kept?.noteRead(object, undefined, machine);
}

/** Throws where something cannot be walked over. */
export function checkIterable(source: Value, machine: Machine): void {
  if (isObject(source)) noteReadOf(source, machine);
  const isKnown =
    typeof source === 'string' ||
    source instanceof PacArray ||
    (isObject(source) && hasSteps(source)) ||
    (source instanceof PacWrapper && typeof source.primitive === 'string');
  if (!isKnown) throw notIterable(source, machine);
}

/** All values of something that `for…of` walks over. */
export function listOf(source: Value, machine: Machine): Value[] {
  if (source instanceof SplitTexts && source.isLazy)
    throw machine.notFollowed('spreads the parts of a text whose number depends on the request');
  checkIterable(source, machine);
  const values: Value[] = [];
  for (let step = stepOf(source, 0, machine); step; step = stepOf(source, step.next, machine)) {
    machine.budget.spend(1);
    values.push(step.value);
  }
  return values;
}

/** The names that `for…in` goes through. */
export function enumerableKeys(value: Value, machine: Machine): string[] {
  if (isTraced(value)) throw machine.notFollowed('goes through the keys of a value that depends on the request');
  if (typeof value === 'string') return Array.from({ length: value.length }, (_, index) => String(index));
  if (!isObject(value)) return [];
  const seen = new Set<string>();
  const keys: string[] = [];
  for (let at: PacObject | null = value; at; at = at.prototype) {
    machine.budget.spend(1 + at.size);
    noteReadOf(at, machine);
    for (const key of at.ownKeys()) {
      if (seen.has(key)) continue;
      seen.add(key);
      if (at.getOwn(key)?.enumerable) keys.push(key);
    }
  }
  return keys;
}
