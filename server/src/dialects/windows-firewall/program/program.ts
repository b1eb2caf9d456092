// The program of a script: the rules and settings of each policy store after it has run.

import type { Document } from '../../dialect.js';
import type { ScriptProblem } from '../syntax/script.js';
import type { Tree } from '../syntax/tree.js';
import { evaluate } from './evaluate.js';
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
  return { rules: rules.map(read), predefined: predefined.map(read), settings, outside, problems: all };
}
