// The rules that Windows is installed with, as rules of a store.

import { once } from '../../../kept/once.js';
import type { TextRange } from '../../../text/range.js';
import { PREDEFINED_GROUPS, PREDEFINED_RULES, type PredefinedRule } from '../vocabulary/predefined-rules.js';
import { unreadCommand } from './invocation.js';
import type { PolicyStore } from './policy-store.js';
import type { StoredRule } from './rule.js';
import type { Argument } from './value.js';

/** No statement of the script adds them. */
const NOWHERE: TextRange = { start: 0, end: 0 };

const installed = once(() => PREDEFINED_RULES.map((rule) => ({ ...storedRule(rule), invocation: NO_COMMAND })));

const NO_COMMAND = unreadCommand(NOWHERE, []);

/**
 * The rules of a computer that a script has not touched. Whether somebody else has is in no script, and each of them is for one
 * program of Windows, so that what they let pass is never certain.
 */
export function predefinedRules(store: PolicyStore): StoredRule[] {
  return installed().map((rule) => ({ ...rule, store }));
}

function storedRule(rule: PredefinedRule): Omit<StoredRule, 'store' | 'invocation'> {
  const { name, displayName, group, direction, protocol, localPort, remotePort, icmpType, profile } = rule;
  const texts = { name, displayName, group, direction, protocol, localPort, remotePort, icmpType, profile };
  const parameters = Object.entries({ ...texts, displayGroup: PREDEFINED_GROUPS.get(group) }).flatMap(([key, text]) =>
    text === undefined ? [] : [[key.toLowerCase(), argument(text)] as const],
  );
  return {
    kind: 'firewall',
    parameters: new Map(parameters),
    conditions: [`whether Windows' own rule "${displayName}" is enabled`],
    unknown: [],
    range: NOWHERE,
  };
}

function argument(text: string): Argument {
  return { value: { kind: 'text', text }, range: NOWHERE };
}
