// What the library written in JavaScript stands on, and its installation.
import { callTextMethod } from '../../values/operations.js';
import type { OperationResult, Value } from '../../values/value.js';
import { LibraryFunction, type NativeContext, TailCall } from '../natives.js';
import { dataProperty, HOLE, PacArray, PacObject, PacWrapper } from '../objects.js';
import type { Realm } from '../realm.js';
import { stepsOf } from './collections.js';
import { buildCost } from './costs.js';
import { bind } from './function.js';
import { itemsOf, lengthOf, valueOfItem } from './items.js';
import { joinTexts } from './joining.js';
import { LIBRARY_FUNCTIONS } from './library.js';
import { isFound, matchesFor, onlyMatch, replaceByText, whatToReplace } from './replace.js';
import { textOfReceiver } from './string.js';
import { defineAll, isThing, isTraced, type MethodTable } from './support.js';

/** The argument of the library. */
export function libraryNatives(realm: Realm): PacObject {
  const natives = new PacObject(null, realm.heap);
  defineAll(realm, natives, NATIVES);
  return natives;
}

const NATIVES: MethodTable = [
  ['typeError', 1, (_self, [message], { realm }) => realm.error('TypeError', message)],
  ['describe', 1, (_self, [value]) => describe(value)],
  ['bind', 2, (_self, [callee, receiver], context) => bind(callee, receiver, [], context)],
  ['apply', 3, (_self, [callee, receiver, args], context) => apply(callee, receiver, args, context)],
  ['least', 2, (_self, [left, right]) => Math.min(Number(left), Number(right))],
  ['toObject', 1, (_self, [value], context) => context.toObject(value)],
  ['lengthOf', 1, (_self, [value], context) => lengthOf(context.toObject(value), context)],
  ['isArray', 1, (_self, [value]) => value instanceof PacArray],
  ['copy', 1, (_self, [list], context) => context.realm.array(itemsOf(list, context))],
  ['reverse', 2, (_self, [list, count], context) => reverse(list, Number(count), context)],
  ['holes', 1, (_self, [length], context) => holes(Number(length), context)],
  ['listFrom', 1, (_self, [list], context) => listFrom(list, context)],
  ['sorted', 1, (_self, [list], context) => sorted(list, context)],
  ['text', 1, (_self, [value], context) => context.toText(value)],
  ['slice', 3, (_self, [text, from, to], context) => slice(text, from, to, context)],
  ['joined', 2, (_self, [list], context) => joinTexts(itemsOf(list, context).map(valueOfItem), context)],
  ['steps', 2, (_self, [value, name], context) => stepsOf(value, name === 'Map' ? 'Map' : 'Set', context)],
  [
    'replace',
    4,
    (_self, [self, pattern, replacement, all], context) =>
      replaceByText(self, pattern, replacement, all === true, context),
  ],
  ['receiver', 2, (_self, [self, all], context) => textOfReceiver(self, all ? 'replaceAll' : 'replace', context)],
  ['what', 2, (_self, [pattern, all], context) => whatToReplace(pattern, all === true, context)],
  ['known', 2, (_self, [text, pattern]) => !isTraced(text) && !isTraced(pattern)],
  ['found', 2, (_self, [text, pattern], context) => isFound(text, pattern, context)],
  ['match', 3, (_self, [text, pattern, all], context) => onlyMatch(text, pattern, all === true, context)],
  ['matches', 3, (_self, [text, pattern, all], context) => matchesFor(text, pattern, all === true, context)],
];

function describe(value: Value): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 80));
  if (isThing(value)) return value instanceof PacArray ? '[object Array]' : `#<${value.className}>`;
  return isTraced(value) ? 'a value that depends on what is asked' : String(value);
}

function slice(text: Value, from: Value, to: Value, context: NativeContext): OperationResult {
  if (isTraced(text) || isTraced(from) || isTraced(to)) return callTextMethod(text, 'slice', [from, to], context);
  return String(text).slice(Number(from), Number(to));
}

function apply(callee: Value, receiver: Value, args: Value, context: NativeContext): OperationResult {
  return new TailCall(context.realm, callee, receiver, itemsOf(args, context).map(valueOfItem));
}

function holes(length: number, context: NativeContext): PacArray {
  if (length > 2 ** 32 - 1) throw context.error('RangeError', 'Invalid array length');
  context.budget.spend(length);
  return context.realm.array(new Array<typeof HOLE>(length).fill(HOLE));
}

/** Reverses the first items of a list. */
function reverse(list: Value, count: number, context: NativeContext): Value {
  const items = itemsOf(list, context);
  if (list instanceof PacArray) list.setItems([...items.slice(0, count).reverse(), ...items.slice(count)]);
  return list;
}

/** The items of something that can be walked over, or of what looks like a list. */
function listFrom(value: Value, context: NativeContext): PacArray {
  if (value === undefined || value === null) throw context.error('TypeError', `${String(value)} is not iterable`);
  const isList =
    isThing(value) && (value instanceof PacArray || 'stepFrom' in value || value.find('next') !== undefined);
  if (isList || typeof value === 'string' || (value instanceof PacWrapper && value.className === 'String')) {
    return context.realm.array(context.listOf(value));
  }
  return context.realm.array(itemsOf(value, context).map(valueOfItem));
}

/** Comparing two texts. */
const COMPARISON_COST = 4;

/** The items in the order of their texts. */
function sorted(list: Value, context: NativeContext): OperationResult {
  const items = itemsOf(list, context).map(valueOfItem);
  const keyed = items.map((item) => ({ item, text: context.toText(item) }));
  if (keyed.some(({ text }) => isTraced(text))) throw context.notFollowed('sorts what depends on what is asked');
  const longest = keyed.reduce((most, { text }) => Math.max(most, String(text).length), 0);
  const comparisons = items.length * Math.log2(items.length + 1);
  context.budget.spend(comparisons * (COMPARISON_COST + buildCost(longest) / 16));
  const inOrder = keyed
    .map(({ item, text }) => ({ item, text: String(text) }))
    .sort((left, right) => (left.text < right.text ? -1 : left.text > right.text ? 1 : 0));
  return context.realm.array(inOrder.map(({ item }) => item));
}

/** Where the functions of each part of the library go. */
function holdersOf(realm: Realm): Readonly<Record<keyof typeof LIBRARY_FUNCTIONS, Value>> {
  return {
    arrayPrototype: realm.arrayPrototype,
    stringPrototype: realm.stringPrototype,
    mapPrototype: realm.mapPrototype,
    setPrototype: realm.setPrototype,
    array: realm.global.getOwn('Array')?.value,
  };
}

/** Puts the functions of the library where programs find them. Most programs call none, so that it is read when one is called. */
export function installLibrary(realm: Realm, run: () => Value): void {
  let library: Value;
  const load = (part: string, name: string): Value => {
    library ??= realm.heap.asBefore(run);
    const functions = isThing(library) ? library.getOwn(part)?.value : undefined;
    return isThing(functions) ? functions.getOwn(name)?.value : undefined;
  };
  const holders = holdersOf(realm);
  for (const part of PARTS) {
    const holder = holders[part];
    if (!isThing(holder)) continue;
    for (const [name, length] of Object.entries(LIBRARY_FUNCTIONS[part])) {
      const made = new LibraryFunction(realm, name, length, () => load(part, name));
      holder.setOwn(name, dataProperty(made, false));
    }
  }
}

const PARTS = ['arrayPrototype', 'stringPrototype', 'mapPrototype', 'setPrototype', 'array'] as const;
