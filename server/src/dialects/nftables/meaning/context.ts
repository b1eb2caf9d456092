// The context in which the conditions and actions of a rule are evaluated.
import type { LineProblem } from '../../shared/line-problem.js';
import type { Expression, SetElement, Span } from '../syntax/tree.js';
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

  /** The elements of a map, written in the rule or named; `undefined` where they are unknown. */
  elementsOf(map: Expression): readonly SetElement[] | undefined {
    if (map.kind === 'set') return map.elements;
    return map.kind === 'set-reference' ? this.sets.elements(map.name) : undefined;
  }

  /** The text of a part of the rule. */
  text({ start, end }: Span): string {
    return this.ruleText.slice(start, end).replace(/\s+/g, ' ');
  }
}
