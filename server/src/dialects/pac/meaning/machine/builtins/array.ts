// Array, without what takes functions of the program.
import { type OperationResult, TracedNumber, Unknown, type Value } from '../../values/value.js';
import { type NativeContext, prototypeFor } from '../natives.js';
import { HOLE, type Item, PacArray, type PacObject, type Steps } from '../objects.js';
import type { Realm } from '../realm.js';
import { includes, indexIn } from './array-lookups.js';
import { ITEM_COST, itemsOf, lengthOf, NESTING_LIMIT, valueOfItem } from './items.js';
import { makeIterator, mapSteps } from './iterators.js';
import { join } from './joining.js';
import { defineListMethods } from './split-lists.js';
import {
  checkOwn,
  define,
  defineClass,
  effect,
  integerOf,
  isTraced,
  type MethodTable,
  notTold,
  positionOf,
} from './support.js';
import { tagOf } from './tags.js';

export function installArray(realm: Realm): void {
  const made = defineClass(realm, 'Array', 1, realm.arrayPrototype, construct);
  define(realm, made, 'isArray', 1, (_self, [value]) => value instanceof PacArray, { takesSplitTexts: true });
  define(realm, made, 'of', 0, (_self, args, { realm: { array } }) => array.call(realm, [...args]));
  defineListMethods(realm, READERS);
  const writers = WRITERS.map(([name, length, native]) => [name, length, effect(native)] as const);
  defineListMethods(realm, writers);
  installWalks(realm);
}

function construct(_self: Value, args: readonly Value[], context: NativeContext): OperationResult {
  const array = new PacArray(prototypeFor(context, context.realm.arrayPrototype), context.heap, []);
  const [length] = args;
  if (args.length === 1 && (length instanceof TracedNumber || length instanceof Unknown)) {
    throw context.notFollowed('makes a list whose length depends on what is asked');
  }
  if (args.length !== 1 || typeof length !== 'number') {
    array.setItems([...args]);
    return array;
  }
  if (length >>> 0 !== length) throw context.error('RangeError', 'Invalid array length');
  context.budget.spend(ITEM_COST * length);
  array.setLength(length);
  return array;
}

/** The methods that only read. */
const READERS: MethodTable = [
  [
    'at',
    1,
    (self, [position], context) => {
      const items = itemsOf(self, context);
      const index = integerOf(position, context);
      return valueOfItem(items[index < 0 ? items.length + index : index]);
    },
  ],
  ['concat', 1, (self, args, context) => concat([context.toObject(self), ...args], context)],
  [
    'flat',
    0,
    (self, [depth], context) => {
      const result: Item[] = [];
      flatten(itemsOf(self, context), depth === undefined ? 1 : integerOf(depth, context), result, context);
      return context.realm.array(result);
    },
  ],
  [
    'includes',
    1,
    (self, [wanted, from], context) => {
      const items = itemsOf(self, context);
      return includes(items.slice(positionOf(from, items.length, 0, context)).map(valueOfItem), wanted, context);
    },
  ],
  [
    'indexOf',
    1,
    (self, [wanted, from], context) => {
      const items = itemsOf(self, context);
      const start = positionOf(from, items.length, 0, context);
      return indexIn(items, wanted, range(start, items.length), context);
    },
  ],
  [
    'lastIndexOf',
    1,
    (self, args, context) => {
      const items = itemsOf(self, context);
      const from = args.length > 1 ? integerOf(args[1], context) : items.length - 1;
      const last = Math.min(from < 0 ? items.length + from : from, items.length - 1);
      return indexIn(items, args[0], range(0, last + 1).reverse(), context);
    },
  ],
  [
    'slice',
    2,
    (self, [from, to], context) => {
      const items = itemsOf(self, context);
      const start = positionOf(from, items.length, 0, context);
      return context.realm.array(items.slice(start, positionOf(to, items.length, items.length, context)));
    },
  ],
  ['join', 1, (self, [separator], context) => join(self, separator, context)],
  [
    'toString',
    0,
    (self, _args, context) => {
      const object = context.toObject(self);
      return object instanceof PacArray ? join(object, undefined, context) : `[object ${tagOf(object)}]`;
    },
  ],
  [
    'toLocaleString',
    0,
    () => {
      throw notTold('writes a list in the language of the client');
    },
  ],
  ['toReversed', 0, (self, _args, context) => context.realm.array(itemsOf(self, context).map(valueOfItem).reverse())],
  [
    'toSpliced',
    2,
    (self, args, context) => {
      const items = itemsOf(self, context).map(valueOfItem);
      spliceItems(items, args, context);
      return context.realm.array(items);
    },
  ],
  [
    'with',
    2,
    (self, [position, value], context) => {
      const items = itemsOf(self, context).map(valueOfItem);
      if (isTraced(position)) throw context.notFollowed('changes an item whose place depends on what is asked');
      const index = integerOf(position, context);
      const at = index < 0 ? items.length + index : index;
      if (at < 0 || at >= items.length) throw context.error('RangeError', 'Invalid index');
      items[at] = value;
      return context.realm.array(items);
    },
  ],
];

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index);
}

