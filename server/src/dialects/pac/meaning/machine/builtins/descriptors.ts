// Property descriptors: the objects that `Object.defineProperty` takes.
import { truthOf } from '../../values/operations.js';
import { isPrimitive, type Value } from '../../values/value.js';
import type { NativeContext } from '../natives.js';
import { dataProperty, PacFunction, type PacObject, type Property } from '../objects.js';
import { isTraced } from './support.js';

/** The property that a descriptor makes of an old one, or anew. */
export function toDescriptor(attributes: PacObject, old: Property | undefined, context: NativeContext): Property {
  const has = (name: string) => attributes.find(name) !== undefined;
  const flag = (name: 'writable' | 'enumerable' | 'configurable') =>
    has(name) ? isTrue(context.get(attributes, name), context) : (old?.[name] ?? false);
  const [enumerable, configurable] = [flag('enumerable'), flag('configurable')];
  if (!has('get') && !has('set')) {
    if (old?.isAccessor && !has('value') && !has('writable')) return { ...old, enumerable, configurable };
    const value = has('value') ? context.get(attributes, 'value') : old?.value;
    return dataProperty(
      value,
      enumerable,
      old?.isAccessor && !has('writable') ? false : flag('writable'),
      configurable,
    );
  }
  if (has('value') || has('writable')) {
    throw context.error(
      'TypeError',
      'Invalid property descriptor. Cannot both specify accessors and a value or writable attribute',
    );
  }
  const accessor = (name: 'get' | 'set') =>
    has(name) ? functionOf(context.get(attributes, name), name, context) : old?.[name];
  const [get, set] = [accessor('get'), accessor('set')];
  return { value: undefined, get, set, isAccessor: true, writable: false, enumerable, configurable };
}

function isTrue(value: Value, context: NativeContext): boolean {
  if (isPrimitive(value)) return Boolean(value);
  if (!isTraced(value)) return true;
  const truth = truthOf(value);
  if (truth.kind === 'always' || truth.kind === 'never') return truth.kind === 'always';
  throw context.notFollowed('gives a property attributes that depend on what is asked');
}

function functionOf(value: Value, name: string, context: NativeContext): PacFunction | undefined {
  if (value === undefined || value instanceof PacFunction) return value;
  throw context.error('TypeError', `${name === 'get' ? 'Getter' : 'Setter'} must be a function`);
}

/** The object that describes a property. */
export function fromDescriptor(property: Property, { realm }: NativeContext): PacObject {
  const { value, get, set, isAccessor, writable, enumerable, configurable } = property;
  const described = realm.object();
  const attributes = isAccessor
    ? { get, set, enumerable, configurable }
    : { value, writable, enumerable, configurable };
  for (const [name, attribute] of Object.entries(attributes)) described.setOwn(name, dataProperty(attribute));
  return described;
}
