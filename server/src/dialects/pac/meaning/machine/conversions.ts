// Conversions between kinds of values, as ECMA-262 defines them (7.1). What is traced stays traced.
import { callFunction, unaryOperation } from '../values/operations.js';
import type { OperationResult, Primitive, Traced, Value } from '../values/value.js';
import { Choice } from '../values/value.js';
import { callNested } from './calls.js';
import { listedValue } from './choices.js';
import { isObject, isTraced } from './kinds.js';
import { noteReadOf } from './lists.js';
import type { Machine } from './machine.js';
import { PacFunction, type PacObject } from './objects.js';

export type Hint = 'string' | 'number' | 'default';

/** What has to be one value, where it is not known how to follow several. */
function single(result: OperationResult, machine: Machine): Value {
  if (result instanceof Choice) throw machine.notFollowed('converts a value that depends on the request');
  return listedValue(result, machine);
}

export function toPrimitive(value: Value, hint: Hint, machine: Machine): Primitive | Traced {
  if (!isObject(value)) return value as Primitive | Traced;
  const isDate = value.className === 'Date';
  const names = hint === 'string' || (hint === 'default' && isDate) ? TEXT_FIRST : NUMBER_FIRST;
  for (const name of names) {
    const method = getNested(value, name, machine);
    if (!(method instanceof PacFunction)) continue;
    const result = callNested(method, value, [], machine);
    if (!isObject(result)) return result as Primitive | Traced;
  }
  throw machine.error('TypeError', 'Cannot convert object to primitive value');
}

const TEXT_FIRST = ['toString', 'valueOf'];
const NUMBER_FIRST = ['valueOf', 'toString'];

/** `o[key]` with getters, for the language itself. */
export function getNested(object: PacObject, key: string, machine: Machine, self: Value = object): Value {
  noteReadOf(object, machine);
  if (object.tracedEntries.length > 0) throw machine.notFollowed('reads an object that was written under a traced key');
  const property = object.find(key);
  if (!property?.isAccessor) return property?.value;
  return property.get ? callNested(property.get, self, [], machine) : undefined;
}

export function toText(value: Value, machine: Machine): Value {
  const primitive = toPrimitive(value, 'string', machine);
  if (typeof primitive === 'string') return primitive;
  if (!isTraced(primitive)) return String(primitive);
  return single(callFunction('String', [primitive], machine), machine);
}

export function toNumber(value: Value, machine: Machine): Value {
  const primitive = toPrimitive(value, 'number', machine);
  if (typeof primitive === 'number') return primitive;
  if (!isTraced(primitive)) return Number(primitive);
  return single(unaryOperation('+', primitive, machine), machine);
}

/** A key of an object: a text, or what is traced. */
export function toPropertyKey(value: Value, machine: Machine): string | Traced {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  const primitive = toPrimitive(value, 'string', machine);
  return isTraced(primitive) ? primitive : String(primitive);
}

export function typeOf(value: Value, machine: Machine): OperationResult {
  if (value instanceof PacFunction) return 'function';
  if (isTraced(value)) return unaryOperation('typeof', value, machine);
  return value === null ? 'object' : typeof value;
}
