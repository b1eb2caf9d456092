// The conditions of comparisons of one field: `tcp dport 443`, `ct state != new`, `ip saddr & 255.255.0.0 == 10.1.0.0`.
import { Interned } from '../../../kept/memo.js';
import { spendFromPurse } from '../../../model/budget.js';
import { IntervalSet } from '../../../model/intervals.js';
import { IpSet } from '../../../model/ip.js';
import { ALL_PROTOCOLS, protocolSet } from '../../../model/packets.js';
import { maskedRanges } from '../../shared/masked-ranges.js';
import type { BinaryExpression, Expression, MatchStatement, RelationalOperator } from '../syntax/tree.js';
import { BOOLEAN, type DataType, MARK } from '../vocabulary/data-types.js';
import { type FieldInfo, fieldInfo } from '../vocabulary/field-types.js';
import { concatenationCondition } from './compare-concatenation.js';
import { BOTH, type Condition, FAMILY, inPhases, NEVER, NO_TEXTS, opaqueCondition } from './condition.js';
import type { RuleContext } from './context.js';
import { fibCondition } from './fib.js';
import { decided, type FieldTest, requirements, valuesCondition } from './field-values.js';
import { registerCondition } from './registers.js';
import { ValueReader } from './value-reader.js';
import { combine, isNegated, NO_VALUES, type Values } from './values.js';

/** A comparison of a field with the right operand. */
interface Comparison extends FieldTest {
  readonly operator: RelationalOperator;
  readonly right: Expression;
}

/** The condition of a comparison. */
export function matchCondition(match: MatchStatement, context: RuleContext): Condition {
  const { left, operator, right, mask } = match;
  const known = registerCondition(match, context) ?? fibCondition(match, context);
  if (known) return known;
  const comparison = (field: string): Comparison => {
    const info = fieldInfo(field);
    return { info, operator, right, negated: isNegated(operator), span: match };
  };
  if (left.kind === 'field' && left.field.startsWith('@nh,')) {
    const bits = left.field;
    return networkFamilies(context.environment.family).flatMap((family) => {
      const field = HEADER_OFFSETS[family].get(bits);
      if (field !== undefined) return fieldCondition(comparison(field), mask, context);
      const known = mask ? undefined : addressBits(comparison(bits), bits, family, context);
      return known ?? opaqueCondition(context.text(match), FAMILY[family]);
    });
  }
  if (left.kind === 'field') return fieldCondition(comparison(left.field), mask, context);
  if (left.kind === 'concatenation') return concatenationCondition(match, left.parts, context);
  if (left.kind === 'binary' && left.left.kind === 'field')
    return maskedCondition(comparison(left.left.field), left, context);
  return opaqueCondition(context.text(match));
}

/** The families of the packets of a table; the same bits of their headers differ. */
function networkFamilies(family: string): readonly (4 | 6)[] {
  return family === 'ip' ? [4] : family === 'ip6' ? [6] : [4, 6];
}

/** The fields at offsets of the network header. */
const HEADER_OFFSETS: Readonly<Record<4 | 6, ReadonlyMap<string, string>>> = {
  4: new Map([
    ['@nh,72,8', 'ip protocol'],
    ['@nh,96,32', 'ip saddr'],
    ['@nh,128,32', 'ip daddr'],
  ]),
  6: new Map([
    ['@nh,48,8', 'ip6 nexthdr'],
    ['@nh,64,128', 'ip6 saddr'],
    ['@nh,192,128', 'ip6 daddr'],
  ]),
};

/** Where the addresses stand in the headers, in bits. */
const ADDRESSES = {
  4: { width: 32, places: [['ip saddr', 96] as const, ['ip daddr', 128] as const] },
  6: { width: 128, places: [['ip6 saddr', 64] as const, ['ip6 daddr', 192] as const] },
} as const;

