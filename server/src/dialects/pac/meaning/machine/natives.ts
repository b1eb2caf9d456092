// Functions of the language, written in TypeScript.
import type { HelperContext } from '../environment/helper.js';
import type { Value } from '../values/value.js';
import type { NotFollowed, PacThrow } from './failures.js';
import type { Heap } from './heap.js';
import type { NativeResult } from './may-throw.js';
import { dataProperty, functionProperties, PacFunction, PacObject, type Property } from './objects.js';
import type { ErrorName, Realm } from './realm.js';

/** What a function of the language may use. It is also the context of operations on traced values. */
export interface NativeContext extends HelperContext {
  readonly heap: Heap;
  readonly realm: Realm;
  /** The constructor that `new` was applied to: only in `construct`. */
  readonly newTarget: PacObject | undefined;
  /** What is thrown as an error of the language: `throw context.error('TypeError', '…')`. */
  error(name: ErrorName, message: string): PacThrow;
  /** What ends the path: `throw context.notFollowed('…')`. */
  notFollowed(reason: string): NotFollowed;
  /** Calls a function to its end. Ends the path as not followed where the function would have to be followed in two ways. */
  call(callee: Value, self: Value, args: readonly Value[]): Value;
  /** Called before a native function changes an object: a later request may find it changed. */
  noteChange(object: PacObject): void;
  /** `o[key]`, getters included. */
  get(of: Value, key: string): Value;
  /** The value of a property of the object itself, without calling a getter. */
  ownValue(of: PacObject, key: string): Value;
  /** `o[key] = value`, setters included; throws a TypeError where that is refused. */
  set(of: PacObject, key: string, value: Value): void;
  /** ECMA-262's ToPrimitive, ToString, ToNumber: what is traced stays so. */
  toPrimitive(value: Value, hint: 'string' | 'number' | 'default'): Value;
  toText(value: Value): Value;
  toNumber(value: Value): Value;
  toPropertyKey(value: Value): Value;
  /** ECMA-262's ToObject; throws a TypeError for null and undefined. */
  toObject(value: Value): PacObject;
  /** The values that `for…of` goes through, of arrays, strings, `Map`, `Set` and iterators. */
  listOf(value: Value): Value[];
}

export type Native = (self: Value, args: readonly Value[], context: NativeContext) => NativeResult;

export interface NativeOptions {
  /** What `new` does; without it the function is no constructor. */
  readonly construct?: Native;
  /** Whether it is content with a lazy list of the parts of a text, as `self` or argument; others get arrays. */
  readonly takesSplitTexts?: boolean;
}

/** A function that there is before the program. */
abstract class LanguageFunction extends PacFunction {
  constructor(
    realm: Realm,
    private readonly name: string,
    private readonly length: number,
  ) {
    super(realm.functionPrototype, realm.heap);
  }

  protected override firstProperties(): Map<string, Property> {
    return functionProperties(this.name, this.length);
  }
}

export class NativeFunction extends LanguageFunction {
  readonly isConstructor: boolean;

  constructor(
    realm: Realm,
    name: string,
    length: number,
    readonly native: Native,
    readonly options: NativeOptions = {},
  ) {
    super(realm, name, length);
    this.isConstructor = options.construct !== undefined;
  }
}

/** A function of the library that is written in JavaScript, which is only read when it is called. */
export class LibraryFunction extends LanguageFunction {
  readonly isConstructor = false;

  constructor(
    realm: Realm,
    name: string,
    length: number,
    private readonly load: () => Value,
  ) {
    super(realm, name, length);
  }

  /** The function of the machine that is called in its place. */
  get made(): Value {
    return this.load();
  }
}

/** What `Function.prototype.bind` gives. */
export class BoundFunction extends PacFunction {
  readonly isConstructor: boolean;

  constructor(
    realm: Realm,
    readonly target: PacFunction,
    readonly self: Value,
    readonly args: readonly Value[],
  ) {
    super(target.prototype ?? realm.functionPrototype, realm.heap);
    this.isConstructor = target.isConstructor;
  }
}

/**
 * A request of a native function that the machine call something in its place, as `Function.prototype.call`, `apply` and
 * `Reflect.apply` do: the machine then follows the callee as if the program had called it.
 */
export class TailCall extends PacObject {
  constructor(
    realm: Realm,
    readonly callee: Value,
    readonly self: Value,
    readonly args: readonly Value[],
  ) {
    super(null, realm.heap);
  }
}

/** Adds a method: not enumerable, as those of the language are. */
export function defineNative(
  realm: Realm,
  holder: PacObject,
  name: string,
  length: number,
  native: Native,
  options: NativeOptions = {},
): NativeFunction {
  const made = new NativeFunction(realm, name, length, native, options);
  holder.setOwn(name, dataProperty(made, false));
  return made;
}

/** The prototype of what a constructor makes: that of the class that was extended, where one was. */
export function prototypeFor(context: NativeContext, otherwise: PacObject): PacObject {
  const prototype = context.newTarget?.find('prototype')?.value;
  return prototype instanceof PacObject ? prototype : otherwise;
}
