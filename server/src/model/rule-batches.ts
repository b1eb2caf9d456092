// Joins rules of long address lists into batches, so that a walk evaluates many of them at once.
import type { FilterRule } from './filter.js';
import { IpSet } from './ip.js';
import { PacketSet } from './packets.js';

/** The fewest rules that are worth looking at together, and the most. */
const BATCH_FROM = 8;
const BATCH_LIMIT = 256;

const ENDS = ['source', 'destination'] as const;
type PacketEnd = (typeof ENDS)[number];

/** Final, unconditional rules of one box each, which follow each other and differ at one end of the packets alone. */
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
    (end === 'source' ? same(a.destination, b.destination) : same(a.source, b.source)) &&
    same(a.inInterface, b.inInterface) &&
    same(a.outInterface, b.outInterface)
  );
}

/** A rule with what it matches and no rule before it in its batch does. */
export interface RulePart {
  readonly rule: FilterRule;
  readonly packets: PacketSet;
}

export function ownParts({ rules, end }: RuleBatch): readonly RulePart[] {
  const sets = withoutEarlier(rules.map(({ match: [box] }) => box?.[end] ?? IpSet.empty));
  return rules.map((rule, i) => {
    return { rule, packets: PacketSet.from(rule.match.map((box) => ({ ...box, [end]: sets[i] ?? IpSet.empty }))) };
  });
}

/** Each of some sets without what the sets before it hold. */
function withoutEarlier(sets: readonly IpSet[]): readonly IpSet[] {
  if (sets.length < 2 || IpSet.join(sets).size === sets.reduce((sum, { size }) => sum + size, 0n)) return sets;
  const middle = sets.length >> 1;
  const earlier = sets.slice(0, middle);
  const covered = IpSet.join(earlier);
  return [...withoutEarlier(earlier), ...withoutEarlier(sets.slice(middle)).map((set) => set.subtract(covered))];
}
