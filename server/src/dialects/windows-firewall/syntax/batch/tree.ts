// The tree of a batch file, as far as scripts that call netsh need it.

import type { TextRange } from '../../../../text/range.js';
import type { NetshCommand } from '../netsh.js';
import type { ScriptTree } from '../script.js';

export type BatchStatement =
  | {
      readonly kind: 'set';
      /** Lower case. */
      readonly name: string;
      /** `undefined` where a computation or the user gives the value. */
      readonly text: string | undefined;
      /** Whether other commands on its line or in its block were expanded before it runs. */
      readonly isNested: boolean;
      readonly range: TextRange;
    }
  | { readonly kind: 'netsh'; readonly netsh: NetshCommand; readonly range: TextRange }
  /** `if …`, `else`, `… ||`, or another command that is given commands to run. */
  | {
      readonly kind: 'conditional';
      readonly condition: string;
      readonly body: readonly BatchStatement[];
      readonly range: TextRange;
    }
  | {
      readonly kind: 'for';
      /** The letter of `%%letter`. */
      readonly variable: string;
      /** What stands in the parentheses; `undefined` where the rounds are not followed one by one. */
      readonly list: string | undefined;
      readonly header: string;
      readonly body: readonly BatchStatement[];
      readonly range: TextRange;
    };

export interface BatchScript extends ScriptTree {
  readonly language: 'batch';
  readonly statements: readonly BatchStatement[];
}
