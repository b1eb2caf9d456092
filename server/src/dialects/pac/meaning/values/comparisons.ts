// Comparisons of traced values, with the conversions of ECMA-262.
import { containing, EMPTY_TEXT, word } from '../../../../model/text-language.js';
import { ofLength } from '../../../../model/text-measures.js';
import { ALWAYS, allOf, anyOf, type Condition, NEVER, not } from '../question/condition.js';
import { type AnyText, joined, type Part, partsOf } from './building.js';
import { isAtMost, isLess, languageOf, looselyEqual, whereNumberOf } from './coercion.js';
import type { OperationContext } from './context.js';
import { isPointwise, linearSum, type Pointwise, pointwise, reasonFor, valuesOf, whereNumber } from './numbers.js';
import { matches } from './sources.js';
import { unknownReason } from './subject.js';
import { isSameText, keyOf, Text, type TextForm } from './text.js';
import { before } from './text-order.js';
import { type Primitive, TracedBoolean, TracedNumber, Unknown, type Value } from './value.js';

export type Comparison = '==' | '===' | '<' | '<=' | '>' | '>=';

const COMPUTE: Readonly<Record<Comparison, (a: Primitive, b: Primitive) => boolean>> = {
  '==': looselyEqual,
  '===': (a, b) => a === b,
  '<': isLess,
  '<=': isAtMost,
  '>': (a, b) => isLess(b, a),
  '>=': (a, b) => isAtMost(b, a),
};

const EXCHANGED: Readonly<Record<Comparison, Comparison>> = {
  '==': '==',
  '===': '===',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
};

export function compared(operator: Comparison, left: Value, right: Value, context: OperationContext): Condition {
  if (left instanceof Text) return comparedText(operator, left, right, context);
  if (right instanceof Text) return comparedText(EXCHANGED[operator], right, left, context);
  if (isPointwise(left) && isPointwise(right)) return comparedPointwise(operator, left, right, context);
  return unknown([left, right], context);
}

function unknown(values: readonly Value[], { node }: OperationContext): Condition {
  const reason = unknownReason(
    values,
    (subject) => `compares ${subject} with another value that depends on the request`,
  );
  return { kind: 'unknown', unknown: new Unknown(reason, node) };
}

function comparedPointwise(
  operator: Comparison,
  left: Pointwise,
  right: Pointwise,
  context: OperationContext,
): Condition {
  const compute = COMPUTE[operator];
  if (left instanceof TracedBoolean && typeof right === 'boolean' && (operator === '==' || operator === '===')) {
    return right ? left.condition : not(left.condition);
  }
  const difference = linearSum(left, right, -1);
  if (difference) {
    const number = pointwise([left, right], ([a, b]) => Number(a) - Number(b), difference);
    if (!(number instanceof TracedNumber)) return compute(number, 0) ? ALWAYS : NEVER;
    return whereNumber(number, (value) => compute(value, 0), context, 1);
  }
  const result = pointwise([left, right], ([a, b]) => compute(a, b));
  if (!(result instanceof TracedNumber)) return result === true ? ALWAYS : NEVER;
  return whereNumber(result, (value) => value === true, context);
}

function comparedText(operator: Comparison, text: Text, other: Value, context: OperationContext): Condition {
  if (other instanceof Text) return comparedTexts(operator, text, other, context);
  if (other instanceof TracedNumber) return comparedWithNumber(operator, text, other, context);
  if (other instanceof TracedBoolean) {
    const cases = [true, false].map((value) =>
      allOf([value ? other.condition : not(other.condition), comparedText(operator, text, value, context)]),
    );
    return anyOf(cases);
  }
  if (!isPointwise(other)) return unknown([other, text], context);
  if (typeof other === 'string') return comparedWithString(operator, text, other);
  if (operator === '===') return NEVER;
  if (operator === '==' && (other === undefined || other === null)) return NEVER;
  const compute = COMPUTE[operator];
  return anyOf(whereNumberOf(text, (value) => compute(value, Number(other)), context));
}

function comparedWithString(operator: Comparison, text: Text, other: string): Condition {
  switch (operator) {
    case '==':
    case '===':
      return matches(text, word(other));
    case '<':
    case '<=':
      return matches(text, before(other, operator === '<='));
    default:
      return not(matches(text, before(other, operator === '>')));
  }
}

/** How many values of a number are compared with a text one by one. */
const VALUE_LIMIT = 1_000;

