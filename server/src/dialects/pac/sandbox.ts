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
 * depend on the machine's speed, so that the same file always has the same answer.
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

/** The least memory that the module can be started with. */
const INITIAL_MEMORY = 16 * 1024 * 1024;

/**
 * QuickJS's own stack, in bytes. Small, since each of its frames also takes a larger one of the host's stack, whose
 * overflow QuickJS could not survive.
 */
const STACK = 96 * 1024;

/** How often QuickJS may look up from its work, about every 10,000 jumps, before a run is stopped: about 50 ms. */
const WORK_LIMIT = 200;

let engine: QuickJSWASMModule | undefined;
let loading: Promise<void> | undefined;

/** Makes the sandbox ready. Until it is, PAC files are undecided. Safe to call often. */
export function loadSandbox(): Promise<void> {
  loading ??= start();
  return loading;
}

async function start(): Promise<void> {
  // Imported here, because a megabyte of engine is not to be loaded where there is no PAC file.
  const { default: variant } = await import('@jitl/quickjs-singlefile-cjs-release-sync');
  const wasmMemory = new WebAssembly.Memory({ initial: INITIAL_MEMORY / PAGE, maximum: MEMORY / PAGE });
  engine = await newQuickJSWASMModuleFromVariant(newVariant(syncVariant(variant), { wasmMemory }));
}

/** The package is CommonJS: depending on the bundler, its default export arrives wrapped once more. */
function syncVariant(imported: QuickJSSyncVariant | { readonly default: QuickJSSyncVariant }): QuickJSSyncVariant {
  return 'default' in imported ? imported.default : imported;
}

export function isSandboxLoaded(): boolean {
  return engine !== undefined;
}

export type Answer = string | number | boolean | null;

/** Answers what a program asks of its surroundings: the kind of question, its arguments, and the number of the call. */
export type Oracle = (kind: string, argument: string, call: number) => Answer;

export type CallResult =
  | { readonly kind: 'value'; readonly value: string }
  | { readonly kind: 'failed'; readonly reason: string };

/** One program in a world of its own. */
export class Sandbox {
  private work = 0;
  private oracle: Oracle = () => null;

  private constructor(
    private readonly runtime: QuickJSRuntime,
    private readonly context: QuickJSContext,
  ) {}

  /**
   * Starts `program` behind the prelude. What the program asks at its outermost level is answered by `oracle`.
   * `undefined` while the sandbox is not loaded.
   */
  static open(program: string, oracle: Oracle): Sandbox | { readonly failure: string } | undefined {
    if (!engine) return undefined;
    const runtime = engine.newRuntime();
    runtime.setMaxStackSize(STACK);
    const context = runtime.newContext({
      // What PAC files never need and what loops without ever looking up.
      intrinsics: { ...DefaultIntrinsics, Proxy: false, Promise: false, TypedArrays: false },
    });
    const sandbox = new Sandbox(runtime, context);
    runtime.setInterruptHandler(() => ++sandbox.work > WORK_LIMIT);
    context
      .newFunction('oracle', (kind, argument, call) => {
        const answer = sandbox.oracle(context.getString(kind), context.getString(argument), context.getNumber(call));
        if (answer === null) return context.null;
        if (typeof answer === 'boolean') return answer ? context.true : context.false;
        return typeof answer === 'number' ? context.newNumber(answer) : context.newString(answer);
      })
      .consume((handle) => context.setProp(context.global, '$oracle', handle));
    sandbox.oracle = oracle;
    for (const code of [PRELUDE, program]) {
      const result = sandbox.evaluate(code);
      if (result.kind === 'failed') {
        sandbox.dispose();
        return { failure: result.reason };
      }
    }
    return sandbox;
  }

  /** Calls a global function with texts; its result as a text. */
  call(name: string, texts: readonly string[], oracle: Oracle): CallResult {
    const { context } = this;
    this.oracle = oracle;
    this.work = 0;
    const callee = context.getProp(context.global, name);
    const handles = texts.map((text) => context.newString(text));
    try {
      return this.read(context.callFunction(callee, context.undefined, ...handles));
    } finally {
      for (const handle of [callee, ...handles]) handle.dispose();
    }
  }

  private evaluate(code: string): CallResult {
    this.work = 0;
    return this.read(this.context.evalCode(code, 'pac', { strict: false }));
  }

  private read(result: ReturnType<QuickJSContext['evalCode']>): CallResult {
    const { context } = this;
    if (result.error) {
      const reason = result.error.consume((error) => describeError(context.dump(error) as unknown));
      return { kind: 'failed', reason };
    }
    return result.value.consume((value) => ({ kind: 'value', value: context.getString(value) }));
  }

  dispose(): void {
    this.context.dispose();
    this.runtime.dispose();
  }
}

function describeError(error: unknown): string {
  if (typeof error === 'object' && error !== null && 'message' in error) {
    const name = 'name' in error ? String(error.name) : 'Error';
    const message = String(error.message);
    if (message === 'interrupted') return 'it does not come to an end within the work limit';
    if (message === 'out of memory') return 'it needs more memory than the limit';
    if (message === 'stack overflow') return 'it recurses without end';
    return `it fails with ${name}: ${message.slice(0, 200)}`;
  }
  if (error === '' || error === undefined || error === null) return 'it needs more memory than the limit';
  return `it throws ${String(error).slice(0, 200)}`;
}
