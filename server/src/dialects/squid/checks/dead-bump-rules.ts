// Reports ssl_bump rules that decide at no step.

import { addTo } from '../../../kept/lists.js';
import type { Problem } from '../../dialect.js';
import { BANNED, type BumpStep } from '../meaning/ssl-bump.js';
import type { Acl } from '../program/acls.js';
import { type Program, spanAt } from '../program/program.js';
import { type Rule, rulesOf } from '../program/rules.js';
import { type AclReference, aclKey } from '../syntax/tree.js';

/** What keeps a rule from deciding at a step. */
type Obstacle =
  | { readonly kind: 'earlier'; readonly rule: Rule }
  | { readonly kind: 'banned'; readonly after: 'peek' | 'stare' | undefined }
  /** Its acls ask for steps that no connection is at together, or that no rule leads to. */
  | { readonly kind: 'step'; readonly isContradiction: boolean };

/** The obstacles of each rule that decides at no step, for the steps at which it could match. */
export function deadBumpRules(program: Program): Problem[] {
  if (program.configuration.gaps.length > 0) return [];
  const rules = [...rulesOf(program, 'ssl_bump')];
  const alive = new Set<Rule>();
  const obstacles = new Map<Rule, Obstacle[]>();
  const reached = stepsReached(program, rules);
  for (const step of reached) {
    const { deciding, others } = rulesAt(program, rules, step);
    for (const rule of deciding) alive.add(rule);
    for (const [rule, obstacle] of others) addTo(obstacles, rule, obstacle);
  }
  for (const rule of rules) {
    const mayMatchAt = (step: BumpStep) => mayMatch(program, rule, step);
    if (!reached.some(mayMatchAt)) obstacles.set(rule, [{ kind: 'step', isContradiction: !STEPS.some(mayMatchAt) }]);
  }
  return rules.flatMap((rule) => {
    const own = obstacles.get(rule);
    return own && !alive.has(rule) ? [deadRule(program, rule, own)] : [];
  });
}

function deadRule(program: Program, rule: Rule, obstacles: readonly Obstacle[]): Problem {
  const action = rule.line.statement.action.text;
  const earlier = [...new Set(obstacles.flatMap((one) => (one.kind === 'earlier' ? [one.rule] : [])))];
  const banned = obstacles.flatMap((one) => (one.kind === 'banned' ? [banText(one.after, action)] : []));
  const steps = obstacles.flatMap((one) => (one.kind === 'step' ? [STEP_TEXTS[`${one.isContradiction}`]] : []));
  const same = banned.length + steps.length === 0 && earlier.every(({ line }) => line.statement.action.text === action);
  const reasons = [
    ...(earlier.length > 0 ? ['an earlier rule matches all that it matches'] : []),
    ...new Set(banned),
    ...steps,
  ];
  return {
    ...spanAt(program, rule),
    code: same ? 'redundant-rule' : 'shadowed-rule',
    message: same
      ? 'this rule changes nothing: an earlier rule matches all that it matches, with the same result'
      : `this rule never decides: ${reasons.join(', and ')}`,
    related: earlier.map((one) => ({ ...spanAt(program, one), message: 'this rule matches first' })),
  };
}

const STEP_TEXTS = {
  true: 'its acls hold together at no step',
  false: 'no rule leads to the step that it is for',
};

const STEPS: readonly BumpStep[] = ['step1', 'step2', 'step3-after-peek', 'step3-after-stare'];

/** Whether a rule may match at a step, as far as the step decides that. */
function mayMatch(program: Program, { line }: Rule, step: BumpStep): boolean {
  return line.statement.references.every((reference) => outcomeAt(program, reference, step) !== 'no');
}

function banText(after: 'peek' | 'stare' | undefined, action: string): string {
  return after === undefined
    ? `'${action}' is possible only at step 1`
    : `'${action}' is not possible any more after a ${after} at step 2`;
}

/** The steps that some rule leads to. */
function stepsReached(program: Program, rules: readonly Rule[]): BumpStep[] {
  const actionsAt = (step: BumpStep) =>
    rulesAt(program, rules, step).deciding.map(({ line }) => line.statement.action.text);
  const first = actionsAt('step1');
  if (!first.some((action) => action === 'peek' || action === 'stare')) return ['step1'];
  const second = actionsAt('step2');
  return [
    'step1',
    'step2',
    ...(second.includes('peek') ? (['step3-after-peek'] as const) : []),
    ...(second.includes('stare') ? (['step3-after-stare'] as const) : []),
  ];
}

interface RulesAtStep {
  readonly deciding: readonly Rule[];
  readonly others: readonly (readonly [Rule, Obstacle])[];
}

/** The rules that may decide at a step: all that can match up to the first that always does. */
function rulesAt(program: Program, rules: readonly Rule[], step: BumpStep): RulesAtStep {
  const deciding: Rule[] = [];
  const others: [Rule, Obstacle][] = [];
  let final: Rule | undefined;
  for (const rule of rules) {
    const { action, references } = rule.line.statement;
    if (!mayMatch(program, rule, step)) continue;
    const outcomes = references.map((reference) => outcomeAt(program, reference, step));
    if (BANNED[step].has(action.text)) others.push([rule, { kind: 'banned', after: AFTER[step] }]);
    else if (final) others.push([rule, { kind: 'earlier', rule: final }]);
    else {
      deciding.push(rule);
      if (!outcomes.includes('maybe')) final = rule;
    }
  }
  return { deciding, others };
}

const AFTER: Readonly<Record<BumpStep, 'peek' | 'stare' | undefined>> = {
  step1: undefined,
  step2: undefined,
  'step3-after-peek': 'peek',
  'step3-after-stare': 'stare',
};

/** Whether an acl matches at a step, as far as the step alone decides that. */
function outcomeAt(program: Program, { name, negated }: AclReference, step: BumpStep): 'yes' | 'no' | 'maybe' {
  const acl = program.acls.get(aclKey(name));
  const matches = acl?.key === 'all' && acl.isBuiltIn ? true : stepMatches(acl, step);
  if (matches === undefined) return 'maybe';
  return matches === negated ? 'no' : 'yes';
}

function stepMatches(acl: Acl | undefined, step: BumpStep): boolean | undefined {
  if (acl?.type.name !== 'at_step') return undefined;
  const wanted = `sslbump${step.slice('step'.length, 'step'.length + 1)}`;
  return acl.lines.some(({ line }) => line.statement.values.some(({ text }) => text.toLowerCase() === wanted));
}
