// The commands by which a script changes the firewall.

import type { TextRange } from '../../../text/range.js';
import type { ScriptProblem } from '../syntax/script.js';
import type { Argument } from './value.js';

/** One command that changes the firewall, with the evaluated arguments. */
export interface Invocation {
  /** `new-netfirewallrule`, `netsh advfirewall firewall add rule`, …: lower case. */
  readonly command: string;
  /** By full name, lower case. */
  readonly parameters: ReadonlyMap<string, Argument>;
  /** The values that follow the word `new` of `netsh … set rule`; the other parameters choose the rules. */
  readonly newValues: ReadonlyMap<string, Argument>;
  /** The command with its arguments. */
  readonly range: TextRange;
  /** The name of the command. */
  readonly commandRange: TextRange;
  /** The conditions under which the script runs it, as written in the script. */
  readonly conditions: readonly string[];
  /** Arguments whose names are unknown, such as a splat of an unknown table. */
  readonly unknown: readonly string[];
  /** The invocation whose output it takes, in `Get-NetFirewallRule … | Remove-NetFirewallRule`. */
  readonly input: Invocation | undefined;
}

/** What a script would do, in order. */
export interface Evaluation {
  readonly invocations: readonly Invocation[];
  readonly problems: readonly ScriptProblem[];
  /** Where commands begin that were not evaluated: loops exceed a bound, or what nests too deeply was not read. */
  readonly unreadFrom: TextRange | undefined;
}

/** The name of a command that may change the firewall in a way that is not read. */
export const UNREAD = 'a command that is not read';

export function unreadCommand(range: TextRange, conditions: readonly string[]): Invocation {
  const nothing = new Map<string, Argument>();
  const common = { parameters: nothing, newValues: nothing, unknown: [], input: undefined };
  return { command: UNREAD, range, commandRange: range, conditions, ...common };
}

/** What is reported of a script whose loops cost too much. */
export function tooLong(range: TextRange): ScriptProblem {
  const message = 'the loops of this script run too many statements: those after them were not read';
  return { code: 'unmodelled-statement', range, message };
}
