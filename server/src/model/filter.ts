import type { Assumption, QuotedLine, TraceStep } from './evidence.js';
import type { HostSet } from './hosts.js';
import { type AddressFamily, IpSet } from './ip.js';
import { ANY_PACKET, type PacketBox, PacketSet } from './packets.js';
import { ALL_PORTS, type PortSet } from './ports.js';
import { RuleIndex } from './rule-index.js';

/** Where in a host's or router's packet path a filter stands. */
export type Hook = 'forward' | 'input' | 'output';

/**
 * Which packet of a connection is asked about. A stateful filter decides on the first one; a stateless filter has to
 * permit the answer as well.
 */
export type Phase = 'first' | 'reply';

/** A condition that the file leaves to its surroundings: a rate limit, a list kept elsewhere, the time. */
export interface OpaqueCondition {
  /** The condition as the file writes it. */
  readonly text: string;
  /** Set where it is about the name of the destination: it holds for these hosts and for no other. */
  readonly hosts?: HostSet;
}

/** What a rule does with the packets that it matches. */
export type FilterAction =
  | { readonly kind: 'accept' }
  | { readonly kind: 'deny' }
  /** Continues behind this rule when the called chain returns. */
  | { readonly kind: 'jump'; readonly chain: string }
  /** Continues behind the jump that led here when the called chain returns. */
  | { readonly kind: 'goto'; readonly chain: string }
  | { readonly kind: 'return' }
  /** Has an effect that is no decision: logs, counts, marks. The packets go on. */
  | { readonly kind: 'continue' }
  /** Accepts here with another destination, which the base chains behind this one see. Each given set has one member. */
  | {
      readonly kind: 'rewrite';
      readonly destination: IpSet | undefined;
      readonly destinationPorts: PortSet | undefined;
    }
  /** Hands the packets to something that the file does not contain. */
  | { readonly kind: 'undecided'; readonly reason: string };

/**
 * What a rule asks about the state of a connection or the place of a packet in it. The phases say what that means for first
 * packets and their answers; beside these there are invalid packets, related connections and later segments.
 */
export interface ConnectionLimit {
  /** The states of connection tracking that it matches, in lower case; absent: all. */
  readonly states?: ReadonlySet<string>;
  /** Anything else, such as TCP flags: the same text for the same condition. */
  readonly segment?: string;
}

export interface FilterRule {
  readonly statement: QuotedLine;
  /** The packets that it matches: a union of products. */
  readonly match: readonly PacketBox[];
  /** The phases in which it can match at all; a rule for established connections never sees a first packet. */
  readonly phases: readonly Phase[];
  /** Absent where it matches every packet of the connections in {@link match}. */
  readonly limit?: ConnectionLimit | undefined;
  /** Each has to hold as well. */
  readonly opaque: readonly OpaqueCondition[];
  readonly action: FilterAction;
}

export interface FilterChain {
  readonly name: string;
  readonly rules: readonly FilterRule[];
  /** At least those of the rules that match some of the packets, in their order, for chains that find them faster. */
  readonly rulesFor?: (packets: PacketSet) => Iterable<FilterRule>;
}

/** A chain that packets enter by themselves, and what happens to those that leave it undecided. */
export interface BaseChain extends FilterChain {
  /** The address families of the packets that enter it; the others pass by. Absent: all families. */
  readonly families?: readonly AddressFamily[];
  readonly policy: 'accept' | 'deny';
  /** The statement that sets the policy; `undefined` where it is built in. */
  readonly policyStatement: QuotedLine | undefined;
}

/** One list of rules that answers a question: a hook of a host firewall, an access list, a zone pair. */
export interface FilterPoint {
  /** How people call it: `forward`, `OUTSIDE_IN`, `inet filter input`. */
  readonly name: string;
  readonly hook: Hook | undefined;
  /** In the order in which a packet passes them; each has to accept it. */
  readonly chains: readonly BaseChain[];
  /**
   * Whether answers to permitted connections pass by themselves. Otherwise they have to be permitted as well: at the same
   * point where it is a router's, at the opposite hook where it is a host's.
   */
  readonly stateful: boolean;
  /** Set where it is no filter on anybody's way, so that it answers only when it is named. */
  readonly byNameOnly?: boolean;
  /** What acceptance means: to pass, where this is absent; `ipsec`: to go without IPsec, which only says how it passes. */
  readonly about?: 'ipsec';
  /**
   * The interfaces between which the traffic of a direction goes, as boxes that restrict nothing else, where the file
   * tells; absent where any may be meant.
   */
  readonly paths?: Readonly<Record<'outbound' | 'inbound', readonly PacketBox[]>>;
}

