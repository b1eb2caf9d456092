// The variables of a file, and where each of them can be seen.
import type { Location } from '../../../text/range.js';
import type { Expression } from '../syntax/tree.js';

export interface Variable {
  /** Distinguishes it from variables of the same name in other scopes. */
  readonly id: string;
  readonly definition: Location;
  /** Without variables, apart from undefined ones. */
  readonly value: Expression;
}

/** The variables of a block, which also sees those of the blocks around it. */
export interface Scope {
  /** How many more expressions may replace variables; shared by all scopes of a ruleset. */
  readonly budget: { left: number };
  inner(): Scope;
  /** A variable of this block itself. */
  own(name: string): Variable | undefined;
  find(name: string): Variable | undefined;
  set(name: string, variable: Variable): void;
  /** Removes a variable of this block; false if it has none of this name. */
  remove(name: string): boolean;
}

/** Bounds definitions that double each other. */
const EXPRESSION_LIMIT = 4_000_000;

export function emptyScope(): Scope {
  return new BlockScope(undefined, { left: EXPRESSION_LIMIT });
}

class BlockScope implements Scope {
  private readonly variables = new Map<string, Variable>();

  constructor(
    private readonly outer: BlockScope | undefined,
    readonly budget: { left: number },
  ) {}

  inner(): Scope {
    return new BlockScope(this, this.budget);
  }

  own(name: string): Variable | undefined {
    return this.variables.get(name);
  }

  find(name: string): Variable | undefined {
    return this.variables.get(name) ?? this.outer?.find(name);
  }

  set(name: string, variable: Variable): void {
    this.variables.set(name, variable);
  }

  remove(name: string): boolean {
    return this.variables.delete(name);
  }
}
