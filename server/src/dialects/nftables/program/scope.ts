// The variables of a file and their scopes.
import type { Location } from '../../../text/range.js';
import type { Expression } from '../syntax/tree.js';
import { Expansions } from './expansions.js';

export interface Variable {
  /** Distinguishes it from variables of the same name in other scopes. */
  readonly id: string;
  readonly definition: Location;
  /** Fully substituted, apart from undefined variables; shares the values of the variables in it. */
  readonly value: Expression;
}

/** The variables of a block, which also sees those of the blocks around it. */
export interface Scope {
  readonly expansions: Expansions;
  inner(): Scope;
  /** A variable of this block, without those around it. */
  own(name: string): Variable | undefined;
  find(name: string): Variable | undefined;
  set(name: string, variable: Variable): void;
  /** Removes a variable of this block; false if it has none of this name. */
  remove(name: string): boolean;
}

export function emptyScope(): Scope {
  return new BlockScope(undefined, new Expansions());
}

class BlockScope implements Scope {
  private readonly variables = new Map<string, Variable>();

  constructor(
    private readonly outer: BlockScope | undefined,
    readonly expansions: Expansions,
  ) {}

  inner(): Scope {
    return new BlockScope(this, this.expansions);
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
