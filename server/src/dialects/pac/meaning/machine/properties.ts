// Reading, writing and deleting properties.

import { ITEMS } from '../../program/kept-changes.js';
import { isIndexOfAddress } from '../environment/arithmetic.js';
import { allOf, anyOf, type Condition } from '../question/condition.js';
import { binaryOperation, memberOf, sameKey, splitItem, splitLength, wordsCondition } from '../values/operations.js';
import { isSameText, Text } from '../values/text.js';
import { Ipv6Value, type Traced, TracedBoolean, TracedNumber, Unknown, type Value } from '../values/value.js';
import { PacArguments } from './arguments.js';
import { call, conditionOf, settleSplit } from './calls.js';
import { type Case, chooseCase, deliver } from './choices.js';
import { toPropertyKey } from './conversions.js';
import { describe, isObject, isTraced, prototypeOf, toObject } from './kinds.js';
import type { Machine } from './machine.js';
import { nameCases } from './name-cases.js';
import {
  dataProperty,
  FREE_STEPS,
  indexOfKey,
  isKeyed,
  PacArray,
  type PacObject,
  type Property,
  type TracedEntry,
} from './objects.js';
import { isText, textPicked } from './picked-texts.js';
import { deleteOfPrimitive, refuse, writeToPrimitive } from './refused-writes.js';
import { SplitTexts } from './split-texts.js';
import { getOfUnknown, orTypeError, whereThere } from './unknown-members.js';

// ---- reading

/** Pushes `of[key]`. */
export function get(of: Value, key: Value, machine: Machine): void {
  if (of instanceof PacArray && typeof key === 'number' && !(of instanceof SplitTexts)) {
    const item = of.items[key];
    if (item !== undefined && typeof item !== 'symbol') {
      noteRead(of, ITEMS, machine);
      machine.push(item);
      return;
    }
  }
  if (typeof of === 'string' && typeof key === 'number') {
    const unit = of[key];
    if (unit !== undefined) {
      machine.push(unit);
      return;
    }
  }
  if (of === undefined || of === null)
    throw machine.error('TypeError', `Cannot read properties of ${of} (reading ${describe(key)})`);
  const name = toPropertyKey(key, machine);
  if (typeof name === 'string') getNamed(of, name, machine);
  else getTraced(of, name, machine);
}

/** Pushes `of.name`. */
export function getNamed(of: Value, name: string, machine: Machine): void {
  if (isObject(of)) {
    if (of instanceof SplitTexts && of.isLazy) getOfSplit(of, name, machine);
    else getOfObject(of, name, of, machine);
  } else if (of === undefined || of === null) {
    throw machine.error('TypeError', `Cannot read properties of ${of} (reading '${name}')`);
  } else if (typeof of === 'string' && name === 'length') machine.push(of.length);
  else getOfPrimitive(of, name, machine);
}

function getOfPrimitive(of: Value, name: string, machine: Machine): void {
  if (of instanceof Unknown && !(of instanceof Ipv6Value)) {
    getOfUnknown(of, name, machine);
    return;
  }
  if (typeof of === 'string') {
    const index = indexOfKey(name);
    if (index >= 0) {
      machine.push(of[index]);
      return;
    }
  }
  const prototype = prototypeOf(of, machine);
  if (of instanceof TracedNumber && name !== 'length' && indexOfKey(name) < 0 && isText(of))
    throw machine.notFollowed('calls a method of a text that is picked');
  if (isTraced(of) && (name === 'length' || indexOfKey(name) >= 0 || !prototype)) {
    const key = indexOfKey(name);
    const go = (on: Machine): void => deliver(memberOf(of, key >= 0 ? key : name, on.context), on);
    if (of instanceof TracedNumber) whereThere(of, go, machine);
    else go(machine);
    return;
  }
  if (prototype) getOfObject(prototype, name, of, machine);
  else machine.push(undefined);
}

