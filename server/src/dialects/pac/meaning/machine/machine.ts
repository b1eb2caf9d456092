// The state of a run of a program: a stack of operands, and frames of the functions that are being called.
import type { AnyNode } from 'acorn';
import type { Budget } from '../../../../model/budget.js';
import type { Environment } from '../environment/environment.js';
import type { Region } from '../question/region.js';
import type { Traced, Value } from '../values/value.js';
import {
  type Alternative as AlternativeOf,
  type Alternatives as AlternativesOf,
  ChoiceCounts,
  type ChoicePoint,
  type MeetingCounts,
} from './choice-point.js';
import { EndlessLoops } from './endless-loops.js';
import { AsksWhileLoading, NotFollowed, PacThrow, TrialEnded } from './failures.js';
import { type Heap, nextSerial, type Slot, UNINITIALIZED } from './heap.js';
import type { KeptState } from './kept.js';
import type { NativeContext } from './natives.js';
import { PacObject } from './objects.js';
import type { Code, Frame } from './program-function.js';
import type { ErrorName, Realm } from './realm.js';
import type { Split, Trial } from './trial.js';

/** An instruction: a function that closes over its operands. */
export type Step = (machine: Machine) => void;

export type FunctionCode = Code<Machine>;

/** A condition of the program and its outcome. */
export interface TraceStep {
  readonly node: AnyNode;
  readonly holds: boolean;
}

export type Alternative = AlternativeOf<Machine>;
export type Alternatives = AlternativesOf<Machine>;

/** What it costs to throw and to look for who catches it: the engine notes where it happened. */
const THROW_COST = 60;

/** How deep functions of the program may call each other; engines allow some thousands. */
const MAXIMUM_FRAMES = 1000;
const MAXIMUM_NESTING = 32;
const FUEL = 256;

/** What an instruction costs; one that makes an object or looks for a property pays more on its own. */
const INSTRUCTION_COST = 1.5;

/** What a choice costs, and what each limited variable of a region adds to that. */
const CHOICE_COST = 100;
const LIMIT_COST = 30;

export class Machine {
  stack: Slot[] = [];
  /** What native functions get, and operations on traced values. */
  readonly context: NativeContext;
  frames: Frame<Machine>[] = [];
  decision: AnyNode | undefined;
  readonly trace: TraceStep[] = [];
  isTracing = false;
  /** Records what requests change of what outlives them. */
  kept: KeptState | undefined;
  /** The traced key by which a native function looks into a `Map` or a `Set`. */
  keyedBy: Traced | undefined;
  /** How many calls of native functions wait for a function of the program. */
  nesting = 0;
  /** The innermost expression that is being followed on trial. */
  trial: Trial | undefined;
  /** What was split last on trial. */
  lastSplit: Split | undefined;
  /** What could not be followed on trial, and how often. */
  readonly failedTrials = new Map<AnyNode, number>();
  readonly endless = new EndlessLoops();
  /** Whether a path is being followed, and not between two. */
  isOnPath = true;
  /** Whether this path has called the entry function. */
  hasEntered = false;
  private readonly choices = new ChoiceCounts();
  readonly choicePoints: ChoicePoint<Machine>[] = [];
  /** Whether the path that was followed waits for others that come to the same place. */
  isWaiting = false;
  /** How often paths have met. */
  readonly meetings: MeetingCounts<FunctionCode> = new Map();
  private fuel = 0;
  /** The way on that is taken next, after the machine has returned to a choice point. */
  private resumed: Alternative | undefined;
  private current: Frame<Machine> | undefined;
  private returned: Value;
  private unwoundAt: AnyNode | undefined;

  constructor(
    readonly realm: Realm,
    readonly budget: Budget,
    /** What of the question is on this path; not there while the program is loaded. */
    public region: Region | undefined,
    readonly environment: Environment | undefined,
    contextOf: (machine: Machine) => NativeContext,
  ) {
    this.context = contextOf(this);
    realm.heap.budget = budget;
  }

  get heap(): Heap {
    return this.realm.heap;
  }

  get frame(): Frame<Machine> {
    const { current } = this;
    if (!current) throw new Error('no function is called');
    return current;
  }

  /** Where the path has ended. */
  get lastNode(): AnyNode | undefined {
    return this.unwoundAt;
  }

  /** The place in the program: where a function of the language is running, its call. */
  get node(): AnyNode {
    const { frames } = this;
    for (let i = frames.length - 1; i >= 0; i--) {
      const frame = frames[i];
      const node = frame && !frame.code.isLibrary && frame.code.nodes[Math.max(0, frame.pc - 1)];
      if (node) return node;
    }
    return this.current?.code.nodes[0] ?? NOWHERE;
  }

