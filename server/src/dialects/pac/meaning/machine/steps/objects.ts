// Instructions: objects, arrays, functions and calls.
import type { Value } from '../../values/value.js';
import { call, construct, settleSplit } from '../calls.js';
import { toPropertyKey } from '../conversions.js';
import { isObject } from '../kinds.js';
import { listOf } from '../lists.js';
import type { FunctionCode, Machine, Step } from '../machine.js';
import { dataProperty, HOLE, PacArray, PacObject, type Property } from '../objects.js';
import { ProgramFunction } from '../program-function.js';
import { get, getNamed, getOfObject, remove, set } from '../properties.js';
import { SplitTexts } from '../split-texts.js';

// ---- properties

export const getStep: Step = (machine) => {
  const key = machine.pop();
  get(machine.pop(), key, machine);
};

export function getNamedStep(name: string): Step {
  return (machine) => getNamed(machine.pop(), name, machine);
}

/** `object key value` → `value` */
export function setStep(isStrict: boolean): Step {
  return (machine) => {
    const value = machine.pop();
    const key = machine.pop();
    const object = machine.pop();
    machine.push(value);
    set(object, key, value, isStrict, machine);
  };
}

export function deleteStep(isStrict: boolean, isOptional = false): Step {
  return (machine) => {
    const key = machine.pop();
    const object = machine.pop();
    if (isOptional && (object === undefined || object === null)) machine.push(true);
    else remove(object, key, isStrict, machine);
  };
}

/** The object that `super` means. */
function superObject(machine: Machine): PacObject | null | undefined {
  return machine.frame.callee?.code.kind === 'arrow'
    ? machine.frame.callee.receiver?.callee?.home?.prototype
    : machine.frame.callee?.home?.prototype;
}

/** `super[key]` */
export const getSuper: Step = (machine) => {
  const key = toPropertyKey(machine.pop(), machine);
  const { self } = machine.frame;
  if (typeof key !== 'string' || typeof self === 'symbol') throw machine.notFollowed('reads a property of super');
  const holder = superObject(machine);
  if (holder) getOfObject(holder, key, self, machine);
  else machine.push(undefined);
};

// ---- literals

export const newObject: Step = (machine) => {
  machine.push(machine.realm.object());
};

/** An object with constant properties only. */
export function constantObject(entries: readonly (readonly [name: string, value: Value])[]): Step {
  return (machine) => {
    machine.budget.spend(entries.length);
    const object = machine.realm.object();
    for (const [name, value] of entries) object.setOwn(name, dataProperty(value));
    machine.push(object);
  };
}

/** `object value` → `object` */
export function defineNamed(name: string): Step {
  return (machine) => {
    const value = machine.pop();
    const object = machine.peek();
    if (isObject(object)) object.setOwn(name, dataProperty(value));
  };
}

/** `object key value` → `object`, where the value is a property, a method, a getter or a setter. */
export function defineKeyed(kind: 'value' | 'method' | 'get' | 'set', isEnumerable: boolean, below = 0): Step {
  return (machine) => {
    const value = machine.pop();
    const key = toPropertyKey(machine.pop(), machine);
    const object = machine.peek(below);
    if (!isObject(object)) return;
    if (value instanceof ProgramFunction && kind !== 'value') value.home = object;
    if (typeof key !== 'string') {
      if (kind !== 'value') throw machine.notFollowed('names a method by the request');
      set(object, key, value, true, machine);
    } else if (kind === 'get' || kind === 'set')
      object.setOwn(key, accessor(object.getOwn(key), kind, value, isEnumerable));
    else object.setOwn(key, dataProperty(value, isEnumerable));
  };
}

function accessor(known: Property | undefined, kind: 'get' | 'set', value: Value, enumerable: boolean): Property {
  const old = known?.isAccessor ? known : undefined;
  const half = value instanceof PacObject ? value : undefined;
  const getter = kind === 'get' ? half : old?.get;
  const setter = kind === 'set' ? half : old?.set;
  return {
    value: undefined,
    get: getter,
    set: setter,
    isAccessor: true,
    writable: true,
    enumerable,
    configurable: true,
  };
}

