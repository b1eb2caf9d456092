// Rules of packet filters that can never decide, because rules before them match everything that they would match.
import { Memo } from '../../kept/memo.js';
import { statementKey } from '../../model/evidence.js';
import { decidesNothing, type FilterChain, type FilterRule } from '../../model/filter.js';
import type { PacketBox } from '../../model/packets.js';
import { fixedRun, type PlacedRun, type RuleRun, type RuleTemplate, runsOf } from '../../model/rule-runs.js';
import type { Problem } from '../dialect.js';
import { isWithin, partsOf, SeenRules, sameAction, type Work } from './covering-rules.js';

/** How many rules are compared with others before the check stops: some milliseconds of work. */
const COMPARISON_LIMIT = 200_000;

/** What looking at one rule costs, in comparisons. */
const RULE_COST = 8;

/** How many of the rules that cover one are shown. */
const RELATED_LIMIT = 8;

/**
 * Rules of chains that never decide anything, because the rules before them, one or several together, match all that
 * they would match. Exact; in chains that are too long, the rules at the end are not checked.
 */
export function shadowedRules(chains: Iterable<readonly FilterRule[]>): Problem[] {
  return shadowedInRuns([...chains].map((rules) => [fixedRun(rules)]));
}

/** The same for chains of runs. Those whose runs are the same as in an earlier version are not compared again. */
export function shadowedInRuns(chains: Iterable<readonly PlacedRun[]>): Problem[] {
  const problems: Problem[] = [];
  const work: Work = { left: COMPARISON_LIMIT };
  for (const runs of chains) {
    if (work.left <= 0) break;
    for (const { rule, covering } of comparisonOf(runs, work).found) {
      const [own, others] = [ruleAt(runs, rule), covering.map((number) => ruleAt(runs, number))];
      if (own)
        problems.push(
          problemOf(
            own,
            others.flatMap((other) => other ?? []),
          ),
        );
    }
  }
  return problems;
}

/**
 * The same for files whose statements may compile to several rules of the model: the elements of a map, the turns of a loop,
 * the states of a connection. A statement is reported only where all of its rules are covered.
 */
export function shadowedStatements(chains: readonly FilterChain[]): Problem[] {
  const found = new Map<string, Problem[]>();
  for (const problem of shadowedInRuns(chains.map(runsOf))) {
    const key = statementKey(problem);
    const known = found.get(key);
    if (known) known.push(problem);
    else found.set(key, [problem]);
  }
  if (found.size === 0) return [];
  const parts = new Map<string, number>();
  for (const { rules } of chains) {
    for (const rule of rules) {
      const { statement, match } = rule;
      if (match.length === 0 || partsOf(rule).length === 0) continue;
      const key = statementKey(statement);
      if (found.has(key)) parts.set(key, (parts.get(key) ?? 0) + 1);
    }
  }
  return [...found].flatMap(([key, problems]) => {
    const [first] = problems;
    if (!first || problems.length < (parts.get(key) ?? 0)) return [];
    return problems.find(({ code }) => code === 'shadowed-rule') ?? first;
  });
}

/** A rule that never decides and the rules that cover it, by their numbers in the chain. */
interface Shadowed {
  readonly rule: number;
  readonly covering: readonly number[];
}

/** The result of comparing the rules of a chain. */
interface Comparison {
  /** The runs that were compared. */
  readonly runs: readonly RuleRun[];
  /** Whether these were all of the chain. */
  readonly whole: boolean;
  /** The comparisons that could be made, and those that were. */
  readonly allowed: number;
  readonly cost: number;
  readonly found: readonly Shadowed[];
}

/** The latest comparison of chains whose first rule matches these packets; {@link stillHolds} says whether it is still valid. */
const comparisons = new Memo<readonly PacketBox[], { latest?: Comparison }>();

function comparisonOf(placed: readonly PlacedRun[], work: Work): Comparison {
  const first = placed.find(({ run }) => run.templates.length > 0)?.run.templates[0]?.match;
  const known = first && comparisons.of(first, () => ({}));
  const latest = known?.latest;
  const comparison = latest && stillHolds(latest, placed, work) ? latest : compare(placed, work.left);
  work.left -= comparison.cost;
  if (known) known.latest = comparison;
  return comparison;
}

function stillHolds({ runs, whole, allowed, cost }: Comparison, placed: readonly PlacedRun[], work: Work): boolean {
  if (whole ? placed.length !== runs.length : placed.length < runs.length) return false;
  // As much work, or enough of it for the whole chain both times.
  if (work.left !== allowed && !(whole && allowed > cost && work.left > cost)) return false;
  return runs.every((run, i) => {
    const now = placed[i]?.run;
    return now !== undefined && sameRules(run, now);
  });
}

/** Whether two runs consist of the same rules. */
function sameRules(a: RuleRun, b: RuleRun): boolean {
  if (a === b) return true;
  if (a.templates.length !== b.templates.length) return false;
  return a.templates.every(({ match, phases, limit, opaque, action }, i) => {
    const other = b.templates[i];
    if (match !== other?.match || phases !== other.phases || opaque !== other.opaque) return false;
    if (!isWithin(limit, other.limit) || !isWithin(other.limit, limit)) return false;
    return sameAction(action, other.action);
  });
}

function compare(placed: readonly PlacedRun[], allowed: number): Comparison {
  const work: Work = { left: allowed };
  const runs: RuleRun[] = [];
  const found: Shadowed[] = [];
  const seen = new SeenRules();
  let number = 0;
  const ended = (whole: boolean): Comparison => ({ runs, whole, allowed, cost: allowed - work.left, found });
  for (const { run } of placed) {
    runs.push(run);
    for (const rule of run.templates) {
      if (work.left <= 0) return ended(false);
      work.left -= RULE_COST;
      const own = number++;
      if (!isSubject(rule)) continue;
      const covering = seen.covering(rule, work);
      if (covering) found.push({ rule: own, covering });
      // A rule that never decides takes nothing from those after it.
      else if (takesAway(rule)) seen.add(rule, own);
    }
  }
  return ended(true);
}

function ruleAt(placed: readonly PlacedRun[], number: number): FilterRule | undefined {
  let index = number;
  for (const one of placed) {
    const { length } = one.run.templates;
    if (index < length) return one.at(index);
    index -= length;
  }
  return undefined;
}

function isSubject(rule: RuleTemplate): boolean {
  const { match, action } = rule;
  return match.length > 0 && partsOf(rule).length > 0 && !decidesNothing(action);
}

/** Whether packets that the rule matches definitely do not reach the next one. */
function takesAway({ opaque, action }: RuleTemplate): boolean {
  return opaque.length === 0 && action.kind !== 'jump' && !decidesNothing(action);
}

function problemOf(rule: FilterRule, covering: readonly FilterRule[]): Problem {
  const { uri, range } = rule.statement;
  const sameResult = covering.every(({ action }) => sameAction(action, rule.action));
  const isOne = covering.length === 1;
  const by = isOne ? 'the rule before it' : `${covering.length} rules before it together`;
  return {
    code: sameResult ? 'redundant-rule' : 'shadowed-rule',
    message: sameResult
      ? `this changes nothing: ${by} ${isOne ? 'does' : 'do'} the same with all that it matches`
      : `this never decides: ${by} ${isOne ? 'matches' : 'match'} all that it matches`,
    uri,
    range,
    related: covering.slice(0, RELATED_LIMIT).map(({ statement }) => ({
      uri: statement.uri,
      range: statement.range,
      message: statement.text,
    })),
  };
}