  // ---- the stack

  push(value: Slot): void {
    this.stack.push(value);
  }

  pop(): Value {
    const value = this.stack.pop();
    return value === UNINITIALIZED ? undefined : value;
  }

  peek(below = 0): Value {
    const value = this.stack[this.stack.length - 1 - below];
    return value === UNINITIALIZED ? undefined : value;
  }

  /** Removes the topmost values, and gives them in the order in which they were pushed. */
  popList(count: number): Value[] {
    return count === 0 ? [] : (this.stack.splice(this.stack.length - count, count) as Value[]);
  }

  // ---- calls

  enter(frame: Frame<Machine>): void {
    if (this.frames.length >= MAXIMUM_FRAMES) throw this.error('RangeError', 'Maximum call stack size exceeded');
    this.frames.push(frame);
    this.current = frame;
  }

  /** Leaves the innermost function. */
  leave(value: Value): void {
    const frame = this.frames.pop();
    this.current = this.frames.at(-1);
    if (!frame) return;
    this.stack.length = frame.base;
    if (frame.mode === 'value') this.push(value);
    else if (frame.mode === 'nested') this.returned = value;
    else if (frame.mode === 'construct') this.push(value instanceof PacObject ? value : frame.self);
  }

  /** Runs what `begin` calls to its end. For native functions: it cannot be followed in two ways. */
  runNested(begin: (mode: 'nested') => void, depth = this.frames.length): Value {
    if (this.nesting >= MAXIMUM_NESTING) throw this.error('RangeError', 'Maximum call stack size exceeded');
    this.nesting++;
    try {
      begin('nested');
      this.runUntil(depth);
    } finally {
      this.nesting--;
    }
    return this.returned;
  }

  /** Runs what a native function has called until it is done. */
  finishNested(depth: number): void {
    this.runNested(() => {}, depth);
  }

  /** What the outermost function gave. */
  get result(): Value {
    return this.returned;
  }

  returnNested(value: Value): void {
    this.returned = value;
  }

  /** Runs until there are no more frames than given. */
  runUntil(depth: number): void {
    do {
      try {
        this.resumeAlternative();
        this.runSteps(depth);
      } catch (thrown) {
        if (!(thrown instanceof PacThrow)) throw thrown;
        this.unwind(thrown.value, depth);
      }
    } while (this.frames.length > depth);
  }

  /** Begins a way on from a choice point, which may itself throw. */
  private resumeAlternative(): void {
    const { resumed } = this;
    this.resumed = undefined;
    resumed?.resume(this);
  }

  private runSteps(depth: number): void {
    for (let frame = this.current; frame && this.frames.length > depth; frame = this.current) {
      const { steps } = frame.code;
      do {
        if (++this.fuel >= FUEL) this.spendFuel();
        const step = steps[frame.pc++];
        if (step) step(this);
        else this.leave(undefined);
      } while (this.current === frame);
    }
  }

  /** Runs until an instruction of the innermost frame is reached. */
  runOperand(frameCount: number, boundaries: ReadonlySet<number>): void {
    while (this.resumed || this.frames.length > frameCount || !boundaries.has(this.frame.pc)) {
      if (this.frames.length < frameCount) throw new TrialEnded();
      try {
        if (this.resumed) this.resumeAlternative();
        else this.step();
      } catch (thrown) {
        if (!(thrown instanceof PacThrow)) throw thrown;
        this.unwind(thrown.value, frameCount);
      }
    }
  }

  private step(): void {
    const { frame } = this;
    if (++this.fuel >= FUEL) this.spendFuel();
    const step = frame.code.steps[frame.pc++];
    if (step) step(this);
    else this.leave(undefined);
  }

  spendFuel(): void {
    const { fuel } = this;
    this.fuel = 0;
    this.budget.spend(INSTRUCTION_COST * fuel);
  }

  /** Goes on at the innermost handler; throws where there is none above a number of frames. */
  private unwind(value: Value, depth: number): void {
    this.budget.spend(THROW_COST);
    this.unwoundAt = this.node;
    while (this.frames.length > depth) {
      const { frame } = this;
      const { handler } = frame;
      if (handler) {
        frame.handler = handler.outer;
        frame.scope = handler.scope;
        frame.pc = handler.target.at;
        this.stack.length = frame.base;
        this.push(value);
        return;
      }
      this.stack.length = frame.base;
      this.frames.pop();
      this.current = this.frames.at(-1);
    }
    throw new PacThrow(value);
  }

