// What `Object.prototype.toString` says.
import { Text } from '../../values/text.js';
import { isPrimitive, type Primitive, TracedBoolean, TracedNumber, type Value } from '../../values/value.js';
import { isThing } from './support.js';

/** What `Object.prototype.toString` calls a value. */
export function tagOf(value: Value): string {
  if (value === undefined) return 'Undefined';
  if (value === null) return 'Null';
  if (isThing(value)) return value.className;
  if (value instanceof Text) return 'String';
  if (value instanceof TracedBoolean) return 'Boolean';
  if (value instanceof TracedNumber) return 'Number';
  return isPrimitive(value) ? tagOfPrimitive(value) : 'Object';
}

function tagOfPrimitive(value: Primitive): string {
  if (typeof value === 'string') return 'String';
  return typeof value === 'number' ? 'Number' : 'Boolean';
}
