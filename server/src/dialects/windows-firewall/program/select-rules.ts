// Which rules of the script a command means that changes or removes rules.

import { COMMANDS, PARAMETERS_BY_NAME, type RuleKind } from '../vocabulary/words.js';
import type { Invocation } from './invocation.js';
import { inCmdletNames } from './netsh.js';
import { isNetsh, type StoredRule } from './rule.js';
import { type Argument, textsOf, type Value } from './value.js';

/** Rules that a command means, and what makes that uncertain. */
export interface Selection {
  readonly rules: ReadonlySet<StoredRule>;
  /** Empty where the command certainly means these rules and runs. */
  readonly unknown: readonly string[];
  /** Whether it may mean rules that the script did not make. */
  readonly mayMeanOthers: boolean;
}

export function selectRules(rules: readonly StoredRule[], kind: RuleKind, invocation: Invocation): Selection {
  const query = invocation.input ?? invocation;
  const unknown = [...invocation.conditions, ...invocation.unknown];
  if (query !== invocation) unknown.push(...query.conditions, ...query.unknown);
  const tests = selectors(query);
  const selects = tests.length > 0 || query !== invocation || selectsAll(query);
  const selected = new Set<StoredRule>();
  for (const rule of selects ? rules : []) {
    if (rule.kind !== kind) continue;
    if (tests.every(([name, { value }]) => matches(rule, name, value, isNetsh(query)) !== 'no')) selected.add(rule);
  }
  for (const [name, { value }] of tests) {
    const isCertain = [...selected].every((rule) => matches(rule, name, value, isNetsh(query)) === 'yes');
    if (!textsOf(value) || !isCertain) unknown.push(`which rules ${query.command} selects by ${name}`);
  }
  const isCertain = unknown.length === invocation.conditions.length && tests.length > 0;
  return { rules: selected, unknown, mayMeanOthers: selected.size === 0 || !isCertain };
}

/** Parameters that name rules; `Set-` takes no other ones for this. */
const NAMES: ReadonlySet<string> = new Set(['name', 'displayname', 'displaygroup', 'group']);

/** Whether the parameters of a command say nothing but which rules it means. */
function onlySelects({ command }: Invocation): boolean {
  const operation = COMMANDS.get(command)?.operation;
  return operation === 'find' || operation === 'remove' || operation === 'enable' || operation === 'disable';
}

/** The parameters that say which rules a command means, by the names of the cmdlets. */
function selectors(query: Invocation): readonly (readonly [string, Argument])[] {
  if (isNetsh(query)) return [...inCmdletNames(query.parameters)].filter(([name]) => !name.startsWith('#'));
  const parameters = [...query.parameters];
  if (!onlySelects(query)) return parameters.filter(([name]) => NAMES.has(name));
  return parameters.filter(([name]) => name !== 'all' && !PARAMETERS_BY_NAME.get(name)?.families.includes('common'));
}

/** Without a selection, `Get-`, `Remove-`, `Enable-` and `Disable-` mean every rule. */
function selectsAll(query: Invocation): boolean {
  return query.parameters.has('all') || (!isNetsh(query) && onlySelects(query));
}

/** Whether a rule is among those that a parameter asks for. */
function matches(rule: StoredRule, name: string, value: Value, netsh: boolean): 'yes' | 'no' | 'maybe' {
  const wanted = textsOf(value);
  if (!wanted) return 'maybe';
  if (netsh && name === 'displayname' && wanted.some((text) => /^all$/i.test(text))) return 'yes';
  const keys = name === 'displaygroup' || name === 'group' ? ['displaygroup', 'group'] : [name];
  const given = keys.flatMap((key) => rule.parameters.get(key) ?? []);
  const own = given.flatMap((argument) => textsOf(argument.value) ?? []);
  if (own.length < given.length) return 'maybe';
  if (NAMES.has(name)) {
    return own.some((text) => wanted.some((pattern) => nameMatches(pattern, text))) ? 'yes' : 'no';
  }
  const preset = DEFAULTS.get(name);
  if (preset === undefined) {
    const isSame = wanted.join(',').toLowerCase() === own.join(',').toLowerCase();
    return isSame && own.length > 0 ? 'yes' : netsh ? 'no' : 'maybe';
  }
  const normal = (text: string) => SYNONYMS.get(text.toLowerCase()) ?? text.toLowerCase();
  return wanted.some((text) => normal(text) === normal(own[0] ?? preset)) ? 'yes' : 'no';
}

/** What a rule is without the parameter (*New-NetFirewallRule*). */
const DEFAULTS: ReadonlyMap<string, string> = new Map([
  ['direction', 'inbound'],
  ['action', 'allow'],
  ['enabled', 'true'],
]);

/** Words of netsh, with those of the cmdlets. */
const SYNONYMS: ReadonlyMap<string, string> = new Map([
  ['in', 'inbound'],
  ['out', 'outbound'],
  ['yes', 'true'],
  ['no', 'false'],
]);

/** Names are compared without case; `*` stands for any text. */
function nameMatches(pattern: string, name: string): boolean {
  const parts = pattern.toLowerCase().split('*');
  const text = name.toLowerCase();
  if (parts.length === 1) return text === parts[0];
  const [first = ''] = parts;
  const last = parts[parts.length - 1] ?? '';
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length) return false;
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = text.indexOf(part, at);
    if (found < 0 || found + part.length > text.length - last.length) return false;
    at = found + part.length;
  }
  return true;
}
