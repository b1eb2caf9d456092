// The context in which the conditions and actions of a rule are evaluated.
import type { LineProblem } from '../../shared/line-problem.js';
import type { SetElement, Span } from '../syntax/tree.js';
import type { Environment } from './environment.js';
import type { TableSets } from './named-sets.js';
import type { ResolvedSet, SetSource } from './values.js';

export class RuleContext implements SetSource {
  /** Collects the defects of the rule. */
  readonly problems: LineProblem[] = [];

  constructor(
    readonly environment: Environment,
    private readonly sets: TableSets,
    private readonly ruleText: string,
  ) {}

  set(name: string): ResolvedSet | undefined {
    return this.sets.set(name);
  }

  /** The elements of a named map; `undefined` where they are unknown. */
  mapElements(name: string): readonly SetElement[] | undefined {
    return this.sets.elements(name);
  }

  /** The text of a part of the rule. */
  text({ start, end }: Span): string {
    return this.ruleText.slice(start, end).replace(/\s+/g, ' ');
  }
}