function comparedWithNumber(
  operator: Comparison,
  text: Text,
  number: TracedNumber,
  context: OperationContext,
): Condition {
  const values = valuesOf(number, context);
  if (!values || values.length > VALUE_LIMIT) {
    return { kind: 'unknown', unknown: new Unknown(reasonFor([number]), context.node) };
  }
  return anyOf(
    values.map((value) => {
      const same = comparedText(operator, text, value, context);
      if (same.kind === 'never') return NEVER;
      return allOf([whereNumber(number, (one) => Object.is(one, value), context), same]);
    }),
  );
}

function comparedTexts(operator: Comparison, a: Text, b: Text, context: OperationContext): Condition {
  if (isSameText(a, b)) return operator === '<' || operator === '>' ? NEVER : ALWAYS;
  if (operator !== '==' && operator !== '===') return unknown([a, b], context);
  return whereEqual(a, b) ?? unknown([a, b], context);
}

/** Where two texts are equal: without what is equal at their ends. */
function whereEqual(a: AnyText, b: AnyText): Condition | undefined {
  const [x, y] = withoutCommonEnds(partsOf(a), partsOf(b));
  if (!x || !y) return NEVER;
  const [left, right] = [joined(x), joined(y)];
  if (typeof left === 'string') {
    if (typeof right === 'string') return left === right ? ALWAYS : NEVER;
    return matches(right, word(left));
  }
  if (typeof right === 'string') return matches(left, word(right));
  if (isSameText(left, right)) return ALWAYS;
  return whereUnchanged(left, right) ?? whereUnchanged(right, left);
}

function withoutCommonEnds(
  a: readonly Part[],
  b: readonly Part[],
): readonly [readonly Part[] | undefined, readonly Part[] | undefined] {
  const [left, right] = [[...a], [...b]];
  while (left.length > 0 && right.length > 0) {
    const [x, y] = [left.shift() ?? '', right.shift() ?? ''];
    if (typeof x === 'string' && typeof y === 'string') {
      const length = Math.min(x.length, y.length);
      if (x.slice(0, length) !== y.slice(0, length)) return [undefined, undefined];
      if (x.length > length) left.unshift(x.slice(length));
      if (y.length > length) right.unshift(y.slice(length));
    } else if (!isSamePart(x, y)) {
      left.unshift(x);
      right.unshift(y);
      break;
    }
  }
  while (left.length > 0 && right.length > 0) {
    const [x, y] = [left.pop() ?? '', right.pop() ?? ''];
    if (typeof x === 'string' && typeof y === 'string') {
      const length = Math.min(x.length, y.length);
      if (x.slice(x.length - length) !== y.slice(y.length - length)) return [undefined, undefined];
      if (x.length > length) left.push(x.slice(0, x.length - length));
      if (y.length > length) right.push(y.slice(0, y.length - length));
    } else if (!isSamePart(x, y)) {
      left.push(x);
      right.push(y);
      break;
    }
  }
  return [left, right];
}

function isSamePart(a: Part, b: Part): boolean {
  return typeof a !== 'string' && typeof b !== 'string' && keyOf(a) === keyOf(b);
}

/** Where `changed` is made from `text` by one operation: where that leaves it as it is. */
function whereUnchanged(changed: Text, text: Text): Condition | undefined {
  const { form } = changed;
  if (form.kind !== 'applied' || keyOf(form.to) !== keyOf(text.form)) return undefined;
  return unchangedBy(form, text);
}

function unchangedBy({ operation }: Extract<TextForm, { kind: 'applied' }>, text: Text): Condition | undefined {
  switch (operation.kind) {
    case 'lower':
      return not(matches(text, languageOf('[A-Z]')));
    case 'upper':
      return not(matches(text, languageOf('[a-z]')));
    case 'take':
    case 'take-last': {
      const lengths = Array.from({ length: operation.count + 1 }, (_, length) => length);
      return operation.count > 255 ? undefined : matches(text, ofLength({ values: new Set(lengths) }));
    }
    case 'drop':
    case 'drop-last':
      return matches(text, EMPTY_TEXT);
    case 'item':
      return operation.index === 0 || operation.index === -1
        ? not(matches(text, containing([operation.separator])))
        : NEVER;
    case 'replace-first':
    case 'replace-all':
      // What takes the place of a text differs from it: the first place changes, or the length does.
      return operation.what === '' ? undefined : not(matches(text, containing([operation.what])));
    default:
      return undefined;
  }
}
