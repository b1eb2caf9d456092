// The walk of sets of packets from rule to rule, through all chains of a point: each ends in the cases that a device makes of it.
import { addAll } from '../kept/lists.js';
import { Memo } from '../kept/memo.js';
import { BudgetSpent, spend } from './budget.js';
import type { QuotedLine, TraceStep } from './evidence.js';
import type {
  FilterAction,
  FilterCase,
  FilterChain,
  FilterModel,
  FilterPoint,
  FilterRule,
  OpaqueCondition,
  Phase,
} from './filter.js';
import {
  type Accepted,
  asAsked,
  assume,
  byFamily,
  changed,
  type Decider,
  mergeStreams,
  overlaid,
  packetsOf,
  rewritten,
  type Stream,
  withoutCovered,
} from './filter-streams.js';
import type { HostSet } from './hosts.js';
import { PacketSet } from './packets.js';
import { rulesEntered } from './passed-jumps.js';
import { eitherRegisters, holds, type Registers, UNKNOWN_REGISTERS, withRegister } from './registers.js';
import {
  type BatchParts,
  batchesOf,
  meetsInterfaces,
  ownParts,
  statementFor,
  withJoinedJumps,
} from './rule-batches.js';
import { RuleIndex } from './rule-index.js';
import { RunChain } from './rule-runs.js';

/** How deep jumps may nest; the Linux kernel's own limit is the jump stack of 16 (NFT_JUMP_STACK_SIZE). */
const JUMP_DEPTH = 16;

/** What it costs to ask a chain for its rules, beside the search in its index. */
const ASKED = 14;

/** What it costs to tell which packets a chain is asked for that may have no rule for them, for each of their parts. */
const TOLD = 8;

/** What it costs to take a part of the packets through a rule, beside what is done with them. */
const VISITED = 18;

/** What it costs to find whether a condition holds, for each interval of numbers. */
const TESTED = 20;

/** What it costs to enter a chain, beside a unit for each step on the way to it. */
const ENTERED = 24;

/** What a case costs, and a step on the way to it. */
const CONCLUDED = 36;

const NO_DECIDER: Decider = { statement: undefined };

/** One walk: what it meets on the way is metered. Where the budget ends, so does the walk. */
export class Walk {
  private readonly cases: FilterCase[] = [];
  /** The packets as they ended, one for each case. */
  readonly ends: Stream[] = [];
  /** The chains that packets are in, outermost first. */
  private readonly entered: FilterChain[] = [];
  /** Where the packets are in the most parts. */
  private heaviest: { readonly statement: QuotedLine; readonly parts: number } | undefined;

  constructor(
    private readonly model: FilterModel,
    private readonly phase: Phase,
    private readonly hosts: HostSet | undefined,
    /** Whether traces show the chains that were left without a decision; streams that came through different ones stay apart. */
    private readonly showsReturns = false,
    /** Set where all packets are ICMP errors that belong to known connections, or discovery of neighbours. */
    private readonly messages?: 'related' | 'neighbours',
  ) {}

  throughPoint(point: FilterPoint, starts: readonly Stream[]): FilterCase[] {
    try {
      return this.through(point, starts);
    } catch (thrown) {
      if (thrown instanceof BudgetSpent) thrown.at ??= this.heaviest?.statement;
      throw thrown;
    }
  }

  private through(point: FilterPoint, starts: readonly Stream[]): FilterCase[] {
    for (const stream of starts) if (stream.lost !== undefined) this.giveUp(stream, stream.lost);
    let accepted: Accepted[] = starts.flatMap((stream) =>
      stream.lost === undefined ? [{ stream, decidedBy: NO_DECIDER }] : [],
    );
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
    return undefined;
  }

