// The items of arrays and of what looks like one.
import type { Value } from '../../values/value.js';
import type { NativeContext } from '../natives.js';
import { HOLE, type Item, PacArray, type PacObject } from '../objects.js';
import { integerOf } from './support.js';

/** What an item of an array costs, as work and memory. */
export const ITEM_COST = 1;

/** How deep lists in lists are followed. */
export const NESTING_LIMIT = 100;

/** The items of an array, or of what looks like one. */
export function itemsOf(self: Value, context: NativeContext): Item[] {
  const object = context.toObject(self);
  if (object instanceof PacArray) {
    context.budget.spend(ITEM_COST * object.items.length);
    return [...object.items];
  }
  const length = lengthOf(object, context);
  context.budget.spend(ITEM_COST * length);
  return Array.from({ length }, (_, index) => (object.find(String(index)) ? context.get(object, String(index)) : HOLE));
}

/** ECMA-262's LengthOfArrayLike. */
export function lengthOf(object: PacObject, context: NativeContext): number {
  if (object instanceof PacArray) return object.items.length;
  return Math.min(Math.max(integerOf(context.get(object, 'length'), context), 0), Number.MAX_SAFE_INTEGER);
}

export function valueOfItem(item: Item | undefined): Value {
  return item === HOLE ? undefined : item;
}
