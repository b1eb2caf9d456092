// Calls of functions.
import type { Condition } from '../question/condition.js';
import { splitItems, truthOf } from '../values/operations.js';
import {
  isPrimitive,
  ListOf,
  type OperationResult,
  TracedBoolean,
  Unknown,
  UnknownMember,
  type Value,
} from '../values/value.js';
import { type Case, chooseBy, chooseCase, deliver } from './choices.js';
import { failureOfArguments } from './failures-of-arguments.js';
import { Scope, type Slot, UNINITIALIZED } from './heap.js';
import { describe, isObject, isTraced, toObject } from './kinds.js';
import type { Machine } from './machine.js';
import { MayThrow, type NativeResult, orFailure, possible } from './may-throw.js';
import { BoundFunction, LibraryFunction, NativeFunction, TailCall } from './natives.js';
import { isKeyed, PacFunction, PacObject } from './objects.js';
import { Frame, ProgramFunction, type ReturnMode } from './program-function.js';
import { SplitTexts } from './split-texts.js';

/** Calls a function: one of the program gets a frame, one of the language gives its result at once. */
export function call(
  callee: Value,
  self: Value,
  args: readonly Value[],
  machine: Machine,
  mode: ReturnMode = 'value',
): void {
  if (callee instanceof ProgramFunction) callProgram(callee, self, args, machine, mode);
  else if (callee instanceof NativeFunction) callNative(callee, self, args, machine, mode);
  else if (callee instanceof LibraryFunction) call(callee.made, self, args, machine, mode);
  else if (callee instanceof BoundFunction) callBound(callee, args, machine, mode);
  else if (callee instanceof Unknown) callUnknown(callee, self, args, machine, mode);
  else throw machine.error('TypeError', `${describe(callee)} is not a function`);
}

/** What is bound may be bound itself, many times over. */
function callBound(bound: BoundFunction, args: readonly Value[], machine: Machine, mode: ReturnMode): void {
  const { target, self, args: all } = unbound(bound, args, machine);
  call(target, self, all, machine, mode);
}

function unbound(bound: BoundFunction, args: readonly Value[], machine: Machine) {
  let { target, self } = bound;
  let all = [...bound.args, ...args];
  while (target instanceof BoundFunction) {
    machine.budget.spend(1 + all.length);
    all = [...target.args, ...all];
    ({ target, self } = target);
  }
  return { target, self, args: all };
}

function callProgram(
  callee: ProgramFunction<Machine>,
  self: Value,
  args: readonly Value[],
  machine: Machine,
  mode: ReturnMode,
): void {
  const { code, receiver } = callee;
  if (code.kind.endsWith('constructor'))
    throw machine.error('TypeError', "Class constructor cannot be invoked without 'new'");
  if (receiver) {
    enter(callee, receiver.self, args, receiver.newTarget, machine, mode);
    return;
  }
  enter(callee, code.isStrict ? self : sloppySelf(self, machine), args, undefined, machine, mode);
}

/** In sloppy functions `this` is an object. */
function sloppySelf(self: Value, machine: Machine): Value {
  if (self === undefined || self === null) return machine.realm.global;
  return isPrimitive(self) ? toObject(self, machine) : self;
}

function enter(
  callee: ProgramFunction<Machine>,
  self: Slot,
  args: readonly Value[],
  newTarget: PacObject | undefined,
  machine: Machine,
  mode: ReturnMode,
): void {
  const { code } = callee;
  const slots: Slot[] = args.slice(0, code.parameterCount);
  while (slots.length < code.slotCount) slots.push(undefined);
  const scope = new Scope(slots, callee.scope, machine.heap.epoch);
  machine.enter(new Frame(code, scope, self, callee, args, newTarget, mode, machine.stack.length));
}

function callNative(
  callee: NativeFunction,
  self: Value,
  args: readonly Value[],
  machine: Machine,
  mode: ReturnMode,
): void {
  if (!callee.options.takesSplitTexts) {
    const lazy = [self, ...args].find((value) => value instanceof SplitTexts && value.isLazy);
    if (lazy instanceof SplitTexts) {
      settleSplit(lazy, machine, (on) => call(callee, self, args, on, mode));
      return;
    }
  }
  noteReads(self, args, machine);
  finishNative(callee.native(self, args, machine.context), machine, mode);
}

/** A native function may look at all of what it gets, but a table only under its key. */
function noteReads(self: Value, args: readonly Value[], machine: Machine): void {
  const { kept } = machine;
  if (!kept) return;
  const [key] = args;
  machine.keyedBy = isObject(self) && isKeyed(self) && isTraced(key) ? key : undefined;
  if (isObject(self) && machine.heap.outlives(self.epoch)) {
    if (machine.keyedBy) kept.noteTracedRead(self, machine.keyedBy, machine);
    else kept.noteRead(self, undefined, machine);
  }
  for (const value of args) {
    if (isObject(value) && machine.heap.outlives(value.epoch)) kept.noteRead(value, undefined, machine);
  }
}