/** What a packet filter's configuration means. */
export interface FilterModel {
  readonly kind: 'filter';
  /** The address families that it filters at all; `ip6tables` files say nothing of IPv4. */
  readonly families: readonly AddressFamily[];
  readonly points: readonly FilterPoint[];
  /** Whether conditions of its rules are about the names of hosts. */
  readonly namesHosts?: boolean;
  /** The chains that rules can jump to, by name. */
  readonly chains: ReadonlyMap<string, FilterChain>;
}

/** One outcome and the packets that have it. Packets under several cases differ in the assumptions of those. */
export interface FilterCase {
  readonly packets: PacketSet;
  readonly outcome: { readonly kind: 'accept' | 'deny' } | { readonly kind: 'undecided'; readonly reason: string };
  readonly decidedBy: QuotedLine | undefined;
  /** The rule that decided; absent where a policy did. */
  readonly rule?: FilterRule;
  readonly assumptions: readonly Assumption[];
  readonly trace: readonly TraceStep[];
}

/** How deep jumps may nest; the Linux kernel's own limit is the jump stack of 16 (NFT_JUMP_STACK_SIZE). */
const JUMP_DEPTH = 16;

/** How many boxes the packets at one rule may fall into before the answer is given up. */
const BOX_LIMIT = 4_096;

/** How many address ranges are gone through for one answer: less than a second of work. */
const INTERVAL_LIMIT = 10_000_000;

/** How many rules are looked at for one answer, each once for every way that leads to it. */
const VISIT_LIMIT = 4_000_000;

/**
 * Follows packets through one point of a filter. The cases cover `packets`. A rule with opaque conditions decides what it
 * matches under the assumption that they hold, and lets the same packets go on under the assumption that they do not.
 * `hosts` are the names of the destination, where these are known: they decide the conditions that are about names.
 */
export function decidePackets(
  model: FilterModel,
  point: FilterPoint,
  packets: PacketSet,
  phase: Phase,
  hosts?: HostSet,
): FilterCase[] {
  return new Walk(model, phase, hosts).throughPoint(point, packets);
}

/** Packets on their way, with what was assumed to bring them there and the jumps that they took. */
interface Stream {
  readonly packets: PacketSet;
  /** Set where rules have changed the destination. */
  readonly rewrite?: Rewrite;
  readonly assumptions: readonly Assumption[];
  readonly path: readonly TraceStep[];
  /** The rule that accepted them in a base chain before; it is the last step of the path to the present chain. */
  readonly acceptedBy?: Decider;
}

/** What was asked about, for packets whose destination is another one by now. */
interface Rewrite {
  readonly original: PacketSet;
  /** Whether the address, and whether the port, is the one value that a rule has given to all. */
  readonly address: boolean;
  readonly port: boolean;
}

/** Packets that a statement has accepted, so far. */
interface Accepted {
  readonly stream: Stream;
  readonly decidedBy: Decider;
}

/** What decides: a rule, or the statement of a policy. */
type Decider = { readonly statement: QuotedLine | undefined; readonly rule?: FilterRule };

const NOBODY: Decider = { statement: undefined };

class Walk {
  private readonly cases: FilterCase[] = [];
  /** The chains that packets are in, outermost first. */
  private readonly open: FilterChain[] = [];
  private visits = 0;
  private intervals = 0;

  constructor(
    private readonly model: FilterModel,
    private readonly phase: Phase,
    private readonly hosts: HostSet | undefined,
  ) {}

