// The conditions of comparisons of concatenations: `ip daddr . tcp dport { … }`.
import { IntervalSet } from '../../../model/intervals.js';
import { IpSet } from '../../../model/ip.js';
import { PacketSet } from '../../../model/packets.js';
import type { Expression, MatchStatement, Span } from '../syntax/tree.js';
import { type FieldInfo, fieldInfo } from '../vocabulary/field-types.js';
import { boxOfRestriction, byKind, COMPLEMENT_LIMIT, noneOf } from './complement.js';
import {
  ALWAYS,
  type Alternative,
  BOTH,
  both,
  type Condition,
  merge,
  NEVER,
  NO_TEXTS,
  opaqueCondition,
  type Restriction,
} from './condition.js';
import type { RuleContext } from './context.js';
import { requirements, valuesCondition } from './field-values.js';
import { connectionsFor, registerValuesCondition } from './registers.js';
import { type TupleSet, tuplesOf } from './tuples.js';
import { fits, isNegated, type Tuple } from './values.js';

/** How many boxes the condition of one rule may need; beyond that it is opaque. */
const RESTRICTION_LIMIT = 20_000;

export function concatenationCondition(
  match: MatchStatement,
  parts: readonly Expression[],
  context: RuleContext,
): Condition {
  const text = context.text(match);
  const fields = fieldsOf(parts);
  if (!fields) return opaqueCondition(text);
  const base = fields.map((info) => requirements(info));
  const needed = base.reduce<Restriction | undefined>((all, one) => all && merge(all, one), {});
  if (!needed) return NEVER;
  const { tuples, unknown } = readTuples(fields, match.right, context);
  const conditions = tuples.map((tuple) => tupleCondition(fields, tuple, match, context));
  const condition = anyOf(conditions, { needed, unknown, negated: isNegated(match.operator), text });
  return both(condition, connectionsFor(fields, context));
}

/** The fields of a concatenation; `undefined` where a part is not a field. */
export function fieldsOf(parts: readonly Expression[]): readonly FieldInfo[] | undefined {
  const fields: FieldInfo[] = [];
  for (const part of parts) {
    if (part.kind !== 'field') return undefined;
    fields.push(fieldInfo(part.field));
  }
  return fields;
}

function readTuples(fields: readonly FieldInfo[], right: Expression, context: RuleContext): TupleSet {
  const types = fields.map(({ type }) => type);
  if (right.kind === 'set-reference') {
    const set = context.set(right.name);
    if (!set) return { tuples: [], unknown: [`@${right.name}`] };
    if (set.types.length !== types.length || set.types.some((type, i) => !fits(type, types[i] ?? type))) {
      const message = `the set ${right.name} has values of type ${set.types.map(({ name }) => name).join(' . ')}`;
      context.problems.push({ code: 'syntax-error', start: right.start, end: right.end, message });
      return { tuples: [], unknown: [`@${right.name}`] };
    }
    return { tuples: set.tuples, unknown: set.unknown };
  }
  return tuplesOf(types, right, context, context.problems);
}

/** The condition that each field has its value of a tuple. */
export function tupleCondition(
  fields: readonly FieldInfo[],
  tuple: Tuple,
  span: Span,
  context: RuleContext,
): Condition {
  let condition: Condition = ALWAYS;
  fields.forEach((info, i) => {
    const values = tuple[i];
    if (!values) return;
    const own =
      registerValuesCondition(info, values, span, context) ??
      valuesCondition({ info, negated: false, span }, values, context);
    condition = both(condition, own);
  });
  return condition;
}

/** What is compared with the tuples of a concatenation. */
interface TupleTest {
  /** The packets that have all of the fields. */
  readonly needed: Restriction;
  /** Why there are possibly more tuples. */
  readonly unknown: readonly string[];
  readonly negated: boolean;
  readonly text: string;
}

/** The condition that one of some conditions holds, or with `negated` none. Its alternatives do not overlap. */
function anyOf(conditions: readonly Condition[], { needed, unknown, negated, text }: TupleTest): Condition {
  const { exact, tested, open } = byKind(conditions.flat());
  const restrictions = compact(exact.flatMap((alternative) => alternative.restrictions));
  if (restrictions.length > RESTRICTION_LIMIT || tested.length + open.length > COMPLEMENT_LIMIT)
    return opaqueCondition(text, needed);
  const definite: Condition = restrictions.length > 0 ? [{ restrictions, phases: BOTH, opaque: NO_TEXTS }] : NEVER;
  if (!negated && unknown.length === 0) return [...definite, ...tested, ...joined(open, text)];
  if (unknown.length === 0) return noneOf([...definite, ...tested, ...open], needed, text);
  const outside = noneOf(definite, needed, text);
  const reason = `${text} (${[...new Set(unknown)].slice(0, 3).join(', ')})`;
  const possible = outside.map((alternative) => ({ ...alternative, opaque: [reason] }));
  return negated ? possible : [...definite, ...possible];
}

/** Alternatives that may overlap, because the values of different tuples decide nothing about them, as one. */
function joined(open: readonly Alternative[], text: string): Condition {
  const unknown = open.filter(({ opaque }) => opaque.length > 0);
  if (unknown.length < 2) return open;
  const restrictions = PacketSet.from(unknown.flatMap((one) => one.restrictions.map(boxOfRestriction))).boxes;
  const reasons = new Set(unknown.map(({ opaque }) => opaque.join()));
  const opaque = (reasons.size === 1 ? unknown[0]?.opaque : undefined) ?? [text];
  return [...open.filter((one) => one.opaque.length === 0), { restrictions, phases: BOTH, opaque }];
}

/** Joins restrictions that differ only in their addresses, which are frequent in sets of concatenations. */
function compact(restrictions: readonly Restriction[]): readonly Restriction[] {
  if (restrictions.length < 2) return restrictions;
  const groups = new Map<string, Restriction[]>();
  for (const restriction of restrictions) {
    const key = keyOf(restriction);
    const group = groups.get(key);
    if (group) group.push(restriction);
    else groups.set(key, [restriction]);
  }
  return [...groups.values()].map(joinAddresses);
}

/** Everything but the destination, or where that is absent the source, as text. */
function keyOf(restriction: Restriction): string {
  const { source, destination, protocols, sourcePorts, destinationPorts, inInterface, outInterface } = restriction;
  const ports = (set: IntervalSet<number> | undefined) => set?.intervals.join(' ') ?? '';
  const addresses = destination ? source : undefined;
  return [
    destination ? 'd' : 's',
    addresses ? addresses.toPrefixes().join(' ') : '',
    ports(protocols),
    ports(sourcePorts),
    ports(destinationPorts),
    inInterface?.describe() ?? '',
    outInterface?.describe() ?? '',
  ].join('|');
}

function joinAddresses(group: readonly Restriction[]): Restriction {
  const [first] = group;
  if (!first || group.length === 1) return first ?? {};
  const side = first.destination ? 'destination' : 'source';
  const sets = group.flatMap((restriction) => restriction[side] ?? []);
  if (sets.length === 0) return first;
  const v4 = sets.flatMap(({ v4 }) => v4.intervals);
  const v6 = sets.flatMap(({ v6 }) => v6.intervals);
  return { ...first, [side]: new IpSet(IntervalSet.from(v4), IntervalSet.from(v6)) };
}
