// Macros of Jinja and templates within Go templates: a part that is printed where its name is called.
import type { Value } from './data.js';
import type { MacroCall, MacroTree } from './tree.js';
import { evaluate, type Scope } from './values.js';

/** The key of a macro among the variables, which no variable has. */
export function macroKey(name: string): string {
  return `${name}()`;
}

export class Macro {
  constructor(
    readonly tree: MacroTree,
    private readonly scope: Scope,
    /** The text that it is in; `undefined` for that of the template itself. */
    readonly text?: string,
  ) {}

  /** The variables in a call; `undefined` where it gives what the macro does not take. */
  scopeFor({ operands, named }: MacroCall, caller: Scope): Scope | undefined {
    const { parameters } = this.tree;
    const names = new Set(parameters.map(([name]) => name));
    if (operands.length > parameters.length || named.some(([name]) => !names.has(name)) || names.has(''))
      return undefined;
    const inner = this.scope.inner();
    const given = new Map(named);
    for (const [i, [name, fallback]] of parameters.entries()) {
      const operand = operands[i] ?? given.get(name);
      const value: Value = operand ? evaluate(operand, caller) : fallback && evaluate(fallback, this.scope);
      inner.set(name, value);
      if (name === '.') inner.set('$', value);
    }
    return inner;
  }
}
