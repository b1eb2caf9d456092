// The common parts of the trees of both languages.

import type { TextRange } from '../../../text/range.js';

/** A problem of a part of a script. */
export interface ScriptProblem {
  readonly code: 'syntax-error' | 'unmodelled-statement' | 'shadowed-rule';
  readonly range: TextRange;
  readonly message: string;
  /** What to write there instead, where that mends it. */
  readonly replacement?: string;
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
  /** Whether all of it was read; false where it is nested too deeply. */
  readonly complete: boolean;
}

/** How deep blocks and expressions may nest; what nests deeper is not read. */
export const DEPTH_LIMIT = 64;

/** A part of a script as quoted in messages: on one line, and shortened. */
export function quotation(text: string): string {
  return text.slice(0, 1_000).replace(/\s+/g, ' ').trim().slice(0, 120);
}