  throughPoint(point: FilterPoint, packets: PacketSet): FilterCase[] {
    let accepted: Accepted[] = [{ stream: { packets, assumptions: [], path: [] }, decidedBy: NOBODY }];
    for (const chain of point.chains) {
      const { inside: entering, outside } = byFamily(accepted, chain);
      accepted = outside;
      const policy: Decider = { statement: chain.policyStatement };
      for (const left of this.throughChain(chain, entering, accepted)) {
        // The policy decides nothing about what a rule of another chain has picked out and accepted.
        if (chain.policy === 'accept') accepted.push({ stream: left, decidedBy: left.acceptedBy ?? policy });
        else this.decide(left, 'deny', policy, `the policy of ${chain.name} denies`);
      }
    }
    for (const { stream, decidedBy } of accepted) {
      if (decidedBy === stream.acceptedBy) this.conclude(stream, 'accept', decidedBy, stream.path);
      else this.decide(stream, 'accept', decidedBy, 'accepts');
    }
    return this.cases;
  }

  /** Why a chain is not entered, if it is not. */
  private refusalOf(chain: FilterChain): string | undefined {
    if (this.open.includes(chain)) return `the chain ${chain.name} jumps to itself`;
    if (this.open.length > JUMP_DEPTH) return `jumps nest deeper than ${JUMP_DEPTH} chains at ${chain.name}`;
    return this.visits > VISIT_LIMIT ? 'the chains jump to each other too often to follow' : undefined;
  }

  /** Leads streams through a chain; returns those that leave it undecided. */
  private throughChain(chain: FilterChain, streams: readonly Stream[], accepted: Accepted[]): Stream[] {
    const refusal = this.refusalOf(chain);
    if (refusal) {
      for (const stream of streams) this.giveUp(stream, refusal);
      return [];
    }
    this.open.push(chain);
    let current: Stream[] = [...streams];
    const returned: Stream[] = [];
    const rules = rulesFor(chain, packetsOf(streams));
    for (const batch of batchesOf(
      rules,
      (rule) => rule.action.kind !== 'continue' && rule.phases.includes(this.phase),
    )) {
      if (current.length === 0) break;
      if (!('statement' in batch)) {
        const parts = ownParts(batch);
        current = current.flatMap((stream) => this.throughBatch(parts, stream, accepted));
        continue;
      }
      const rule = batch;
      const opaque = this.openConditions(rule);
      if (!opaque) continue;
      this.visits += current.length;
      const match = PacketSet.of(...rule.match);
      const next: Stream[] = [];
      for (const stream of current) {
        if (this.isPassedBy(rule, stream)) {
          next.push(stream);
          continue;
        }
        const matched = stream.packets.intersect(match);
        if (matched.isEmpty) {
          next.push(stream);
          continue;
        }
        if (this.isTooMuch(stream.packets, matched)) {
          this.giveUp(stream, 'the rules split the packets into too many parts');
          continue;
        }
        const taken: Stream = { ...stream, packets: matched, assumptions: assume(stream, rule, opaque) };
        const left = this.act(rule, taken, accepted, returned);
        // A chain that has let all packets back as they were has not told them apart from the others.
        if (opaque.length === 0 && left.length === 1 && left[0]?.packets === matched) {
          next.push(stream);
          continue;
        }
        next.push(...left);
        // Where the condition may not hold, the packets go on; where it is certain only the others do.
        const rest = opaque.length > 0 ? stream.packets : stream.packets.subtract(match);
        if (!rest.isEmpty) next.push({ ...stream, packets: rest });
      }
      current = mergeStreams(next);
    }
    this.open.pop();
    return [...returned, ...current];
  }

  /** Leads a stream through rules that decide, each of them about packets that no other does. */
  private throughBatch(parts: readonly RulePart[], stream: Stream, accepted: Accepted[]): Stream[] {
    this.visits += parts.length;
    const all = PacketSet.join(parts.map(({ packets }) => packets));
    const matched = stream.packets.intersect(all);
    if (matched.isEmpty) return [stream];
    if (this.isTooMuch(stream.packets, matched)) {
      this.giveUp(stream, 'the rules split the packets into too many parts');
      return [];
    }
    for (const { rule, packets: own } of parts) {
      const packets = matched.intersect(own);
      if (!packets.isEmpty) this.act(rule, { ...stream, packets }, accepted, []);
    }
    const rest = stream.packets.subtract(all);
    return rest.isEmpty ? [] : [{ ...stream, packets: rest }];
  }

