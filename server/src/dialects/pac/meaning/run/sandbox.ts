// Runs a program in QuickJS, compiled to WebAssembly, under limits.
import {
  DefaultIntrinsics,
  newQuickJSWASMModuleFromVariant,
  newVariant,
  type QuickJSContext,
  type QuickJSRuntime,
  type QuickJSSyncVariant,
  type QuickJSWASMModule,
} from 'quickjs-emscripten-core';
import { PRELUDE } from './prelude.js';

/**
 * PAC files run in QuickJS compiled to WebAssembly: without I/O, clock or randomness, and under limits that do not
 * depend on the machine's speed, so that the same file always has the same result.
 */

/** The part of the WebAssembly interface that is used; every host has it, but the language's own library has no types. */
declare const WebAssembly: {
  readonly Memory: new (pages: {
    readonly initial: number;
    readonly maximum: number;
  }) => ReturnType<QuickJSWASMModule['getWasmMemory']>;
};

const PAGE = 64 * 1024;

/**
 * All the memory that sandboxed programs share, in bytes. QuickJS's own memory limit does not count block sizes under
 * emscripten, so the limit is that of the WebAssembly memory itself.
 */
const MEMORY = 32 * 1024 * 1024;

/** The minimum memory of the module. */
const INITIAL_MEMORY = 16 * 1024 * 1024;

/**
 * QuickJS's own stack while a program runs, in bytes. Small, since each of its frames also takes a larger one of the host's
 * stack, whose overflow QuickJS does not survive.
 */
const STACK = 64 * 1024;

/** Its stack while it reads a program, whose nesting is known to be bounded (see parse.ts). */
const READING_STACK = 384 * 1024;

/** How often QuickJS may call the interrupt handler, about every 10,000 jumps, before a run is stopped. */
const WORK_LIMIT = 100;

let engine: QuickJSWASMModule | undefined;
let loading: Promise<void> | undefined;

/** Loads the sandbox. Until it is loaded, verdicts of PAC files are undecided. Safe to call repeatedly. */
export function loadSandbox(): Promise<void> {
  loading ??= start();
  return loading;
}

async function start(): Promise<void> {
  // Imported on demand, because the engine of one megabyte is needed only for PAC files.
  const { default: variant } = await import('@jitl/quickjs-singlefile-cjs-release-sync');
  const wasmMemory = new WebAssembly.Memory({ initial: INITIAL_MEMORY / PAGE, maximum: MEMORY / PAGE });
  engine = await newQuickJSWASMModuleFromVariant(newVariant(syncVariant(variant), { wasmMemory }));
}

/** Discards a failed engine; another one is loaded before the next file is read. */
function replaceEngine(): void {
  engine = undefined;
  loading = start();
}

/** The package is CommonJS: depending on the bundler, its default export arrives wrapped once more. */
function syncVariant(imported: QuickJSSyncVariant | { readonly default: QuickJSSyncVariant }): QuickJSSyncVariant {
  return 'default' in imported ? imported.default : imported;
}

export function isSandboxLoaded(): boolean {
  return engine !== undefined;
}

export type QueryValue = string | number | boolean | null;

/** Gives the result of a query to the environment, by the kind of query, its arguments, and the number of the call. */
export type Oracle = (kind: string, argument: string, call: number) => QueryValue;

export type CallResult =
  | { readonly kind: 'value'; readonly value: string }
  | { readonly kind: 'failed'; readonly reason: string };

/** One program in an isolated context. */
export class Sandbox {
  private work = 0;
  /** Whether the program was read, and runs. */
  private started = false;

  private constructor(
    private readonly engine: QuickJSWASMModule,
    private readonly runtime: QuickJSRuntime,
    private readonly context: QuickJSContext,
    private oracle: Oracle,
  ) {}

