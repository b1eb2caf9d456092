// A rule after the whole script has run.

import type { TextRange } from '../../../text/range.js';
import type { RuleKind } from '../vocabulary/commands.js';
import type { Invocation } from './invocation.js';
import type { PolicyStore } from './policy-store.js';
import { type Argument, textsOf } from './value.js';

export interface StoredRule {
  readonly kind: RuleKind;
  readonly store: PolicyStore;
  /** By the names of the cmdlets' parameters, lower case; those of netsh are translated. */
  readonly parameters: ReadonlyMap<string, Argument>;
  /** The conditions under which the rule exists in this form. */
  readonly conditions: readonly string[];
  /** Arguments whose names are unknown. */
  readonly unknown: readonly string[];
  /** The command that added it. */
  readonly range: TextRange;
  readonly invocation: Invocation;
}

/**
 * The first value of a parameter in lower case; `?` where it is unknown, or may be among arguments whose names are unknown;
 * `undefined` where the parameter is absent.
 */
export function parameterOf(rule: StoredRule, name: string): string | undefined {
  const argument = rule.parameters.get(name);
  if (!argument) return rule.unknown.length > 0 ? '?' : undefined;
  return textsOf(argument.value)?.[0]?.toLowerCase() ?? '?';
}

export function isNetsh({ command }: Pick<Invocation, 'command'>): boolean {
  return command.startsWith('netsh');
}
