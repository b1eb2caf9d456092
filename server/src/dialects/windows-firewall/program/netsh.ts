// Commands of netsh with the values of their arguments.

import type { NetshCommand } from '../syntax/netsh.js';
import { NETSH_NAMES } from '../vocabulary/words.js';
import type { Invocation } from './invocation.js';
import type { Argument, Value } from './value.js';

export function invokeNetsh(
  netsh: NetshCommand,
  conditions: readonly string[],
  expand: (text: string) => Value,
): Invocation {
  const parameters = new Map<string, Argument>();
  const newValues = new Map<string, Argument>();
  for (const { name, text, range, isNew } of netsh.arguments) {
    (isNew ? newValues : parameters).set(name, { value: expand(text), range });
  }
  const { command, range, commandRange } = netsh;
  return { command, parameters, newValues, range, commandRange, conditions, unknown: [], input: undefined };
}

/** Arguments by the names that the cmdlets have for them. */
export function inCmdletNames(netshArguments: ReadonlyMap<string, Argument>): ReadonlyMap<string, Argument> {
  return new Map([...netshArguments].map(([name, argument]) => [NETSH_NAMES.get(name) ?? name, argument]));
}