  /**
   * Starts `program` after the prelude. Queries of the program at its outermost level are passed to `oracle`. The program
   * calls `$started()` before anything else. `undefined` while the sandbox is not loaded.
   */
  static open(program: string, oracle: Oracle): Sandbox | { readonly failure: string } | undefined {
    if (!engine) return undefined;
    const runtime = engine.newRuntime();
    // Without features that PAC files never need and that run long without an interrupt.
    const context = runtime.newContext({
      intrinsics: { ...DefaultIntrinsics, Proxy: false, TypedArrays: false },
    });
    const sandbox = new Sandbox(engine, runtime, context, oracle);
    runtime.setInterruptHandler(() => ++sandbox.work > WORK_LIMIT);
    sandbox.define('$oracle', (kind, argument, call) => {
      const result = sandbox.oracle(context.getString(kind), context.getString(argument), context.getNumber(call));
      if (result === null) return context.null;
      if (typeof result === 'boolean') return result ? context.true : context.false;
      return typeof result === 'number' ? context.newNumber(result) : context.newString(result);
    });
    sandbox.define('$started', () => {
      sandbox.started = true;
      runtime.setMaxStackSize(STACK);
      return context.undefined;
    });
    for (const code of [PRELUDE, program]) {
      runtime.setMaxStackSize(READING_STACK);
      const result = sandbox.guard(() => context.evalCode(code, 'pac', { strict: false }));
      if (result.kind === 'failed') {
        sandbox.dispose();
        return { failure: result.reason };
      }
    }
    return sandbox;
  }

  private define(name: string, implementation: Parameters<QuickJSContext['newFunction']>[1]): void {
    const { context } = this;
    context.newFunction(name, implementation).consume((handle) => context.setProp(context.global, name, handle));
  }

  /** Calls a global function with texts; its result as a text. */
  call(name: string, texts: readonly string[], oracle: Oracle): CallResult {
    const { context } = this;
    this.oracle = oracle;
    return this.guard(() => {
      const callee = context.getProp(context.global, name);
      const handles = texts.map((text) => context.newString(text));
      const result = context.callFunction(callee, context.undefined, ...handles);
      for (const handle of [callee, ...handles]) handle.dispose();
      return result;
    });
  }

  /** Whether it can be called: programs of a failed engine cannot. */
  get isAlive(): boolean {
    return this.engine === engine;
  }

  private guard(action: () => ReturnType<QuickJSContext['evalCode']>): CallResult {
    if (!this.isAlive) return { kind: 'failed', reason: 'the sandbox is not loaded' };
    this.work = 0;
    try {
      return this.read(action());
    } catch {
      // The host's own stack overflowed under QuickJS, or QuickJS gave up: nothing in its memory can be relied on.
      replaceEngine();
      return { kind: 'failed', reason: this.overflow };
    }
  }

  private read(result: ReturnType<QuickJSContext['evalCode']>): CallResult {
    const { context } = this;
    if (result.error) {
      const reason = result.error.consume((error) => this.describe(context.dump(error) as unknown));
      return { kind: 'failed', reason };
    }
    return result.value.consume((value) => ({ kind: 'value', value: context.getString(value) }));
  }

  private get overflow(): string {
    return this.started ? 'it recurses infinitely' : 'it is nested too deeply';
  }

  private describe(error: unknown): string {
    if (typeof error === 'object' && error !== null && 'message' in error) {
      const name = 'name' in error ? String(error.name) : 'Error';
      const message = String(error.message);
      if (message === 'interrupted') return 'it exceeds the limit of execution steps';
      if (message === 'out of memory') return 'it exceeds the memory limit';
      if (message === 'stack overflow') return this.overflow;
      return `it fails with ${name}: ${message.slice(0, 200)}`;
    }
    if (error === '' || error === undefined || error === null) return 'it exceeds the memory limit';
    return `it throws ${String(error).slice(0, 200)}`;
  }

  dispose(): void {
    if (!this.isAlive) return;
    try {
      this.context.dispose();
      this.runtime.dispose();
    } catch {
      // QuickJS asserts that all objects are freed, which is not the case after it ran out of memory.
      replaceEngine();
    }
  }
}
