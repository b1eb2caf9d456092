// Functions of the program, and the frames of their calls.
import type { AnyNode } from 'acorn';
import type { Value } from '../values/value.js';
import type { Heap, Scope, Slot } from './heap.js';
import { dataProperty, functionProperties, PacFunction, PacObject, type Property } from './objects.js';

/**
 * A function of the program (or its top level, or the initial values of the fields of a class) as instructions for some machine.
 */
export interface Code<Runner> {
  readonly name: string;
  readonly kind: 'script' | 'function' | 'arrow' | 'method' | 'constructor' | 'derived-constructor';
  readonly isStrict: boolean;
  readonly isGenerator: boolean;
  /** The number of parameters before the first one with a default. */
  readonly length: number;
  /** How many of the arguments are copied into the first variables. */
  readonly parameterCount: number;
  readonly slotCount: number;
  /** Where its own variables are kept, by their names: those of the outermost scope that are no properties of the global object. */
  readonly variables: ReadonlyMap<string, { readonly slot: number }>;
  readonly steps: readonly ((machine: Runner) => void)[];
  /** The node of each instruction. */
  readonly nodes: readonly AnyNode[];
  /** The places behind calls of whose result only the truth is used. */
  readonly truthAt: ReadonlySet<number>;
  /** The places behind calls whose result nobody takes. */
  readonly droppedAt: ReadonlySet<number>;
  /** Whether it is part of the language, so that the program cannot tell it from a native function. */
  readonly isLibrary: boolean;
}

/** What an arrow function takes from the function around it. */
export interface Receiver {
  readonly self: Value;
  readonly newTarget: PacObject | undefined;
  readonly callee: ProgramFunction<never> | undefined;
}

export class ProgramFunction<Runner> extends PacFunction {
  readonly isConstructor: boolean;
  /** Where `super` looks. */
  home: PacObject | undefined;
  /** Sets the fields of an instance of this class. */
  fields: ProgramFunction<Runner> | undefined;

  constructor(
    prototype: PacObject,
    heap: Heap,
    readonly code: Code<Runner>,
    readonly scope: Scope | undefined,
    /** Of arrow functions. */
    readonly receiver: Receiver | undefined,
  ) {
    super(prototype, heap);
    const { kind, isLibrary, isGenerator } = code;
    this.isConstructor = kind.endsWith('constructor') || (kind === 'function' && !isLibrary && !isGenerator);
  }

  protected override firstProperties(): Map<string, Property> {
    const { name, length, kind } = this.code;
    const properties = functionProperties(name, length);
    if (!this.isConstructor || kind !== 'function') return properties;
    const prototype = new PacObject(this.prototype?.prototype ?? null, this.heap, this.epoch);
    prototype.setOwn('constructor', dataProperty(this, false));
    return properties.set('prototype', dataProperty(prototype, false, true, false));
  }
}

/** Where an exception is caught in a frame. */
export interface Handler {
  readonly target: { readonly at: number };
  readonly scope: Scope;
  readonly outer: Handler | undefined;
}

/** What becomes of the value that a function returns. */
export type ReturnMode = 'value' | 'construct' | 'discard' | 'nested';

export class Frame<Runner> {
  pc = 0;
  handler: Handler | undefined;
  /** When it was called. */
  birth: number;
  /** When each of the loops around the instruction was entered, the outermost first. */
  loops: readonly number[] = [];

  constructor(
    readonly code: Code<Runner>,
    public scope: Scope,
    public self: Slot,
    readonly callee: ProgramFunction<Runner> | undefined,
    readonly args: readonly Value[],
    readonly newTarget: PacObject | undefined,
    readonly mode: ReturnMode,
    /** The height of the stack when it was called. */
    readonly base: number,
  ) {
    this.birth = scope.birth;
  }

  copy(): Frame<Runner> {
    const copy = new Frame(
      this.code,
      this.scope,
      this.self,
      this.callee,
      this.args,
      this.newTarget,
      this.mode,
      this.base,
    );
    copy.pc = this.pc;
    copy.handler = this.handler;
    copy.birth = this.birth;
    copy.loops = this.loops;
    return copy;
  }
}
