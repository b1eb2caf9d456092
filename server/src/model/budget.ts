// The work that one evaluation may cost.
import type { QuotedLine } from './evidence.js';

/**
 * What one evaluation may cost, about a second on a small machine. A unit is about a tenth of a microsecond: an instruction of a program
 * is one and a half, what takes memory is more.
 */
const WORK = 8_000_000;

/** What everything that is told beside the verdicts may cost together, of all the work that an evaluation may cost; what is found in the file itself may cost as much. */
export const TOLD_SHARE = 1 / 4;

/** Thrown where a budget does not suffice; caught by those who make one. */
export class BudgetSpent extends Error {
  /** The statement at which there was the most to do, where that is known. */
  at: QuotedLine | undefined;

  constructor() {
    super('needs more work than one file may cost');
  }
}

/** Thrown where a purse is empty. No verdict is made of it: all that the purse pays for ends. */
class PurseEmpty extends Error {
  constructor() {
    super('needs more work than it is worth');
  }
}

/** Counts what several evaluations take together, with the budgets that are made meanwhile. */
export class Meter {
  /** In units; what was refused counts. */
  spent = 0;

  spend(units: number): void {
    this.spent += units;
  }

  /** Does something that it counts. */
  during<Result>(work: () => Result): Result {
    const outer = meter;
    meter = this;
    try {
      return work();
    } finally {
      meter = outer;
    }
  }
}

/** Pays for several evaluations together, as for all proofs of a file: each has a budget of its own, which pays from here as well. */
export class Purse extends Meter {
  private readonly total: number;

  /**
   * @param evaluations how often it has what one evaluation may cost
   * @param extra what it has beside that
   */
  constructor(evaluations = 1, extra = 0) {
    super();
    this.total = evaluations * WORK + extra;
  }

  /** What was done, more than all of it where the last work was refused. */
  get spentShare(): number {
    return this.spent / this.total;
  }

  /** Whether it has enough for something. */
  suffices(units: number): boolean {
    return this.spent + units <= this.total;
  }

  /** Throws where too little is left, and has nothing left then. */
  override spend(units: number): void {
    super.spend(units);
    if (this.spent > this.total) throw new PurseEmpty();
  }

  /** Does something that it pays for; `otherwise` where it has too little. */
  pay<Result, Otherwise>(work: () => Result, otherwise: () => Otherwise): Result | Otherwise {
    try {
      return this.during(work);
    } catch (thrown) {
      if (thrown instanceof PurseEmpty) return otherwise();
      throw thrown;
    }
  }
}

/** What counts, or pays for, what is being done. */
let meter: Meter | undefined;

/** Pays for work that belongs to no evaluation, where a purse is there to pay for it. */
export function spendFromPurse(units: number): void {
  meter?.spend(units);
}

/** Counts work in units, never in time: the same question always costs the same. */
export class Budget {
  /** What is kept for later. */
  private kept = 0;
  private left: number;
  private readonly meter = meter;
  private refused = false;

  constructor(private readonly total = WORK) {
    this.left = total;
  }

  /** A budget of a share of what an evaluation may cost. */
  static ofShare(share: number): Budget {
    return new Budget(share * WORK);
  }

  /** Whether it did not suffice for something that had to be done. */
  get isSpent(): boolean {
    return this.refused;
  }

  /** What decides how far the same work comes. */
  get state(): string {
    return `${this.left} ${this.kept}`;
  }

  /** Does something, and tells what it cost. */
  withCostOf<Result>(work: () => Result): [Result, number] {
    const { left } = this;
    const result = work();
    return [result, left - this.left];
  }

  /** How much of the whole is spent, from 0 to 1. */
  get spentShare(): number {
    return 1 - this.left / this.total;
  }

  /** Called before the work is done, and before memory for it is taken. What is refused is not paid. */
  spend(units: number): void {
    if (this.left - units < this.kept) {
      this.refused = true;
      throw new BudgetSpent();
    }
    this.meter?.spend(units);
    this.left -= units;
  }

  /** Does something that leaves a share of the whole for what comes later. */
  leaving<Result>(share: number, work: () => Result): Result {
    return this.keeping(this.total * share, work);
  }

  /** Does something that may take no more than a share of what is left; gives `undefined` where it would. */
  attempt<Result>(share: number, work: () => Result): Result | undefined {
    const { refused } = this;
    try {
      return this.taking(share, work);
    } catch (thrown) {
      if (!(thrown instanceof BudgetSpent)) throw thrown;
      this.refused = refused;
      return undefined;
    }
  }

  /** The same, and throws where it would take more. */
  taking<Result>(share: number, work: () => Result): Result {
    return this.keeping(this.left - (this.left - this.kept) * share, work);
  }

  private keeping<Result>(units: number, work: () => Result): Result {
    const outer = this.kept;
    this.kept = Math.max(outer, units);
    try {
      return work();
    } finally {
      this.kept = outer;
    }
  }
}

/** What pays for the work that is being done. It is set for the time of a call only: no evaluation begins before another one ends. */
let current: Budget | undefined;

/**
 * Pays for work of the evaluation that is being made; outside of any, the purse that pays for what is done together pays for it. Called
 * before it is done, at the few places where work multiplies.
 */
export function spend(units: number): void {
  if (current) current.spend(units);
  else meter?.spend(units);
}

/** Does something that a budget pays for, with all that it calls. */
export function paidBy<Result>(budget: Budget, work: () => Result): Result {
  const outer = current;
  current = budget;
  try {
    return work();
  } finally {
    current = outer;
  }
}

/** Pays for nothing, as long as no evaluation is made. */
const NOBODY = {};

/** Who pays for the evaluation that is being made. */
export function currentPayer(): object {
  return current ?? NOBODY;
}

/** The budget of the evaluation that is being made; outside of any, one of its own. */
export function currentBudget(): Budget {
  return current ?? new Budget();
}

/**
 * Does a part of the evaluation that is being made. Outside of any, as for an editor or a check, it has a budget of its own, and
 * `otherwise` is the answer where that does not suffice.
 * @param share how much that may cost, of what an evaluation may
 */
export function bounded<Result>(work: () => Result, otherwise: (thrown: BudgetSpent) => Result, share = 1): Result {
  return current ? work() : unlessSpent(() => paidBy(Budget.ofShare(share), work), otherwise);
}

/** Does something; `otherwise` is the answer where a budget does not suffice for it. */
export function unlessSpent<Result>(work: () => Result, otherwise: (thrown: BudgetSpent) => Result): Result {
  try {
    return work();
  } catch (thrown) {
    if (thrown instanceof BudgetSpent) return otherwise(thrown);
    throw thrown;
  }
}

/** Does something that is worth a share of what is left, and gives `undefined` where it would cost more. */
export function attempt<Result>(share: number, work: () => Result): Result | undefined {
  return current ? current.attempt(share, work) : paidBy(new Budget(), () => attempt(share, work));
}
