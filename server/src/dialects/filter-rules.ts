import type { FilterRule, Phase } from '../model/filter.js';
import { IntervalSet } from '../model/intervals.js';
import { IpSet } from '../model/ip.js';
import { type PacketBox, PacketSet } from '../model/packets.js';
import type { Problem } from './dialect.js';

/** How many rules are compared with others before the rest is left alone; a comparison costs a few nanoseconds. */
const COMPARISON_LIMIT = 1_500_000;

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

function problemOf(rule: FilterRule, covering: readonly FilterRule[]): Problem {
  const { uri, range } = rule.statement;
  const sameResult = covering.every(({ action }) => JSON.stringify(action) === JSON.stringify(rule.action));
  const by = covering.length === 1 ? 'the rule in front of it' : `${covering.length} rules in front of it together`;
  return {
    code: sameResult ? 'redundant-rule' : 'shadowed-rule',
    message: sameResult
      ? `this changes nothing: ${by} already ${rule.action.kind} all that it matches`
      : `this never decides: ${by} match all that it matches`,
    uri,
    range,
    related: covering.slice(0, RELATED_LIMIT).map(({ statement }) => ({
      uri: statement.uri,
      range: statement.range,
      message: statement.text,
    })),
  };
}

/** The rules in front of one, found by the destination of a single packet. */
class SeenRules {
  private readonly all: FilterRule[] = [];
  /** Rules for one IPv4 /16, by that network. */
  private readonly narrow = new Map<number, FilterRule[]>();
  private readonly wide: FilterRule[] = [];

  add(rule: FilterRule): void {
    this.all.push(rule);
    const network = networkOf(rule);
    if (network === undefined) this.wide.push(rule);
    else {
      const known = this.narrow.get(network);
      if (known) known.push(rule);
      else this.narrow.set(network, [rule]);
    }
  }

  /** The rules that match everything which `rule` does; `undefined` where something is left. */
  covering(rule: FilterRule, work: { left: number }): FilterRule[] | undefined {
    const corner = cornerOf(rule);
    if (!corner) return undefined;
    const needed = new Set<FilterRule>();
    for (const phase of rule.phases) {
      const destination = corner.destination.v4.min;
      const near = destination === undefined ? [] : (this.narrow.get(Math.floor(destination / 65536)) ?? []);
      work.left -= near.length + this.wide.length;
      const first = PacketSet.of(corner);
      // Most rules are told apart by a single packet that nothing in front of them matches.
      if (!matchesAny(near, first, phase) && !matchesAny(this.wide, first, phase)) return undefined;
      const contributors = this.cover(rule, phase, work);
      if (!contributors) return undefined;
      for (const one of contributors) needed.add(one);
    }
    return this.all.filter((one) => needed.has(one));
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

function matchesAny(rules: readonly FilterRule[], packets: PacketSet, phase: Phase): boolean {
  return rules.some(
    ({ match, phases }) => phases.includes(phase) && match.some((box) => !packets.intersect(PacketSet.of(box)).isEmpty),
  );
}

/** The IPv4 /16 that holds all destinations of a rule. */
function networkOf({ match }: FilterRule): number | undefined {
  let network: number | undefined;
  for (const { destination } of match) {
    if (!destination.v6.isEmpty) return undefined;
    const { intervals } = destination.v4;
    const [low] = intervals[0] ?? [];
    const [, high] = intervals[intervals.length - 1] ?? [];
    if (low === undefined || high === undefined) continue;
    const own = Math.floor(low / 65536);
    if (own !== Math.floor(high / 65536) || (network !== undefined && network !== own)) return undefined;
    network = own;
  }
  return network;
}

/** A single packet of a rule, as a box; the interfaces stay as they are. */
function cornerOf({ match }: FilterRule): PacketBox | undefined {
  for (const box of match) {
    const family = box.source.v4.isEmpty || box.destination.v4.isEmpty ? 6 : 4;
    const source = box.source.ofFamily(family).first;
    const destination = box.destination.ofFamily(family).first;
    const [protocol, sourcePort, port] = [box.protocols.min, box.sourcePorts.min, box.destinationPorts.min];
    if (!source || !destination || protocol === undefined || sourcePort === undefined || port === undefined) continue;
    return {
      ...box,
      source: IpSet.range(source, source),
      destination: IpSet.range(destination, destination),
      protocols: IntervalSet.of([protocol, protocol]),
      sourcePorts: IntervalSet.of([sourcePort, sourcePort]),
      destinationPorts: IntervalSet.of([port, port]),
    };
  }
  return undefined;
}
