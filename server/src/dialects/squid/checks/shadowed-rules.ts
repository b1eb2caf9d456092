// Reports rules that never decide, because earlier rules of the same list match all that they match.

import { Memo } from '../../../kept/memo.js';
import { HostSet } from '../../../model/hosts.js';
import type { Problem } from '../../dialect.js';
import { type Program, spanAt } from '../program/program.js';
import { partsOf, type Rule, type RulePart, rulesIn } from '../program/rules.js';
import type { RuleStatement } from '../syntax/tree.js';
import { coveredByNames } from './covered-by-name.js';
import { deadBumpRules } from './dead-bump-rules.js';
import { covers, coversHosts, coversRest, isSubset, overlaps, type Reach, reachOf } from './rule-reach.js';

/** The lists in which the first matching rule decides between two actions. */
const LISTS = [
  'http_access',
  'adapted_http_access',
  'http_reply_access',
  'miss_access',
  'always_direct',
  'never_direct',
];

interface RuleWithReach {
  readonly rule: Rule;
  readonly reach: Reach;
}

/** Lists up to this length are compared as sets; in longer ones only the names of acls are. */
const COMPARED_AS_SETS = 200;

/** Rules of which earlier rules of the same list match all requests. */
export function shadowedRules(program: Program): Problem[] {
  return [...LISTS.flatMap((list) => shadowedIn(program, list)), ...deadBumpRules(program)];
}

function shadowedIn(program: Program, list: string): Problem[] {
  // A rule after unknown statements may be reached although a rule before them would cover it.
  const gap = program.configuration.gaps[0]?.before ?? Number.POSITIVE_INFINITY;
  const parts = partsOf(program, list).filter(({ segment }) => segment < gap);
  const count = parts.reduce((sum, { lines }) => sum + lines.length, 0);
  return count > COMPARED_AS_SETS
    ? shadowedByNames(program, list, parts)
    : shadowedBySets(program, parts.flatMap(rulesIn));
}

function shadowedBySets(program: Program, rules: readonly Rule[]): Problem[] {
  const problems: Problem[] = [];
  const earlier: RuleWithReach[] = [];
  for (const rule of rules) {
    const reach = reachOf(program, rule.line.statement);
    if (!reach) continue;
    const covering = coveringRules(earlier, reach).map((one) => one.rule);
    if (covering.length > 0) {
      problems.push(shadowed(program, rule, covering));
    } else {
      earlier.push({ rule, reach });
    }
  }
  return problems;
}

function shadowedByNames(program: Program, list: string, parts: readonly RulePart[]): Problem[] {
  const statements = program.ruleStatements.of(list, () =>
    parts.map(({ lines }) => statementsIn.of(lines, onlyStatements)),
  );
  const covered = coveredByNames(statements);
  if (covered.length === 0) return [];
  const rules = parts.flatMap(rulesIn);
  return covered.flatMap(([index, by]) => {
    const [rule, earlier] = [rules[index], rules[by]];
    return rule && earlier ? [shadowed(program, rule, [earlier])] : [];
  });
}

/** The statements of the rules of each segment, which an edit of another one leaves as they are. */
const statementsIn = new Memo<RulePart['lines'], readonly RuleStatement[]>();

function onlyStatements(lines: RulePart['lines']): readonly RuleStatement[] {
  return lines.map(({ statement }) => statement);
}

function shadowed(program: Program, rule: Rule, covering: readonly Rule[]): Problem {
  const action = rule.line.statement.action.text;
  const same = covering.every(({ line }) => line.statement.action.text === action);
  const earlier = covering.length === 1 ? 'an earlier rule matches' : 'earlier rules together match';
  return {
    ...spanAt(program, rule),
    code: same ? 'redundant-rule' : 'shadowed-rule',
    message: same
      ? `this rule changes nothing: ${earlier} all that it matches, with the same result`
      : `this rule never decides: ${earlier} all that it matches`,
    related: covering.map((one) => ({ ...spanAt(program, one), message: 'this rule matches first' })),
  };
}

/** An earlier rule that covers a reach, or several that do together; empty where there are none. */
function coveringRules(earlier: readonly RuleWithReach[], reach: Reach): readonly RuleWithReach[] {
  const relevant = earlier.filter((one) => isSubset(one.reach.opaque, reach.opaque) && overlaps(one.reach, reach));
  const single = relevant.find((one) => covers(one.reach, reach));
  return single ? [single] : unionCover(relevant, reach);
}

/** Several rules that differ in their hosts only, or in their clients only, may cover a rule between them. */
function unionCover(relevant: readonly RuleWithReach[], reach: Reach): readonly RuleWithReach[] {
  const candidates = relevant.filter((one) => coversRest(one.reach, reach));
  const isAllHosts = reach.hosts === HostSet.all;
  const byHosts = isAllHosts ? [] : candidates.filter((one) => one.reach.clients.containsAll(reach.clients));
  let { hosts, clients } = reach;
  for (const [i, one] of byHosts.entries()) {
    hosts = hosts.subtract(one.reach.hosts);
    if (hosts.isEmpty) return byHosts.slice(0, i + 1);
  }
  const byClients = candidates.filter((one) => coversHosts(one.reach, reach));
  for (const [i, one] of byClients.entries()) {
    clients = clients.subtract(one.reach.clients);
    if (clients.isEmpty) return byClients.slice(0, i + 1);
  }
  return [];
}