/** Bits of the network header that are a part of an address; `undefined` where they are not a part of one. */
function addressBits(
  { operator, right, info, negated, span }: Comparison,
  bits: string,
  family: 4 | 6,
  context: RuleContext,
): Condition | undefined {
  const [, first = '', size = ''] = bits.split(',');
  const [offset, length] = [Number(first), Number(size)];
  const { width, places } = ADDRESSES[family];
  const [name, at = 0] = places.find(([, start]) => start <= offset && offset + length <= start + width) ?? [];
  const isEquality = operator === 'implicit' || operator === '==' || operator === '!=';
  const isSourceOpen = name?.endsWith('saddr') === true && context.environment.sourceUnknown;
  if (name === undefined || isSourceOpen || !isEquality || right.kind !== 'number' || length > 52) return undefined;
  const { numbers, unknown } = valuesOf({ ...info, type: { ...MARK, max: 2 ** length - 1 } }, right, context);
  const value = numbers.min;
  if (unknown.length > 0 || value === undefined || numbers.max !== value) return undefined;
  const shift = BigInt(at + width - offset - length);
  const mask = ((1n << BigInt(length)) - 1n) << shift;
  const ranges = maskedRanges(BigInt(value) << shift, mask, width);
  if (!ranges) return undefined;
  const test = { info: fieldInfo(name), negated, span };
  return valuesCondition(test, { ...NO_VALUES, addresses: addressesIn(ranges, family) }, context);
}

function opaque({ info, span }: Comparison, context: RuleContext): Condition {
  return opaqueCondition(context.text(span), requirements(info));
}

function fieldCondition(comparison: Comparison, mask: Expression | undefined, context: RuleContext): Condition {
  const { info, operator, right, negated } = comparison;
  if (mask) return flagsCondition(comparison, mask, context);
  if (operator === 'implicit' || operator === '==') {
    const simple = singleValue(comparison, context);
    if (simple) return simple;
  }
  if (right.kind === 'word' && (right.text === 'exists' || right.text === 'missing'))
    return presence(comparison, (right.text === 'missing') !== (operator === '!='), context);
  if (info.dimension === 'fragment-header') return inMissingHeader(comparison, context);
  if (info.type.bits) {
    const test = bitTest(info.type, comparison, context);
    return (test && decided(info, requirements(info), test, context)) ?? opaque(comparison, context);
  }
  if (operator === '<' || operator === '>' || operator === '<=' || operator === '>=')
    return orderedCondition(comparison, operator, context);
  return valuesCondition({ info, negated, span: comparison.span }, valuesOf(info, right, context), context);
}

/** `exthdr frag missing`, `tcp option sack-perm exists`. */
function presence(comparison: Comparison, isMissing: boolean, context: RuleContext): Condition {
  const { info } = comparison;
  // The packets of connections are no fragments, and their header has no options, as in `ip hdrlength 5`.
  if (info.dimension === 'fragment-header' || info.name === 'ip option')
    return isMissing ? inPhases(BOTH, [requirements(info)]) : NEVER;
  const isOpaque = opaque(comparison, context);
  const { protocol } = info;
  if (!isMissing || protocol === undefined) return isOpaque;
  // Options of TCP and chunks of SCTP are missing in packets of every other protocol too (nft_exthdr_tcp_eval of Linux).
  const others = ALL_PROTOCOLS.subtract(protocolSet(protocol));
  return [...inPhases(BOTH, [{ protocols: others }]), ...isOpaque];
}

/** A test of a header that the packets of connections do not have: whether it is there (`exthdr hbh 0`), or a field of it. */
function inMissingHeader(comparison: Comparison, context: RuleContext): Condition {
  const { info, operator, right, negated } = comparison;
  const { numbers, unknown } = valuesOf(info, right, context);
  if (info.type !== BOOLEAN) return NEVER;
  if (unknown.length > 0 || !['implicit', '==', '!=', '!'].includes(operator)) return opaque(comparison, context);
  return numbers.has(0) === negated ? NEVER : inPhases(BOTH, [requirements(info)]);
}

/** `tcp flags syn / syn,ack`: the flags of the mask that are set are those before it. */
function flagsCondition(comparison: Comparison, mask: Expression, context: RuleContext): Condition {
  const { info, operator, right } = comparison;
  const reader = new ValueReader(info.type, context, context.problems);
  const [bitsOfMask, value] = [reader.constant(mask), reader.constant(right)];
  if (bitsOfMask === undefined || value === undefined) return opaque(comparison, context);
  const test = (bits: number) => ((bits & bitsOfMask) === value) !== (operator === '!=');
  return decided(info, requirements(info), test, context) ?? opaque(comparison, context);
}

