// Global functions of JavaScript on traced values: `String`, `Number`, `parseInt`, `Math.floor`, …
import { ALWAYS, type Condition } from '../question/condition.js';
import { truthOf } from './arithmetic.js';
import { type NumberReading, numberCases } from './coercion.js';
import type { OperationContext } from './context.js';
import { areAllPointwise, booleanOf, bounded, pointwise } from './numbers.js';
import { unknownReason } from './subject.js';
import { alphabetOf, Text } from './text.js';
import {
  Choice,
  OpenText,
  type OperationResult,
  type Primitive,
  TracedBoolean,
  TracedNumber,
  Unknown,
  type Value,
} from './value.js';

type Compute = (...values: readonly Primitive[]) => Primitive;

/** Functions of primitive values that give a primitive value. */
const FUNCTIONS: Readonly<Record<string, Compute>> = {
  Boolean: (value) => Boolean(value),
  Number: (value) => Number(value),
  String: (value) => String(value),
  isFinite: (value) => Number.isFinite(Number(value)),
  isNaN: (value) => Number.isNaN(Number(value)),
  parseFloat: (value) => Number.parseFloat(String(value)),
  parseInt: (value, radix) => Number.parseInt(String(value), radix === undefined ? undefined : Number(radix)),
  'Number.isFinite': (value) => Number.isFinite(value),
  'Number.isInteger': (value) => Number.isInteger(value),
  'Number.isNaN': (value) => Number.isNaN(value),
  'Number.isSafeInteger': (value) => Number.isSafeInteger(value),
  'Number.parseFloat': (value) => Number.parseFloat(String(value)),
  'Number.parseInt': (value, radix) => Number.parseInt(String(value), radix === undefined ? undefined : Number(radix)),
};

/** Functions that leave texts of some characters as they are. */
const KEPT_CHARACTERS: Readonly<Record<string, RegExp>> = {
  String: /[\s\S]/,
  decodeURI: /[^%]/,
  decodeURIComponent: /[^%]/,
  encodeURI: /[A-Za-z0-9;/?:@&=+$,_.!~*'()#-]/,
  encodeURIComponent: /[A-Za-z0-9_.!~*'()-]/,
  escape: /[A-Za-z0-9@*_+./-]/,
  unescape: /[^%]/,
};

const READINGS: Readonly<Record<string, NumberReading>> = {
  Number: 'Number',
  parseFloat: 'parseFloat',
  parseInt: 'parseInt',
  'Number.parseFloat': 'parseFloat',
  'Number.parseInt': 'parseInt',
};

export function callFunction(name: string, args: readonly Value[], context: OperationContext): OperationResult {
  const [value, ...others] = args;
  if (value instanceof Text) {
    const result = ofText(name, value, others, context);
    if (result !== undefined) return result;
  }
  if (name === 'String' && value instanceof OpenText) return value;
  if (name === 'Boolean' && isTraced(value)) return booleanOf(truthOf(value, context));
  if (name === 'String' && value instanceof TracedBoolean) {
    return new Choice([
      { when: value.condition, value: 'true' },
      { when: ALWAYS, value: 'false' },
    ]);
  }
  const compute = functionOf(name);
  if (compute && areAllPointwise(args)) {
    const result = bounded(
      pointwise(args, (values) => compute(...values)),
      context,
    );
    if (result instanceof Unknown) return result;
    return name === 'isNaN' || name === 'isFinite' ? result : keepLinear(name, args, result);
  }
  return new Unknown(
    unknownReason(args, (subject) => `computes with ${subject} through ${name}`),
    context.node,
  );
}

function isTraced(value: Value): value is Unknown | TracedNumber | TracedBoolean {
  return value instanceof Unknown || value instanceof TracedNumber || value instanceof TracedBoolean;
}

/** Whole numbers stay what they are. */
function keepLinear(
  name: string,
  [value]: readonly Value[],
  result: Primitive | TracedNumber,
): Primitive | TracedNumber {
  const keeps = ['Number', 'Math.floor', 'Math.ceil', 'Math.round', 'Math.trunc'].includes(name);
  if (!keeps || !(value instanceof TracedNumber) || !value.linear) return result;
  return [...value.linear.weights, value.linear.constant].every(Number.isInteger) ? value : result;
}

function functionOf(name: string): Compute | undefined {
  if (Object.hasOwn(FUNCTIONS, name)) return FUNCTIONS[name];
  if (!name.startsWith('Math.') || name === 'Math.random') return undefined;
  const method: unknown = Reflect.get(Math, name.slice('Math.'.length));
  if (typeof method !== 'function') return undefined;
  return (...values) => {
    const result: unknown = Reflect.apply(method, Math, values.map(Number));
    return typeof result === 'number' ? result : Number.NaN;
  };
}

function ofText(
  name: string,
  text: Text,
  others: readonly Value[],
  context: OperationContext,
): OperationResult | undefined {
  const kept = Object.hasOwn(KEPT_CHARACTERS, name) ? KEPT_CHARACTERS[name] : undefined;
  if (kept) return [...alphabetOf(text.form)].every((character) => kept.test(character)) ? text : undefined;
  const reading = Object.hasOwn(READINGS, name) ? READINGS[name] : undefined;
  if (reading) {
    const [radix] = others;
    return reading === 'parseInt' && radix !== undefined && radix !== 10
      ? undefined
      : new Choice(numberCases(text, reading, context));
  }
  if (name === 'Boolean') return booleanOf(truthOf(text, context));
  if (name === 'isNaN' || name === 'isFinite') return ofNumberCases(name, text, context);
  // The methods of `Number` do not convert.
  if (name === 'Number.isNaN' || name === 'Number.isFinite' || name === 'Number.isInteger') return false;
  if (name.startsWith('Math.') && others.length === 0) return ofNumberCases(name, text, context);
  return undefined;
}

function ofNumberCases(name: string, text: Text, context: OperationContext): OperationResult | undefined {
  const compute = functionOf(name);
  if (!compute) return undefined;
  const alternatives: { readonly when: Condition; readonly value: Value }[] = [];
  for (const { when, value } of numberCases(text, 'Number', context)) {
    alternatives.push({
      when,
      value: value instanceof Unknown ? value : pointwise([value], (values) => compute(...values)),
    });
  }
  return new Choice(alternatives);
}
