import { IntervalSet } from '../../../model/intervals.js';
import { IpSet } from '../../../model/ip.js';
import { NameSet } from '../../../model/names.js';
import type { Expression, MatchStatement, RelationalOperator } from '../syntax/tree.js';
import { type DataType, type FieldInfo, fieldInfo } from '../vocabulary/field-types.js';
import { concatenationCondition } from './compare-concatenation.js';
import { ALWAYS, BOTH, type Condition, inPhases, NEVER, NO_TEXTS, opaqueCondition } from './condition.js';
import { type ConditionContext, decided, requirements, valuesCondition } from './field-values.js';
import { combine, ValueReader } from './value-reader.js';

/** The condition that a comparison makes. */
export function matchCondition(match: MatchStatement, context: ConditionContext): Condition {
  const { left, operator, right, mask } = match;
  switch (left.kind) {
    case 'field':
      return fieldCondition(match, left.field, operator, right, mask, context);
    case 'concatenation':
      return concatenationCondition(match, left.parts, operator, right, context);
    case 'binary':
      return maskedCondition(match, left, operator, right, context);
    default:
      return opaqueCondition(context.text(match));
  }
}

function fieldCondition(
  match: MatchStatement,
  name: string,
  operator: RelationalOperator,
  right: Expression,
  mask: Expression | undefined,
  context: ConditionContext,
): Condition {
  const info = fieldInfo(name);
  const base = requirements(info);
  const simple =
    !mask && (operator === 'implicit' || operator === '==') ? singleValue(info, name, right, context) : undefined;
  if (simple) return simple;
  const opaque = () => opaqueCondition(context.text(match), base);
  if (mask) {
    const reader = new ValueReader(info.type, context, context.problems);
    const [maskBits, value] = [reader.constant(mask), reader.constant(right)];
    if (maskBits === undefined || value === undefined) return opaque();
    return decided(info, base, (bits) => ((bits & maskBits) === value) !== (operator === '!='), context) ?? opaque();
  }
  if (right.kind === 'word' && (right.text === 'exists' || right.text === 'missing')) {
    if (info.dimension !== 'fragment-header') return opaque();
    return (right.text === 'missing') !== (operator === '!=') ? ALWAYS : NEVER;
  }
  if (info.dimension === 'fragment-header') return NEVER;
  if (info.type.bits) {
    const test = bitTest(info.type, operator, right, context);
    return (test && decided(info, base, test, context)) ?? opaque();
  }
  if (operator === '<' || operator === '>' || operator === '<=' || operator === '>=') {
    return orderedCondition(match, info, operator, right, context);
  }
  const reader = new ValueReader(info.type, context, context.problems);
  reader.add(right);
  return valuesCondition(info, reader.result(), operator === '!=' || operator === '!', match, context);
}

/** The conditions of single ports and the like, which rules repeat. */
const knownValues = new Map<string, Condition>();

/** How many are kept. */
const KNOWN_LIMIT = 20_000;

/** The comparison with one address or one port, which is what most comparisons are; `undefined` for all others. */
function singleValue(
  info: FieldInfo,
  name: string,
  right: Expression,
  context: ConditionContext,
): Condition | undefined {
  switch (info.dimension) {
    case 'source':
    case 'destination': {
      if (info.dimension === 'source' && context.sourceUnknown) return undefined;
      if (right.kind !== 'prefix' && (right.kind !== 'word' || right.form !== 'address')) return undefined;
      const reader = new ValueReader(info.type, context, context.problems);
      reader.add(right);
      const { addresses, unknown } = reader.result();
      if (unknown.length > 0) return opaqueCondition(context.text(right), requirements(info));
      const restriction = info.dimension === 'source' ? { source: addresses } : { destination: addresses };
      return [{ restrictions: [restriction], phases: BOTH, opaque: NO_TEXTS }];
    }
    case 'source-port':
    case 'destination-port':
    case 'protocol': {
      if (right.kind !== 'number' && right.kind !== 'word') return undefined;
      const key = `${name} ${right.text}`;
      const known = knownValues.get(key);
      if (known) return known;
      const reader = new ValueReader(info.type, context, context.problems);
      reader.add(right);
      const values = reader.result();
      if (values.unknown.length > 0) return opaqueCondition(context.text(right), requirements(info));
      const condition = valuesCondition(info, values, false, right, context);
      if (knownValues.size >= KNOWN_LIMIT) knownValues.clear();
      knownValues.set(key, condition);
      return condition;
    }
    default:
      return undefined;
  }
}

