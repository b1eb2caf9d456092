import type { QuotedLine, TraceStep } from '../../../model/evidence.js';
import type { Gap } from '../program/configuration.js';
import { type Program, type Rule, rulesByGuard, rulesOf } from '../program/program.js';
import { placeOf, type Segment } from '../program/segments.js';
import type { RuleStatement } from '../syntax/statements.js';
import { type Facts, matchAll } from './match-acl.js';
import type { Region } from './regions.js';

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
  const { gaps } = facts.program.configuration;
  const rules = chances(facts, list);
  let gap = 0;
  let given: Rule | undefined;
  for (const rule of rules) {
    // The built-in segment stands in front of those that gaps count.
    for (let next = gaps[gap]; next && next.before < rule.segment; next = gaps[++gap]) yield { kind: 'gap', gap: next };
    if (filter && !filter(rule.entry.statement)) continue;
    given = rule;
    yield { kind: 'rule', rule };
  }
  const last = lastRule(facts.program, list, filter);
  if (last && last.entry !== given?.entry) {
    for (let next = gaps[gap]; next && next.before < last.segment; next = gaps[++gap]) yield { kind: 'gap', gap: next };
    yield { kind: 'rule', rule: last };
  }
  for (const next of gaps.slice(gap)) yield { kind: 'gap', gap: next };
}

/** The rules that may match: those without guard, and those whose guard lists a host near those asked about. */
function chances(facts: Facts, list: string): readonly Rule[] {
  if (facts.numericHost || facts.everyHost) return [...rulesOf(facts.program, list)];
  const { unguarded, guarded } = rulesByGuard(facts.program, list);
  const live: Rule[] = [];
  for (const key of facts.live.keys()) {
    for (const { segment, rules } of guarded) {
      for (const entry of rules.get(key) ?? []) live.push({ segment, entry });
    }
  }
  if (live.length === 0) return unguarded;
  return [...unguarded, ...live].sort((a, b) => a.segment - b.segment || a.entry.offset - b.entry.offset);
}

function lastRule(program: Program, list: string, filter: RuleFilter | undefined): Rule | undefined {
  const holders = program.lists.get(list) ?? [];
  for (let i = holders.length - 1; i >= 0; i--) {
    const segment = holders[i] ?? 0;
    const rules = program.segments[segment]?.summary.rules.get(list) ?? [];
    for (let k = rules.length - 1; k >= 0; k--) {
      const entry = rules[k];
      if (entry && (!filter || filter(entry.statement))) return { segment, entry };
    }
  }
  return undefined;
}

export function ruleStatement(facts: Facts, rule: Rule): QuotedLine {
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
  for (const rule of rulesOf(facts.program, list)) {
    const statement = ruleStatement(facts, rule);
    if (decided?.entry === rule.entry) {
      steps.push({ statement, effect });
      return steps;
    }
    if (steps.length < TRACE_LIMIT) steps.push({ statement, effect: passedEffect(facts, rule, region) });
  }
  return steps;
}

/** How many passed rules are retold; the one that decided is retold in any case. */
const TRACE_LIMIT = 200;

function passedEffect(facts: Facts, rule: Rule, region: Region): string {
  for (const reference of rule.entry.statement.references) {
    const split = matchAll(facts, [reference], region);
    if (split.yes.length === 0) return `does not match: ${reference.negated ? '!' : ''}${reference.name}`;
  }
  return 'does not match';
}
