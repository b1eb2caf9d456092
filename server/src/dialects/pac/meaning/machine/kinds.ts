// What kinds of values there are.
import type { Traced, Value } from '../values/value.js';
import { Ipv6Value, TracedBoolean, TracedNumber, Unknown } from '../values/value.js';
import type { Machine } from './machine.js';
import { PacFunction, PacObject, PacWrapper } from './objects.js';

export function isObject(value: Value): value is PacObject {
  return value instanceof PacObject;
}

export function isTraced(value: Value): value is Traced {
  return typeof value === 'object' && value !== null && !(value instanceof PacObject);
}

export function toObject(value: Value, machine: Machine): PacObject {
  if (isObject(value)) return value;
  const { realm } = machine;
  if (value === undefined || value === null)
    throw machine.error('TypeError', 'Cannot convert undefined or null to object');
  if (typeof value === 'string') return new PacWrapper(realm.stringPrototype, realm.heap, 'String', value);
  if (typeof value === 'number') return new PacWrapper(realm.numberPrototype, realm.heap, 'Number', value);
  if (typeof value === 'boolean') return new PacWrapper(realm.booleanPrototype, realm.heap, 'Boolean', value);
  throw machine.notFollowed('makes an object of a value that depends on the request');
}

/** Where methods of a value that is no object are found; `undefined` for what has none. */
export function prototypeOf(value: Value, machine: Machine): PacObject | undefined {
  const { realm } = machine;
  switch (typeof value) {
    case 'string':
      return realm.stringPrototype;
    case 'number':
      return realm.numberPrototype;
    case 'boolean':
      return realm.booleanPrototype;
    default:
  }
  if (isObject(value)) return value;
  if (value instanceof TracedBoolean) return realm.booleanPrototype;
  if (value instanceof Ipv6Value) return prototypeOf(value.value, machine);
  if (value instanceof TracedNumber) return realm.numberPrototype;
  return value instanceof Unknown || !isTraced(value) ? undefined : realm.stringPrototype;
}

/** A value in an error message. */
export function describe(value: Value): string {
  if (value instanceof PacFunction) return 'function';
  if (isObject(value)) return '#<Object>';
  return isTraced(value) ? 'a value' : typeof value === 'string' ? JSON.stringify(value.slice(0, 80)) : String(value);
}
