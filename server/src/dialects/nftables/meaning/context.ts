// What the conditions and actions of a rule are read with.
import type { NodeProblem, SetElement, Span } from '../syntax/tree.js';
import type { Environment } from './environment.js';
import type { SetSource } from './value-reader.js';

export interface RuleContext extends Environment, SetSource {
  /** Collects the defects of the rule. */
  readonly problems: NodeProblem[];
  /** The elements of a named map; `undefined` where they are not known. */
  mapElements(name: string): readonly SetElement[] | undefined;
  /** The text of a part of the rule. */
  text(span: Span): string;
}