function finishNative(result: NativeResult, machine: Machine, mode: ReturnMode): void {
  if (result instanceof TailCall) call(result.callee, result.self, result.args, machine, mode);
  else if (result instanceof MayThrow) deliverOrThrow(result, machine, mode);
  else deliver(result, machine, mode);
}

function deliverOrThrow({ result, failure }: MayThrow, machine: Machine, mode: ReturnMode): void {
  const fail = (on: Machine): never => {
    throw on.error(failure.name, failure.message);
  };
  chooseBy(failure.when, fail, (on) => deliver(result, on, mode), machine);
}

/** A method of a value that is not known gives one that is as unknown, unless it may call back. */
function callUnknown(callee: Unknown, self: Value, args: readonly Value[], machine: Machine, mode: ReturnMode): void {
  const isMember = callee instanceof UnknownMember && callee.of === self;
  if (!(isMember || self === callee) || args.some(isObject)) throw machine.notFollowed(callee.reason);
  if (!isMember) {
    deliver(new Unknown(callee.reason, machine.node), machine, mode);
    return;
  }
  const { name, reason } = callee;
  const failure = callee.isMethod
    ? failureOfArguments(name, args, machine.context)
    : possible('TypeError', `${name} is not a function`, reason, machine.context);
  finishNative(orFailure(callee.resultAt(machine.node), failure), machine, mode);
}

/** `new callee(…)` */
export function construct(
  callee: Value,
  args: readonly Value[],
  newTarget: PacObject | undefined,
  machine: Machine,
  mode: 'value' | 'nested' = 'value',
): void {
  if (callee instanceof Unknown) throw machine.notFollowed(callee.reason);
  if (!(callee instanceof PacFunction) || !callee.isConstructor)
    throw machine.error('TypeError', `${describe(callee)} is not a constructor`);
  if (callee instanceof BoundFunction) {
    const { target, args: all } = unbound(callee, args, machine);
    construct(target, all, target, machine, mode);
  } else if (callee instanceof NativeFunction) constructNative(callee, args, newTarget ?? callee, machine, mode);
  else if (callee instanceof ProgramFunction) constructProgram(callee, args, newTarget ?? callee, machine);
}

function constructNative(
  callee: NativeFunction,
  args: readonly Value[],
  newTarget: PacObject,
  machine: Machine,
  mode: ReturnMode,
): void {
  const native = callee.options.construct ?? callee.native;
  const context = Object.create(machine.context, { newTarget: { value: newTarget } }) as Machine['context'];
  finishNative(native(undefined, args, context), machine, mode);
}

function constructProgram(
  callee: ProgramFunction<Machine>,
  args: readonly Value[],
  newTarget: PacObject,
  machine: Machine,
): void {
  if (callee.code.kind === 'derived-constructor') {
    enter(callee, UNINITIALIZED, args, newTarget, machine, 'construct');
    return;
  }
  const { realm } = machine;
  const prototype = newTarget.find('prototype')?.value;
  const object = new PacObject(prototype instanceof PacObject ? prototype : realm.objectPrototype, realm.heap);
  enter(callee, object, args, newTarget, machine, 'construct');
  initializeFields(callee, object, machine);
}

/** The fields of a class are set before the rest of its constructor runs. */
export function initializeFields(callee: ProgramFunction<Machine> | undefined, object: Value, machine: Machine): void {
  if (callee?.fields) enter(callee.fields, object, [], undefined, machine, 'discard');
}

/** Calls a function to its end. */
export function callNested(callee: Value, self: Value, args: readonly Value[], machine: Machine): Value {
  return machine.runNested((mode) => call(callee, self, args, machine, mode));
}

// ---- the parts of texts

/** Follows each number of items that the text may have, and makes the list an ordinary array there. */
export function settleSplit(split: SplitTexts, machine: Machine, resume: (machine: Machine) => void): void {
  chooseCase(lengthCases(split, machine, resume), machine);
}

function* lengthCases(split: SplitTexts, machine: Machine, resume: (machine: Machine) => void): Generator<Case> {
  for (const { when, value } of splitItems(split.list, machine.context).alternatives) {
    yield {
      when,
      resume: (on) => {
        if (!(value instanceof ListOf)) throw on.notFollowed('takes a text apart into more parts than Lintel follows');
        split.settle(value.items);
        resume(on);
      },
    };
  }
}

/** What a comparison says, as a condition. */
export function conditionOf(result: OperationResult, machine: Machine): Condition {
  if (typeof result === 'boolean') return { kind: result ? 'always' : 'never' };
  if (result instanceof TracedBoolean || result instanceof Unknown) return truthOf(result, machine.context);
  throw machine.notFollowed('compares what depends on the request');
}
