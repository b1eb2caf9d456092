// Loads a program and follows all of its paths.
import type { AnyNode, Program } from 'acorn';
import { Budget, BudgetSpent, paidBy } from '../../../../model/budget.js';
import { readsUrl } from '../../program/entry-use.js';
import { keptChanges } from '../../program/kept-changes.js';
import type { PacProgram } from '../../program/program.js';
import { parseProgram } from '../../syntax/chain-parser.js';
import { JAVASCRIPT, listNodes } from '../../syntax/parse.js';
import type { Environment } from '../environment/environment.js';
import { HELPERS } from '../environment/helpers.js';
import type { Region } from '../question/region.js';
import type { Value } from '../values/value.js';
import { helperNative, OriginalParts } from './builtins/changed-language.js';
import { installBuiltins } from './builtins/install.js';
import { LIBRARY } from './builtins/library.js';
import { installLibrary, libraryNatives } from './builtins/library-natives.js';
import { call, callNested } from './calls.js';
import { compileExpressionCode, compileProgram, type ListedProgram } from './compile/compile.js';
import { typeOf } from './conversions.js';
import { AsksWhileLoading, NotFollowed, PacThrow } from './failures.js';
import { Heap, LANGUAGE, Scope, UNINITIALIZED } from './heap.js';
import { KeptState } from './kept.js';
import { isObject, isTraced } from './kinds.js';
import { type FunctionCode, Machine, type TraceStep } from './machine.js';
import { MachineContext } from './native-context.js';
import { defineNative } from './natives.js';
import { PacError, PacFunction, PacObject } from './objects.js';
import { OtherRequests, type Variables } from './other-requests.js';
import { Frame } from './program-function.js';
import { Realm } from './realm.js';

export type EntryName = 'FindProxyForURL' | 'FindProxyForURLEx';
const ENTRIES: readonly EntryName[] = ['FindProxyForURL', 'FindProxyForURLEx'];

/** The end of one path. */
export interface Leaf {
  readonly region: Region;
  readonly outcome:
    | { readonly kind: 'returned'; readonly value: Value; readonly typeName: string }
    | { readonly kind: 'failed'; readonly reason: string; readonly node?: AnyNode | undefined };
  readonly decision: AnyNode | undefined;
  /** What reads something that an earlier request may have changed. */
  readonly earlierRequests?: AnyNode | undefined;
  readonly steps?: readonly TraceStep[];
}

export interface Question {
  readonly entry: EntryName;
  readonly url: Value;
  readonly host: Value;
  readonly region: Region;
  readonly environment: Environment;
  readonly budget: Budget;
  readonly trace?: boolean;
  /** Is told what took the most work when all paths are followed: joining their ends may take more than is left. */
  readonly busiest?: (node: AnyNode) => void;
}

/** A program whose top level has run, or has to run for each question because it asks the environment itself. */
export interface LoadedProgram {
  readonly code: FunctionCode | undefined;
  readonly realm: Realm | undefined;
  readonly failure: LoadFailure | undefined;
  readonly entries: readonly EntryName[];
  /** What its requests may change of what outlives them. */
  readonly others: OtherRequests;
  readonly readsUrl: boolean;
}

/** Why the top level of a program does not come to its end. */
export interface LoadFailure {
  /** Reads after the place, or after "the file". */
  readonly reason: string;
  readonly node: AnyNode | undefined;
}

let libraryCode: FunctionCode | undefined;

/** A realm with everything that a program finds. */
function makeRealm(): Realm {
  const heap = new Heap();
  const realm = new Realm(heap);
  installBuiltins(realm);
  const regExp = realm.global.getOwn('RegExp')?.value;
  if (regExp instanceof PacObject) realm.regExpConstructor = regExp;
  let parts: OriginalParts | undefined;
  for (const [name, helper] of HELPERS) {
    if (!name.includes('.'))
      defineNative(
        realm,
        realm.global,
        name,
        helper.length,
        helperNative(name, helper, () => parts),
      );
  }
  installLibrary(realm, () => runLibrary(realm));
  parts = new OriginalParts(realm);
  heap.epoch = 0;
  return realm;
}

/** The functions of the library by their holders. */
function runLibrary(realm: Realm): Value {
  libraryCode ??= compileExpressionCode(listed(parseProgram(LIBRARY, JAVASCRIPT)), NO_PROGRAM);
  const machine = new Machine(realm, new Budget(), undefined, undefined, contextOf);
  const library = runScript(libraryCode, machine);
  return callNested(library, undefined, [libraryNatives(realm)], machine);
}

function listed(program: Program): ListedProgram {
  return { program, ...listNodes(program) };
}

const NO_PROGRAM = { isLibrary: true, helpers: new Set<string>() } as const;

function contextOf(machine: Machine): MachineContext {
  return new MachineContext(machine);
}

function scriptFrame(code: FunctionCode, machine: Machine): Frame<Machine> {
  const scope = new Scope(new Array<undefined>(code.slotCount).fill(undefined), undefined, machine.heap.epoch);
  return new Frame(code, scope, machine.realm.global, undefined, [], undefined, 'nested', machine.stack.length);
}

