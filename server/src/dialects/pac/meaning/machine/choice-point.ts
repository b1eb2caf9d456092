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
}

/** Everything that is needed to go on from a choice point once more. */
export interface ChoicePoint<Machine> {
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
