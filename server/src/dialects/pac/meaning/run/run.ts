// Calls the program of a file in the sandbox.
import type { AnyNode } from 'acorn';
import type { TraceStep } from '../../../../model/evidence.js';
import { entryName } from '../../program/entry-function.js';
import type { Scopes } from '../../program/scopes.js';
import type { Subjects } from '../../program/subjects.js';
import { oneLine, quotedLineOf } from '../../syntax/quoted-line.js';
import type { ParsedPac } from '../../syntax/tree.js';
import { type HoistedConditions, hoistConditions } from './hoisted-conditions.js';
import { type Instrumented, instrument } from './instrument.js';
import { isSandboxLoaded, type Oracle, type QueryValue, Sandbox } from './sandbox.js';

/** The outcome of one call of FindProxyForURL. */
export type RunOutcome =
  | {
      readonly kind: 'returned';
      /** Empty where the file returns null or nothing, which clients read as DIRECT. */
      readonly result: string;
      readonly decision: AnyNode | undefined;
    }
  | { readonly kind: 'failed'; readonly reason: string };

/** How many runs of a file may fail before it is not run again: each may take as long as the limits allow. */
const STOPPED_LIMIT = 8;

/** How many programs are kept loaded; the others are restarted on demand. */
const LIVE_LIMIT = 4;

/** The loaded programs, least recently used first. */
const live: ProgramInSandbox[] = [];

/** A program that is started when it is first called. */
class ProgramInSandbox {
  private sandbox: Sandbox | { readonly failure: string } | undefined;

  constructor(readonly instrumented: Instrumented) {}

  call(
    url: string,
    host: string,
    holding: string,
    oracle: Oracle,
  ): { readonly value: string } | { readonly failure: string } {
    if (this.sandbox instanceof Sandbox && !this.sandbox.isAlive) this.sandbox = undefined;
    this.sandbox ??= Sandbox.open(this.instrumented.program, oracle);
    this.keepAlive();
    if (!this.sandbox) return { failure: 'the sandbox is not loaded' };
    if ('failure' in this.sandbox) return this.sandbox;
    const result = this.sandbox.call('$run', [url, host, holding], oracle);
    if (result.kind === 'value') return result;
    // An interrupted run may leave inconsistent state, so the next run needs a restart.
    this.stop();
    return { failure: result.reason };
  }

  private keepAlive(): void {
    const position = live.indexOf(this);
    if (position >= 0) live.splice(position, 1);
    live.push(this);
    if (live.length > LIVE_LIMIT) live.shift()?.stop();
  }

  private stop(): void {
    if (this.sandbox instanceof Sandbox) this.sandbox.dispose();
    this.sandbox = undefined;
  }
}

export class PacRun {
  private readonly hoisted: HoistedConditions;
  private readonly plainProgram: ProgramInSandbox;
  private traced: ProgramInSandbox | undefined;
  /** The outcomes of runs for names that made no queries, by the conditions that held. */
  private readonly outcomes = new Map<string, RunOutcome>();
  private readonly stopped: string[] = [];

  constructor(
    private readonly tree: ParsedPac,
    private readonly scopes: Scopes,
    subjects: Subjects,
  ) {
    this.hoisted = hoistConditions(tree, scopes, subjects);
    this.plainProgram = new ProgramInSandbox(instrument(tree, scopes, false, this.hoisted));
  }

  private get tracedProgram(): ProgramInSandbox {
    this.traced ??= new ProgramInSandbox(instrument(this.tree, this.scopes, true));
    return this.traced;
  }

  /** Why no call can succeed; `undefined` where calls are possible. */
  failure(): string | undefined {
    if (!isSandboxLoaded()) return 'the sandbox is not loaded';
    return entryName(this.scopes) ? undefined : 'the file defines no FindProxyForURL';
  }

  once(url: string, host: string, oracle: Oracle): RunOutcome {
    if (this.stopped.length >= STOPPED_LIMIT) return { kind: 'failed', reason: this.stopped[0] ?? '' };
    // Hoisted conditions are evaluated for lower-case texts, whereas a program may convert the case.
    if (url !== url.toLowerCase() || host !== host.toLowerCase())
      return this.runIn(this.tracedProgram, url, host, '', oracle);
    const { hoisted } = this;
    const holding = hoisted.holding(host, url).join(' ');
    // An address is not resolved, so its run says nothing about the queries for names with the same conditions.
    const isComparable = hoisted.complete && /[g-z]/.test(host);
    const known = isComparable ? this.outcomes.get(holding) : undefined;
    if (known) return known;
    let hasQueries = false;
    const outcome = this.runIn(this.plainProgram, url, host, holding, (kind, argument, call) => {
      hasQueries = true;
      return oracle(kind, argument, call);
    });
    if (isComparable && !hasQueries) this.outcomes.set(holding, outcome);
    return outcome;
  }

  private runIn(program: ProgramInSandbox, url: string, host: string, holding: string, oracle: Oracle): RunOutcome {
    const result = program.call(url, host, holding, oracle);
    if ('failure' in result) {
      this.stopped.push(result.failure);
      return { kind: 'failed', reason: result.failure };
    }
    const { type, text, decided } = readRun(result.value);
    const decision = program.instrumented.decisions[decided];
    if (type === 'string') return { kind: 'returned', result: text, decision };
    if (type === 'undefined' || text === 'null') return { kind: 'returned', result: '', decision };
    return { kind: 'failed', reason: `it returns a ${type} instead of a string` };
  }

  /** The call that made a query. */
  query(call: number): AnyNode | undefined {
    return this.plainProgram.instrumented.queries[call];
  }

  /** The conditions that led to a decision, for given results of queries. */
  trace(url: string, host: string, results: ReadonlyMap<string, QueryValue>, result: string): TraceStep[] {
    const { instrumented } = this.tracedProgram;
    const run = this.tracedProgram.call(url, host, '', (kind, argument) => results.get(`${kind} ${argument}`) ?? null);
    if ('failure' in run) return [];
    const { decided, trace } = readRun(run.value);
    const decision = instrumented.decisions[decided];
    const steps = trace.flatMap((number): TraceStep[] => {
      const matches = number >= 0;
      const condition = instrumented.conditions[matches ? number : ~number];
      if (!condition) return [];
      const statement = quotedLineOf(condition, this.tree);
      return [{ statement, effect: matches ? 'matches' : 'does not match' }];
    });
    if (!decision) return steps;
    return [...steps, { statement: quotedLineOf(decision, this.tree), effect: `returns ${oneLine(result)}` }];
  }
}

interface RawRun {
  readonly type: string;
  readonly text: string;
  readonly decided: number;
  readonly trace: readonly number[];
}

/** Parses the result of `$run` of the prelude. A malicious program may have replaced anything, so nothing is trusted. */
function readRun(json: string): RawRun {
  const raw = JSON.parse(json) as unknown;
  const [type, text, decided, trace] = Array.isArray(raw) ? (raw as unknown[]) : [];
  return {
    type: String(type),
    text: String(text),
    decided: typeof decided === 'number' ? decided : -1,
    trace: Array.isArray(trace) ? trace.filter((step) => typeof step === 'number') : [],
  };
}