  /**
   * Walks streams through a chain; returns those that leave it undecided. A chain that is the rest of a rule adds those
   * that return to the ones `around` it.
   */
  private throughChain(
    chain: FilterChain,
    streams: readonly Stream[],
    accepted: Accepted[],
    around?: Stream[],
  ): Stream[] {
    const refusal = this.refusalOf(chain);
    if (refusal) {
      for (const stream of streams) this.giveUp(stream, refusal);
      return [];
    }
    this.entered.push(chain);
    let current: Stream[] = [...streams];
    const returned: Stream[] = around ?? [];
    const packets = packetsOf(streams);
    const asked = this.model.changesPackets ? PacketSet.all : packets;
    // A trace shows each jump.
    const skips = chain instanceof RunChain && !this.showsReturns;
    const rules = skips ? rulesEntered(chain, this.model, asked) : rulesFor(chain, asked, !this.showsReturns);
    const isAtInterface = meetsInterfaces(packets);
    for (const batch of batchesOf(
      rules,
      (rule) => rule.action.kind !== 'continue' && rule.phases.includes(this.phase) && isAtInterface(rule),
    )) {
      if (current.length === 0) break;
      if (!('statement' in batch)) {
        const parts = ownParts(batch);
        current = current.flatMap((stream) => this.throughBatch(parts, stream, accepted));
        continue;
      }
      const rule = batch;
      const conditions = this.unknownConditions(rule);
      if (!conditions) continue;
      this.visit(rule, current);
      const match = PacketSet.from(rule.match);
      const next: Stream[] = [];
      for (const stream of current) {
        const opaque = openConditions(conditions, stream.registers);
        const matched = !opaque || this.isPassedBy(rule, stream) ? PacketSet.none : stream.packets.intersect(match);
        if (!opaque || matched.isEmpty) {
          next.push(stream);
          continue;
        }
        if (rule.action.kind === 'set') {
          const set = this.setRegister(rule, rule.action, { ...stream, packets: matched }, opaque.length > 0);
          const isSame = set.registers === stream.registers;
          const rest = isSame ? PacketSet.none : stream.packets.subtract(match);
          next.push(isSame ? stream : set);
          if (!rest.isEmpty) next.push({ ...stream, packets: rest });
          continue;
        }
        const taken: Stream = { ...stream, packets: matched, assumptions: assume(stream, rule, opaque) };
        const left = this.act(rule, taken, accepted, returned);
        // What returns from a chain that may not have been entered goes on as if it had not been, but for what it has set.
        const isInline = rule.action.kind === 'jump' && rule.action.inline === true;
        if (opaque.length > 0 && rule.action.kind === 'jump' && (isInline || !this.showsReturns)) {
          addAll(next, overlaid(stream, left, rule.statement));
          continue;
        }
        // Where a chain returned all packets unchanged, nothing distinguishes them from the others.
        const isUnchanged =
          opaque.length === 0 &&
          left.length === 1 &&
          left[0]?.packets === matched &&
          left[0].registers === stream.registers;
        if (isUnchanged && !this.showsReturns) {
          next.push(stream);
          continue;
        }
        addAll(next, left);
        // Where the condition may not hold, the packets go on; where it is certain only the others do.
        const rest = opaque.length > 0 ? stream.packets : stream.packets.subtract(match);
        if (!rest.isEmpty) next.push({ ...stream, packets: rest });
      }
      current = mergeStreams(next);
    }
    this.entered.pop();
    return around ? current : [...returned, ...current];
  }

  /**
   * The packets with a register set. Where a condition of the rule is unknown, so is what differs: following both outcomes
   * would double the streams with every such rule.
   */
  private setRegister(
    { statement }: FilterRule,
    { register, to }: FilterAction & { readonly kind: 'set' },
    stream: Stream,
    isOpen: boolean,
  ): Stream {
    const set = withRegister(stream.registers, register, to, statement);
    const registers = isOpen ? eitherRegisters(stream.registers, set, statement) : set;
    if (!this.showsReturns || registers === stream.registers) return { ...stream, registers };
    return { ...stream, registers, path: [...stream.path, { statement, effect: 'sets a mark' }] };
  }

  /** Walks a stream through rules that decide disjoint packets. */
  private throughBatch({ parts, all }: BatchParts, stream: Stream, accepted: Accepted[]): Stream[] {
    for (const { rule } of parts) this.visit(rule, [stream]);
    const matched = stream.packets.intersect(all);
    if (matched.isEmpty) return [stream];
    for (const { rule, packets: own } of parts) {
      const packets = matched.intersect(own);
      if (!packets.isEmpty) this.act(rule, { ...stream, packets }, accepted, []);
    }
    const rest = stream.packets.subtract(all);
    return rest.isEmpty ? [] : [{ ...stream, packets: rest }];
  }

  /** Pays for taking packets through a rule. */
  private visit({ statement }: FilterRule, streams: readonly Stream[]): void {
    spend(VISITED * streams.length);
    const parts = streams.reduce((count, { packets }) => count + packets.boxes.length, 0);
    if (!this.heaviest || parts > this.heaviest.parts) this.heaviest = { statement, parts };
  }

  /** Whether a rule only jumps to a chain without any rule for these packets, so that all of them return. */
  private isPassedBy({ action }: FilterRule, { packets }: Stream): boolean {
    const target = action.kind === 'jump' ? this.model.chains.get(action.chain) : undefined;
    if (!target || this.showsReturns) return false;
    if (target.hasRulesFor) {
      spend(ASKED + TOLD * packets.boxes.length);
      return !target.hasRulesFor(packets);
    }
    for (const _ of rulesFor(target, packets)) return false;
    return true;
  }

