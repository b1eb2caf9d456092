// The commands that a new rule is written after, and the arguments that it takes over from them.

import type { QuotedLine } from '../../../model/evidence.js';
import { endOfLineText, startOfLine } from '../../../text/lines.js';
import { type PolicyStore, sameStore } from '../program/policy-store.js';
import type { Program } from '../program/program.js';
import { isNetsh, parameterOf, type StoredRule } from '../program/rule.js';
import type { Argument } from '../program/value.js';
import type { RuleKind } from '../vocabulary/commands.js';

/** A command that writes to a policy store: one that adds a rule, or where the store has none, one that sets profiles. */
export interface Neighbour {
  readonly store: PolicyStore;
  readonly isNetsh: boolean;
  readonly range: { readonly start: number; readonly end: number };
  /** Whether it runs just once, so that what stands after it does as well. */
  readonly isPlain: boolean;
  /** The rule that it adds. */
  readonly rule: StoredRule | undefined;
  readonly parameters: ReadonlyMap<string, Argument>;
}

/** One command of each policy store, those first whose store holds one of some statements. */
export function neighboursOf(program: Program, kind: RuleKind, decidedBy: readonly QuotedLine[]): readonly Neighbour[] {
  const rules = program.rules.map(({ stored }) => stored).filter((stored) => stored.kind === kind);
  const written = [...rules, ...program.settings].map(({ store }) => store);
  const stores = written.filter((store, index) => written.findIndex((one) => sameStore(one, store)) === index);
  const decides = (store: PolicyStore) =>
    [...rules.map(({ range, store: own }) => ({ range, own })), ...program.settings.map(settingRange)].some(
      ({ range, own }) => sameStore(own, store) && decidedBy.some((one) => one.range.start === range.start),
    );
  const neighbours = stores.flatMap((store) => neighbourIn(store, rules, program) ?? []);
  return [
    ...neighbours.filter(({ store }) => decides(store)),
    ...neighbours.filter(({ store }) => !decides(store)).reverse(),
  ];
}

function settingRange({ invocation, store }: Program['settings'][number]) {
  return { range: invocation.range, own: store };
}

function neighbourIn(store: PolicyStore, rules: readonly StoredRule[], program: Program): Neighbour | undefined {
  const own = rules.filter((rule) => sameStore(rule.store, store));
  const isPlain = (rule: StoredRule) => rule.conditions.length === 0 && !isRepeated(rule, rules);
  const rule = own.filter(isPlain).pop() ?? own[own.length - 1];
  if (rule) {
    const { range, invocation, parameters } = rule;
    return { store, range, parameters, rule, isNetsh: isNetsh(invocation), isPlain: isPlain(rule) };
  }
  const settings = program.settings.filter((setting) => sameStore(setting.store, store));
  const last = settings[settings.length - 1];
  if (!last) return undefined;
  const { range, parameters, conditions } = last.invocation;
  const plain = conditions.length === 0;
  return { store, range, parameters, rule: undefined, isNetsh: isNetsh(last.invocation), isPlain: plain };
}

/** Whether a loop makes several rules of one command. */
function isRepeated({ range }: StoredRule, rules: readonly StoredRule[]): boolean {
  return rules.filter((other) => other.range.start === range.start).length > 1;
}

/** After the line of a command; at the end of the file where it stands inside of a block. */
export function placeAfter(
  { range, isPlain }: Neighbour,
  text: string,
): { readonly at: number; readonly indentation: string } {
  if (!isPlain) return { at: text.trimEnd().length, indentation: '' };
  const before = text.slice(startOfLine(text, range.start), range.start);
  return { at: endOfLineText(text, range.end), indentation: /^[ \t]*/.exec(before)?.[0] ?? '' };
}

/** What a new rule has in common with its neighbour, as the script writes it: where it is kept, and in which group. */
export function commonArguments({ isNetsh: netsh, parameters, rule }: Neighbour, text: string): readonly string[] {
  if (netsh) return [];
  return COMMON.flatMap(([name, option, isOfRule]) => {
    const argument = isOfRule && !rule ? undefined : parameters.get(name);
    return argument ? [`${option} ${textOf(argument, text)}`] : [];
  });
}

/** The lower-case name, the option, and whether only rules have it. */
const COMMON = [
  ['policystore', '-PolicyStore', false],
  ['gposession', '-GPOSession', false],
  ['cimsession', '-CimSession', false],
  ['group', '-Group', true],
] as const;

/** The profiles of the rule beside a new one, as the script writes them; `undefined` where it is for all. */
export function profilesOf({ rule }: Neighbour, text: string): string | undefined {
  const profile = rule && parameterOf(rule, 'profile');
  if (profile === undefined || profile === '?' || profile === 'any') return undefined;
  const argument = rule?.parameters.get('profile');
  if (!argument) return undefined;
  // An argument of netsh stands there with its name.
  return textOf(argument, text).replace(/^profile=/i, '');
}

function textOf({ range }: Argument, text: string): string {
  return text.slice(range.start, range.end);
}
