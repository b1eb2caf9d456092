// Reports rules with the name of another rule.

import type { Problem } from '../../dialect.js';
import type { ReadRule } from '../program/program.js';
import type { StoredRule } from '../program/rule.js';
import { textsOf } from '../program/value.js';

/** "-Name … must be unique within the policy store" (New-NetFirewallRule); display names need not be. */
export function repeatedNames(uri: string, rules: readonly ReadRule[]): Problem[] {
  const known = new Map<string, StoredRule>();
  return rules.flatMap(({ stored }): Problem[] => {
    const argument = stored.invocation.command.startsWith('new-') ? stored.parameters.get('name') : undefined;
    const name = argument && textsOf(argument.value)?.[0];
    if (!argument || name === undefined) return [];
    const key = `${stored.kind} ${stored.store.kind} ${stored.store.name}\n${name.toLowerCase()}`;
    const earlier = known.get(key);
    if (!earlier) known.set(key, stored);
    // Two rules of one command are versions of a rule that a later command may have changed.
    if (!earlier || earlier.invocation === stored.invocation) return [];
    const message = `a rule named '${name}' already exists: Windows rejects this one`;
    const related = [{ uri, range: earlier.range, message: 'the rule with this name' }];
    return [{ code: 'duplicate-name', uri, range: argument.range, message, related }];
  });
}