/** `__proto__: value` of a literal. */
export const setPrototypeStep: Step = (machine) => {
  const value = machine.pop();
  const object = machine.peek();
  if (isObject(object) && (value === null || isObject(value))) object.setPrototype(value);
};

/** `...value` of an object. */
export const spreadObject: Step = (machine) => {
  const source = machine.pop();
  const object = machine.peek();
  if (!isObject(object)) return;
  copyProperties(source, object, new Set(), machine);
};

function copyProperties(source: Value, into: PacObject, except: ReadonlySet<string>, machine: Machine): void {
  if (typeof source === 'string') {
    [...source].forEach((unit, index) => {
      into.setOwn(String(index), dataProperty(unit));
    });
  }
  if (!isObject(source)) return;
  machine.budget.spend(1 + source.size);
  for (const key of source.ownKeys()) {
    const property = source.getOwn(key);
    if (property?.enumerable && !except.has(key)) into.setOwn(key, dataProperty(machine.context.get(source, key)));
  }
}

/** `{ a, ...rest } = value`: pushes an object of what is left. */
export function restObject(except: readonly string[]): Step {
  return (machine) => {
    const rest = machine.realm.object();
    copyProperties(machine.pop(), rest, new Set(except), machine);
    machine.push(rest);
  };
}

export function arrayOf(count: number): Step {
  return (machine) => {
    machine.push(machine.realm.array(machine.popList(count)));
  };
}

/** An array of constants. */
export function constantArray(values: readonly Value[]): Step {
  return (machine) => {
    machine.budget.spend(values.length / 8);
    machine.push(machine.realm.array([...values]));
  };
}

/** `array value` → `array` */
export const appendItem: Step = (machine) => {
  const value = machine.pop();
  const array = machine.peek();
  if (array instanceof PacArray) array.setItem(array.items.length, value);
};

export const appendHole: Step = (machine) => {
  const array = machine.peek();
  if (array instanceof PacArray) array.setItem(array.items.length, HOLE);
};

/** `array values` → `array` */
export const appendSpread: Step = (machine) => {
  const source = machine.pop();
  if (source instanceof SplitTexts && source.isLazy) {
    settleSplit(source, machine, (on) => append(source, on));
  } else append(source, machine);
};

function append(source: Value, machine: Machine): void {
  const array = machine.peek();
  if (!(array instanceof PacArray)) return;
  for (const item of listOf(source, machine)) array.setItem(array.items.length, item);
}

// ---- functions and calls

export function makeFunction(code: FunctionCode): Step {
  return (machine) => {
    machine.push(functionOf(code, machine));
  };
}

export function functionOf(code: FunctionCode, { realm, frame }: Machine): ProgramFunction<Machine> {
  const { self, newTarget, callee } = frame;
  const receiver =
    code.kind === 'arrow'
      ? {
          self: typeof self === 'symbol' ? undefined : self,
          newTarget,
          callee: callee?.code.kind === 'arrow' ? callee.receiver?.callee : callee,
        }
      : undefined;
  return new ProgramFunction(realm.functionPrototype, realm.heap, code, frame.scope, receiver);
}

/** `callee self arguments…` → the result */
export function callStep(count: number): Step {
  return (machine) => {
    const args = machine.popList(count);
    const self = machine.pop();
    call(machine.pop(), self, args, machine);
  };
}

/** `callee self array` → the result */
export const callList: Step = (machine) => {
  const args = listOf(machine.pop(), machine);
  const self = machine.pop();
  call(machine.pop(), self, args, machine);
};

/** `callee arguments…` → the new object */
export function newStep(count: number): Step {
  return (machine) => {
    const args = machine.popList(count);
    construct(machine.pop(), args, undefined, machine);
  };
}

export const newList: Step = (machine) => {
  const args = listOf(machine.pop(), machine);
  construct(machine.pop(), args, undefined, machine);
};

export const loadCallee: Step = (machine) => {
  machine.push(machine.frame.callee);
};
