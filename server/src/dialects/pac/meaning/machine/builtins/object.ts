// Object: its functions, and the methods that all objects have.
import { type OperationResult, Unknown, type Value } from '../../values/value.js';
import type { NativeContext } from '../natives.js';
import { dataProperty, PacArray, PacObject, type Property } from '../objects.js';
import type { Realm } from '../realm.js';
import { fromDescriptor, toDescriptor } from './descriptors.js';
import { areSame, booleanOf } from './equality.js';
import { enumerableKeys, knownKeys, ownKeyCondition } from './property-keys.js';
import { checkOwn, define, defineAll, defineClass, isThing, isTraced, type MethodTable } from './support.js';
import { tagOf } from './tags.js';

export function installObject(realm: Realm): void {
  const made = defineClass(realm, 'Object', 1, realm.objectPrototype, (_self, [value], context) =>
    value === undefined || value === null ? context.realm.object() : context.toObject(value),
  );
  for (const table of [LISTS, PROTOTYPES, PROPERTIES, RESTRICTIONS]) defineAll(realm, made, table);
  defineAll(realm, realm.objectPrototype, METHODS);
  installProto(realm);
}

/** What a property costs to copy. */
const PROPERTY_COST = 10;

/** The functions that list what an object has. */
const LISTS: MethodTable = [
  ['keys', 1, (_self, [value], context) => context.realm.array(enumerableKeys(context.toObject(value), context))],
  [
    'values',
    1,
    (_self, [value], context) => {
      const object = context.toObject(value);
      return context.realm.array(enumerableKeys(object, context).map((key) => context.get(object, key)));
    },
  ],
  [
    'entries',
    1,
    (_self, [value], context) => {
      const object = context.toObject(value);
      const { realm } = context;
      return realm.array(enumerableKeys(object, context).map((key) => realm.array([key, context.get(object, key)])));
    },
  ],
  [
    'getOwnPropertyNames',
    1,
    (_self, [value], context) => context.realm.array(knownKeys(context.toObject(value), context)),
  ],
  ['getOwnPropertySymbols', 1, (_self, _args, context) => context.realm.array()],
  [
    'assign',
    2,
    (_self, [target, ...sources], context) => {
      const object = context.toObject(target);
      for (const source of sources) {
        if (source === undefined || source === null) continue;
        const from = context.toObject(source);
        for (const key of enumerableKeys(from, context)) {
          context.budget.spend(PROPERTY_COST);
          context.set(object, key, context.get(from, key));
        }
      }
      return object;
    },
  ],
  [
    'fromEntries',
    1,
    (_self, [entries], context) => {
      const object = context.realm.object();
      for (const entry of context.listOf(entries)) {
        if (!isThing(entry)) throw context.error('TypeError', 'Iterator value is not an entry object');
        const key = context.toPropertyKey(context.get(entry, '0'));
        const value = context.get(entry, '1');
        if (isTraced(key)) object.addTracedEntry({ key, value });
        else object.setOwn(String(key), dataProperty(value));
      }
      return object;
    },
  ],
];

const PROTOTYPES: MethodTable = [
  [
    'create',
    2,
    (_self, [prototype, properties], context) => {
      if (prototype !== null && !isThing(prototype)) {
        throw context.error('TypeError', 'Object prototype may only be an Object or null');
      }
      const object = new PacObject(prototype, context.heap);
      if (properties !== undefined) defineEach(object, properties, context);
      return object;
    },
  ],
  ['getPrototypeOf', 1, (_self, [value], context) => context.toObject(value).prototype],
  ['setPrototypeOf', 2, (_self, [value, prototype], context) => setPrototype(value, prototype, context)],
];

function setPrototype(value: Value, prototype: Value, context: NativeContext): Value {
  if (value === undefined || value === null)
    throw context.error('TypeError', 'Object.setPrototypeOf called on null or undefined');
  if (prototype !== null && !isThing(prototype)) {
    throw context.error('TypeError', 'Object prototype may only be an Object or null');
  }
  if (!isThing(value)) return value;
  for (let above: PacObject | null = prototype; above; above = above.prototype) {
    if (above === value) throw context.error('TypeError', 'Cyclic __proto__ value');
  }
  if (!value.isExtensible && value.prototype !== prototype) {
    throw context.error('TypeError', 'Cannot change the prototype of an object that is not extensible');
  }
  checkOwn(value, context);
  value.setPrototype(prototype);
  return value;
}

/** Own properties with their attributes. */
const PROPERTIES: MethodTable = [
  [
    'defineProperty',
    3,
    (_self, [object, key, attributes], context) => {
      if (!isThing(object)) throw context.error('TypeError', 'Object.defineProperty called on non-object');
      defineOne(object, context.toPropertyKey(key), attributes, context);
      return object;
    },
  ],
  [
    'defineProperties',
    2,
    (_self, [object, properties], context) => {
      if (!isThing(object)) throw context.error('TypeError', 'Object.defineProperties called on non-object');
      defineEach(object, properties, context);
      return object;
    },
  ],
  [
    'getOwnPropertyDescriptor',
    2,
    (_self, [value, key], context) => {
      const object = context.toObject(value);
      const property = object.getOwn(constantKey(key, context));
      return property && fromDescriptor(property, context);
    },
  ],
  [
    'getOwnPropertyDescriptors',
    1,
    (_self, [value], context) => {
      const object = context.toObject(value);
      const result = context.realm.object();
      for (const key of knownKeys(object, context)) {
        const property = object.getOwn(key);
        if (property) result.setOwn(key, dataProperty(fromDescriptor(property, context)));
      }
      return result;
    },
  ],
  ['hasOwn', 2, (_self, [value, key], context) => booleanOf(ownKeyCondition(context.toObject(value), key, context))],
  [
    'is',
    2,
    (_self, [left, right], context) => {
      if (isTraced(left) || isTraced(right))
        return new Unknown('calls Object.is with what depends on what is asked', context.node);
      return areSame(left, right, context) || Object.is(left, right) ? Object.is(left, right) : false;
    },
  ],
];

