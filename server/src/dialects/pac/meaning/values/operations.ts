// Operations of JavaScript on values that depend on what is asked: the door of this room for the machine and its built-in functions.

import { Budget } from '../../../../model/budget.js';
import { words } from '../../../../model/text-language.js';
import {
  environmentFunction,
  environmentNames,
  environmentOperation,
  environmentUnary,
} from '../environment/arithmetic.js';
import { ALWAYS, allOf, type Condition, NEVER, not } from '../question/condition.js';
import { unaryOperation as unaryValue, binaryOperation as valueOperation, truthOf as whereTrue } from './arithmetic.js';
import { characterOrUndefined } from './characters.js';
import type { OperationContext } from './context.js';
import { callFunction as valueFunction } from './functions.js';
import { ipv6Condition, onIpv6 } from './ipv6.js';
import { isPointwise, lengthOf, pointwise, whereNumber } from './numbers.js';
import { type PatternText, type RegExpMethod, callRegExp as regExp } from './regexps.js';
import { matches } from './sources.js';
import { unknownReason } from './subject.js';
import { Text } from './text.js';
import { callTextMethod as textMethod } from './text-methods.js';
import {
  Choice,
  Ipv6Value,
  type OperationResult,
  type Primitive,
  type Traced,
  TracedBoolean,
  TracedNumber,
  Unknown,
  type Value,
} from './value.js';

export type { OperationContext } from './context.js';
export { whereNumber } from './numbers.js';
export type { PatternText } from './regexps.js';
export { splitItem, splitItems, splitLength } from './splits.js';

export function binaryOperation(
  operator: string,
  left: Value,
  right: Value,
  context: OperationContext,
): OperationResult {
  const known = environmentOperation(operator, left, right, context.node);
  if (known !== undefined) return known;
  const onAddress = onIpv6([left, right], ([a, b]) => valueOperation(operator, a, b, context), context);
  return onAddress ? onAddress.result : valueOperation(operator, left, right, context);
}

export function unaryOperation(
  operator: '!' | '-' | '+' | '~' | 'typeof',
  value: Traced,
  context: OperationContext,
): OperationResult {
  const known = environmentUnary(operator, value);
  if (known !== undefined) return known;
  if (!(value instanceof Ipv6Value)) return unaryValue(operator, value, context);
  return onIpv6([value], () => unaryValue(operator, value.value, context), context)?.result;
}

/** Calls a global function, or as `Math.floor` one of an object. */
export function callFunction(name: string, args: readonly Value[], context: OperationContext): OperationResult {
  const known = environmentFunction(name, args);
  if (known !== undefined) return known;
  const onAddress = onIpv6(args, (values) => valueFunction(name, values, context), context);
  return onAddress ? onAddress.result : valueFunction(name, args, context);
}

/** Calls a method of a text. */
export function callTextMethod(
  receiver: Value,
  name: string,
  args: readonly Value[],
  context: OperationContext,
): OperationResult {
  const onAddress = onIpv6([receiver, ...args], ([text, ...rest]) => textMethod(text, name, rest, context), context);
  return onAddress ? onAddress.result : textMethod(receiver, name, args, context);
}

/** Calls a method of a regular expression, or of a text with one. */
export function callRegExp(
  method: RegExpMethod,
  written: PatternText,
  text: Text | Ipv6Value,
  args: readonly Value[],
  context: OperationContext,
): OperationResult {
  if (text instanceof Text) return regExp(method, written, text, args, context);
  const { value } = text;
  const onAddress =
    value instanceof Text && onIpv6([text], () => regExp(method, written, value, args, context), context);
  return onAddress ? onAddress.result : new Unknown(text.reason, context.node);
}

/** For conditions without a place of their own. */
const NOWHERE: OperationContext = {
  node: { type: 'EmptyStatement', start: 0, end: 0 },
  budget: new Budget(Number.POSITIVE_INFINITY),
};

