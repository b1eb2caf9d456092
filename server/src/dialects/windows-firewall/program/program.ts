// The program of a script: the rules and settings of each policy store after it has run.

import { contains } from '../../../text/range.js';
import type { Document } from '../../dialect.js';
import type { ScriptProblem } from '../syntax/script.js';
import type { Tree } from '../syntax/tree.js';
import { evaluate } from './evaluate.js';
import type { Invocation } from './invocation.js';
import type { ProfileSetting } from './profile-setting.js';
import type { StoredRule } from './rule.js';
import { type Filter, readFilter } from './rule-filter.js';
import { type OutsideRules, policiesAfter } from './store.js';

/** A rule with what it matches. */
export interface ReadRule {
  readonly stored: StoredRule;
  readonly filter: Filter;
}

export interface Program {
  readonly rules: readonly ReadRule[];
  /** Of the rules that Windows is installed with, those that the script leaves. */
  readonly predefined: readonly ReadRule[];
  readonly settings: readonly ProfileSetting[];
  readonly outside: readonly OutsideRules[];
  readonly problems: readonly ScriptProblem[];
}

export type WindowsDocument = Document<Tree, Program>;

export function programOf(tree: Tree): Program {
  const evaluation = evaluate(tree);
  const { rules, predefined, settings, outside, problems } = policiesAfter(evaluation);
  const all = [...tree.problems, ...evaluation.problems, ...problems];
  const read = (stored: StoredRule): ReadRule => {
    const { filter, problems: own } = readFilter(stored);
    for (const problem of own) all.push(problem);
    return { stored, filter };
  };
  const [readRules, readPredefined] = [rules.map(read), predefined.map(read)];
  const certain = withoutGuarded(all, evaluation.invocations);
  return { rules: readRules, predefined: readPredefined, settings, outside, problems: certain };
}

/**
 * Without what Windows rejects in some runs of a command only, where the command stands under a condition: the script
 * may test for just these runs, as in `if ($rule.Protocol -eq 'ICMPv4') { … } else { … -LocalPort $rule.Port }`.
 */
function withoutGuarded(problems: readonly ScriptProblem[], invocations: readonly Invocation[]): ScriptProblem[] {
  const runs = new Map<number, Invocation[]>();
  for (const invocation of invocations) {
    if (invocation.conditions.length === 0) continue;
    const same = runs.get(invocation.range.start);
    if (same) same.push(invocation);
    else runs.set(invocation.range.start, [invocation]);
  }
  const repeated = [...runs.values()].filter(({ length }) => length > 1);
  if (repeated.length === 0) return [...problems];
  const counts = new Map<number, number>();
  for (const { range } of problems) counts.set(range.start, (counts.get(range.start) ?? 0) + 1);
  return problems.filter(({ code, range }) => {
    if (code !== 'syntax-error') return true;
    const command = repeated.find(([first]) => first && contains(first.range, range.start));
    return !command || (counts.get(range.start) ?? 0) >= command.length;
  });
}
