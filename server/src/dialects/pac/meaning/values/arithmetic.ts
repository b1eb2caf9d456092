// Operators of JavaScript on traced values, and their truth.
import { EMPTY_TEXT } from '../../../../model/text-language.js';
import { octetOperation } from '../environment/octets.js';
import { ALWAYS, allOf, type Condition, not } from '../question/condition.js';
import { type AnyText, concatenated } from './building.js';
import { numberCases } from './coercion.js';
import { type Comparison, compared } from './comparisons.js';
import type { OperationContext } from './context.js';
import {
  booleanOf,
  bounded,
  choiceOver,
  isPointwise,
  linearSum,
  type Pointwise,
  pointwise,
  whereNumber,
} from './numbers.js';
import { matches } from './sources.js';
import { unknownReason } from './subject.js';
import { Text } from './text.js';
import {
  Choice,
  Ipv6Text,
  OpenText,
  type OperationResult,
  type Primitive,
  type Traced,
  TracedBoolean,
  TracedNumber,
  Unknown,
  type Value,
} from './value.js';

const ARITHMETIC: Readonly<Record<string, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
  '**': (a, b) => a ** b,
  '&': (a, b) => a & b,
  '|': (a, b) => a | b,
  '^': (a, b) => a ^ b,
  '<<': (a, b) => a << b,
  '>>': (a, b) => a >> b,
  '>>>': (a, b) => a >>> b,
};

const COMPARISONS: Readonly<Record<string, { readonly operator: Comparison; readonly holds: boolean }>> = {
  '==': { operator: '==', holds: true },
  '!=': { operator: '==', holds: false },
  '===': { operator: '===', holds: true },
  '!==': { operator: '===', holds: false },
  '<': { operator: '<', holds: true },
  '<=': { operator: '<=', holds: true },
  '>': { operator: '>', holds: true },
  '>=': { operator: '>=', holds: true },
};

export function binaryOperation(
  operator: string,
  left: Value,
  right: Value,
  context: OperationContext,
): OperationResult {
  if (isAbsent(left, right) || isAbsent(right, left)) {
    const equals = operator === '==' || operator === '===';
    if (equals || operator === '!=' || operator === '!==') return !equals;
  }
  if (operator === '+') {
    const open = joinedOpenTexts([left, right], context);
    if (open) return open;
  }
  if (left instanceof Unknown) return new Unknown(left.reason, context.node);
  if (right instanceof Unknown) return new Unknown(right.reason, context.node);
  const comparison = COMPARISONS[operator];
  if (comparison) {
    const condition = compared(comparison.operator, left, right, context);
    return booleanOf(comparison.holds ? condition : not(condition));
  }
  if (operator === '+' && (isText(left) || isText(right))) return concatenation(left, right, context);
  return arithmetic(operator, left, right, context);
}

/** Texts of which some have placeholders, joined. */
export function joinedOpenTexts(parts: readonly Value[], { node }: OperationContext): OpenText | undefined {
  if (!parts.some((part) => part instanceof OpenText)) return undefined;
  const texts = parts.map((part) => (part instanceof OpenText ? part.text : part));
  return texts.every((text) => typeof text !== 'object' || text === null)
    ? new OpenText(texts.map(String).join(''), node)
    : undefined;
}

/** Whether a value that is not known is true as a condition. */
function isPresent(value: Unknown): boolean {
  return value.isObject || value instanceof Ipv6Text;
}

/** Whether an object is compared with nothing. */
function isAbsent(object: Value, other: Value): boolean {
  return object instanceof Unknown && isPresent(object) && (other === null || other === undefined);
}

function isText(value: Value): value is string | Text {
  return typeof value === 'string' || value instanceof Text;
}

function concatenation(left: Value, right: Value, context: OperationContext): OperationResult {
  for (const [value, build] of [
    [left, (text: string) => concatenation(text, right, context)],
    [right, (text: string) => concatenation(left, text, context)],
  ] as const) {
    if (value instanceof TracedBoolean) {
      return new Choice([
        { when: value.condition, value: single(build('true'), context) },
        { when: ALWAYS, value: single(build('false'), context) },
      ]);
    }
  }
  const number = left instanceof TracedNumber ? left : right instanceof TracedNumber ? right : undefined;
  if (number && isPointwise(left) && isPointwise(right)) {
    return bounded(
      pointwise([left, right], ([a, b]) => String(a) + String(b)),
      context,
    );
  }
  if (number) {
    return choiceOver(
      number,
      (value) => concatenated(number === left ? [String(value), textOf(right)] : [textOf(left), String(value)]),
      context,
    );
  }
  return concatenated([textOf(left), textOf(right)]);
}