/** Where a value is taken for true. */
export function truthOf(value: Traced, context: OperationContext = NOWHERE): Condition {
  if (value instanceof Ipv6Value) return ipv6Condition(whereTrue(value.value, context), value, context);
  return whereTrue(value, context);
}

/** A property of a traced value; methods are found by the machine. */
export function memberOf(of: Traced, key: Value, context: OperationContext): OperationResult {
  if (of instanceof Ipv6Value) {
    const { value } = of;
    const onAddress = onIpv6([of, key], ([, name]) => memberOf(value, name, context), context);
    if (onAddress) return onAddress.result;
  }
  if (of instanceof Unknown || key instanceof Unknown) return unknownMember(of, key, context);
  if (!(of instanceof Text))
    return isPointwise(key) ? pointwise([of, key], ([value, name]) => member(value, name)) : undefined;
  if (key === 'length') return lengthOf(of);
  if (key instanceof TracedNumber) {
    // `charAt` gives an empty text where there is no such character.
    return undefinedIfEmpty(textMethod(of, 'charAt', [key], context), context);
  }
  const index = indexOf(key);
  return index === undefined ? undefined : characterOrUndefined(of, index, context);
}

function undefinedIfEmpty(character: OperationResult, context: OperationContext): OperationResult {
  const alternatives: { readonly when: Condition; readonly value: Value }[] = [];
  const pieces = character instanceof Choice ? character.alternatives : [{ when: ALWAYS, value: character }];
  const before: Condition[] = [];
  for (const { when, value } of pieces) {
    if (value instanceof Text) {
      alternatives.push({ when: allOf([...before, when, whereTrue(value, context)]), value });
      alternatives.push({ when: allOf([...before, when]), value: undefined });
    } else {
      const one = value === '' ? undefined : (value as Value);
      alternatives.push({ when, value: one instanceof Unknown ? new Unknown(one.reason, one.node, false, true) : one });
    }
    before.push(not(when));
  }
  return new Choice(alternatives);
}

function unknownMember(of: Traced, key: Value, { node }: OperationContext): Unknown {
  return new Unknown(
    unknownReason([of, key], (subject) => `looks at single characters of ${subject}`),
    node,
    false,
    true,
  );
}

/** A key as the index of a character. */
function indexOf(key: Value): number | undefined {
  if (typeof key === 'number') return Number.isInteger(key) && key >= 0 ? key : undefined;
  return typeof key === 'string' && /^(?:0|[1-9]\d{0,8})$/.test(key) ? Number(key) : undefined;
}

function member(value: Primitive, name: Primitive): Primitive {
  if (typeof value !== 'string') return undefined;
  if (name === 'length') return value.length;
  const index = indexOf(name);
  return index === undefined ? undefined : value[index];
}

/** Whether a key of a property, a `Map`, a `Set` or a `switch` equals a name. */
export function sameKey(key: Traced, name: string, context?: OperationContext): Condition {
  return wordsCondition(key, new Set([name]), context);
}

/** Whether a key is one of many names. */
export function wordsCondition(
  key: Traced,
  names: ReadonlySet<string>,
  context: OperationContext = NOWHERE,
): Condition {
  if (key instanceof Ipv6Value) return ipv6Condition(wordsCondition(key.value, names, context), key, context);
  const ofAddress = environmentNames(key, names, context.node);
  if (ofAddress) return ofAddress;
  if (key instanceof Text) return names.size === 0 ? NEVER : matches(key, words(names));
  if (key instanceof TracedNumber) return whereNumber(key, (value) => names.has(String(value)), context);
  if (key instanceof TracedBoolean) {
    const [whenTrue, whenFalse] = [names.has('true'), names.has('false')];
    if (whenTrue === whenFalse) return { kind: whenTrue ? 'always' : 'never' };
    return whenTrue ? key.condition : { kind: 'not', of: key.condition };
  }
  // Each question has an answer of its own: it may be one name as well as another.
  return { kind: 'unknown', unknown: new Unknown(key.reason, key.node) };
}
