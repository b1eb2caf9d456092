// Instructions: constants, variables and the stack.
import type { Value } from '../../values/value.js';
import { PacArguments } from '../arguments.js';
import { type Scope, UNINITIALIZED } from '../heap.js';
import type { Machine, Step } from '../machine.js';
import { dataProperty } from '../objects.js';
import { getOfObject, setNamed } from '../properties.js';

export const pushUndefined: Step = (machine) => {
  machine.stack.push(undefined);
};

export function pushConstant(value: Value): Step {
  return (machine) => {
    machine.stack.push(value);
  };
}

export const drop: Step = (machine) => {
  machine.stack.pop();
};

export const duplicate: Step = (machine) => {
  machine.push(machine.peek());
};

/** `a b` → `a b a b` */
export const duplicateTwo: Step = (machine) => {
  const below = machine.peek(1);
  const top = machine.peek();
  machine.push(below);
  machine.push(top);
};

/** Puts the topmost value below others: `a b c` → `c a b` for two. */
export function tuck(count: number): Step {
  return ({ stack }) => {
    const top = stack.pop();
    stack.splice(stack.length - count, 0, top);
  };
}

// ---- variables of functions and blocks

function scopeAt(machine: Machine, depth: number): Scope {
  let { scope } = machine.frame;
  for (let i = 0; i < depth; i++) if (scope.outer) scope = scope.outer;
  return scope;
}

function loadFrom(scope: Scope, slot: number, name: string, machine: Machine): void {
  const value = scope.slots[slot];
  if (value === UNINITIALIZED) throw machine.error('ReferenceError', `Cannot access '${name}' before initialization`);
  const { kept } = machine;
  const isKept = kept && machine.heap.outlives(scope.epoch);
  machine.stack.push(isKept ? kept.readVariable(scope, String(slot), value, machine, name) : value);
}

export function loadVariable(depth: number, slot: number, name: string): Step {
  if (depth === 0) return (machine) => loadFrom(machine.frame.scope, slot, name, machine);
  return (machine) => loadFrom(scopeAt(machine, depth), slot, name, machine);
}

function storeIn(scope: Scope, slot: number, value: Value, machine: Machine): void {
  const { heap } = machine;
  heap.logSlot(scope.slots, slot, scope);
  if (heap.outlives(scope.epoch)) machine.kept?.noteWrite(scope, String(slot), machine);
  scope.slots[slot] = value;
}

/** Gives a variable its first value. */
export function initialize(depth: number, slot: number): Step {
  return (machine) => storeIn(scopeAt(machine, depth), slot, machine.pop(), machine);
}

/** Assigns to a variable; `let` and `const` only after their declaration. */
export function storeVariable(depth: number, slot: number, name: string, isConstant: boolean): Step {
  return (machine) => {
    const scope = scopeAt(machine, depth);
    if (scope.slots[slot] === UNINITIALIZED)
      throw machine.error('ReferenceError', `Cannot access '${name}' before initialization`);
    if (isConstant) refuseConstant(machine);
    storeIn(scope, slot, machine.pop(), machine);
  };
}

/** An assignment to what cannot be assigned to. */
export const refuseConstant: Step = (machine) => {
  throw machine.error('TypeError', 'Assignment to constant variable.');
};

/** Where a block is entered, its `let` and `const` have no value yet. */
export function uninitialize(slots: readonly number[]): Step {
  return ({ frame, heap }) => {
    for (const slot of slots) {
      heap.logSlot(frame.scope.slots, slot, frame.scope);
      frame.scope.slots[slot] = UNINITIALIZED;
    }
  };
}

/** A scope of its own for a block whose variables functions take with them. */
export function pushScope(make: (outer: Scope, epoch: number) => Scope): Step {
  return ({ frame, heap }) => {
    frame.scope = make(frame.scope, heap.epoch);
  };
}

export function popScopes(count: number): Step {
  return ({ frame }) => {
    for (let i = 0; i < count; i++) if (frame.scope.outer) frame.scope = frame.scope.outer;
  };
}

// ---- variables of the global object

export function loadGlobal(name: string, isTypeof: boolean): Step {
  return (machine) => {
    const { global } = machine.realm;
    if (!isTypeof && !global.find(name)) throw machine.error('ReferenceError', `${name} is not defined`);
    getOfObject(global, name, global, machine);
  };
}

export function storeGlobal(name: string, isStrict: boolean): Step {
  return (machine) => {
    const { global } = machine.realm;
    if (isStrict && !global.find(name)) throw machine.error('ReferenceError', `${name} is not defined`);
    setNamed(global, name, machine.pop(), isStrict, machine);
  };
}

/** `var name` at the top level. */
export function declareGlobal(name: string): Step {
  return ({ realm }) => {
    if (!realm.global.getOwn(name)) realm.global.setOwn(name, dataProperty(undefined, true, true, false));
  };
}

/** `function name() {}` at the top level. */
export function defineGlobalFunction(name: string): Step {
  return (machine) => {
    machine.realm.global.setOwn(name, dataProperty(machine.pop(), true, true, false));
  };
}

export const loadThis: Step = (machine) => {
  const { self } = machine.frame;
  if (self === UNINITIALIZED)
    throw machine.error('ReferenceError', "Must call super constructor before accessing 'this'");
  machine.push(self);
};

export const loadNewTarget: Step = (machine) => {
  machine.push(machine.frame.newTarget);
};

/** Puts `arguments` into its variable. */
export function makeArguments(slot: number, isMapped: boolean, machine: Machine): void {
  const { realm, frame, budget } = machine;
  budget.spend(frame.args.length);
  // In strict functions it throws, as `caller` of a function does.
  const callee = isMapped ? dataProperty(frame.callee, false) : realm.functionPrototype.getOwn('caller');
  frame.scope.slots[slot] = new PacArguments(realm, frame.args, isMapped, callee);
}

/** A parameter was assigned to: its item of `arguments` changes with it. */
export function assignArgument(index: number, slot: number, { frame }: Machine): void {
  const { slots } = frame.scope;
  const list = slots[slot];
  const value = slots[index];
  if (list instanceof PacArguments && typeof value !== 'symbol') list.assign(index, value);
}

/** The arguments from one on, for a rest parameter. */
export function restArguments(from: number): Step {
  return (machine) => {
    machine.push(machine.realm.array(machine.frame.args.slice(from)));
  };
}

export function loadArgument(index: number): Step {
  return (machine) => {
    machine.push(machine.frame.args[index]);
  };
}