/** Looks a property up, and calls its getter with the value that was asked. */
export function getOfObject(object: PacObject, name: string, self: Value, machine: Machine): void {
  let steps = 0;
  for (let at: PacObject | null = object; at; at = at.prototype) {
    if (++steps > FREE_STEPS) machine.budget.spend(1);
    if (at.tracedEntries.length > 0) {
      noteRead(at, name, machine);
      getAmongEntries(at, name, self, machine);
      return;
    }
    const property = at.getOwn(name);
    const { kept } = machine;
    if (kept && property && !property.isAccessor && at === machine.realm.global && machine.heap.outlives(at.epoch)) {
      machine.push(kept.readVariable(at, name, property.value, machine));
      return;
    }
    noteRead(at, name, machine);
    if (property) {
      pushProperty(property, self, machine);
      return;
    }
  }
  machine.push(undefined);
}

function pushProperty(property: Property | undefined, self: Value, machine: Machine): void {
  if (!property?.isAccessor) machine.push(property?.value);
  else if (property.get) call(property.get, self, [], machine);
  else machine.push(undefined);
}

/** The newest entry that has the key gives the value; otherwise the properties do. */
function getAmongEntries(object: PacObject, key: string | Traced, self: Value, machine: Machine): void {
  chooseCase(entryCases(object, key, self, machine), machine);
}

function* entryCases(object: PacObject, key: string | Traced, self: Value, machine: Machine): Generator<Case> {
  for (const entry of [...object.tracedEntries].reverse()) {
    yield { when: isKey(entry.key, key, machine), resume: (on) => on.push(entry.value) };
  }
  yield {
    when: { kind: 'always' },
    resume: (on) => {
      if (typeof key === 'string') pushProperty(object.find(key), self, on);
      else getAmongNames(object, key, on);
    },
  };
}

function isKey(one: Traced | string, other: Traced | string, machine: Machine): Condition {
  if (typeof one === 'string')
    return typeof other === 'string' ? constant(one === other) : sameKey(other, one, machine.context);
  if (typeof other === 'string') return sameKey(one, other, machine.context);
  if (one === other || (one instanceof Text && other instanceof Text && isSameText(one, other))) return constant(true);
  const isSame = binaryOperation('===', one, other, machine.context);
  return conditionOf(isSame, machine);
}

function constant(holds: boolean): Condition {
  return { kind: holds ? 'always' : 'never' };
}

/** Pushes `of[key]` for a key that depends on what is asked. */
function getTraced(of: Value, key: Traced, machine: Machine): void {
  if (of instanceof Unknown && !(of instanceof Ipv6Value)) getOfUnknown(of, undefined, machine);
  else if (key instanceof Unknown && !(isObject(of) && of.tracedEntries.length === 0 && isIndexOfAddress(key)))
    machine.push(new Unknown(key.reason, machine.node));
  else if (of instanceof SplitTexts && of.isLazy) getTracedOfSplit(of, key, machine);
  else if (isObject(of)) {
    noteTracedRead(of, key, machine);
    if (of.tracedEntries.length > 0) getAmongEntries(of, key, of, machine);
    else getAmongNames(of, key, machine);
  } else if (isTraced(of)) deliver(memberOf(of, key, machine.context), machine);
  else if (typeof of === 'string') getAmongNames(toObject(of, machine), key, machine);
  else getAmongNames(prototypeOf(of, machine) ?? machine.realm.objectPrototype, key, machine);
}

function getAmongNames(object: PacObject, key: Traced, machine: Machine): void {
  const picked = key instanceof TracedNumber && object instanceof PacArray ? textPicked(object, key) : undefined;
  if (picked) machine.push(picked);
  else chooseCase(nameCases(object, key, machine), machine);
}

// ---- the parts of a text

function getOfSplit(split: SplitTexts, name: string, machine: Machine): void {
  const index = indexOfKey(name);
  if (name === 'length') machine.push(splitLength(split.list));
  else if (index >= 0) deliver(splitItem(split.list, index, machine.context), machine);
  else getOfObject(split, name, split, machine);
}

/** `parts[parts.length - 1]` */
function getTracedOfSplit(split: SplitTexts, key: Traced, machine: Machine): void {
  if (key instanceof TracedNumber) deliver(splitItem(split.list, key, machine.context), machine);
  else settleSplit(split, machine, (on) => getTraced(split, key, on));
}