/** The conditions of single ports and protocols, which many rules repeat. */
const knownConditions = new Interned<string, Condition>(20_000);

/** Fast path for comparisons with one address, port or protocol; `undefined` for others. */
function singleValue({ info, right, span }: Comparison, context: RuleContext): Condition | undefined {
  switch (info.dimension) {
    case 'source':
    case 'destination': {
      if (info.dimension === 'source' && context.environment.sourceUnknown) return undefined;
      if (right.kind !== 'prefix' && (right.kind !== 'word' || right.form !== 'address')) return undefined;
      const { addresses, unknown } = valuesOf(info, right, context);
      if (unknown.length > 0) return opaqueCondition(context.text(right), requirements(info));
      const restriction = info.dimension === 'source' ? { source: addresses } : { destination: addresses };
      return [{ restrictions: [restriction], phases: BOTH, opaque: NO_TEXTS }];
    }
    case 'source-port':
    case 'destination-port':
    case 'protocol': {
      if (right.kind !== 'number' && right.kind !== 'word') return undefined;
      const value = new ValueReader(info.type, context, context.problems).constant(right);
      if (value === undefined) return opaqueCondition(context.text(right), requirements(info));
      return knownConditions.of(`${info.name} ${value}`, () => {
        const values = { ...NO_VALUES, numbers: IntervalSet.range(value, value) };
        return valuesCondition({ info, negated: false, span }, values, context);
      });
    }
    default:
      return undefined;
  }
}

function valuesOf(
  { type, name }: Pick<FieldInfo, 'type' | 'name'>,
  expression: Expression,
  context: RuleContext,
): Values {
  const reader = new ValueReader(type, context, context.problems, name);
  reader.add(expression);
  return reader.result();
}

/** How a bit field is compared: with any of some flags, with all, or with each of a set; `undefined` where that is unknown. */
function bitTest(
  type: DataType,
  { operator, right, negated }: Comparison,
  context: RuleContext,
): ((bits: number) => boolean) | undefined {
  if (right.kind === 'set' || right.kind === 'set-reference') {
    const { numbers, unknown } = valuesOf({ type, name: '' }, right, context);
    return unknown.length > 0 ? undefined : (bits) => numbers.has(bits) !== negated;
  }
  const value = new ValueReader(type, context, context.problems).constant(right);
  if (value === undefined) return undefined;
  switch (operator) {
    case 'implicit':
      return (bits) => (bits & value) !== 0;
    case '!':
      return (bits) => (bits & value) === 0;
    case '==':
      return (bits) => bits === value;
    case '!=':
      return (bits) => bits !== value;
    case '<':
      return (bits) => bits < value;
    case '>':
      return (bits) => bits > value;
    case '<=':
      return (bits) => bits <= value;
    case '>=':
      return (bits) => bits >= value;
  }
}

const MAX_V6 = (1n << 128n) - 1n;

function orderedCondition(comparison: Comparison, operator: '<' | '>' | '<=' | '>=', context: RuleContext): Condition {
  const { info, right, span } = comparison;
  const { numbers, addresses, unknown } = valuesOf(info, right, context);
  if (unknown.length > 0) return opaque(comparison, context);
  const upwards = operator === '>' || operator === '>=';
  const step = operator === '<' || operator === '>' ? 1 : 0;
  const within = (values: Partial<Values>) =>
    valuesCondition({ info, negated: false, span }, { ...NO_VALUES, ...values }, context);
  if (info.type.kind === 'number') {
    const bound = numbers.min;
    if (bound === undefined) return opaque(comparison, context);
    return within({ numbers: IntervalSet.of(upwards ? [bound + step, info.type.max] : [0, bound - step]) });
  }
  const first = addresses.first;
  if (!first) return opaque(comparison, context);
  if (first.family === 4) {
    const range: [number, number] = upwards ? [first.value + step, 0xffff_ffff] : [0, first.value - step];
    return within({ addresses: new IpSet(IntervalSet.of(range), IntervalSet.empty()) });
  }
  const bigStep = BigInt(step);
  const range: [bigint, bigint] = upwards ? [first.value + bigStep, MAX_V6] : [0n, first.value - bigStep];
  return within({ addresses: new IpSet(IntervalSet.empty(), IntervalSet.of(range)) });
}