function runScript(code: FunctionCode, machine: Machine): Value {
  return machine.runNested(() => machine.enter(scriptFrame(code, machine)));
}

/** Runs the top level of a program once. */
export function loadProgram(program: PacProgram, budget: Budget): LoadedProgram {
  return paidBy(budget, () => load(program, budget));
}

function load(program: PacProgram, budget: Budget): LoadedProgram {
  const { tree, scopes } = program;
  const helpers = new Set(HELPERS.keys());
  const changes = keptChanges(program);
  const notLoaded = {
    realm: undefined,
    entries: [],
    others: new OtherRequests(changes, undefined),
    readsUrl: readsUrl(tree, scopes),
  };
  let code: FunctionCode;
  try {
    code = compileProgram(tree, { isLibrary: false, helpers });
  } catch (thrown) {
    if (!(thrown instanceof RangeError)) throw thrown;
    return { ...notLoaded, code: undefined, failure: { reason: reasonOf(thrown), node: undefined } };
  }
  const realm = makeRealm();
  const machine = new Machine(realm, budget, undefined, undefined, contextOf);
  const frame = scriptFrame(code, machine);
  try {
    machine.enter(frame);
    machine.runUntil(0);
    realm.heap.epoch = 1;
    const others = new OtherRequests(changes, variablesOf(realm, code, frame.scope));
    return { ...notLoaded, code, realm, failure: undefined, entries: entriesOf(realm), others };
  } catch (thrown) {
    if (thrown instanceof AsksWhileLoading) return { ...notLoaded, code, failure: undefined, entries: ENTRIES };
    const failure = { reason: reasonOf(thrown), node: placeOf(thrown, machine) };
    return { ...notLoaded, code, failure };
  }
}

/** The variables of the outermost scope: those of `let`, `const` and classes, and the properties of the global object. */
function variablesOf({ global }: Realm, { variables }: FunctionCode, scope: Scope): Variables {
  return {
    global,
    scope,
    valueOf(name) {
      const own = variables.get(name);
      const value = own && scope.slots[own.slot];
      if (value !== undefined && value !== UNINITIALIZED) return value;
      return global.find(name)?.value;
    },
  };
}

/** The entry functions that clients find: callable properties of the global object. */
function entriesOf({ global }: Realm): EntryName[] {
  return ENTRIES.filter((name) => global.find(name)?.value instanceof PacFunction);
}

/** Where a path ends that is not followed to its end. */
function placeOf(thrown: unknown, machine: Machine): AnyNode | undefined {
  if (thrown instanceof BudgetSpent) return machine.costliestNode;
  return (thrown instanceof NotFollowed ? thrown.node : undefined) ?? machine.lastNode;
}

/** Why a path ends, for what it throws; anything else is a mistake of Lintel's own. */
function reasonOf(thrown: unknown): string {
  if (thrown instanceof NotFollowed || thrown instanceof BudgetSpent) return thrown.message;
  // The stack of the host, which nothing should need; nor may it be a mistake that is not seen in tests.
  if (thrown instanceof RangeError) return 'nests more deeply than Lintel follows';
  if (thrown instanceof PacThrow) return `throws ${thrownText(thrown.value)}`;
  throw thrown;
}

/** An exception as text, without running anything of the program. */
function thrownText(value: Value): string {
  if (value instanceof PacError) {
    const [name, message] = ['name', 'message'].map((key) => value.find(key)?.value);
    return message ? `${String(name)}: ${isTraced(message) ? '…' : String(message)}` : String(name);
  }
  if (isObject(value)) return 'an object';
  return isTraced(value) ? 'a text that depends on the request' : String(value);
}

/** Follows a program for everything that is asked: the leaves have all of it, and do not overlap. */
export function followPaths(loaded: LoadedProgram, question: Question): readonly Leaf[] {
  return paidBy(question.budget, () => follow(loaded, question));
}

function follow(loaded: LoadedProgram, question: Question): readonly Leaf[] {
  const { region } = question;
  if (!loaded.code || loaded.failure !== undefined) {
    const { reason, node } = loaded.failure ?? { reason: 'is not loaded', node: undefined };
    return [{ region, outcome: { kind: 'failed', reason, node }, decision: undefined }];
  }
  const kept = new KeptState(loaded.others, question.host);
  const leaves = new Exploration(loaded, question, kept).follow();
  const { reader } = kept;
  if (!reader) return leaves;
  // Loaded anew for a second run, its objects would be others.
  if (!loaded.realm) return leaves.map((leaf) => ({ ...leaf, earlierRequests: reader }));
  kept.watch();
  return new Exploration(loaded, question, kept).follow();
}

class Exploration {
  private readonly leaves: Leaf[] = [];
  private machine: Machine | undefined;

  constructor(
    private readonly loaded: LoadedProgram,
    private readonly question: Question,
    private readonly kept: KeptState,
  ) {}