// ---- writing

/** `of[key] = value`; nothing is pushed. */
export function set(of: Value, key: Value, value: Value, isStrict: boolean, machine: Machine): void {
  if (of instanceof PacArray && typeof key === 'number' && isPlainSlot(of, key)) {
    noteWrite(of, ITEMS, machine);
    of.setItem(key, value);
    return;
  }
  if (of === undefined || of === null)
    throw machine.error('TypeError', `Cannot set properties of ${of} (setting ${describe(key)})`);
  if (of instanceof Unknown) throw machine.notFollowed(of.reason);
  const name = toPropertyKey(key, machine);
  if (!isObject(of)) writeToPrimitive(of, name, value, isStrict, machine);
  else if (typeof name !== 'string') setTraced(of, name, value, machine);
  else setNamed(of, name, value, isStrict, machine);
}

function isPlainSlot(array: PacArray, key: number): boolean {
  return key >= 0 && key < array.items.length && !array.frozen && Number.isInteger(key) && !isOpenSplit(array);
}

function isOpenSplit(object: PacObject): object is SplitTexts {
  return object instanceof SplitTexts && object.isLazy;
}

const LARGEST_ARRAY = 1_000_000;

export function setNamed(of: PacObject, name: string, value: Value, isStrict: boolean, machine: Machine): void {
  if (isOpenSplit(of)) {
    settleSplit(of, machine, (on) => setNamed(of, name, value, isStrict, on));
    return;
  }
  noteWrite(of, name, machine);
  if (of instanceof PacArguments && of.isMapped && indexOfKey(name) >= 0)
    throw machine.notFollowed('changes the arguments of a function');
  if (of.tracedEntries.length > 0) {
    of.addTracedEntry({ key: name, value });
    return;
  }
  const property = of.getOwn(name) ?? of.prototype?.find(name);
  if (property?.isAccessor) {
    if (property.set) call(property.set, of, [value], machine, 'discard');
    else refuse(isStrict, `Cannot set property ${name} which has only a getter`, machine);
    return;
  }
  const own = of.getOwn(name);
  if (property?.writable === false || (!own && !of.isExtensible)) {
    refuse(isStrict, `Cannot assign to read only property '${name}' of object`, machine);
    return;
  }
  if (of instanceof PacArray) checkArrayWrite(of, name, value, machine);
  machine.budget.spend(own ? 1 : PROPERTY_COST);
  of.setOwn(name, own ? { ...own, value } : dataProperty(value));
}

/** What a new property takes of work and memory. */
const PROPERTY_COST = 3;

function checkArrayWrite(array: PacArray, name: string, value: Value, machine: Machine): void {
  const index = name !== 'length' ? indexOfKey(name) : isTraced(value) ? Number.NaN : Number(value);
  if (name === 'length' && (isTraced(value) || !Number.isInteger(index) || index < 0 || index >= 2 ** 32))
    throw isTraced(value)
      ? machine.notFollowed('sets the length of an array to a number that depends on the request')
      : machine.error('RangeError', 'Invalid array length');
  if (index > LARGEST_ARRAY) throw machine.notFollowed('makes an array of more than a million items');
  machine.budget.spend(Math.max(0, Math.abs(index - array.items.length)));
}

function setTraced(of: PacObject, key: Traced, value: Value, machine: Machine): void {
  if (key instanceof Unknown) throw machine.notFollowed(key.reason);
  if (of instanceof PacArray || !of.isExtensible)
    throw machine.notFollowed('writes to an array at a place that depends on the request');
  noteTracedWrite(of, key, machine);
  const entry: TracedEntry = { key, value };
  machine.budget.spend(1 + of.tracedEntries.length);
  of.addTracedEntry(entry);
}

// ---- `in` and `delete`