/** How a bit field is compared: with any of some flags, with all, or with each of a set; `undefined` where it is unknown. */
function bitTest(
  type: DataType,
  operator: RelationalOperator,
  right: Expression,
  context: ConditionContext,
): ((bits: number) => boolean) | undefined {
  if (right.kind === 'set' || right.kind === 'set-reference') {
    const reader = new ValueReader(type, context, context.problems);
    reader.add(right);
    const { numbers, unknown } = reader.result();
    if (unknown.length > 0) return undefined;
    return (bits) => numbers.has(bits) !== (operator === '!=' || operator === '!');
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

function orderedCondition(
  match: MatchStatement,
  info: FieldInfo,
  operator: '<' | '>' | '<=' | '>=',
  right: Expression,
  context: ConditionContext,
): Condition {
  const reader = new ValueReader(info.type, context, context.problems);
  reader.add(right);
  const { numbers, addresses, unknown } = reader.result();
  const opaque = () => opaqueCondition(context.text(match), requirements(info));
  if (unknown.length > 0) return opaque();
  const upwards = operator === '>' || operator === '>=';
  const strict = operator === '<' || operator === '>';
  const values = {
    numbers: IntervalSet.empty<number>(),
    addresses: IpSet.empty,
    names: NameSet.none,
    unknown: NO_TEXTS,
  };
  if (info.type.kind === 'number') {
    const bound = numbers.min;
    if (bound === undefined) return opaque();
    const range: [number, number] = upwards ? [bound + (strict ? 1 : 0), info.type.max] : [0, bound - (strict ? 1 : 0)];
    return valuesCondition(info, { ...values, numbers: IntervalSet.of(range) }, false, match, context);
  }
  const first = addresses.first;
  if (first?.family === 4) {
    const step = strict ? 1 : 0;
    const range: [number, number] = upwards ? [first.value + step, 0xffff_ffff] : [0, first.value - step];
    const set = new IpSet(IntervalSet.of(range), IntervalSet.empty());
    return valuesCondition(info, { ...values, addresses: set }, false, match, context);
  }
  if (first) {
    const step = strict ? 1n : 0n;
    const range: [bigint, bigint] = upwards ? [first.value + step, MAX_V6] : [0n, first.value - step];
    const set = new IpSet(IntervalSet.empty(), IntervalSet.of(range));
    return valuesCondition(info, { ...values, addresses: set }, false, match, context);
  }
  return opaque();
}

/** `tcp flags & (syn | ack) == syn`, `ip saddr & 255.255.0.0 == 10.1.0.0`, `ip frag-off & 0x1fff != 0`. */
function maskedCondition(
  match: MatchStatement,
  left: Expression & { readonly kind: 'binary' },
  operator: RelationalOperator,
  right: Expression,
  context: ConditionContext,
): Condition {
  const text = context.text(match);
  const field = left.left;
  if (field.kind !== 'field') return opaqueCondition(text);
  const info = fieldInfo(field.field);
  const base = requirements(info);
  if (info.dimension === 'source' || info.dimension === 'destination') {
    return maskedAddress(info, left, operator, right, match, context);
  }
  if (info.type.kind !== 'number') return opaqueCondition(text, base);
  const reader = new ValueReader(info.type, context, context.problems);
  const mask = reader.constant(left.right);
  if (mask === undefined) return opaqueCondition(text, base);
  const compare = bitTest({ ...info.type, bits: true }, operator, right, context);
  if (!compare) return opaqueCondition(text, base);
  const test = (bits: number) => compare(combine(left.operator, bits, mask));
  if (info.dimension === 'fragment-offset') {
    // More fragments, and the offset; "do not fragment" may be set or not.
    if (left.operator !== '&' || (mask & 0xc000) !== 0) return opaqueCondition(text, base);
    return test(0) ? inPhases(BOTH, [base]) : NEVER;
  }
  return decided(info, base, test, context) ?? opaqueCondition(text, base);
}

function maskedAddress(
  info: FieldInfo,
  left: Expression & { readonly kind: 'binary' },
  operator: RelationalOperator,
  right: Expression,
  match: MatchStatement,
  context: ConditionContext,
): Condition {
  const read = (expression: Expression) => {
    const reader = new ValueReader(info.type, context, context.problems);
    reader.add(expression);
    return reader.result();
  };
  const [mask, wanted] = [read(left.right), read(right)];
  const [maskAddress, value] = [mask.addresses.first, wanted.addresses.first];
  const equality = operator === 'implicit' || operator === '==' || operator === '!=';
  if (left.operator !== '&' || !equality || !maskAddress || !value || right.kind !== 'word') {
    return opaqueCondition(context.text(match), requirements(info));
  }
  const width = maskAddress.family === 4 ? 32 : 128;
  const bits = BigInt(maskAddress.value).toString(2).padStart(width, '0');
  const length = bits.indexOf('0') < 0 ? width : bits.indexOf('0');
  if (bits.includes('1', length)) return opaqueCondition(context.text(match), requirements(info));
  const network = IpSet.of({ address: value, length });
  // A value with bits outside the mask is never equal.
  const reachable = network.first?.value === value.value ? network : IpSet.empty;
  return valuesCondition(
    info,
    { numbers: IntervalSet.empty<number>(), addresses: reachable, names: NameSet.none, unknown: NO_TEXTS },
    operator === '!=',
    match,
    context,
  );
}