  error(name: ErrorName, message: string): PacThrow {
    return new PacThrow(this.realm.error(name, message));
  }

  needsRegion(): AsksWhileLoading {
    return new AsksWhileLoading();
  }

  notFollowed(reason: string): NotFollowed {
    return new NotFollowed(reason, this.node);
  }

  // ---- choice points

  /**
   * Goes on with the first of some alternatives; the others are followed when this path has ended. Called by an instruction after it
   * has taken its operands.
   */
  choose(alternatives: Alternatives): void {
    const first = alternatives.next();
    if (!first) throw new Error('there is no way on');
    const second = alternatives.next();
    if (second) {
      if (this.nesting > (this.trial?.nesting ?? 0))
        throw this.notFollowed('lets the language call a function that decides by the request');
      this.budget.spend(this.choiceCost());
      this.choices.add(this.node);
      this.heap.logsAll = true;
      const point: ChoicePoint<Machine> = {
        serial: nextSerial(),
        frames: this.frames.map((frame) => frame.copy()),
        stack: [...this.stack],
        mark: this.heap.mark(),
        decision: this.decision,
        hasEntered: this.hasEntered,
        epoch: this.heap.epoch,
        traceLength: this.trace.length,
        alternatives,
        next: second,
      };
      this.choicePoints.push(point);
      this.trial?.fork(point, first.when);
    }
    this.region = first.region;
    first.resume(this);
  }

  /** What two paths instead of one cost: the copy of the state, and the ends of both. */
  private choiceCost(): number {
    const { region } = this;
    const limits = region ? region.addresses.size + region.points.size + region.assumed.size : 0;
    return CHOICE_COST + 2 * this.frames.length + this.stack.length + LIMIT_COST * limits;
  }

  /** What takes the most work: the place that divides what is asked very often, or else the one that is running. */
  get costliestNode(): AnyNode | undefined {
    return this.choices.muchDivided ?? (this.current ? this.node : this.choices.mostDivided);
  }

  takeFrames(frames: Frame<Machine>[]): void {
    this.frames = frames;
    this.current = frames.at(-1);
  }

  /** Returns to the last choice point and takes the next alternative; false where all were followed. */
  backtrack(): boolean {
    const point = this.choicePoints.at(-1);
    // Where paths meet, it is known now which have come there.
    if (point) point.next ??= point.alternatives.next();
    if (!point?.next) return false;
    this.isWaiting = false;
    this.endless.returnTo(point);
    const alternative = point.next;
    this.heap.undo(point.mark);
    // What computes the alternatives names the place of the choice.
    this.takeFrames([...point.frames]);
    point.next = point.alternatives.next();
    if (!point.next) this.choicePoints.pop();
    this.heap.logsAll = this.choicePoints.length > (this.trial?.choiceCount ?? 0);
    this.restore(point, point.next !== undefined);
    this.region = alternative.region;
    this.isOnPath = true;
    this.resumed = alternative;
    return true;
  }

  private restore(point: ChoicePoint<Machine>, isNeededAgain: boolean): void {
    this.takeFrames(isNeededAgain ? point.frames.map((frame) => frame.copy()) : [...point.frames]);
    this.stack = [...point.stack];
    this.decision = point.decision;
    this.hasEntered = point.hasEntered;
    this.heap.epoch = point.epoch;
    this.trace.length = point.traceLength;
    this.nesting = this.trial?.nesting ?? 0;
  }

  /** What was not followed yet: the regions of the alternatives that wait. */
  openRegions(): Region[] {
    const trial = this.trial?.outermost;
    const points = trial ? this.choicePoints.slice(0, trial.choiceCount) : this.choicePoints;
    const waiting = points.flatMap(({ next, alternatives }) => [
      ...(next ? [next.region] : []),
      ...alternatives.open(),
    ]);
    const region = trial ? trial.region : this.region;
    return this.isOnPath && region ? [region, ...waiting] : waiting;
  }

  /** Forgets the newest choice points, whose paths have been joined or are not followed. */
  dropChoices(count: number): void {
    this.choicePoints.length = count;
  }

  /** Returns to a lower frame and stack; used where a trial ends. */
  cutTo(frameCount: number, stackHeight: number): void {
    this.frames.length = frameCount;
    this.current = this.frames.at(-1);
    this.stack.length = stackHeight;
  }
}

const NOWHERE = { type: 'EmptyStatement', start: 0, end: 0 } as const satisfies AnyNode;
