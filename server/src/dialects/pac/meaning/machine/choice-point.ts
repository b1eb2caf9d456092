// Where the run of a program divides: what is followed, and what is needed to go on from there once more.
import type { AnyNode } from 'acorn';
import type { Condition } from '../question/condition.js';
import type { Region } from '../question/region.js';
import type { Slot } from './heap.js';
import type { Frame } from './program-function.js';

/** One way on from a choice point: where its condition holds, and those of the alternatives before it do not. */
export interface Alternative<Machine> {
  readonly when: Condition;
  readonly region: Region;
  resume(machine: Machine): void;
}

/** The ways on from a choice point, made one by one. */
export interface Alternatives<Machine> {
  next(): Alternative<Machine> | undefined;
  /** What is not followed yet. */
  open(): readonly Region[];
  /** Forgets what has come since a time from paths that are not followed to their end; whether anything is left. */
  forgetSince?(serial: number): boolean;
}

/** Everything that is needed to go on from a choice point once more. */
export interface ChoicePoint<Machine> {
  /** When it was made. */
  readonly serial: number;
  readonly frames: readonly Frame<Machine>[];
  readonly stack: readonly Slot[];
  readonly mark: number;
  readonly decision: AnyNode | undefined;
  readonly hasEntered: boolean;
  readonly epoch: number;
  readonly traceLength: number;
  readonly alternatives: Alternatives<Machine>;
  next: Alternative<Machine> | undefined;
}

const MANY_CHOICES = 16;

/** How often each place divides what is asked. */
export class ChoiceCounts {
  private readonly counts = new Map<AnyNode, number>();

  add(node: AnyNode): void {
    this.counts.set(node, (this.counts.get(node) ?? 0) + 1);
  }

  get mostDivided(): AnyNode | undefined {
    return this.most?.[0];
  }

  /** The place that does so most often, where that is very often. */
  get muchDivided(): AnyNode | undefined {
    const { most } = this;
    return most && most[1] >= MANY_CHOICES ? most[0] : undefined;
  }

  private get most(): readonly [AnyNode, number] | undefined {
    return [...this.counts].sort(([, a], [, b]) => b - a)[0];
  }
}

/** How often paths have come to a place, and in how many states. */
export interface MeetingCount {
  paths: number;
  states: number;
}

/** The same for all places, by functions and instructions. */
export type MeetingCounts<Code> = Map<Code, Map<number, MeetingCount>>;
