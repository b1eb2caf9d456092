// The mutable state of a run, which can be undone up to a mark.
import type { Budget } from '../../../../model/budget.js';
import type { Value } from '../values/value.js';
import { TrialEnded } from './failures.js';

/** A name of a variable before its declaration was reached. */
export const UNINITIALIZED: unique symbol = Symbol('uninitialized');
export type Slot = Value | typeof UNINITIALIZED;

/** The epoch in which the objects of the language are made, before the program is loaded. */
export const LANGUAGE = -1;

let lastSerial = 0;

/** A number that is greater than all that were given before: what came first has the smaller one. */
export function nextSerial(): number {
  return ++lastSerial;
}

/** The variables of one call of a function, or of one round of a loop. */
export class Scope {
  readonly birth = nextSerial();

  constructor(
    readonly slots: Slot[],
    readonly outer: Scope | undefined,
    readonly epoch: number,
  ) {}
}

/** What has a list whose elements are replaced. */
export interface SlotOwner {
  readonly epoch: number;
  /** Of the variables of a call or a block. */
  readonly birth?: number;
}

/** An element that has been replaced, with its value now. */
export interface Change {
  readonly list: unknown[];
  readonly at: number;
  readonly value: unknown;
  readonly owner: SlotOwner;
}

/**
 * Knows how to undo what was changed since a mark (the trail of Warren's abstract machine), so that one branch of a program can be
 * followed after the other. Whatever a program can change is changed by way of `log`.
 */
export class Heap {
  private readonly trail: unknown[] = [];
  /** Whether all changes are logged: only needed while there is a choice point to return to. */
  logsAll = false;
  /** Whether changes of what was there before the request are logged, which is put back after it. */
  logsOld = false;
  /**
   * That of the language first, 0 while the program is loaded; then a new one for each part of a run that may have to be undone by
   * itself.
   */
  epoch = LANGUAGE;

  /** What was made in an earlier epoch must not be changed: an expression is followed on trial. */
  trialEpoch = LANGUAGE;

  /** Whether what was made in an epoch outlives the request that is being followed. */
  outlives(epoch: number): boolean {
    return epoch <= 0 && this.epoch > 0;
  }

  /** What walking along a long chain of objects is charged to. */
  budget: Budget | undefined;

  mark(): number {
    return this.trail.length;
  }

  undo(mark: number): void {
    const { trail } = this;
    while (trail.length > mark) {
      trail.pop();
      const old = trail.pop();
      const at = trail.pop();
      const target = trail.pop();
      if (typeof target === 'function') (target as () => void)();
      else (target as unknown[])[at as number] = old;
    }
  }

  /** Whether changes of something that was made in an epoch are logged. */
  logs(epoch: number): boolean {
    return this.logsAll || epoch < this.trialEpoch || (this.logsOld && epoch < this.epoch);
  }

  /** Called before a change of something, with what undoes it. */
  log(restore: () => void, epoch = 0): void {
    this.checkTrial(epoch);
    if (this.logs(epoch)) this.trail.push(restore, 0, undefined, undefined);
  }

  /** Called before an element of a list is replaced. */
  logSlot(list: unknown[], at: number, owner: SlotOwner): void {
    this.checkTrial(owner.epoch);
    if (this.logs(owner.epoch)) this.trail.push(list, at, list[at], owner);
  }

  /** What was logged since a mark, each element once; `undefined` where that is more than elements that were replaced. */
  changesSince(mark: number): readonly Change[] | undefined {
    const { trail } = this;
    const changes: Change[] = [];
    const known = new Map<unknown, Set<number>>();
    for (let i = mark; i < trail.length; i += 4) {
      const [target, at, owner] = [trail[i], trail[i + 1], trail[i + 3]];
      if (typeof target === 'function') return undefined;
      const [list, place] = [target as unknown[], at as number];
      const places = known.get(list) ?? new Set();
      known.set(list, places);
      if (places.has(place)) continue;
      places.add(place);
      changes.push({ list, at: place, value: list[place], owner: owner as SlotOwner });
    }
    return changes;
  }

  /** Makes changes once more that have been undone. */
  redo(changes: readonly Change[]): void {
    for (const { list, at, value, owner } of changes) {
      this.logSlot(list, at, owner);
      list[at] = value;
    }
  }

  /** Does something as if it had been done before the program was loaded: it is not undone, and part of no request. */
  asBefore<Result>(make: () => Result): Result {
    const { logsAll, logsOld, epoch, trialEpoch, budget } = this;
    Object.assign(this, { logsAll: false, logsOld: false, epoch: LANGUAGE, trialEpoch: LANGUAGE });
    try {
      return make();
    } finally {
      Object.assign(this, { logsAll, logsOld, epoch, trialEpoch, budget });
    }
  }

  private checkTrial(epoch: number): void {
    if (epoch < this.trialEpoch) throw new TrialEnded();
  }
}
