// Joins rules of long address lists into batches, so that a walk evaluates many of them at once.

import { addAll } from '../kept/lists.js';
import { Memo } from '../kept/memo.js';
import { spend, spendFromPurse } from './budget.js';
import type { QuotedLine } from './evidence.js';
import type { FilterRule } from './filter.js';
import { IpSet } from './ip.js';
import { NameSet } from './names.js';
import { type PacketBox, PacketSet } from './packets.js';

/** The fewest rules that are worth looking at together, and the most. */
const BATCH_FROM = 8;
const BATCH_LIMIT = 256;

const ADDRESSES = ['source', 'destination'] as const;
const INTERFACES = ['inInterface', 'outInterface'] as const;
const ENDS = [...ADDRESSES, ...INTERFACES] as const;
type PacketEnd = (typeof ENDS)[number];

/** Final, unconditional rules of one box each, which follow each other and differ at one end of the packets alone: its addresses, or its interfaces. */
export interface RuleBatch {
  readonly rules: readonly FilterRule[];
  readonly end: PacketEnd;
}

/**
 * The included rules, one by one or, in long lists of addresses, in batches: one by one, each rule would cost as much as there
 * are rules before it.
 */
export function* batchesOf(
  rules: Iterable<FilterRule>,
  isIncluded: (rule: FilterRule) => boolean,
): Generator<FilterRule | RuleBatch> {
  let pending: FilterRule[] = [];
  let ends: readonly PacketEnd[] = ENDS;
  for (const rule of rules) {
    if (!isIncluded(rule)) continue;
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

function* together(rules: readonly FilterRule[], [end]: readonly PacketEnd[]): Generator<FilterRule | RuleBatch> {
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
    (end === 'destination' || same(a.destination, b.destination)) &&
    (end === 'source' || same(a.source, b.source)) &&
    (end === 'inInterface' || same(a.inInterface, b.inInterface)) &&
    (end === 'outInterface' || same(a.outInterface, b.outInterface))
  );
}

/** A rule with what it matches and no rule before it in its batch does. */
export interface RulePart {
  readonly rule: FilterRule;
  readonly packets: PacketSet;
}

/** The parts of a batch, and what they match together. */
export interface BatchParts {
  readonly parts: readonly RulePart[];
  readonly all: PacketSet;
}

/** What it costs to tell what one rule of a batch has of its own, where rules overlap: a logarithm of all is joined with it. */
const OWN_PART = 25;

export function ownParts({ rules, end }: RuleBatch): BatchParts {
  spendFromPurse(OWN_PART * rules.length);
  if (end === 'inInterface' || end === 'outInterface') return partsByInterface(rules, end);
  const sets = withoutEarlier(rules.map(({ match: [box] }) => box?.[end] ?? IpSet.empty));
  const parts = rules.map((rule, i) => {
    return { rule, packets: PacketSet.from(rule.match.map((box) => ({ ...box, [end]: sets[i] ?? IpSet.empty }))) };
  });
  return { parts, all: PacketSet.join(parts.map(({ packets }) => packets)) };
}

function partsByInterface(rules: readonly FilterRule[], end: 'inInterface' | 'outInterface'): BatchParts {
  const names = rules.map(({ match: [box] }) => box?.[end] ?? NameSet.none);
  const { all, isDisjoint } = joinedNames(names);
  const parts = rules.map((rule, i) => {
    const own = names[i] ?? NameSet.none;
    const left = isDisjoint ? own : own.intersect(NameSet.join(names.slice(0, i)).complement());
    return { rule, packets: PacketSet.from(rule.match.map((box) => ({ ...box, [end]: left }))) };
  });
  const [first] = rules[0]?.match ?? [];
  return { parts, all: first ? PacketSet.of({ ...first, [end]: all }) : PacketSet.none };
}

/** The union of some sets, and whether none of them has a name of another one. */
function joinedNames(names: readonly NameSet[]): { readonly all: NameSet; readonly isDisjoint: boolean } {
  const all = NameSet.join(names);
  return { all, isDisjoint: all.count === names.reduce((sum, { count }) => sum + count, 0) };
}

/** Jumps to one chain from several interfaces, as one rule. */
interface JoinedJump extends FilterRule {
  readonly joined: readonly FilterRule[];
}

const joinedRules = new Memo<readonly FilterRule[], readonly FilterRule[]>();

/**
 * The rules of a chain. Where one list is bound to many interfaces, it is asked once for what comes or goes by all of them: one by one,
 * each would bring as many parts of the packets to the interfaces on the other side.
 */
export function withJoinedJumps(rules: readonly FilterRule[]): readonly FilterRule[] {
  return rules.length < BATCH_FROM ? rules : joinedRules.of(rules, () => joinJumps(rules));
}

function joinJumps(rules: readonly FilterRule[]): readonly FilterRule[] {
  const all: FilterRule[] = [];
  let pending: FilterRule[] = [];
  let ends: readonly PacketEnd[] = INTERFACES;
  for (const rule of rules) {
    const [first = rule] = pending;
    const isAlike = isJoinable(rule) && isSameJump(first, rule) && pending.length < BATCH_LIMIT;
    const left = isAlike ? ends.filter((end) => isAlikeBut(end, first, rule)) : [];
    if (left.length > 0) {
      pending.push(rule);
      ends = left;
      continue;
    }
    addAll(all, joined(pending, ends));
    pending = [];
    ends = INTERFACES;
    if (isJoinable(rule)) pending.push(rule);
    else all.push(rule);
  }
  addAll(all, joined(pending, ends));
  return all.length < rules.length ? all : rules;
}

function joined(rules: readonly FilterRule[], [end]: readonly PacketEnd[]): readonly FilterRule[] {
  const [first] = rules;
  const names = rules.flatMap(({ match: [box] }) => (box && end ? [box[end as (typeof INTERFACES)[number]]] : []));
  const { all, isDisjoint } = joinedNames(names);
  if (!first || !end || rules.length < BATCH_FROM || !isDisjoint) return rules;
  const joint: JoinedJump = {
    ...first,
    match: first.match.map((box): PacketBox => ({ ...box, [end]: all })),
    joined: rules,
  };
  return [joint];
}

function isJoinable({ action, opaque, match }: FilterRule): boolean {
  return action.kind === 'jump' && action.applied === true && opaque.length === 0 && match.length === 1;
}

function isSameJump(one: FilterRule, other: FilterRule): boolean {
  const [a, b] = [one.action, other.action];
  const isSameChain = a.kind === 'jump' && b.kind === 'jump' && a.chain === b.chain;
  return isSameChain && one.phases.join() === other.phases.join();
}

/** Of packets in more parts, it is not told which interfaces they are at. */
const FEW_PARTS = 4;

/** Whether a rule may be about packets at some interfaces: most rules of a router are about one interface each. */
export function meetsInterfaces({ boxes }: PacketSet): (rule: FilterRule) => boolean {
  if (boxes.length > FEW_PARTS) return () => true;
  return ({ match }) =>
    match.some((own) => boxes.some((box) => INTERFACES.every((end) => own[end].reachesInto(box[end]))));
}

/** The statement by which packets are taken to the chain of a jump: of several joined ones, the first that takes some of them. */
export function statementFor(rule: FilterRule, packets: PacketSet): QuotedLine {
  const own = 'joined' in rule ? (rule as JoinedJump).joined : [];
  const [box] = packets.boxes;
  return own.find(({ match: [one] }) => one && box && !isApart(one, box))?.statement ?? rule.statement;
}

function isApart(one: PacketBox, other: PacketBox): boolean {
  return !INTERFACES.every((end) => one[end].overlaps(other[end]));
}

/** What it costs to put a range among others, at each level: lists of all of them are made, which take more memory than time. */
const SORTED = 8;

/** Each of some sets without what the sets before it hold. */
function withoutEarlier(sets: readonly IpSet[]): readonly IpSet[] {
  if (sets.length < 2) return sets;
  // What is written is paid for; sets of many ranges, such as those of a mask, are not.
  spend(SORTED * sets.reduce((sum, { count }) => sum + count - 1, 0));
  if (IpSet.join(sets).size === sets.reduce((sum, { size }) => sum + size, 0n)) return sets;
  const middle = sets.length >> 1;
  const earlier = sets.slice(0, middle);
  const covered = IpSet.join(earlier);
  return [...withoutEarlier(earlier), ...withoutEarlier(sets.slice(middle)).map((set) => set.subtract(covered))];
}
