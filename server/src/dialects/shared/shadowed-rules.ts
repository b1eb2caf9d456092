// Rules of packet filters that can never decide, because rules before them match everything that they would match.
import { Memo } from '../../kept/memo.js';
import { statementKey } from '../../model/evidence.js';
import {
  type ConnectionLimit,
  decidesNothing,
  type FilterAction,
  type FilterChain,
  type FilterRule,
  type Phase,
} from '../../model/filter.js';
import { type Address, IpSet } from '../../model/ip.js';
import { ALL_PROTOCOLS, intersectBoxes, type PacketBox, PacketSet } from '../../model/packets.js';
import { ALL_PORTS } from '../../model/ports.js';
import { fixedRun, type PlacedRun, type RuleRun, type RuleTemplate, runsOf } from '../../model/rule-runs.js';
import type { Problem } from '../dialect.js';

/** How many rules are compared with others before the check stops: some milliseconds of work. */
const COMPARISON_LIMIT = 200_000;

/** What looking at one rule costs, in comparisons. */
const RULE_COST = 8;

/** How many boxes a rule may be cut into before it counts as not covered. */
const BOX_LIMIT = 256;

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
    for (const { statement, match, phases } of rules) {
      if (match.length === 0 || phases.length === 0) continue;
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

/** The number of comparisons that are left. */
interface Work {
  left: number;
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

function isSubject({ match, phases, action }: RuleTemplate): boolean {
  return match.length > 0 && phases.length > 0 && !decidesNothing(action);
}

/** Whether packets that the rule matches definitely do not reach the next one. */
function takesAway({ opaque, action }: RuleTemplate): boolean {
  return opaque.length === 0 && action.kind !== 'jump' && !decidesNothing(action);
}

/** Whether a rule sees, of the connections that it matches, every packet that another one sees of them. */
function isWithin(limit: ConnectionLimit | undefined, wider: ConnectionLimit | undefined): boolean {
  if (wider === undefined || wider === limit) return true;
  if (wider.segment !== undefined && wider.segment !== limit?.segment) return false;
  if (wider.states === undefined) return true;
  return limit?.states !== undefined && [...limit.states].every((state) => wider.states?.has(state));
}

function sameAction(a: FilterAction, b: FilterAction): boolean {
  switch (a.kind) {
    case 'jump':
    case 'goto':
      return b.kind === a.kind && a.chain === b.chain;
    case 'rewrite':
      return b.kind === 'rewrite' && sameDestination(a, b);
    case 'undecided':
      return b.kind === 'undecided' && a.reason === b.reason;
    default:
      return a.kind === b.kind;
  }
}

type Rewrite = FilterAction & { readonly kind: 'rewrite' };

function sameDestination(a: Rewrite, b: Rewrite): boolean {
  const addresses =
    a.destination && b.destination ? a.destination.equals(b.destination) : a.destination === b.destination;
  const [ports, others] = [a.destinationPorts, b.destinationPorts];
  return addresses && (ports && others ? ports.equals(others) : ports === others);
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

/** One packet of a rule, with unspecified interfaces. */
interface Corner {
  readonly source: Address;
  readonly destination: Address;
  readonly protocol: number;
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly box: PacketBox;
}

/** The rules before one, found by the destination of a single packet. */
class SeenRules {
  private readonly all: RuleTemplate[] = [];
  /** Their numbers in the chain. */
  private readonly numbers: number[] = [];
  /** Rules for a single IPv4 /24 or /16, by that network; see {@link networkOf}. */
  private readonly narrow = new Map<number, RuleTemplate[]>();
  private readonly wide: RuleTemplate[] = [];

  add(rule: RuleTemplate, number: number): void {
    this.all.push(rule);
    this.numbers.push(number);
    const network = networkOf(rule);
    if (network === undefined) {
      this.wide.push(rule);
      return;
    }
    const known = this.narrow.get(network);
    if (known) known.push(rule);
    else this.narrow.set(network, [rule]);
  }

  /** The numbers of the rules that match everything which `rule` does; `undefined` where something is left. */
  covering(rule: RuleTemplate, work: Work): number[] | undefined {
    const corner = cornerOf(rule);
    if (!corner) return undefined;
    // Most rules have a single packet that nothing before them matches.
    const near = this.near(corner.destination);
    for (const list of near) work.left -= list.length;
    const needed = new Set<RuleTemplate>();
    for (const phase of rule.phases) {
      const isMet = (earlier: RuleTemplate) => mayCover(earlier, rule, phase) && matches(earlier, corner);
      if (!near.some((rules) => rules.some(isMet))) return undefined;
    }
    for (const phase of rule.phases) {
      const contributors = this.cover(rule, phase, work);
      if (!contributors) return undefined;
      for (const one of contributors) needed.add(one);
    }
    return this.numbers.filter((_, i) => {
      const one = this.all[i];
      return one && needed.has(one);
    });
  }

  private near({ family, value }: Address): (readonly RuleTemplate[])[] {
    if (family === 6) return [this.wide];
    const lists = [this.wide];
    for (const network of [network24(value), network16(value)]) {
      const list = this.narrow.get(network);
      if (list) lists.push(list);
    }
    return lists;
  }

  private cover(rule: RuleTemplate, phase: Phase, work: Work): RuleTemplate[] | undefined {
    let rest = PacketSet.of(...rule.match);
    const contributors: RuleTemplate[] = [];
    work.left -= this.all.length;
    for (const earlier of this.all) {
      if (!mayCover(earlier, rule, phase)) continue;
      const before = rest;
      rest = rest.subtract(PacketSet.of(...earlier.match));
      if (rest === before) continue;
      contributors.push(earlier);
      if (rest.isEmpty) return contributors;
      work.left -= rest.boxes.length;
      if (rest.boxes.length > BOX_LIMIT) return undefined;
    }
    return undefined;
  }
}

function mayCover({ phases, limit }: RuleTemplate, rule: RuleTemplate, phase: Phase): boolean {
  return phases.includes(phase) && isWithin(rule.limit, limit);
}

function matches({ match }: RuleTemplate, corner: Corner): boolean {
  return match.some(
    (box) =>
      (box.destinationPorts === ALL_PORTS || box.destinationPorts.has(corner.destinationPort)) &&
      (box.destination === IpSet.all || box.destination.has(corner.destination)) &&
      (box.source === IpSet.all || box.source.has(corner.source)) &&
      (box.protocols === ALL_PROTOCOLS || box.protocols.has(corner.protocol)) &&
      (box.sourcePorts === ALL_PORTS || box.sourcePorts.has(corner.sourcePort)) &&
      intersectBoxes(box, corner.box) !== undefined,
  );
}

/** Networks as numbers: a /24 by its own, a /16 negated. */
const network24 = (address: number) => Math.floor(address / 256);
const network16 = (address: number) => -1 - Math.floor(address / 65536);

/** The IPv4 /24, or else the /16, that holds all destinations of a rule. */
function networkOf({ match }: RuleTemplate): number | undefined {
  let [low, high] = [Number.POSITIVE_INFINITY, -1];
  for (const { destination } of match) {
    if (!destination.v6.isEmpty) return undefined;
    const { intervals } = destination.v4;
    low = Math.min(low, intervals[0]?.[0] ?? low);
    high = Math.max(high, intervals[intervals.length - 1]?.[1] ?? high);
  }
  if (high < 0) return undefined;
  if (network24(low) === network24(high)) return network24(low);
  return network16(low) === network16(high) ? network16(low) : undefined;
}

function cornerOf({ match }: RuleTemplate): Corner | undefined {
  for (const box of match) {
    const v4 = !box.source.v4.isEmpty && !box.destination.v4.isEmpty;
    const [source, destination] = [lowest(box.source, v4), lowest(box.destination, v4)];
    const [protocol, sourcePort, destinationPort] = [box.protocols.min, box.sourcePorts.min, box.destinationPorts.min];
    if (!source || !destination || protocol === undefined) continue;
    if (sourcePort === undefined || destinationPort === undefined) continue;
    return { source, destination, protocol, sourcePort, destinationPort, box };
  }
  return undefined;
}

function lowest(set: IpSet, v4: boolean): Address | undefined {
  const [value, bits] = [set.v4.min, set.v6.min];
  if (v4) return value === undefined ? undefined : { family: 4, value };
  return bits === undefined ? undefined : { family: 6, value: bits };
}