function single(result: OperationResult, { node }: OperationContext): Value {
  return result instanceof Text || typeof result !== 'object' || result instanceof TracedNumber
    ? result
    : new Unknown('joins texts that depend on the request', node);
}

function textOf(value: Value): AnyText {
  return value instanceof Text ? value : String(value);
}

function arithmetic(operator: string, left: Value, right: Value, context: OperationContext): OperationResult {
  const compute = ARITHMETIC[operator];
  if (!compute) return new Unknown(`computes with ${operator}`, context.node);
  return withNumbers([left, right], context, ([a, b]) => {
    const linear = operator === '+' || operator === '-' ? linearSum(a, b, operator === '+' ? 1 : -1) : undefined;
    const result = pointwise(
      [a, b],
      operator === '+' ? ([x, y]) => sum(x, y) : ([x, y]) => compute(Number(x), Number(y)),
      linear,
      octetOperation(operator, a, b),
    );
    return bounded(result, context);
  });
}

/** The operator `+` on primitive values. */
function sum(a: Primitive, b: Primitive): Primitive {
  return typeof a === 'string' || typeof b === 'string' ? String(a) + String(b) : Number(a) + Number(b);
}

/** Computes with values of which texts are read as numbers. */
function withNumbers(
  values: readonly [Value, Value],
  context: OperationContext,
  compute: (numbers: readonly [Pointwise, Pointwise]) => Value,
): OperationResult {
  const cases: { readonly when: Condition; readonly value: Value }[] = [];
  for (const first of casesOf(values[0], context)) {
    for (const second of casesOf(values[1], context)) {
      const value =
        isPointwise(first.value) && isPointwise(second.value)
          ? compute([first.value, second.value])
          : new Unknown(
              unknownReason([first.value, second.value], (subject) => `computes with ${subject}`),
              context.node,
            );
      cases.push({ when: allOf([first.when, second.when]), value });
    }
  }
  const [only] = cases;
  return only && cases.length === 1 ? only.value : new Choice(cases);
}

interface Case {
  readonly when: Condition;
  readonly value: Value;
}

/** The cases of a value as a number, without overlap. */
function casesOf(value: Value, context: OperationContext): readonly Case[] {
  if (!(value instanceof Text)) return [{ when: ALWAYS, value }];
  const before: Condition[] = [];
  return numberCases(value, 'Number', context).map((one) => {
    const when = allOf([...before, one.when]);
    before.push(not(one.when));
    return { when, value: one.value };
  });
}

export function unaryOperation(
  operator: '!' | '-' | '+' | '~' | 'typeof',
  value: Traced,
  context: OperationContext,
): OperationResult {
  if (operator === '!') return booleanOf(not(truthOf(value, context)));
  if (value instanceof Unknown) {
    if (value instanceof Ipv6Text && operator === 'typeof') return 'string';
    return value.isObject && operator === 'typeof' ? 'object' : new Unknown(value.reason, context.node);
  }
  switch (operator) {
    case 'typeof':
      if (value instanceof Text) return 'string';
      return value instanceof TracedBoolean
        ? 'boolean'
        : pointwise([value], ([one]) => (one === null ? 'object' : typeof one));
    case '-':
      return arithmetic('-', 0, value, context);
    case '+':
      return arithmetic('-', value, 0, context);
    case '~':
      return arithmetic('^', value, -1, context);
  }
}

/** Where a value is taken for true. */
export function truthOf(value: Traced, context: OperationContext): Condition {
  if (value instanceof Unknown) return isPresent(value) ? ALWAYS : { kind: 'unknown', unknown: value };
  if (value instanceof TracedBoolean) return value.condition;
  if (value instanceof Text) return not(matches(value, EMPTY_TEXT));
  const bound = value.linear ? Math.abs(value.linear.constant) + 4 : undefined;
  return whereNumber(value, Boolean, context, bound);
}