  follow(): readonly Leaf[] {
    const { realm } = this.loaded;
    const mark = realm?.heap.mark() ?? 0;
    if (realm) realm.heap.logsOld = true;
    try {
      this.explore();
    } catch (thrown) {
      this.leaveOpen(thrown);
    } finally {
      const node = this.machine?.costliestNode;
      if (node) this.question.busiest?.(node);
      if (realm) {
        realm.heap.undo(mark);
        realm.heap.logsAll = false;
        realm.heap.trialEpoch = LANGUAGE;
        realm.heap.epoch = 1;
        realm.heap.logsOld = false;
      }
    }
    return this.leaves;
  }

  private explore(): void {
    const machine = this.start();
    do {
      const outcome = this.outcomeOf(machine);
      if (!machine.isWaiting) {
        const again = this.openTable(outcome, machine);
        const end = { ...this.pathEnd(outcome, machine), ...(again ? { earlierRequests: again } : {}) };
        const loop = machine.endless.abandoned(machine.choicePoints);
        if (loop) this.leaves.length = loop.endedPaths;
        this.leaves.push(loop ? { ...end, region: loop.region } : end);
        machine.endless.endedPaths = this.leaves.length;
      }
      machine.isOnPath = false;
    } while (machine.backtrack());
  }

  private start(): Machine {
    const { loaded, question, kept } = this;
    const { budget, region, environment } = question;
    const realm = loaded.realm ?? makeRealm();
    const machine = new Machine(realm, budget, region, environment, contextOf);
    this.machine = machine;
    machine.isTracing = question.trace ?? false;
    machine.kept = kept;
    if (!loaded.realm && loaded.code) {
      realm.heap.epoch = 0;
      machine.enter(scriptFrame(loaded.code, machine));
    }
    return machine;
  }

  private pathEnd(outcome: Leaf['outcome'], machine: Machine): Leaf {
    const { region, decision, trace } = machine;
    return {
      region: region ?? this.question.region,
      outcome,
      decision,
      ...(this.kept.firstRead ? { earlierRequests: this.kept.firstRead } : {}),
      ...(machine.isTracing ? { steps: [...trace] } : {}),
    };
  }

  /**
   * The table that a path reads under the name of the host, where an earlier request for the same host may have left something else
   * there than what leads to the same result.
   */
  private openTable(outcome: Leaf['outcome'], machine: Machine): AnyNode | undefined {
    const { tableRead } = this.kept;
    if (!tableRead) return undefined;
    const dependsOnMore = this.loaded.readsUrl || (machine.region?.points.size ?? 0) > 0;
    return dependsOnMore || !this.isSameAgain(outcome, machine) ? tableRead : undefined;
  }

  /** Whether the same request has the same result once more, and then leaves nothing new. */
  private isSameAgain(outcome: Leaf['outcome'], machine: Machine): boolean {
    const { loaded, question } = this;
    const { realm, region, environment } = machine;
    const { heap } = realm;
    const { epoch, logsAll, logsOld } = heap;
    const mark = heap.mark();
    const again = new Machine(realm, question.budget, region, environment, contextOf);
    const kept = new KeptState(loaded.others, question.host);
    again.kept = kept;
    again.hasEntered = true;
    heap.logsAll = false;
    heap.logsOld = true;
    try {
      heap.epoch = epoch + 1;
      call(realm.global.find(question.entry)?.value, undefined, [question.url, question.host], again, 'nested');
      do {
        const own = this.outcomeOf(again);
        if (!again.isWaiting && (kept.hasWritten || !isSameOutcome(own, outcome))) return false;
      } while (again.backtrack());
      return true;
    } finally {
      heap.undo(mark);
      Object.assign(heap, { epoch, logsAll, logsOld });
    }
  }

  private outcomeOf(machine: Machine): Leaf['outcome'] {
    try {
      machine.runUntil(0);
      if (!machine.hasEntered && !machine.isWaiting) this.callEntry(machine);
      const value = machine.result;
      return {
        kind: 'returned',
        value,
        typeName: isTraced(value) ? 'value that is not known' : String(typeOf(value, machine)),
      };
    } catch (thrown) {
      if (thrown instanceof BudgetSpent) throw thrown;
      return { kind: 'failed', reason: reasonOf(thrown), node: placeOf(thrown, machine) };
    }
  }

  private callEntry(machine: Machine): void {
    const { entry, url, host } = this.question;
    machine.heap.epoch = 1;
    machine.hasEntered = true;
    machine.decision = undefined;
    call(machine.realm.global.find(entry)?.value, undefined, [url, host], machine, 'nested');
    machine.runUntil(0);
  }

  /** What was not followed when the work was spent. */
  private leaveOpen(thrown: unknown): void {
    if (!(thrown instanceof BudgetSpent)) throw thrown;
    const open = this.machine?.openRegions() ?? [this.question.region];
    const node = this.machine?.costliestNode;
    for (const region of open)
      this.leaves.push({ region, outcome: { kind: 'failed', reason: thrown.message, node }, decision: undefined });
  }
}

function isSameOutcome(one: Leaf['outcome'], other: Leaf['outcome']): boolean {
  return one.kind === 'returned' && other.kind === 'returned' && one.value === other.value && !isTraced(one.value);
}