  /** Counts the work of taking some packets out of others, and tells whether it is more than there is to be. */
  private isTooMuch(packets: PacketSet, matched: PacketSet): boolean {
    for (const { source, destination } of packets.boxes) {
      this.intervals += source.v4.count + source.v6.count + destination.v4.count + destination.v6.count;
    }
    return matched.boxes.length > BOX_LIMIT || this.intervals > INTERVAL_LIMIT;
  }

  /** Whether a rule only leads to a chain without any rule for these packets, from where all of them come back. */
  private isPassedBy({ action }: FilterRule, { packets }: Stream): boolean {
    const target = action.kind === 'jump' ? this.model.chains.get(action.chain) : undefined;
    if (!target) return false;
    for (const _ of rulesFor(target, packets)) return false;
    return true;
  }

  /** The conditions of a rule that are open; `undefined` where one of them surely does not hold. */
  private openConditions({ opaque }: FilterRule): readonly OpaqueCondition[] | undefined {
    const { hosts: asked } = this;
    if (!asked || opaque.length === 0) return opaque;
    if (opaque.some(({ hosts }) => hosts?.intersect(asked).isEmpty)) return undefined;
    return opaque.filter(({ hosts }) => !hosts || !asked.subtract(hosts).isEmpty);
  }

  /** Does to matched packets what a rule does; returns those that go on behind it. */
  private act(rule: FilterRule, taken: Stream, accepted: Accepted[], returned: Stream[]): Stream[] {
    const { action, statement } = rule;
    switch (action.kind) {
      case 'accept':
        accepted.push({ stream: taken, decidedBy: { statement, rule } });
        return [];
      case 'deny':
        this.decide(taken, 'deny', { statement, rule }, 'denies');
        return [];
      case 'return':
        returned.push(taken);
        return [];
      case 'continue':
        return [taken];
      case 'rewrite':
        accepted.push({ stream: rewritten(taken, action), decidedBy: { statement, rule } });
        return [];
      case 'undecided':
        this.giveUp({ ...taken, path: [...taken.path, { statement, effect: 'leaves it open' }] }, action.reason);
        return [];
      case 'jump':
      case 'goto': {
        const effect = `${action.kind === 'goto' ? 'goes' : 'jumps'} to ${action.chain}`;
        const entering = { ...taken, path: [...taken.path, { statement, effect }] };
        const target = this.model.chains.get(action.chain);
        if (!target) {
          this.giveUp(entering, `the chain ${action.chain} is not defined in this file`);
          return [];
        }
        const left = this.throughChain(target, [entering], accepted);
        if (action.kind === 'jump') return left.map((stream) => ({ ...stream, path: taken.path }));
        returned.push(...left);
        return [];
      }
    }
  }

  private decide(stream: Stream, kind: 'accept' | 'deny', by: Decider, effect: string): void {
    const { statement } = by;
    this.conclude(stream, kind, by, statement ? [...stream.path, { statement, effect }] : stream.path);
  }

  private conclude(
    stream: Stream,
    kind: 'accept' | 'deny',
    { statement, rule }: Decider,
    trace: readonly TraceStep[],
  ): void {
    this.cases.push({
      packets: asAsked(stream),
      outcome: { kind },
      decidedBy: statement,
      ...(rule ? { rule } : {}),
      assumptions: stream.assumptions,
      trace,
    });
  }

  private giveUp(stream: Stream, reason: string): void {
    const decidedBy = stream.path[stream.path.length - 1]?.statement;
    this.cases.push({
      packets: asAsked(stream),
      outcome: { kind: 'undecided', reason },
      decidedBy,
      assumptions: stream.assumptions,
      trace: stream.path,
    });
  }
}

/** The fewest rules that are worth looking at together, and the most. */
const BATCH_FROM = 8;
const BATCH_LIMIT = 256;

