// Instructions: `for…of`, `for…in` and the patterns of arrays.
import { settleSplit } from '../calls.js';
import { Scope, UNINITIALIZED } from '../heap.js';
import { isObject } from '../kinds.js';
import { checkIterable, enumerableKeys, listOf, stepOf } from '../lists.js';
import type { Machine, Step } from '../machine.js';
import { PacArray } from '../objects.js';
import { SplitTexts } from '../split-texts.js';
import type { Label } from './control.js';

/** Checks what is on the stack; the parts of a text become an array. */
export const openIteration: Step = (machine) => {
  const source = machine.peek();
  if (source instanceof SplitTexts && source.isLazy) settleSplit(source, machine, () => {});
  else checkIterable(source, machine);
};

function write(machine: Machine, slot: number, value: number): void {
  const { scope } = machine.frame;
  machine.heap.logSlot(scope.slots, slot, scope);
  scope.slots[slot] = value;
}

function read(machine: Machine, slot: number) {
  const value = machine.frame.scope.slots[slot];
  return value === UNINITIALIZED ? undefined : value;
}

/** Pushes the next value, or jumps to the end. */
export function nextValue(sourceSlot: number, positionSlot: number, end: Label): Step {
  return (machine) => {
    const step = stepOf(read(machine, sourceSlot), Number(read(machine, positionSlot)), machine);
    if (!step) machine.frame.pc = end.at;
    else {
      write(machine, positionSlot, step.next);
      machine.push(step.value);
    }
  };
}

/** Makes a list of the keys of what is on the stack. */
export const keysStep: Step = (machine) => {
  const source = machine.peek();
  if (source instanceof SplitTexts && source.isLazy) settleSplit(source, machine, pushKeys);
  else pushKeys(machine);
};

function pushKeys(machine: Machine): void {
  machine.push(machine.realm.array(enumerableKeys(machine.peek(), machine)));
}

/** Pushes the next key that is still there, or jumps to the end. */
export function nextKey(sourceSlot: number, keysSlot: number, positionSlot: number, end: Label): Step {
  return (machine) => {
    const source = read(machine, sourceSlot);
    const keys = read(machine, keysSlot);
    const position = Number(read(machine, positionSlot));
    if (!(keys instanceof PacArray) || position >= keys.items.length) {
      machine.frame.pc = end.at;
      return;
    }
    write(machine, positionSlot, position + 1);
    const key = keys.itemAt(position);
    if (isObject(source) && typeof key === 'string' && !source.find(key)) machine.frame.pc--;
    else machine.push(key);
  };
}

/** What a pattern of an array takes its items from: an array. */
export const toList: Step = (machine) => {
  const source = machine.peek();
  if (source instanceof PacArray) return;
  machine.push(machine.realm.array(listOf(machine.pop(), machine)));
};

/** `[a, ...rest] = value`: pushes an array of what is left. */
export function restItems(from: number): Step {
  return (machine) => {
    const source = machine.pop();
    const push = (on: Machine): void => on.push(on.realm.array(listOf(source, on).slice(from)));
    if (source instanceof SplitTexts && source.isLazy) settleSplit(source, machine, push);
    else push(machine);
  };
}

/** A new scope for the next round of a loop, with the values of the last one. */
export const copyScope: Step = ({ frame, heap }) => {
  frame.scope = new Scope([...frame.scope.slots], frame.scope.outer, heap.epoch);
};
