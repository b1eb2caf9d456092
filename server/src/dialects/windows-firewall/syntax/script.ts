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
  /** Where reading ended, in a script that is nested too deeply to be read to its end. */
  readonly unreadFrom: TextRange | undefined;
}

/** How deep blocks and expressions may nest; what nests deeper is not read. */
export const DEPTH_LIMIT = 64;

/** A part of a script as quoted in messages: on one line, and shortened. */
export function quotation(text: string): string {
  return text.slice(0, 1_000).replace(/\s+/g, ' ').trim().slice(0, 120);
}
