// The state of the symbolic execution of a script: steps so far, conditions of the current branch, and variables.

/** The variables of one language, which branches copy and join. */
export interface Branching<Scope> {
  copy(): Scope;
  join(ends: readonly Scope[]): void;
  forget(names: Iterable<string>): void;
}

/**
 * Shell, batch and PowerShell are followed by the same rules: commands run in order; what only a run of the script would
 * decide leads into branches under a condition, after which a variable is known where all of them leave it alike; a loop
 * over unknown items is one round under a condition, which begins with what rounds assign being unknown; and there is a bound.
 */
export class ScriptRun<Scope extends Branching<Scope>, Condition> {
  private required: readonly Condition[] = [];
  private steps = 0;

  constructor(
    private variables: Scope,
    private readonly stepLimit: number,
  ) {}

  /** The variables of the branch that is being followed. */
  get scope(): Scope {
    return this.variables;
  }

  /** The conditions under which the script reaches this point. */
  get conditions(): readonly Condition[] {
    return this.required;
  }

  /** Counts a step; returns whether it is within the bound. */
  step(): boolean {
    return this.steps++ < this.stepLimit;
  }

  get isAtLimit(): boolean {
    return this.steps >= this.stepLimit;
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
