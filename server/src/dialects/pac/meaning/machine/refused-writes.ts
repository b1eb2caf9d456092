// Assignments and deletions that change nothing: sloppy mode ignores them, strict mode throws (ECMA-262, 6.2.5.6 and 13.5.1.2).
import { Text } from '../values/text.js';
import { type Traced, TracedNumber, type Value } from '../values/value.js';
import { call } from './calls.js';
import { isTraced, prototypeOf } from './kinds.js';
import type { Machine } from './machine.js';
import { indexOfKey } from './objects.js';

export function refuse(isStrict: boolean, message: string, machine: Machine): void {
  if (isStrict) throw machine.error('TypeError', message);
}

/** `of[key] = value` of a text, a number or a truth: only a setter that it inherits does anything. */
export function writeToPrimitive(
  of: Value,
  key: string | Traced,
  value: Value,
  isStrict: boolean,
  machine: Machine,
): void {
  if (typeof key !== 'string') {
    // It may be the name of a setter.
    if (isStrict) throw machine.notFollowed('sets a property of a text whose name depends on the request');
    return;
  }
  const property = isOwnName(of, key) ? undefined : prototypeOf(of, machine)?.find(key);
  if (property?.isAccessor && property.set) {
    if (key !== '__proto__') call(property.set, of, [value], machine, 'discard');
  } else refuse(isStrict, `Cannot create property '${key}' on a primitive value`, machine);
}

/** Whether a text has a property of this name, as far as that is certain. */
function isOwnName(of: Value, key: string): boolean {
  if (typeof of !== 'string') return of instanceof Text && key === 'length';
  return key === 'length' || (indexOfKey(key) >= 0 && indexOfKey(key) < of.length);
}

/** Pushes what `delete of[key]` gives for what is no object. */
export function deleteOfPrimitive(of: Value, key: string | Traced, isStrict: boolean, machine: Machine): void {
  if (of === undefined || of === null) throw machine.error('TypeError', 'Cannot convert undefined or null to object');
  const isText = typeof of === 'string' || of instanceof Text || of instanceof TracedNumber;
  const isPlace = isTraced(key) || (isTraced(of) && indexOfKey(key) >= 0);
  if (isText && isPlace) throw machine.notFollowed('deletes a character of a text');
  const isOwn = typeof key === 'string' && isOwnName(of, key);
  if (isOwn) refuse(isStrict, `Cannot delete property '${key}'`, machine);
  machine.push(!isOwn);
}