/** `tcp flags & (syn | ack) == syn`, `ip saddr & 255.255.0.0 == 10.1.0.0`, `ip frag-off & 0x1fff != 0`. */
function maskedCondition(comparison: Comparison, left: BinaryExpression, context: RuleContext): Condition {
  const { info } = comparison;
  const base = requirements(info);
  if (info.dimension === 'source' || info.dimension === 'destination') return maskedAddress(comparison, left, context);
  if (info.type.kind !== 'number') return opaque(comparison, context);
  const mask = new ValueReader(info.type, context, context.problems).constant(left.right);
  if (mask === undefined) return opaque(comparison, context);
  const compare = bitTest({ ...info.type, bits: true }, comparison, context);
  if (!compare) return opaque(comparison, context);
  const test = (bits: number) => compare(combine(left.operator, bits, mask));
  if (info.dimension === 'fragment-offset') {
    // More fragments, and the offset; "do not fragment" may be set or not.
    if (left.operator !== '&' || (mask & 0xc000) !== 0) return opaque(comparison, context);
    return test(0) ? inPhases(BOTH, [base]) : NEVER;
  }
  return decided(info, base, test, context) ?? maskedNumber(comparison, test, context) ?? opaque(comparison, context);
}

/** How many intervals the values of a masked comparison may have: no 16 bits have more. */
const MASK_LIMIT = 32_768;

/** What it costs to test one value. */
const TESTED = 1 / 16;

/** `tcp dport & 0xff00 == 0`; `undefined` where the values are too many to list. */
function maskedNumber(
  { info, span }: Comparison,
  test: (value: number) => boolean,
  context: RuleContext,
): Condition | undefined {
  if (info.dimension === undefined || info.type.max > 0xffff) return undefined;
  const intervals: [number, number][] = [];
  spendFromPurse(TESTED * info.type.max);
  for (let value = 0; value <= info.type.max; value++) {
    const last = intervals[intervals.length - 1];
    if (!test(value)) continue;
    if (last && last[1] === value - 1) last[1] = value;
    else if (intervals.push([value, value]) > MASK_LIMIT) return undefined;
  }
  return valuesCondition(
    { info, negated: false, span },
    { ...NO_VALUES, numbers: IntervalSet.from(intervals) },
    context,
  );
}

function maskedAddress(comparison: Comparison, left: BinaryExpression, context: RuleContext): Condition {
  const { info, operator, right, span } = comparison;
  const mask = valuesOf(info, left.right, context).addresses.first;
  const value = valuesOf(info, right, context).addresses.first;
  const isEquality = operator === 'implicit' || operator === '==' || operator === '!=';
  if (left.operator !== '&' || !isEquality || !mask || !value || right.kind !== 'word')
    return opaque(comparison, context);
  if (mask.family !== value.family) return opaque(comparison, context);
  const [bits, wanted] = [BigInt(mask.value), BigInt(value.value)];
  const ranges = maskedRanges(wanted, bits, mask.family === 4 ? 32 : 128);
  if (!ranges) return opaque(comparison, context);
  // A value with bits outside the mask is never equal.
  const reachable = (wanted & bits) === wanted ? addressesIn(ranges, mask.family) : IpSet.empty;
  const test = { info, negated: operator === '!=', span };
  return valuesCondition(test, { ...NO_VALUES, addresses: reachable }, context);
}

function addressesIn(ranges: readonly (readonly [bigint, bigint])[], family: 4 | 6): IpSet {
  if (family === 6) return new IpSet(IntervalSet.empty(), IntervalSet.from(ranges));
  return new IpSet(
    IntervalSet.from(ranges.map(([low, high]) => [Number(low), Number(high)] as const)),
    IntervalSet.empty(),
  );
}
