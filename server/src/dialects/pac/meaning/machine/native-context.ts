// What functions of the language get from the machine.
import type { AnyNode } from 'acorn';
import type { Budget } from '../../../../model/budget.js';
import { ITEMS } from '../../program/kept-changes.js';
import type { Environment } from '../environment/environment.js';
import type { Region } from '../question/region.js';
import type { Value } from '../values/value.js';
import { callNested } from './calls.js';
import { getNested, type Hint, toNumber, toPrimitive, toPropertyKey, toText } from './conversions.js';
import type { NotFollowed, PacThrow } from './failures.js';
import type { Heap } from './heap.js';
import { isObject, prototypeOf, toObject } from './kinds.js';
import { listOf } from './lists.js';
import type { Machine } from './machine.js';
import type { NativeContext } from './natives.js';
import { isKeyed, type PacObject } from './objects.js';
import { setNamed } from './properties.js';
import type { ErrorName, Realm } from './realm.js';

export class MachineContext implements NativeContext {
  readonly newTarget: PacObject | undefined = undefined;

  constructor(private readonly machine: Machine) {}

  get node(): AnyNode {
    return this.machine.node;
  }

  get budget(): Budget {
    return this.machine.budget;
  }

  get heap(): Heap {
    return this.machine.heap;
  }

  get realm(): Realm {
    return this.machine.realm;
  }

  get region(): Region {
    const { region } = this.machine;
    if (!region) throw this.machine.needsRegion();
    return region;
  }

  get environment(): Environment {
    const { environment } = this.machine;
    if (!environment) throw this.machine.needsRegion();
    return environment;
  }

  error(name: ErrorName, message: string): PacThrow {
    return this.machine.error(name, message);
  }

  notFollowed(reason: string): NotFollowed {
    return this.machine.notFollowed(reason);
  }

  call(callee: Value, self: Value, args: readonly Value[]): Value {
    return callNested(callee, self, args, this.machine);
  }

  noteChange(object: PacObject): void {
    const { heap, kept, keyedBy } = this.machine;
    if (!kept || !heap.outlives(object.epoch)) return;
    if (keyedBy && isKeyed(object)) kept.noteTracedWrite(object, keyedBy, this.machine);
    else kept.noteWrite(object, ITEMS, this.machine);
  }

  get(of: Value, key: string): Value {
    if (isObject(of)) return getNested(of, key, this.machine);
    const prototype = prototypeOf(of, this.machine);
    return prototype ? getNested(prototype, key, this.machine, of) : undefined;
  }

  ownValue(of: PacObject, key: string): Value {
    const { heap, kept } = this.machine;
    if (heap.outlives(of.epoch)) kept?.noteRead(of, key, this.machine);
    return of.getOwn(key)?.value;
  }

  set(of: PacObject, key: string, value: Value): void {
    const { machine } = this;
    const depth = machine.frames.length;
    setNamed(of, key, value, true, machine);
    if (machine.frames.length > depth) machine.finishNested(depth);
  }

  toPrimitive(value: Value, hint: Hint): Value {
    return toPrimitive(value, hint, this.machine);
  }

  toText(value: Value): Value {
    return toText(value, this.machine);
  }

  toNumber(value: Value): Value {
    return toNumber(value, this.machine);
  }

  toPropertyKey(value: Value): Value {
    return toPropertyKey(value, this.machine);
  }

  toObject(value: Value): PacObject {
    return toObject(value, this.machine);
  }

  listOf(value: Value): Value[] {
    return listOf(value, this.machine);
  }
}
