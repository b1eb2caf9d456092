// Which rules before another one match everything that it does.
import type { ConnectionLimit, FilterAction, Phase } from '../../model/filter.js';
import { type Address, IpSet } from '../../model/ip.js';
import { ALL_PROTOCOLS, intersectBoxes, type PacketBox, PacketSet } from '../../model/packets.js';
import { ALL_PORTS } from '../../model/ports.js';
import type { RuleTemplate } from '../../model/rule-runs.js';
import { hasAllFlags } from './tcp-flags.js';

/** How many boxes a rule may be cut into before it counts as not covered. */
const BOX_LIMIT = 256;

/** Of how many covering rules it is looked for those that are not needed. */
const PRUNED_LIMIT = 32;

/** The number of comparisons that are left. */
export interface Work {
  left: number;
}

/** How many intervals cost as much as a comparison, and how many a box may have beside. */
const INTERVALS = 16;
const FEW_INTERVALS = 8;

/** What boxes cost beside the comparison with each: nothing, unless they have many addresses and ports. */
function costOfIntervals(boxes: readonly PacketBox[]): number {
  let count = 0;
  for (const { source, destination, sourcePorts, destinationPorts } of boxes) {
    const own = source.count + destination.count + sourcePorts.count + destinationPorts.count;
    if (own > FEW_INTERVALS) count += own;
  }
  return Math.floor(count / INTERVALS);
}

/** Whether a rule sees, of the connections that it matches, every packet that another one sees of them. */
export function isWithin(limit: ConnectionLimit | undefined, wider: ConnectionLimit | undefined): boolean {
  if (wider === undefined || wider === limit) return true;
  if (wider.segment !== undefined && wider.segment !== limit?.segment) return false;
  if (wider.flags !== undefined && !hasAllFlags(wider.flags, limit?.flags)) return false;
  if (wider.states === undefined) return true;
  return limit?.states !== undefined && [...limit.states].every((state) => wider.states?.has(state));
}

export function sameAction(a: FilterAction, b: FilterAction): boolean {
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
export class SeenRules {
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
    for (const phase of partsOf(rule)) {
      const isMet = (earlier: RuleTemplate) => mayCover(earlier, rule, phase) && matches(earlier, corner);
      if (!near.some((rules) => rules.some(isMet))) return undefined;
    }
    const all = this.coveringAmong(this.all, rule, work);
    if (!all) return undefined;
    // For a long list, other rules that cover it are not looked for: each would be compared with all of its boxes.
    if (all.size === 1 && rule.match.length > BOX_LIMIT) return this.numbersOf(all);
    // What does the same explains the most, then what is fewest.
    const same = this.all.filter(({ action }) => sameAction(action, rule.action));
    const needed =
      this.oneCovering(same, rule, work) ??
      this.coveringAmong(same, rule, work) ??
      this.oneCovering([...all], rule, work) ??
      this.oneCovering(this.all, rule, work) ??
      all;
    return this.numbersOf(needed);
  }

  private numbersOf(rules: ReadonlySet<RuleTemplate>): number[] {
    return this.numbers.filter((_, i) => {
      const one = this.all[i];
      return one && rules.has(one);
    });
  }

  /** The latest rule that covers another one by itself. */
  private oneCovering(
    rules: readonly RuleTemplate[],
    rule: RuleTemplate,
    work: Work,
  ): ReadonlySet<RuleTemplate> | undefined {
    const match = PacketSet.from(rule.match);
    const own = costOfIntervals(rule.match);
    const one = [...rules].reverse().find((earlier) => {
      if (!partsOf(rule).every((part) => mayCover(earlier, rule, part))) return false;
      if (earlier.match === rule.match) return true;
      work.left -= own + costOfIntervals(earlier.match);
      return work.left > 0 && match.subtract(PacketSet.from(earlier.match)).isEmpty;
    });
    return one && new Set([one]);
  }

  /** Rules that together cover another one, without any that could be left out. */
  private coveringAmong(
    rules: readonly RuleTemplate[],
    rule: RuleTemplate,
    work: Work,
  ): ReadonlySet<RuleTemplate> | undefined {
    const needed = new Set<RuleTemplate>();
    for (const part of partsOf(rule)) {
      const contributors = cover(rules, rule, part, work);
      if (!contributors) return undefined;
      for (const one of withoutNeedless(contributors, rule, work)) needed.add(one);
    }
    return needed;
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
}

/** The rules that take something from what another one matches of a part of connections, if they take all of it. */
function cover(
  rules: readonly RuleTemplate[],
  rule: RuleTemplate,
  part: Part,
  work: Work,
): readonly RuleTemplate[] | undefined {
  let rest = PacketSet.from(rule.match);
  const contributors: RuleTemplate[] = [];
  work.left -= rules.length;
  for (const earlier of rules) {
    if (!mayCover(earlier, rule, part)) continue;
    const before = rest;
    work.left -= costOfIntervals(rest.boxes) + costOfIntervals(earlier.match);
    if (work.left <= 0) return undefined;
    rest = rest.subtract(PacketSet.from(earlier.match));
    if (rest === before) continue;
    contributors.push(earlier);
    if (rest.isEmpty) return contributors;
    work.left -= rest.boxes.length;
    if (rest.boxes.length > BOX_LIMIT) return undefined;
  }
  return undefined;
}

/** Of rules that cover another one together, those that are needed: a later one may take all that an earlier one does. */
function withoutNeedless(
  contributors: readonly RuleTemplate[],
  rule: RuleTemplate,
  work: Work,
): readonly RuleTemplate[] {
  if (contributors.length === 1 || contributors.length > PRUNED_LIMIT) return contributors;
  const match = PacketSet.from(rule.match);
  return contributors.reduce((kept, one) => {
    const others = kept.filter((other) => other !== one);
    work.left -= others.length;
    const rest = others.reduce((left, { match: boxes }) => left.subtract(PacketSet.from(boxes)), match);
    return rest.isEmpty ? others : kept;
  }, contributors);
}

/** The packets of connections of which a rule matches some: first packets, replies, or neither, such as segments with odd flags. */
type Part = Phase | 'others';

const OTHERS: readonly Part[] = ['others'];

/** Rules on packets that neither open a connection nor answer that are compared by these alone. */
export function partsOf({ phases, limit }: RuleTemplate): readonly Part[] {
  const isOfOthers = limit?.segment !== undefined || limit?.flags !== undefined;
  return phases.length > 0 || !isOfOthers ? phases : OTHERS;
}

function mayCover(earlier: RuleTemplate, rule: RuleTemplate, part: Part): boolean {
  const parts = partsOf(earlier);
  return (part === 'others' ? parts.length > 0 : parts.includes(part)) && isWithin(rule.limit, earlier.limit);
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
