// Walks sets of packets through a packet filter: every packet ends in exactly the cases that it would have on a device.
import { Memo } from '../kept/memo.js';
import { type Assumption, type QuotedLine, statementKey, type TraceStep } from './evidence.js';
import type {
  BaseChain,
  FilterAction,
  FilterCase,
  FilterChain,
  FilterModel,
  FilterPoint,
  FilterRule,
  OpaqueCondition,
  Phase,
} from './filter.js';
import type { HostSet } from './hosts.js';
import { IpSet } from './ip.js';
import { ANY_PACKET, PacketSet } from './packets.js';
import { ALL_PORTS } from './ports.js';
import { batchesOf, ownParts, type RulePart } from './rule-batches.js';
import { RuleIndex } from './rule-index.js';

/** How deep jumps may nest; the Linux kernel's own limit is the jump stack of 16 (NFT_JUMP_STACK_SIZE). */
const JUMP_DEPTH = 16;

/** How many boxes the packets at one rule may fall into before the walk gives up. */
const BOX_LIMIT = 4_096;

/** How many address ranges are compared in one walk: less than a second of work. */
const INTERVAL_LIMIT = 10_000_000;

/** How many rules are looked at in one walk, each once for every path of jumps that leads to it. */
const VISIT_LIMIT = 4_000_000;

/**
 * Follows packets through one point of a filter. The cases cover `packets`. A rule with opaque conditions decides what it
 * matches under the assumption that they hold, and lets the same packets go on under the assumption that they do not.
 * `hosts` are the names of the destination, where known: they decide the conditions on names.
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

/**
 * The same for a few packets, with the whole way in the traces: also the chains that were entered and left without a
 * decision.
 */
export function tracePackets(model: FilterModel, point: FilterPoint, packets: PacketSet, phase: Phase): FilterCase[] {
  return new Walk(model, phase, undefined, true).throughPoint(point, packets);
}

/** Packets that are still undecided, with the assumptions and the jumps that led there. */
interface Stream {
  readonly packets: PacketSet;
  /** Set where rules have changed the destination. */
  readonly rewrite?: Rewrite;
  readonly assumptions: readonly Assumption[];
  readonly path: readonly TraceStep[];
  /** The rule that accepted them in a base chain before; it is the last step of the path to the present chain. */
  readonly acceptedBy?: Decider;
}

/** The packets before the change, for packets whose destination was rewritten. */
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

const NO_DECIDER: Decider = { statement: undefined };

class Walk {
  private readonly cases: FilterCase[] = [];
  /** The chains that packets are in, outermost first. */
  private readonly entered: FilterChain[] = [];
  private visits = 0;
  private intervals = 0;

  constructor(
    private readonly model: FilterModel,
    private readonly phase: Phase,
    private readonly hosts: HostSet | undefined,
    /** Whether traces show the chains that were left without a decision; streams that came through different ones stay apart. */
    private readonly showsReturns = false,
  ) {}

  throughPoint(point: FilterPoint, packets: PacketSet): FilterCase[] {
    let accepted: Accepted[] = [{ stream: { packets, assumptions: [], path: [] }, decidedBy: NO_DECIDER }];
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
    if (this.entered.includes(chain)) return `the chain ${chain.name} jumps to itself`;
    if (this.entered.length > JUMP_DEPTH) return `jumps nest deeper than ${JUMP_DEPTH} chains at ${chain.name}`;
    return this.visits > VISIT_LIMIT ? 'the chains jump to each other too often to follow' : undefined;
  }

