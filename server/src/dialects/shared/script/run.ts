// The state of the symbolic execution of a script: what it has cost, conditions of the current branch, and variables.
import { Budget, BudgetSpent, spendFromPurse } from '../../../model/budget.js';

/** The variables of one language, which branches copy and join. */
export interface Branching<Scope> {
  copy(): Scope;
  join(ends: readonly Scope[]): void;
  forget(names: Iterable<string>): void;
  /** What the use of values has cost since this was asked last, in the units of budgets. */
  takeUnpaid(): number;
}

/** What following a statement costs, or a round of a loop. */
const STATEMENT = 100;

/** What a command costs that changes the firewall: what it makes is read, kept, and asked for each requirement. */
const CHANGE = 2_000;

/** What each address and port of it costs. */
const INTERVAL = 20;

/** What a character of a script pays for. What is written out is followed, however long it is; only what is repeated is bounded. */
const CHARACTER = 200;

/**
 * Shell, batch and PowerShell are followed by the same rules: commands run in order; what only a run of the script would
 * decide leads into branches under a condition, after which a variable is known where all of them leave it alike; a loop
 * over unknown items is one round under a condition, which begins with what rounds assign being unknown; and one budget pays for all.
 */
export class ScriptRun<Scope extends Branching<Scope>, Condition> {
  private required: readonly Condition[] = [];
  private readonly budget = new Budget();
  /** What the texts pay for beside the budget. */
  private written = 0;

  /** @param length how many characters the script has */
  constructor(
    private variables: Scope,
    length: number,
  ) {
    this.addText(length);
  }

  /** Another script becomes a part of this one. */
  addText(length: number): void {
    this.written += length * CHARACTER;
  }

  /** The variables of the branch that is being followed. */
  get scope(): Scope {
    return this.variables;
  }

  /** The conditions under which the script reaches this point. */
  get conditions(): readonly Condition[] {
    return this.required;
  }

  /** Pays for a statement or a round of a loop, and for the values used before; returns whether that is within the bound. */
  step(): boolean {
    return this.pay(STATEMENT + this.variables.takeUnpaid());
  }

  /**
   * The same for a command that changes the firewall.
   * @param intervals how many addresses and ports the firewall keeps of it
   */
  change(intervals = 0): boolean {
    return this.pay(CHANGE + INTERVAL * intervals);
  }

  get isAtLimit(): boolean {
    return this.budget.isSpent;
  }

  private pay(units: number): boolean {
    if (this.isAtLimit) return false;
    if (units <= this.written) {
      spendFromPurse(units);
      this.written -= units;
      return true;
    }
    try {
      this.budget.spend(units);
      return true;
    } catch (thrown) {
      if (thrown instanceof BudgetSpent) return false;
      throw thrown;
    }
  }

  withConditions(conditions: readonly Condition[], body: () => void): void {
    const outer = this.required;
    this.required = [...outer, ...conditions];
    body();
    this.required = outer;
  }

  /** Follows commands with their own copy of the variables, such as a subshell. */
  isolated<Result>(body: () => Result): Result {
    const outer = this.variables;
    this.variables = outer.copy();
    const result = body();
    this.variables = outer;
    return result;
  }

  /** Follows a branch; returns what the variables hold at its end. */
  branch(conditions: readonly Condition[], body: () => void): Scope {
    return this.isolated(() => {
      this.withConditions(conditions, body);
      return this.variables;
    });
  }

  /** Follows commands that are possibly not executed. */
  underCondition(condition: Condition, body: () => void): void {
    this.scope.join([this.scope, this.branch([condition], body)]);
  }

  /** Follows a round of a loop, or a function: `assigned` are the variables that rounds before, or callers, may have set. */
  unknownRound(condition: Condition, assigned: Iterable<string>, body: () => void): void {
    this.underCondition(condition, () => {
      this.scope.forget(assigned);
      body();
    });
  }
}
