// Rules after commands that change or remove some of them.

import { sameValue } from '../../shared/script/value.js';
import type { Command } from '../vocabulary/commands.js';
import type { Invocation } from './invocation.js';
import { inCmdletNames } from './netsh.js';
import { isNetsh, type StoredRule } from './rule.js';
import type { Selection } from './select-rules.js';
import { type Argument, textsOf } from './value.js';

/** What a rule has that sets nothing else (*New-NetFirewallRule*). */
const BY_DEFAULT: ReadonlyMap<string, string> = new Map([
  ['enabled', 'true'],
  ['action', 'allow'],
  ['profile', 'any'],
]);

/** Whether a rule has some values already, so that setting them changes nothing, under whatever condition. */
function hasAll({ parameters }: StoredRule, values: ReadonlyMap<string, Argument>): boolean {
  return [...values].every(([name, { value }]) => {
    const own = parameters.get(name)?.value;
    if (own) return sameValue(own, value);
    return value.kind === 'text' && value.text.toLowerCase() === BY_DEFAULT.get(name);
  });
}

/** Rules after some of them are given other values. */
export function changed(
  all: readonly StoredRule[],
  { rules, unknown }: Selection,
  values: ReadonlyMap<string, Argument>,
): StoredRule[] {
  return all.flatMap((rule) => {
    if (!rules.has(rule) || hasAll(rule, values)) return [rule];
    const next = { ...rule, parameters: new Map([...rule.parameters, ...values]) };
    return unknown.length === 0 ? [next] : [under(next, unknown), under(rule, unknown)];
  });
}

/** Rules after some of them are removed. */
export function without(all: readonly StoredRule[], { rules, unknown }: Selection): StoredRule[] {
  return all.flatMap((rule) => {
    if (!rules.has(rule)) return [rule];
    return unknown.length === 0 ? [] : [under(rule, unknown)];
  });
}

/** A rule under more conditions. */
export function under(rule: StoredRule, conditions: readonly string[]): StoredRule {
  return { ...rule, conditions: [...rule.conditions, ...conditions] };
}

/** Parameters that select rules; the others are what is set. */
const SELECTORS: ReadonlySet<string> = new Set([
  'name',
  'displayname',
  'displaygroup',
  'group',
  'inputobject',
  'policystore',
  'gposession',
  'cimsession',
  'whatif',
  'confirm',
]);

/** The values that a command sets in the selected rules, by the names of the cmdlets. */
export function valuesSetBy({ operation }: Command, invocation: Invocation): ReadonlyMap<string, Argument> {
  if (operation !== 'change') {
    const text = operation === 'enable' ? 'true' : 'false';
    return new Map([['enabled', { value: { kind: 'text', text }, range: invocation.commandRange }]]);
  }
  if (isNetsh(invocation)) return inCmdletNames(invocation.newValues);
  const values = [...invocation.parameters].filter(([name]) => !SELECTORS.has(name));
  return new Map(values.map(([name, argument]) => [name === 'newdisplayname' ? 'displayname' : name, argument]));
}

export function switchesOff(values: ReadonlyMap<string, Argument>): boolean {
  const enabled = values.get('enabled');
  return enabled !== undefined && /^(?:false|no)$/i.test(textsOf(enabled.value)?.[0] ?? '');
}