  /** Walks streams through a chain; returns those that leave it undecided. */
  private throughChain(chain: FilterChain, streams: readonly Stream[], accepted: Accepted[]): Stream[] {
    const refusal = this.refusalOf(chain);
    if (refusal) {
      for (const stream of streams) this.giveUp(stream, refusal);
      return [];
    }
    this.entered.push(chain);
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
      const opaque = this.unknownConditions(rule);
      if (!opaque) continue;
      this.visits += current.length;
      const match = PacketSet.from(rule.match);
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
        // Where a chain returned all packets unchanged, nothing distinguishes them from the others.
        const isUnchanged = opaque.length === 0 && left.length === 1 && left[0]?.packets === matched;
        if (isUnchanged && !this.showsReturns) {
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
    this.entered.pop();
    return [...returned, ...current];
  }

  /** Walks a stream through rules that decide disjoint packets. */
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

  /** Adds up the work of subtracting packets; returns whether it exceeds a limit. */
  private isTooMuch(packets: PacketSet, matched: PacketSet): boolean {
    for (const { source, destination } of packets.boxes) {
      this.intervals += source.v4.count + source.v6.count + destination.v4.count + destination.v6.count;
    }
    return matched.boxes.length > BOX_LIMIT || this.intervals > INTERVAL_LIMIT;
  }

  /** Whether a rule only jumps to a chain without any rule for these packets, so that all of them return. */
  private isPassedBy({ action }: FilterRule, { packets }: Stream): boolean {
    const target = action.kind === 'jump' ? this.model.chains.get(action.chain) : undefined;
    if (!target || this.showsReturns) return false;
    for (const _ of rulesFor(target, packets)) return false;
    return true;
  }

  /** The conditions of a rule that are unknown; `undefined` where one of them definitely does not hold. */
  private unknownConditions({ opaque }: FilterRule): readonly OpaqueCondition[] | undefined {
    const { hosts: known } = this;
    if (!known || opaque.length === 0) return opaque;
    if (opaque.some(({ hosts }) => hosts?.intersect(known).isEmpty)) return undefined;
    return opaque.filter(({ hosts }) => !hosts || !known.subtract(hosts).isEmpty);
  }

  /** Applies a rule to the packets that it matches; returns those that go on to the next rule. */
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
        returned.push(this.showsReturns ? { ...taken, path: [...taken.path, { statement, effect: RETURNS }] } : taken);
        return [];
      case 'continue':
        return [taken];
      case 'rewrite': {
        // Whether they pass is up to the other chains.
        const path = [...taken.path, { statement, effect: 'translates the destination' }];
        accepted.push({ stream: { ...rewritten(taken, action), path }, decidedBy: taken.acceptedBy ?? NO_DECIDER });
        return [];
      }
      case 'undecided':
        this.giveUp({ ...taken, path: [...taken.path, { statement, effect: 'does not decide it' }] }, action.reason);
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
        if (action.kind === 'jump') {
          const step = { statement, effect: `returns from ${action.chain} without a decision` };
          return left.map((stream) => ({ ...stream, path: this.showsReturns ? pathBack(stream, step) : taken.path }));
        }
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

/** The effect of a rule that sends packets back to the chain that they came from. */
const RETURNS = 'returns';

/** The way of packets that have left a chain: by a rule of it, or at its end. */
function pathBack({ path }: Stream, atEnd: TraceStep): readonly TraceStep[] {
  return path[path.length - 1]?.effect === RETURNS ? path : [...path, atEnd];
}

/** The fewest rules that are worth an index. */
const INDEXED_FROM = 64;

/** How many streams enter a further base chain separately; more are joined, whatever accepted them. */
const KEPT_APART = 64;

const indexes = new Memo<readonly FilterRule[], RuleIndex<FilterRule>>();

/** At least those rules of a chain that match some of the packets. */
function rulesFor(chain: FilterChain, packets: PacketSet): Iterable<FilterRule> {
  if (chain.rulesFor) return chain.rulesFor(packets);
  const { rules } = chain;
  if (rules.length < INDEXED_FROM) return rules;
  return indexes.of(rules, () => new RuleIndex(rules)).candidates(packets);
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

/** Accepted packets that go on to the next base chain. They keep what accepted them, unless they are too many. */
function entering(accepted: readonly Accepted[]): Stream[] {
  return accepted.length <= KEPT_APART
    ? accepted.map(acceptedBefore)
    : mergeStreams(accepted.map(({ stream: { acceptedBy: _, ...stream } }) => stream));
}

function acceptedBefore({ stream, decidedBy }: Accepted): Stream {
  const { statement, rule } = decidedBy;
  if (!statement || !rule || decidedBy === stream.acceptedBy) return stream;
  const effect = rule.action.kind === 'rewrite' ? 'rewrites the destination' : 'accepts';
  return { ...stream, path: [...stream.path, { statement, effect }], acceptedBy: decidedBy };
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
 * The packets before any rewriting. A rewritten property has one value in all packets of a stream, so no rule can have
 * distinguished them by it: those that are left are the originals that agree in everything else.
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
    unknown: `${statementKey(statement)} ${text}`,
    phrase: text,
    statement,
  }));
  return [...stream.assumptions, ...own];
}

/** Joins the packets that arrive under the same assumptions by the same jumps, so that jumps do not multiply streams. */
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
