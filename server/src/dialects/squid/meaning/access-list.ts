// Evaluates access lists: which rule decides for each part of a request.

import { addAll } from '../../../kept/lists.js';
import { spendFromPurse } from '../../../model/budget.js';
import type { TraceStep } from '../../../model/evidence.js';
import type { Gap } from '../program/configuration.js';
import { type Program, quoteAt } from '../program/program.js';
import { type Rule, rulesByGuard, rulesOf } from '../program/rules.js';
import type { AclReference, RuleStatement } from '../syntax/tree.js';
import type { Facts } from './facts.js';
import { matchAll } from './match-acl.js';
import { type Region, type Split, TooManyParts } from './regions.js';

/** The result of a list for a part of a request. */
export type ListResult =
  | { readonly kind: 'rule'; readonly region: Region; readonly rule: Rule; readonly action: string }
  /** No rule matched. `last` is the last rule of the list; there is none in a list without rules. */
  | { readonly kind: 'none'; readonly region: Region; readonly last: Rule | undefined }
  /** Squid stopped at a rule to request a login, or in a list of fast acls for want of an answer. */
  | { readonly kind: 'login'; readonly region: Region; readonly rule: Rule }
  /** Unknown statements precede any that decide. */
  | { readonly kind: 'gap'; readonly region: Region; readonly gap: Gap }
  /** The request was split into too many parts. */
  | { readonly kind: 'too-many'; readonly region: Region };

/** How many undecided parts of a request are followed through a list, and how many results there may be. */
const PART_LIMIT = 256;
const RESULT_LIMIT = 4_096;

/** What it costs to compare a part of a request with a reference of a rule, which no verdict has to pay for: it is as much as is written. */
const COMPARED = 8;

/** Which rules of a list are evaluated: those of one cache_peer, those whose action is possible at a step. */
export type RuleFilter = (statement: RuleStatement) => boolean;

/** Evaluates the rules of a list in order; the first that matches decides (`Acl::Tree`, `ACLChecklist`). */
export function evaluateList(
  facts: Facts,
  list: string,
  regions: readonly Region[],
  filter?: RuleFilter,
): ListResult[] {
  const results: ListResult[] = [];
  let pending = regions;
  let last: Rule | undefined;
  for (const step of stepsOf(facts, list, filter)) {
    if (step.kind === 'gap') {
      for (const region of pending) results.push({ kind: 'gap', region, gap: step.gap });
      return results;
    }
    const { rule } = step;
    last = rule;
    spendFromPurse(COMPARED * pending.length * (1 + rule.line.statement.references.length));
    const next: Region[] = [];
    for (const region of pending) {
      const split = matchRule(facts, rule.line.statement.references, region);
      if (!split) {
        results.push({ kind: 'too-many', region });
        continue;
      }
      const action = rule.line.statement.action.text;
      for (const part of split.yes) results.push({ kind: 'rule', region: part, rule, action });
      for (const part of split.login) results.push({ kind: 'login', region: part, rule });
      addAll(next, split.no);
    }
    pending = next;
    if (pending.length === 0) return results;
    if (pending.length > PART_LIMIT || results.length > RESULT_LIMIT) {
      for (const region of pending) results.push({ kind: 'too-many', region });
      return results;
    }
  }
  for (const region of pending) results.push({ kind: 'none', region, last });
  return results;
}

/** What of a region some references match; `undefined` where they split it into too many parts. */
function matchRule(facts: Facts, references: readonly AclReference[], region: Region): Split | undefined {
  try {
    return matchAll(facts, references, region);
  } catch (error) {
    if (error instanceof TooManyParts) return undefined;
    throw error;
  }
}

type Step = { readonly kind: 'rule'; readonly rule: Rule } | { readonly kind: 'gap'; readonly gap: Gap };

/** The rules that may match, with the gaps between them; always also the last rule of the list. */
function* stepsOf(facts: Facts, list: string, filter: RuleFilter | undefined): Generator<Step> {
  const { gaps } = facts.program.configuration;
  const rules = rulesInQuestion(facts, list);
  let gap = 0;
  let latest: Rule | undefined;
  for (const rule of rules) {
    for (let next = gaps[gap]; next && next.before <= rule.segment; next = gaps[++gap])
      yield { kind: 'gap', gap: next };
    if (filter && !filter(rule.line.statement)) continue;
    latest = rule;
    yield { kind: 'rule', rule };
  }
  const last = lastRule(facts.program, list, filter);
  if (last && last.line !== latest?.line) {
    for (let next = gaps[gap]; next && next.before <= last.segment; next = gaps[++gap])
      yield { kind: 'gap', gap: next };
    yield { kind: 'rule', rule: last };
  }
  for (const next of gaps.slice(gap)) yield { kind: 'gap', gap: next };
}

/** The rules that possibly match: those without a domain acl, and those with one that has a value near the hosts. */
function rulesInQuestion(facts: Facts, list: string): readonly Rule[] {
  if (facts.numericHost || facts.everyHost || !facts.hostKnown) return [...rulesOf(facts.program, list)];
  const { unguarded, guarded } = rulesByGuard(facts.program, list);
  const near: Rule[] = [];
  for (const key of facts.near.keys()) {
    for (const { segment, rules } of guarded) {
      for (const line of rules.get(key) ?? []) near.push({ segment, line });
    }
  }
  if (near.length === 0) return unguarded;
  return [...unguarded, ...near].sort((a, b) => a.segment - b.segment || a.line.offset - b.line.offset);
}

function lastRule(program: Program, list: string, filter: RuleFilter | undefined): Rule | undefined {
  const holders = program.lists.get(list) ?? [];
  for (let i = holders.length - 1; i >= 0; i--) {
    const segment = holders[i] ?? 0;
    const rules = program.segments[segment]?.statements.rules.get(list) ?? [];
    for (let k = rules.length - 1; k >= 0; k--) {
      const line = rules[k];
      if (line && (!filter || filter(line.statement))) return { segment, line };
    }
  }
  return undefined;
}

export interface TracedRule {
  readonly rule: Rule | undefined;
  /** Its effect, as text for users. */
  readonly effect: string;
}

/** The rules that did not match, and then the one that decided. */
export function traceOf(
  facts: Facts,
  list: string,
  region: Region,
  { rule: decided, effect }: TracedRule,
): TraceStep[] {
  const steps: TraceStep[] = [];
  const stage = stageOf(facts, region);
  for (const rule of rulesOf(facts.program, list)) {
    const statement = quoteAt(facts.program, rule);
    if (decided?.line === rule.line) {
      steps.push({ statement, effect: stage + effect });
      return steps;
    }
    if (steps.length < TRACE_LIMIT) steps.push({ statement, effect: stage + passedEffect(facts, rule, region) });
  }
  return steps;
}

/** What passes the list, where more than one thing may: the rules are then shown for each. */
function stageOf({ decrypted, form, hostKnown }: Facts, { listener }: Region): string {
  if (decrypted) return 'request inside TLS: ';
  if (form !== 'connect' || !listener.bumps) return '';
  if (listener.mode !== 'intercept') return 'CONNECT: ';
  return hostKnown ? 'name in the client hello: ' : 'redirected connection: ';
}

/** How many rules that did not match a trace shows. */
const TRACE_LIMIT = 200;

function passedEffect(facts: Facts, rule: Rule, region: Region): string {
  for (const reference of rule.line.statement.references) {
    const split = matchRule(facts, [reference], region);
    if (split?.yes.length === 0) return `does not match: ${reference.negated ? '!' : ''}${reference.name}`;
  }
  return 'does not match';
}
