// Finds the rules of the script that a command selects, to change or remove them.

import { addAll } from '../../../kept/lists.js';
import { Memo } from '../../../kept/memo.js';
import { spend } from '../../../model/budget.js';
import { COMMANDS, type RuleKind } from '../vocabulary/commands.js';
import { PARAMETERS_BY_NAME } from '../vocabulary/words.js';
import type { Invocation } from './invocation.js';
import { inCmdletNames } from './netsh.js';
import { isNetsh, type StoredRule } from './rule.js';
import { type Argument, textsOf } from './value.js';

/** The rules that a command selects, and why that is uncertain. */
export interface Selection {
  readonly rules: ReadonlySet<StoredRule>;
  /** Empty where the command definitely selects these rules and runs. */
  readonly unknown: readonly string[];
  /** Whether it possibly selects rules that the script did not add. */
  readonly mayMeanOthers: boolean;
}

export function selectRules(rules: readonly StoredRule[], kind: RuleKind, invocation: Invocation): Selection {
  const query = invocation.input ?? invocation;
  const unknown = [...invocation.conditions, ...invocation.unknown];
  if (query !== invocation) addAll(unknown, [...query.conditions, ...query.unknown]);
  const tests = selectors(query).map(([name, { value }]) => {
    const wanted = textsOf(value);
    return { name, test: ruleTest(name, wanted, isNetsh(query)), isCertain: wanted !== undefined };
  });
  const selects = tests.length > 0 || query !== invocation || selectsAll(query);
  const selected = new Set<StoredRule>();
  if (selects) spend(TESTED * tests.length * rules.length);
  for (const rule of selects ? rules : []) {
    if (rule.kind === kind && tests.every(({ test }) => test(rule) !== 'no')) selected.add(rule);
  }
  for (const { name, test, isCertain } of tests) {
    if (isCertain && [...selected].every((rule) => test(rule) === 'yes')) continue;
    unknown.push(`which rules ${query.command} selects by ${name}`);
  }
  const isCertain = unknown.length === invocation.conditions.length && tests.length > 0;
  return { rules: selected, unknown, mayMeanOthers: selected.size === 0 || !isCertain };
}

/** What it costs to test a rule for one parameter. */
const TESTED = 3;

/** Parameters that name rules; `Set-` selects by no others. */
const NAMES: ReadonlySet<string> = new Set(['name', 'displayname', 'displaygroup', 'group']);

/** Whether all parameters of a command select rules. */
function onlySelects({ command }: Invocation): boolean {
  const operation = COMMANDS.get(command)?.operation;
  return operation === 'find' || operation === 'remove' || operation === 'enable' || operation === 'disable';
}

/** The parameters by which a command selects rules, with the names of the cmdlets. */
function selectors(query: Invocation): readonly (readonly [string, Argument])[] {
  if (isNetsh(query)) return [...inCmdletNames(query.parameters)].filter(([name]) => !name.startsWith('#'));
  const parameters = [...query.parameters];
  if (!onlySelects(query)) return parameters.filter(([name]) => NAMES.has(name));
  return parameters.filter(([name]) => name !== 'all' && !PARAMETERS_BY_NAME.get(name)?.families.includes('common'));
}

/** Without parameters, `Get-`, `Remove-`, `Enable-` and `Disable-` select every rule. */
function selectsAll(query: Invocation): boolean {
  return query.parameters.has('all') || (!isNetsh(query) && onlySelects(query));
}

type RuleTest = (rule: StoredRule) => 'yes' | 'no' | 'maybe';

/** Tests whether a parameter selects a rule; `wanted` is `undefined` for an unknown value. */
function ruleTest(name: string, wanted: readonly string[] | undefined, netsh: boolean): RuleTest {
  if (!wanted) return () => 'maybe';
  if (netsh && name === 'displayname' && wanted.some((text) => /^all$/i.test(text))) return () => 'yes';
  if (NAMES.has(name)) {
    const keys = name === 'displaygroup' || name === 'group' ? ['displaygroup', 'group'] : [name];
    const patterns = wanted.map(namePattern);
    return (rule) => {
      const own = namesOf(rule, keys);
      if (!own) return 'maybe';
      return own.some((text) => patterns.some((matches) => matches(text))) ? 'yes' : 'no';
    };
  }
  const preset = DEFAULTS.get(name);
  if (preset === undefined) {
    const wantedText = wanted.join(',').toLowerCase();
    return (rule) => {
      const own = ownTexts(rule, [name]);
      if (own && own.length > 0 && own.join(',').toLowerCase() === wantedText) return 'yes';
      return own && netsh ? 'no' : 'maybe';
    };
  }
  const normal = (text: string) => SYNONYMS.get(text.toLowerCase()) ?? text.toLowerCase();
  const wantedValues = new Set(wanted.map(normal));
  return (rule) => {
    const own = ownTexts(rule, [name]);
    if (!own) return 'maybe';
    return wantedValues.has(normal(own[0] ?? preset)) ? 'yes' : 'no';
  };
}

/** The values of parameters of a rule together; `undefined` where one of them is unknown or empty. */
function ownTexts({ parameters }: StoredRule, names: readonly string[]): readonly string[] | undefined {
  const texts: string[] = [];
  for (const name of names) {
    const argument = parameters.get(name);
    const own = argument && textsOf(argument.value);
    if (argument && !own?.length) return undefined;
    for (const text of own ?? []) texts.push(text);
  }
  return texts;
}

const names = new Memo<StoredRule['parameters'], Map<string, readonly string[] | undefined>>();

/** The same in lower case: each command that selects by name asks every rule. */
function namesOf(rule: StoredRule, keys: readonly string[]): readonly string[] | undefined {
  const known = names.of(rule.parameters, () => new Map());
  const [key = ''] = keys;
  if (!known.has(key))
    known.set(
      key,
      ownTexts(rule, keys)?.map((text) => text.toLowerCase()),
    );
  return known.get(key);
}

/** The defaults of parameters (*New-NetFirewallRule*). */
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

/** Names are compared ignoring case; `*` matches any text. The test expects lower-case names. */
function namePattern(pattern: string): (name: string) => boolean {
  const parts = pattern.toLowerCase().split('*');
  const [first = '', ...others] = parts;
  const last = others.pop();
  if (last === undefined) return (name) => name === first;
  return (name) => {
    if (!name.startsWith(first) || !name.endsWith(last) || name.length < first.length + last.length) return false;
    let at = first.length;
    for (const part of others) {
      const found = name.indexOf(part, at);
      if (found < 0 || found + part.length > name.length - last.length) return false;
      at = found + part.length;
    }
    return true;
  };
}