/** Adds items of lists, and other values, one after the other. */
function concat(values: readonly Value[], context: NativeContext): PacArray {
  const result: Item[] = [];
  for (const value of values) {
    if (!(value instanceof PacArray)) result.push(value);
    else for (const item of itemsOf(value, context)) result.push(item);
  }
  return context.realm.array(result);
}

function flatten(items: readonly Item[], depth: number, result: Item[], context: NativeContext): void {
  for (const item of items) {
    context.budget.spend(3 * ITEM_COST);
    if (item === HOLE) continue;
    if (depth >= 1 && item instanceof PacArray)
      flatten(item.items, Math.min(depth, NESTING_LIMIT) - 1, result, context);
    else result.push(item);
  }
}

/** The array that a method changes. */
function writable(self: Value, context: NativeContext): PacArray {
  if (!(self instanceof PacArray)) {
    context.toObject(self);
    throw context.notFollowed('changes what is no array by a method of arrays');
  }
  checkOwn(self, context);
  if (self.frozen || !self.isExtensible)
    throw context.error('TypeError', 'Cannot add property, object is not extensible');
  return self;
}

/** The methods that change the array. */
const WRITERS: MethodTable = [
  [
    'push',
    1,
    (self, args, context) => {
      const array = writable(self, context);
      context.budget.spend(2 * ITEM_COST * args.length);
      for (const arg of args) array.setItem(array.items.length, arg);
      return array.items.length;
    },
  ],
  [
    'pop',
    0,
    (self, _args, context) => {
      const array = writable(self, context);
      const { length } = array.items;
      if (length === 0) return undefined;
      context.budget.spend(ITEM_COST + length / 16);
      const last = array.itemAt(length - 1);
      array.setLength(length - 1);
      return last;
    },
  ],
  [
    'shift',
    0,
    (self, _args, context) => {
      const array = writable(self, context);
      const [first, ...rest] = itemsOf(array, context);
      array.setItems(rest);
      return valueOfItem(first);
    },
  ],
  [
    'unshift',
    1,
    (self, args, context) => {
      const array = writable(self, context);
      array.setItems([...args, ...itemsOf(array, context)]);
      return array.items.length;
    },
  ],
  [
    'reverse',
    0,
    (self, _args, context) => {
      const array = writable(self, context);
      array.setItems(itemsOf(array, context).reverse());
      return array;
    },
  ],
  [
    'splice',
    2,
    (self, args, context) => {
      const array = writable(self, context);
      const items = itemsOf(array, context);
      const removed = spliceItems(items, args, context);
      array.setItems(items);
      return context.realm.array(removed);
    },
  ],
  [
    'fill',
    1,
    (self, [value, from, to], context) => {
      const array = writable(self, context);
      const items = itemsOf(array, context);
      array.setItems(
        items.fill(
          value,
          positionOf(from, items.length, 0, context),
          positionOf(to, items.length, items.length, context),
        ),
      );
      return array;
    },
  ],
  [
    'copyWithin',
    2,
    (self, [target, from, to], context) => {
      const array = writable(self, context);
      const items = itemsOf(array, context);
      const { length } = items;
      const position = (value: Value, otherwise: number) => positionOf(value, length, otherwise, context);
      array.setItems(items.copyWithin(position(target, 0), position(from, 0), position(to, length)));
      return array;
    },
  ],
];

/** Removes and adds items; those that were removed. */
function spliceItems(items: Item[], args: readonly Value[], context: NativeContext): Item[] {
  const start = positionOf(args[0], items.length, 0, context);
  const rest = items.length - start;
  const count = args.length === 0 ? 0 : args.length === 1 ? rest : integerOf(args[1], context);
  const added = args.slice(2);
  context.budget.spend(ITEM_COST * added.length);
  const removed = items.slice(start, start + Math.min(Math.max(count, 0), rest));
  const tail = items.slice(start + removed.length);
  items.length = start;
  for (const item of [...added, ...tail]) items.push(item);
  return removed;
}

/** `entries`, `keys` and `values`: iterators that see what is added meanwhile. */
function installWalks(realm: Realm): void {
  const walk = (name: string, made: (value: Value, index: number) => Value): void => {
    define(realm, realm.arrayPrototype, name, 0, (self, _args, context) => {
      const steps: Steps = stepsOf(context.toObject(self), context);
      return makeIterator(realm, mapSteps(steps, made));
    });
  };
  walk('keys', (_value, index) => index);
  walk('values', (value) => value);
  walk('entries', (value, index) => realm.array([index, value]));
}

function stepsOf(object: PacObject, context: NativeContext): Steps {
  return {
    stepFrom: (position) =>
      position < lengthOf(object, context)
        ? { value: context.get(object, String(position)), next: position + 1 }
        : undefined,
  };
}
