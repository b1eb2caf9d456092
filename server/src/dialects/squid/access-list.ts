import type { Statement, TraceStep } from '../../model/proxy.js';
import type { Gap } from './configuration.js';
import { type Facts, matchAll } from './matching.js';
import { guardedRules, type Rule } from './program.js';
import type { Region } from './regions.js';
import { type Entry, placeOf, type Segment } from './segments.js';
import type { RuleStatement } from './statements.js';

/** What a list says of a part of a question. */
export type Answer =
  | { readonly kind: 'rule'; readonly region: Region; readonly rule: Rule; readonly action: string }
  /** No rule matched. `last` is the last rule of the list; there is none in a list without rules. */
  | { readonly kind: 'none'; readonly region: Region; readonly last: Rule | undefined }
  /** Squid stopped at a rule to ask for a login. */
  | { readonly kind: 'login'; readonly region: Region; readonly rule: Rule }
  /** Statements that are not known come before any that decide. */
  | { readonly kind: 'gap'; readonly region: Region; readonly gap: Gap }
  /** The question falls into more parts than are followed. */
  | { readonly kind: 'too-many'; readonly region: Region };

/** How many open parts of a question a list is followed for, and into how many answers it may fall. */
const PART_LIMIT = 256;
const ANSWER_LIMIT = 4_096;

/** Which rules of a list are asked: those of one cache_peer, those whose action is possible at a step. */
export type RuleFilter = (statement: RuleStatement) => boolean;

/** Asks the rules of a list in order; the first that matches decides (`Acl::Tree`, `ACLChecklist`). */
export function askList(facts: Facts, list: string, regions: readonly Region[], filter?: RuleFilter): Answer[] {
  const answers: Answer[] = [];
  let pending = regions;
  let last: Rule | undefined;
  for (const step of stepsOf(facts, list, filter)) {
    if (step.kind === 'gap') {
      for (const region of pending) answers.push({ kind: 'gap', region, gap: step.gap });
      return answers;
    }
    const { rule } = step;
    last = rule;
    const next: Region[] = [];
    for (const region of pending) {
      const split = matchAll(facts, rule.entry.statement.references, region);
      const action = rule.entry.statement.action.text;
      for (const part of split.yes) answers.push({ kind: 'rule', region: part, rule, action });
      for (const part of split.login) answers.push({ kind: 'login', region: part, rule });
      next.push(...split.no);
    }
    pending = next;
    if (pending.length === 0) return answers;
    if (pending.length > PART_LIMIT || answers.length > ANSWER_LIMIT) {
      for (const region of pending) answers.push({ kind: 'too-many', region });
      return answers;
    }
  }
  for (const region of pending) answers.push({ kind: 'none', region, last });
  return answers;
}

type Step = { readonly kind: 'rule'; readonly rule: Rule } | { readonly kind: 'gap'; readonly gap: Gap };

/** The rules that have a chance to match, with the gaps between them; always also the last rule of the list. */
function* stepsOf(facts: Facts, list: string, filter: RuleFilter | undefined): Generator<Step> {
  const { segments, configuration } = facts.program;
  let gap = 0;
  let last: Rule | undefined;
  let given: Rule | undefined;
  for (let index = 0; index < segments.length; index++) {
    // The built-in segment stands in front of those that gaps count.
    for (let next = configuration.gaps[gap]; next && next.before < index; next = configuration.gaps[++gap]) {
      yield { kind: 'gap', gap: next };
    }
    const summary = segments[index]?.summary;
    if (!summary?.rules.has(list)) continue;
    const { rules, unguarded, guarded } = guardedRules(facts.program, summary, list);
    const live = facts.numericHost ? allOf(rules) : [...unguarded];
    if (!facts.numericHost && guarded.size > 0) {
      for (const [key, own] of smaller(guarded, facts)) {
        if (facts.everyHost || facts.live.has(key)) live.push(...own);
      }
      live.sort((a, b) => a - b);
    }
    for (const i of live) {
      const entry = rules[i];
      if (!entry || (filter && !filter(entry.statement))) continue;
      given = { segment: index, entry };
      yield { kind: 'rule', rule: given };
    }
    const lastEntry = lastMatching(rules, filter);
    if (lastEntry) last = { segment: index, entry: lastEntry };
  }
  if (last && last.entry !== given?.entry) yield { kind: 'rule', rule: last };
  for (const next of configuration.gaps.slice(gap)) yield { kind: 'gap', gap: next };
}

/** The guards that may concern the request, found from the shorter of the two lists. */
function* smaller(
  guarded: ReadonlyMap<string, readonly number[]>,
  facts: Facts,
): Generator<[string, readonly number[]]> {
  if (facts.everyHost || guarded.size <= facts.live.size) {
    yield* guarded;
    return;
  }
  for (const key of facts.live.keys()) {
    const own = guarded.get(key);
    if (own) yield [key, own];
  }
}

function allOf(rules: readonly unknown[]): number[] {
  return rules.map((_, i) => i);
}

function lastMatching(rules: readonly Entry<RuleStatement>[], filter: RuleFilter | undefined) {
  for (let i = rules.length - 1; i >= 0; i--) {
    const entry = rules[i];
    if (entry && (!filter || filter(entry.statement))) return entry;
  }
  return undefined;
}

export function ruleStatement(facts: Facts, rule: Rule): Statement {
  return placeOf(facts.program.segments[rule.segment] as Segment, rule.entry);
}

/** The rules that were passed on the way to an answer, and the one that decided, as a person would retell them. */
export function traceOf(
  facts: Facts,
  list: string,
  region: Region,
  decided: Rule | undefined,
  effect: string,
): TraceStep[] {
  const steps: TraceStep[] = [];
  for (const [index, { summary }] of facts.program.segments.entries()) {
    for (const entry of summary.rules.get(list) ?? []) {
      const rule = { segment: index, entry };
      const statement = ruleStatement(facts, rule);
      if (decided && decided.entry === entry) {
        steps.push({ statement, effect });
        return steps;
      }
      steps.push({ statement, effect: passedEffect(facts, rule, region) });
      if (steps.length >= TRACE_LIMIT)
        return decided ? [...steps, { statement: ruleStatement(facts, decided), effect }] : steps;
    }
  }
  return steps;
}

/** How many passed rules are retold. */
const TRACE_LIMIT = 200;

function passedEffect(facts: Facts, rule: Rule, region: Region): string {
  for (const reference of rule.entry.statement.references) {
    const split = matchAll(facts, [reference], region);
    if (split.yes.length === 0) return `does not match: ${reference.negated ? '!' : ''}${reference.name}`;
  }
  return 'does not match';
}
