// Whether an object has a key, where some of its keys or the key itself depend on what is asked.
import { ALWAYS, anyOf, type Condition, NEVER } from '../../question/condition.js';
import { sameKey, wordsCondition } from '../../values/operations.js';
import type { Value } from '../../values/value.js';
import type { NativeContext } from '../natives.js';
import { type PacObject, PacWrapper } from '../objects.js';
import { sameCondition } from './equality.js';
import { isTraced } from './support.js';

/** `hasOwnProperty`. */
export function ownKeyCondition(object: PacObject, key: Value, context: NativeContext): Condition {
  const property = context.toPropertyKey(key);
  const entries = object.tracedEntries.map((entry) =>
    isTraced(property) || !isTraced(entry.key)
      ? sameCondition(entry.key, property, context)
      : sameKey(entry.key, String(property)),
  );
  if (!isTraced(property)) return anyOf([object.getOwn(String(property)) ? ALWAYS : NEVER, ...entries]);
  const names = object.baseNames;
  return anyOf([names.size > 0 ? wordsCondition(property, names) : NEVER, ...entries]);
}

/** How many names there are; each character of a text has one. */
function sizeOf(object: PacObject): number {
  const isText = object instanceof PacWrapper && typeof object.primitive === 'string';
  return object.size + (isText ? String(object.primitive).length : 0);
}

/** What a name costs to list. */
const KEY_COST = 10;

/** The names of an object's own properties; they have to be known. */
export function knownKeys(object: PacObject, context: NativeContext): string[] {
  if (object.tracedEntries.length > 0)
    throw context.notFollowed('lists the names of an object that depend on what is asked');
  context.budget.spend(KEY_COST * sizeOf(object));
  return object.ownKeys();
}

/** Those of them that `for…in` would go through. */
export function enumerableKeys(object: PacObject, context: NativeContext): string[] {
  return knownKeys(object, context).filter((key) => object.getOwn(key)?.enumerable === true);
}