/** Pushes `key in object`. */
export function has(object: Value, key: Value, machine: Machine): void {
  if (object instanceof Unknown) {
    const result = new Unknown(object.reason, machine.node);
    if (object.isObject) machine.push(result);
    else orTypeError(object, "Cannot use 'in' operator", (on) => on.push(result), machine);
    return;
  }
  if (!isObject(object)) throw machine.error('TypeError', `Cannot use 'in' operator to search for ${describe(key)}`);
  if (isOpenSplit(object)) {
    settleSplit(object, machine, (on) => has(object, key, on));
    return;
  }
  if (
    object instanceof PacArray &&
    typeof key === 'number' &&
    isPlainSlot(object, key) &&
    typeof object.items[key] !== 'symbol'
  ) {
    noteRead(object, ITEMS, machine);
    machine.push(true);
    return;
  }
  const name = toPropertyKey(key, machine);
  if (name instanceof Unknown && !isIndexOfAddress(name)) machine.push(name);
  else machine.push(truthValue(hasKey(object, name, true, machine)));
}

/** Whether an object has a key, of its own or inherited, as a condition. */
function hasKey(object: PacObject, key: string | Traced, inherited: boolean, machine: Machine): Condition {
  const conditions: Condition[] = [];
  for (let at: PacObject | null = object; at; at = inherited ? at.prototype : null) {
    machine.budget.spend(1);
    if (typeof key === 'string') noteRead(at, key, machine);
    else noteTracedRead(at, key, machine);
    conditions.push(ownKeyCondition(at, key, machine));
    for (const entry of at.tracedEntries) conditions.push(isKey(entry.key, key, machine));
  }
  return anyOf(conditions);
}

function ownKeyCondition(object: PacObject, key: string | Traced, machine: Machine): Condition {
  if (typeof key === 'string') return constant(object.getOwn(key) !== undefined);
  machine.budget.spend(1);
  return wordsCondition(key, object.baseNames, machine.context);
}

function truthValue(condition: Condition): Value {
  const all = allOf([condition]);
  if (all.kind === 'always') return true;
  return all.kind === 'never' ? false : new TracedBoolean(all);
}

/** Pushes whether `delete of[key]` did it. */
export function remove(of: Value, key: Value, isStrict: boolean, machine: Machine): void {
  if (of instanceof Unknown) throw machine.notFollowed(of.reason);
  const name = toPropertyKey(key, machine);
  if (!isObject(of)) {
    deleteOfPrimitive(of, name, isStrict, machine);
    return;
  }
  if (typeof name !== 'string' || of.tracedEntries.length > 0)
    throw machine.notFollowed('deletes a property whose name depends on the request');
  if (isOpenSplit(of)) {
    settleSplit(of, machine, (on) => remove(of, key, isStrict, on));
    return;
  }
  noteWrite(of, name, machine);
  const property = of.getOwn(name);
  if (property?.configurable === false) {
    refuse(isStrict, `Cannot delete property '${name}'`, machine);
    machine.push(false);
    return;
  }
  machine.budget.spend(1 + of.size / 8);
  of.deleteOwn(name);
  machine.push(true);
}

// ---- what a request reads and changes of what outlives it

/** Which part of an object is meant: of an array all of it, since its length and its items hang together. */
function part(object: PacObject, name: string): string {
  return object instanceof PacArray && (name === 'length' || indexOfKey(name) >= 0) ? ITEMS : name;
}

function noteRead(object: PacObject, name: string, machine: Machine): void {
  if (!machine.heap.outlives(object.epoch)) return;
  machine.kept?.noteRead(object, part(object, name), machine, !isKeyed(object));
}

function noteWrite(object: PacObject, name: string, machine: Machine): void {
  if (machine.heap.outlives(object.epoch)) machine.kept?.noteWrite(object, part(object, name), machine);
}

function noteTracedRead(object: PacObject, key: Traced, machine: Machine): void {
  if (machine.heap.outlives(object.epoch)) machine.kept?.noteTracedRead(object, key, machine);
}

function noteTracedWrite(object: PacObject, key: Traced, machine: Machine): void {
  if (machine.heap.outlives(object.epoch)) machine.kept?.noteTracedWrite(object, key, machine);
}
