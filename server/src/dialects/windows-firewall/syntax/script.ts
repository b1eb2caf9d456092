// What the trees of both languages of scripts have in common.

import type { TextRange } from '../../../text/range.js';

/** A defect that a part of a script has by itself. */
export interface ScriptProblem {
  readonly code: 'syntax-error' | 'unmodelled-statement';
  readonly range: TextRange;
  readonly message: string;
}

/** A variable where it gets a value or is used; names are lower case. */
export interface VariableUse {
  readonly name: string;
  readonly range: TextRange;
  readonly role: 'definition' | 'reference';
}

export interface ScriptTree {
  readonly problems: readonly ScriptProblem[];
  readonly variables: readonly VariableUse[];
  /** Whether all of it was read; not where it nests beyond a bound. */
  readonly complete: boolean;
}

/** How deep blocks and expressions may nest; what nests deeper is not read. */
export const DEPTH_LIMIT = 64;

/** A piece of a script as it is quoted in messages: on one line, and not too long. */
export function quotation(text: string): string {
  return text.slice(0, 1_000).replace(/\s+/g, ' ').trim().slice(0, 120);
}
