// What the built-in functions share: constant and traced arguments, functions of the engine that Lintel itself runs in.
import { HELPERS } from '../../environment/helpers.js';
import {
  isPrimitive,
  type OperationResult,
  type Primitive,
  type Traced,
  Unknown,
  type Value,
} from '../../values/value.js';
import { defineNative, type Native, type NativeContext, type NativeFunction, type NativeOptions } from '../natives.js';
import { dataProperty, PacObject } from '../objects.js';
import type { ErrorName, Realm } from '../realm.js';
import { textCost } from './costs.js';

/** Asks the environment something by name: `Math.random`, `Date.getHours`. */
export function ask(name: string, args: readonly Value[], context: NativeContext): OperationResult {
  const helper = HELPERS.get(name);
  return helper ? helper(args, context) : new Unknown('depends on the time', context.node);
}

export function isThing(value: Value): value is PacObject {
  return value instanceof PacObject;
}

export function isTraced(value: Value): value is Traced {
  return !isPrimitive(value) && !isThing(value);
}

/** Thrown where the result of a function without effects is unknown, because an argument is not constant. */
export class NotTold extends Error {
  constructor(readonly reason: string) {
    super(reason);
  }
}

/** Makes the result of the function that is running unknown. The reason reads after "because it". */
export function notTold(reason: string): Error {
  return new NotTold(reason);
}

function guarded(native: Native): Native {
  return (self, args, context) => {
    try {
      return native(self, args, context);
    } catch (error) {
      if (error instanceof NotTold) return new Unknown(error.reason, context.node);
      throw error;
    }
  };
}

/** A function that changes something: where it depends on what is asked how, the path ends. */
export function effect(native: Native): Native {
  return (self, args, context) => {
    try {
      return native(self, args, context);
    } catch (error) {
      if (error instanceof NotTold) throw context.notFollowed(error.reason);
      throw error;
    }
  };
}

/**
 * Called before a built-in function changes an object: where that was there before the request, a later request finds it changed.
 */
export function checkOwn(object: PacObject, context: NativeContext): void {
  context.noteChange(object);
}

/** Adds a function that may make its result unknown. */
export function define(
  realm: Realm,
  holder: PacObject,
  name: string,
  length: number,
  native: Native,
  { construct, ...options }: NativeOptions = {},
): NativeFunction {
  const all = construct ? { ...options, construct: guarded(construct) } : options;
  return defineNative(realm, holder, name, length, guarded(native), all);
}

/** Methods with the number of their parameters. */
export type MethodTable = readonly (readonly [name: string, length: number, native: Native])[];

export function defineAll(realm: Realm, holder: PacObject, methods: MethodTable): void {
  for (const [name, length, native] of methods) define(realm, holder, name, length, native);
}

/** Adds a constructor to the global object. */
export function defineClass(
  realm: Realm,
  name: string,
  length: number,
  prototype: PacObject,
  native: Native,
  construct: Native = native,
): NativeFunction {
  const made = define(realm, realm.global, name, length, native, { construct });
  made.setOwn('prototype', dataProperty(prototype, false, false, false));
  prototype.setOwn('constructor', dataProperty(made, false));
  return made;
}

/** Adds a property that is computed when it is read. */
export function defineGetter(realm: Realm, holder: PacObject, name: string, native: Native): void {
  const get = define(realm, new PacObject(null, realm.heap), name, 0, native);
  holder.setOwn(name, {
    value: undefined,
    get,
    isAccessor: true,
    writable: false,
    enumerable: false,
    configurable: true,
  });
}

/** Adds constants. */
export function defineConstants(holder: PacObject, constants: Readonly<Record<string, Value>>): void {
  for (const [name, value] of Object.entries(constants)) holder.setOwn(name, dataProperty(value, false, false, false));
}

/** An object that holds functions, such as `Math`. */
class PacNamespace extends PacObject {
  constructor(
    realm: Realm,
    private readonly name: string,
  ) {
    super(realm.objectPrototype, realm.heap);
  }

  override get className(): string {
    return this.name;
  }
}

export function defineNamespace(realm: Realm, name: string): PacObject {
  const namespace = new PacNamespace(realm, name);
  realm.global.setOwn(name, dataProperty(namespace, false));
  return namespace;
}

/** A constant primitive; where it is not constant, the result of the function is unknown for this reason. */
export function constant(
  value: Value,
  hint: 'string' | 'number' | 'default',
  reason: string,
  context: NativeContext,
): Primitive {
  const primitive = isThing(value) ? context.toPrimitive(value, hint) : value;
  if (isPrimitive(primitive)) return charged(primitive, context);
  throw notTold(primitive instanceof Unknown ? primitive.reason : reason);
}

/** A primitive that will be converted: a text is read as a whole. */
function charged<T extends Value>(primitive: T, { budget }: NativeContext): T {
  if (typeof primitive === 'string') budget.spend(textCost(primitive.length));
  return primitive;
}

/** ECMA-262's ToNumber; what is traced stays so. */
export function numberOf(value: Value, context: NativeContext): Value {
  return context.toNumber(charged(value, context));
}

/** ECMA-262's ToIntegerOrInfinity of a constant argument. */
export function integerOf(value: Value, context: NativeContext): number {
  const number = Number(constant(value, 'number', 'uses a position that is not constant', context));
  return Number.isNaN(number) ? 0 : Math.trunc(number);
}

/** An index that counts from the end where it is negative; `otherwise` where none is given. */
export function positionOf(value: Value, length: number, otherwise: number, context: NativeContext): number {
  if (value === undefined) return otherwise;
  const index = integerOf(value, context);
  return index < 0 ? Math.max(0, length + index) : Math.min(index, length);
}

const ERROR_NAMES: ReadonlySet<string> = new Set<ErrorName>(['RangeError', 'SyntaxError', 'TypeError', 'URIError']);

/** Runs a function of the engine on constant primitives; what it throws, the program gets as an error of its own. */
export function runHost<T>(context: NativeContext, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const name = ERROR_NAMES.has(error.name) ? (error.name as ErrorName) : 'Error';
    throw context.error(name, error.message);
  }
}