function constantKey(key: Value, context: NativeContext): string {
  const property = context.toPropertyKey(key);
  if (isTraced(property))
    throw context.notFollowed('reads an attribute of a property whose name depends on what is asked');
  return String(property);
}

function defineEach(object: PacObject, properties: Value, context: NativeContext): void {
  const from = context.toObject(properties);
  for (const key of enumerableKeys(from, context)) defineOne(object, key, context.get(from, key), context);
}

function defineOne(object: PacObject, key: Value, attributes: Value, context: NativeContext): void {
  if (isTraced(key)) throw context.notFollowed('defines a property whose name depends on what is asked');
  if (!isThing(attributes)) throw context.error('TypeError', 'Property description must be an object');
  const name = String(key);
  const old = object.getOwn(name);
  const property = toDescriptor(attributes, old, context);
  if (old ? !old.configurable && !isAllowed(old, property) : !object.isExtensible) {
    throw context.error('TypeError', `Cannot redefine property: ${name}`);
  }
  const isPlain = !property.isAccessor && property.writable && property.enumerable && property.configurable;
  if (object instanceof PacArray && object.getOwn('length') && /^\d+$/.test(name) && !isPlain) {
    throw context.notFollowed('gives an item of a list attributes of its own');
  }
  checkOwn(object, context);
  object.setOwn(name, property);
}

/** Whether a property that is not configurable may become another one. */
function isAllowed(old: Property, property: Property): boolean {
  if (property.configurable || property.enumerable !== old.enumerable || property.isAccessor !== old.isAccessor)
    return false;
  if (old.isAccessor) return property.get === old.get && property.set === old.set;
  return old.writable || (!property.writable && Object.is(property.value, old.value));
}

/** What an object may be kept from, and whether it is. */
const RESTRICTIONS: MethodTable = [
  ['preventExtensions', 1, (_self, [value], context) => restrict(value, 'extension', context)],
  ['seal', 1, (_self, [value], context) => restrict(value, 'seal', context)],
  ['freeze', 1, (_self, [value], context) => restrict(value, 'freeze', context)],
  ['isExtensible', 1, (_self, [value]) => isThing(value) && value.isExtensible],
  ['isSealed', 1, (_self, [value], context) => isRestricted(value, context, ({ configurable }) => !configurable)],
  [
    'isFrozen',
    1,
    (_self, [value], context) =>
      isRestricted(
        value,
        context,
        ({ configurable, writable, isAccessor }) => !configurable && (isAccessor || !writable),
      ),
  ],
];

function restrict(value: Value, how: 'extension' | 'seal' | 'freeze', context: NativeContext): Value {
  if (!isThing(value)) return value;
  checkOwn(value, context);
  if (how !== 'extension') {
    if (value instanceof PacArray) value.restrict(how === 'freeze');
    for (const key of knownKeys(value, context)) {
      const property = value.getOwn(key);
      // Items, and the length, have the attributes of their array.
      if (!property || (value instanceof PacArray && !property.configurable)) continue;
      value.setOwn(key, { ...property, configurable: false, writable: property.writable && how !== 'freeze' });
    }
  }
  value.preventExtensions();
  return value;
}

function isRestricted(value: Value, context: NativeContext, test: (property: Property) => boolean): boolean {
  if (!isThing(value)) return true;
  if (value.isExtensible) return false;
  return knownKeys(value, context).every((key) => {
    const property = value.getOwn(key);
    return !property || test(property);
  });
}

const METHODS: MethodTable = [
  ['hasOwnProperty', 1, (self, [key], context) => booleanOf(ownKeyCondition(context.toObject(self), key, context))],
  [
    'isPrototypeOf',
    1,
    (self, [value]) => {
      for (let above = isThing(value) ? value.prototype : null; above; above = above.prototype)
        if (above === self) return true;
      return false;
    },
  ],
  [
    'propertyIsEnumerable',
    1,
    (self, [key], context) => context.toObject(self).getOwn(constantKey(key, context))?.enumerable === true,
  ],
  ['toString', 0, (self) => `[object ${tagOf(self)}]`],
  ['toLocaleString', 0, (self, _args, context) => context.toText(self)],
  ['valueOf', 0, (self, _args, context): OperationResult => (isTraced(self) ? self : context.toObject(self))],
];

/** `__proto__`, by which old programs read and change the prototype. */
function installProto(realm: Realm): void {
  const holder = realm.object();
  const get = define(realm, holder, 'get __proto__', 0, (self, _args, context) => context.toObject(self).prototype);
  const set = define(realm, holder, 'set __proto__', 1, (self, [prototype], context) => {
    if (prototype === null || isThing(prototype)) setPrototype(self, prototype, context);
    return undefined;
  });
  realm.objectPrototype.setOwn('__proto__', {
    ...dataProperty(undefined, false, false),
    get,
    set,
    isAccessor: true,
  });
}
