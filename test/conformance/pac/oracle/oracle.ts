// Runs PAC files as a browser does, in QuickJS, for one URL and one state of the environment: what every verdict is held against.
import {
  newQuickJSWASMModuleFromVariant,
  type QuickJSContext,
  type QuickJSHandle,
  type QuickJSRuntime,
  type QuickJSSyncVariant,
  type QuickJSWASMModule,
} from 'quickjs-emscripten-core';
import { PRELUDE } from './prelude.js';

/** One state of all that a PAC file can ask about beside the request. */
export interface Surroundings {
  /** What `myIpAddress()` returns. */
  readonly client: string;
  /** What DNS answers for a name; `null` where it has no address. */
  resolve(name: string): string | null;
  /** The time in milliseconds since 1970, and the distance of local time from UTC in minutes. */
  readonly now: number;
  readonly zone: number;
  /** What `Math.random()` returns, from the start again for each call of FindProxyForURL. */
  readonly random: readonly number[];
}

export type ConcreteResult =
  /** Empty where the file returns null or nothing. */
  { readonly kind: 'returned'; readonly result: string } | { readonly kind: 'failed'; readonly reason: string };

/** How often QuickJS may ask whether to go on, about every 10,000 jumps. */
const WORK_LIMIT = 200;

let engine: QuickJSWASMModule | undefined;

export async function loadOracle(): Promise<void> {
  const { default: variant } = await import('@jitl/quickjs-singlefile-cjs-release-sync');
  engine ??= await newQuickJSWASMModuleFromVariant(syncVariant(variant));
}

/** The package is CommonJS: its default export may arrive wrapped once more. */
function syncVariant(imported: QuickJSSyncVariant | { readonly default: QuickJSSyncVariant }): QuickJSSyncVariant {
  return 'default' in imported ? imported.default : imported;
}

/** A PAC file, loaded in one state of its environment. */
export class ConcreteProgram {
  private work = 0;
  private drawn = 0;
  private readonly runtime: QuickJSRuntime;
  private readonly context: QuickJSContext;
  private readonly loadFailure: string | undefined;

  constructor(
    text: string,
    private readonly surroundings: Surroundings,
    private readonly entry: 'FindProxyForURL' | 'FindProxyForURLEx' = 'FindProxyForURL',
  ) {
    if (!engine) throw new Error('the oracle is not loaded');
    this.runtime = engine.newRuntime();
    this.runtime.setInterruptHandler(() => ++this.work > WORK_LIMIT);
    this.context = this.runtime.newContext();
    this.defineAnswer();
    this.loadFailure = this.evaluate(PRELUDE) ?? this.evaluate(text);
  }

  private defineAnswer(): void {
    const { context, surroundings } = this;
    const answers: Readonly<Record<string, (argument: string) => string | number | null>> = {
      client: () => surroundings.client,
      resolve: (name) => surroundings.resolve(name),
      now: () => surroundings.now,
      zone: () => surroundings.zone,
      random: () => surroundings.random[this.drawn++ % surroundings.random.length] ?? 0.5,
    };
    const answer = context.newFunction('$answer', (kind, argument) => {
      const value = answers[context.getString(kind)]?.(context.getString(argument)) ?? null;
      if (value === null) return context.null;
      return typeof value === 'number' ? context.newNumber(value) : context.newString(value);
    });
    answer.consume((handle) => context.setProp(context.global, '$answer', handle));
  }

  /** Why a text could not be evaluated; `undefined` where it was. */
  private evaluate(text: string): string | undefined {
    this.work = 0;
    const result = this.context.evalCode(text, 'pac', { strict: false });
    if (result.error) return this.describe(result.error);
    result.value.dispose();
    return undefined;
  }

  /** Calls the entry function. */
  run(url: string, host: string): ConcreteResult {
    if (this.loadFailure !== undefined) return { kind: 'failed', reason: this.loadFailure };
    const { context } = this;
    this.work = 0;
    this.drawn = 0;
    const entry = context.getProp(context.global, this.entry);
    const handles = [context.newString(url), context.newString(host)];
    const called = context.callFunction(entry, context.global, ...handles);
    for (const handle of [entry, ...handles]) handle.dispose();
    if (called.error) return { kind: 'failed', reason: this.describe(called.error) };
    return called.value.consume((value) => {
      const type = context.typeof(value);
      if (type === 'string') return { kind: 'returned', result: context.getString(value) };
      const nothing = type === 'undefined' || context.dump(value) === null;
      return nothing ? { kind: 'returned', result: '' } : { kind: 'failed', reason: `it returns a ${type}` };
    });
  }

  private describe(error: QuickJSHandle): string {
    return error.consume((handle) => {
      const shown: unknown = this.context.dump(handle);
      return typeof shown === 'object' && shown !== null && 'message' in shown ? String(shown.message) : String(shown);
    });
  }

  dispose(): void {
    this.context.dispose();
    this.runtime.dispose();
  }
}