const ENDS = ['source', 'destination'] as const;
type PacketEnd = (typeof ENDS)[number];

/** Final, unconditional rules of one box each, which follow each other and differ at one end of the packets alone. */
interface Batch {
  readonly rules: readonly FilterRule[];
  readonly end: PacketEnd;
}

/**
 * The rules that count, one by one or, in long lists of addresses, many at once: one by one each of them would cost as much
 * as there are in front of it.
 */
function* batchesOf(rules: Iterable<FilterRule>, counts: (rule: FilterRule) => boolean): Generator<FilterRule | Batch> {
  let pending: FilterRule[] = [];
  let ends: readonly PacketEnd[] = ENDS;
  for (const rule of rules) {
    if (!counts(rule)) continue;
    const [first = rule] = pending;
    const left =
      isFinal(rule) && pending.length < BATCH_LIMIT ? ends.filter((end) => isAlikeBut(end, first, rule)) : [];
    if (left.length > 0) {
      pending.push(rule);
      ends = left;
      continue;
    }
    yield* together(pending, ends);
    pending = [];
    ends = ENDS;
    if (isFinal(rule)) pending.push(rule);
    else yield rule;
  }
  yield* together(pending, ends);
}

function* together(rules: readonly FilterRule[], [end]: readonly PacketEnd[]): Generator<FilterRule | Batch> {
  if (end && rules.length >= BATCH_FROM) yield { rules, end };
  else yield* rules;
}

function isFinal({ action, opaque, match }: FilterRule): boolean {
  return (action.kind === 'accept' || action.kind === 'deny') && opaque.length === 0 && match.length === 1;
}

function isAlikeBut(end: PacketEnd, { match: [a] }: FilterRule, { match: [b] }: FilterRule): boolean {
  if (!a || !b) return false;
  const same = <Set extends { equals(other: Set): boolean }>(own: Set, other: Set) =>
    own === other || own.equals(other);
  return (
    same(a.protocols, b.protocols) &&
    same(a.destinationPorts, b.destinationPorts) &&
    same(a.sourcePorts, b.sourcePorts) &&
    (end === 'source' ? same(a.destination, b.destination) : same(a.source, b.source)) &&
    same(a.inInterface, b.inInterface) &&
    same(a.outInterface, b.outInterface)
  );
}

/** A rule with what it matches and no rule of its batch in front of it does. */
interface RulePart {
  readonly rule: FilterRule;
  readonly packets: PacketSet;
}

function ownParts({ rules, end }: Batch): readonly RulePart[] {
  const sets = withoutEarlier(rules.map(({ match: [box] }) => box?.[end] ?? IpSet.empty));
  return rules.map((rule, i) => {
    return { rule, packets: PacketSet.of(...rule.match.map((box) => ({ ...box, [end]: sets[i] ?? IpSet.empty }))) };
  });
}

/** Each of some sets without what the sets in front of it hold. */
function withoutEarlier(sets: readonly IpSet[]): readonly IpSet[] {
  if (sets.length < 2 || IpSet.join(sets).size === sets.reduce((sum, { size }) => sum + size, 0n)) return sets;
  const middle = sets.length >> 1;
  const earlier = sets.slice(0, middle);
  const covered = IpSet.join(earlier);
  return [...withoutEarlier(earlier), ...withoutEarlier(sets.slice(middle)).map((set) => set.subtract(covered))];
}

/** The fewest rules that are worth an index. */
const INDEXED_FROM = 64;

/** How many streams are led through a further base chain each by itself; more are joined, whatever has accepted them. */
const TOLD_APART = 64;

const indexes = new WeakMap<readonly FilterRule[], RuleIndex<FilterRule>>();

/** At least those rules of a chain that match some of the packets. */
function rulesFor(chain: FilterChain, packets: PacketSet): Iterable<FilterRule> {
  if (chain.rulesFor) return chain.rulesFor(packets);
  const { rules } = chain;
  if (rules.length < INDEXED_FROM) return rules;
  const index = indexes.get(rules) ?? new RuleIndex(rules);
  indexes.set(rules, index);
  return index.candidates(packets);
}

