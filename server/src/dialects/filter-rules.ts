import type { FilterAction, FilterRule, Phase } from '../model/filter.js';
import { type Address, IpSet } from '../model/ip.js';
import { ALL_PROTOCOLS, intersectBoxes, type PacketBox, PacketSet } from '../model/packets.js';
import { ALL_PORTS } from '../model/ports.js';
import type { Problem } from './dialect.js';

/** How many rules are compared with others before the rest is left alone: some milliseconds of work. */
const COMPARISON_LIMIT = 200_000;

/** What looking at one rule costs, in comparisons. */
const RULE_COST = 8;

/** How many boxes a rule may be cut into before it counts as not covered. */
const BOX_LIMIT = 256;

/** How many of the rules that cover one are shown. */
const RELATED_LIMIT = 8;

/**
 * Rules of chains that never decide anything, because the rules in front of them, one or several together, match all that
 * they would match. Exact; in chains that are too long for it the rules at the end are left alone.
 */
export function shadowedRules(chains: Iterable<readonly FilterRule[]>): Problem[] {
  const problems: Problem[] = [];
  const work = { left: COMPARISON_LIMIT };
  for (const rules of chains) {
    const seen = new SeenRules();
    for (const rule of rules) {
      if (work.left <= 0) return problems;
      work.left -= RULE_COST;
      if (!isSubject(rule)) continue;
      const covering = seen.covering(rule, work);
      if (covering) problems.push(problemOf(rule, covering));
      // A rule that never decides takes nothing from those behind it.
      else if (takesAway(rule)) seen.add(rule);
    }
  }
  return problems;
}

function isSubject({ match, phases, action }: FilterRule): boolean {
  return match.length > 0 && phases.length > 0 && action.kind !== 'continue';
}

/** Whether packets that the rule matches surely do not come to the next one. */
function takesAway({ opaque, action }: FilterRule): boolean {
  return opaque.length === 0 && action.kind !== 'jump' && action.kind !== 'continue';
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
  const by = isOne ? 'the rule in front of it' : `${covering.length} rules in front of it together`;
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

/** One packet of a rule, between whatever interfaces the rule names. */
interface Corner {
  readonly source: Address;
  readonly destination: Address;
  readonly protocol: number;
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly box: PacketBox;
}

/** The rules in front of one, found by the destination of a single packet. */
class SeenRules {
  private readonly all: FilterRule[] = [];
  /** Rules for a single IPv4 /24 or /16, by that network; see {@link networkOf}. */
  private readonly narrow = new Map<number, FilterRule[]>();
  private readonly wide: FilterRule[] = [];

  add(rule: FilterRule): void {
    this.all.push(rule);
    const network = networkOf(rule);
    if (network === undefined) {
      this.wide.push(rule);
      return;
    }
    const known = this.narrow.get(network);
    if (known) known.push(rule);
    else this.narrow.set(network, [rule]);
  }

  /** The rules that match everything which `rule` does; `undefined` where something is left. */
  covering(rule: FilterRule, work: { left: number }): FilterRule[] | undefined {
    const corner = cornerOf(rule);
    if (!corner) return undefined;
    // Most rules are told apart by a single packet that nothing in front of them matches.
    const near = this.near(corner.destination);
    for (const list of near) work.left -= list.length;
    const needed = new Set<FilterRule>();
    for (const phase of rule.phases) {
      if (!near.some((rules) => rules.some((earlier) => earlier.phases.includes(phase) && matches(earlier, corner)))) {
        return undefined;
      }
    }
    for (const phase of rule.phases) {
      const contributors = this.cover(rule, phase, work);
      if (!contributors) return undefined;
      for (const one of contributors) needed.add(one);
    }
    return this.all.filter((one) => needed.has(one));
  }

  private near({ family, value }: Address): (readonly FilterRule[])[] {
    if (family === 6) return [this.wide];
    const lists = [this.wide];
    for (const network of [network24(value), network16(value)]) {
      const list = this.narrow.get(network);
      if (list) lists.push(list);
    }
    return lists;
  }

  private cover(rule: FilterRule, phase: Phase, work: { left: number }): FilterRule[] | undefined {
    let rest = PacketSet.of(...rule.match);
    const contributors: FilterRule[] = [];
    work.left -= this.all.length;
    for (const earlier of this.all) {
      if (!earlier.phases.includes(phase)) continue;
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

function matches({ match }: FilterRule, corner: Corner): boolean {
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
function networkOf({ match }: FilterRule): number | undefined {
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

function cornerOf({ match }: FilterRule): Corner | undefined {
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