  /** The conditions of a rule that are unknown; `undefined` where one of them definitely does not hold. */
  private unknownConditions(rule: FilterRule): readonly OpaqueCondition[] | undefined {
    const { hosts: known } = this;
    const { messages } = this;
    if (!messages && rule.opaque.some((one) => one.messagesAlone)) return undefined;
    const opaque = messages ? rule.opaque.filter((one) => one[messages] !== true) : rule.opaque;
    if (messages && opaque.some((one) => one[messages] === false)) return undefined;
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
      case 'set':
        return [taken];
      case 'change':
        return changed(taken, action);
      case 'rewrite': {
        // Whether they pass is up to the other chains.
        const path = [...taken.path, { statement, effect: TRANSLATES }];
        for (const stream of rewritten(taken, action, statement)) {
          accepted.push({ stream: { ...stream, path }, decidedBy: taken.acceptedBy ?? NO_DECIDER });
        }
        return [];
      }
      case 'undecided':
        this.giveUp(
          { ...taken, path: [...taken.path, { statement, effect: 'does not decide it' }] },
          action.reason,
          rule,
        );
        return [];
      case 'jump':
      case 'goto': {
        const effect = `${callOf(action)} ${action.chain}`;
        const isInline = action.kind === 'jump' && action.inline === true;
        spend(ENTERED + taken.path.length);
        const step = { statement: statementFor(rule, taken.packets), effect };
        const entering = isInline ? taken : { ...taken, path: [...taken.path, step] };
        const target = this.model.chains.get(action.chain);
        if (!target) {
          this.giveUp(entering, `the chain ${action.chain} is not defined in this file`);
          return [];
        }
        if (isInline) return this.throughChain(target, [entering], accepted, returned);
        const left = this.throughChain(target, [entering], accepted);
        if (action.kind === 'jump') {
          const back = { statement, effect: `returns from ${action.chain} without a decision` };
          if (!this.showsReturns) return withoutCovered(left.map((stream) => ({ ...stream, path: taken.path })));
          return left.map((stream) => ({ ...stream, path: pathBack(stream, back) }));
        }
        addAll(returned, left);
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
    spend(CONCLUDED + trace.length);
    this.ends.push(stream);
    this.cases.push({
      packets: asAsked(stream),
      outcome: { kind },
      decidedBy: statement,
      ...(rule ? { rule } : {}),
      assumptions: stream.assumptions,
      trace,
    });
  }

  private giveUp(stream: Stream, reason: string, rule?: FilterRule): void {
    const decidedBy = stream.path[stream.path.length - 1]?.statement;
    spend(CONCLUDED + stream.path.length);
    this.ends.push({ ...stream, registers: UNKNOWN_REGISTERS });
    this.cases.push({
      packets: asAsked(stream),
      outcome: { kind: 'undecided', reason },
      decidedBy,
      ...(rule ? { rule } : {}),
      assumptions: stream.assumptions,
      trace: stream.path,
    });
  }
}

/** The effect of a rule that gives packets another destination. */
export const TRANSLATES = 'translates the destination';

/** The effect of a rule that sends packets back to the chain that they came from. */
const RETURNS = 'returns';

/** The way of packets that have left a chain: by a rule of it, or at its end. */
function pathBack({ path }: Stream, atEnd: TraceStep): readonly TraceStep[] {
  return path[path.length - 1]?.effect === RETURNS ? path : [...path, atEnd];
}

/** The conditions that are unknown for packets with some registers; `undefined` where one of them does not hold. */
function openConditions(
  conditions: readonly OpaqueCondition[],
  registers: Registers,
): readonly OpaqueCondition[] | undefined {
  if (conditions.every(({ test }) => !test)) return conditions;
  for (const { test } of conditions) if (test) spend(TESTED * (1 + test.values.count));
  const values = conditions.map(({ test }) => test && holds(test, registers));
  return values.includes(false) ? undefined : conditions.filter((_, i) => values[i] !== true);
}

/** The fewest rules that are worth an index. */
const INDEXED_FROM = 64;

const indexes = new Memo<readonly FilterRule[], RuleIndex<FilterRule>>();

/** At least those rules of a chain that match some of the packets. */
function rulesFor(chain: FilterChain, packets: PacketSet, joinsJumps = true): Iterable<FilterRule> {
  spend(ASKED);
  if (chain.rulesFor) return chain.rulesFor(packets);
  const rules = joinsJumps ? withJoinedJumps(chain.rules) : chain.rules;
  if (rules.length < INDEXED_FROM) return rules;
  return indexes.of(rules, () => new RuleIndex(rules)).candidates(packets);
}

function callOf(action: FilterAction & { kind: 'jump' | 'goto' }): string {
  if (action.kind === 'goto') return 'goes to';
  return action.applied ? 'applies' : 'jumps to';
}