/** The packets that enter a base chain, and those of other families, which stay accepted. */
function byFamily(accepted: readonly Accepted[], { families }: BaseChain): { inside: Stream[]; outside: Accepted[] } {
  if (!families) return { inside: entering(accepted), outside: [] };
  const own = PacketSet.of(...families.map((family) => ({ ...ANY_PACKET, source: IpSet.all.ofFamily(family) })));
  const inside: Accepted[] = [];
  const outside: Accepted[] = [];
  for (const { stream, decidedBy } of accepted) {
    const ofFamily = stream.packets.intersect(own);
    const others = stream.packets.subtract(own);
    if (!ofFamily.isEmpty) inside.push({ stream: { ...stream, packets: ofFamily }, decidedBy });
    if (!others.isEmpty) outside.push({ stream: { ...stream, packets: others }, decidedBy });
  }
  return { inside: entering(inside), outside };
}

/** Accepted packets on their way to the next base chain, which remember by what, unless they are too many. */
function entering(accepted: readonly Accepted[]): Stream[] {
  return accepted.length <= TOLD_APART
    ? accepted.map(acceptedBefore)
    : mergeStreams(accepted.map(({ stream: { acceptedBy: _, ...stream } }) => stream));
}

function acceptedBefore({ stream, decidedBy }: Accepted): Stream {
  const { statement, rule } = decidedBy;
  if (!statement || !rule || decidedBy === stream.acceptedBy) return stream;
  return { ...stream, path: [...stream.path, { statement, effect: 'accepts' }], acceptedBy: decidedBy };
}

function rewritten(stream: Stream, { destination, destinationPorts }: FilterAction & { kind: 'rewrite' }): Stream {
  const boxes = stream.packets.boxes.map((box) => ({
    ...box,
    destination: destination ?? box.destination,
    destinationPorts: destinationPorts ?? box.destinationPorts,
  }));
  const rewrite: Rewrite = {
    original: asAsked(stream),
    address: destination !== undefined || stream.rewrite?.address === true,
    port: destinationPorts !== undefined || stream.rewrite?.port === true,
  };
  return { ...stream, packets: PacketSet.of(...boxes), rewrite };
}

/**
 * The packets as they were asked about. A rewritten property has one value in all packets of a stream, so no rule can
 * have told them apart by it: those that are left are the originals that agree in everything else.
 */
function asAsked({ packets, rewrite }: Stream): PacketSet {
  if (!rewrite) return packets;
  const alike = packets.boxes.map((box) => ({
    ...box,
    destination: rewrite.address ? IpSet.all : box.destination,
    destinationPorts: rewrite.port ? ALL_PORTS : box.destinationPorts,
  }));
  return rewrite.original.intersect(PacketSet.of(...alike));
}

function packetsOf(streams: readonly Stream[]): PacketSet {
  const [only, ...others] = streams;
  if (!only) return PacketSet.none;
  return others.length === 0 ? only.packets : PacketSet.of(...streams.flatMap(({ packets }) => packets.boxes));
}

function assume(stream: Stream, { statement }: FilterRule, opaque: readonly OpaqueCondition[]): readonly Assumption[] {
  if (opaque.length === 0) return stream.assumptions;
  const own = opaque.map(({ text }) => ({
    unknown: `${statement.uri}#${statement.range.start} ${text}`,
    phrase: text,
    statement,
  }));
  return [...stream.assumptions, ...own];
}

/** Joins the packets that arrive under the same assumptions by the same way, so that jumps do not multiply streams. */
function mergeStreams(streams: readonly Stream[]): Stream[] {
  const [only] = streams;
  if (only && streams.length === 1) return [only];
  const alike: [Stream, ...Stream[]][] = [];
  for (const stream of streams) {
    const { assumptions, path, rewrite } = stream;
    const known = alike.find(
      ([first]) => first.assumptions === assumptions && first.path === path && first.rewrite === rewrite,
    );
    if (known) known.push(stream);
    else alike.push([stream]);
  }
  return alike.map(([first, ...others]) => {
    return others.length === 0
      ? first
      : { ...first, packets: PacketSet.join([first, ...others].map(({ packets }) => packets)) };
  });
}
