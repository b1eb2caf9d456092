// The tree of a batch file, limited to the needs of scripts that call netsh.

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
  /** `setlocal` and `endlocal`, which gives the variables back the values that they had. */
  | { readonly kind: 'setlocal' | 'endlocal'; readonly range: TextRange }
  /** Another script, which may set any variable. */
  | { readonly kind: 'script'; readonly range: TextRange }
  /** `:name`, in lower case. */
  | { readonly kind: 'label'; readonly name: string; readonly range: TextRange }
  /** `call :name …`, in lower case. */
  | { readonly kind: 'call'; readonly to: string; readonly range: TextRange }
  /** `goto name`, in lower case; `eof` also for `exit`. */
  | { readonly kind: 'jump'; readonly to: string; readonly range: TextRange }
  /** A command that may change the firewall in a way that is not read. */
  | { readonly kind: 'unread'; readonly range: TextRange }
  /** `if …`, `else`, `… ||`, or another command with commands as arguments. */
  | {
      readonly kind: 'conditional';
      readonly condition: string;
      /** The command that shows a rule, where these run if it finds none: `netsh … show rule name=… || …`. */
      readonly unlessShown?: NetshCommand;
      readonly body: readonly BatchStatement[];
      readonly range: TextRange;
    }
  | {
      readonly kind: 'for';
      /** The letter of `%%letter`. */
      readonly variable: string;
      /** The text in the parentheses; `undefined` where the rounds are not followed one by one. */
      readonly list: string | undefined;
      readonly header: string;
      readonly body: readonly BatchStatement[];
      readonly range: TextRange;
    };

export interface BatchScript extends ScriptTree {
  readonly language: 'batch';
  readonly statements: readonly BatchStatement[];
}
