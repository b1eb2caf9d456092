// Operations of JavaScript on values that depend on what is asked: the door of this room for the machine and its built-in functions.
import { words } from '../../../../model/text-language.js';
import { environmentFunction, environmentOperation, environmentUnary } from '../environment/arithmetic.js';
import { Budget } from '../question/budget.js';
import { ALWAYS, allOf, type Condition, NEVER, not } from '../question/condition.js';
import { unaryOperation as unaryValue, binaryOperation as valueOperation, truthOf as whereTrue } from './arithmetic.js';
import { characterOrUndefined } from './characters.js';
import type { OperationContext } from './context.js';
import { callFunction as valueFunction } from './functions.js';
import { isPointwise, lengthOf, pointwise, whereNumber } from './numbers.js';
import { matches } from './sources.js';
import { unknownReason } from './subject.js';
import { Text } from './text.js';
import { callTextMethod } from './text-methods.js';
import {
  Choice,
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
export { callRegExp, type PatternText } from './regexps.js';
export { splitItem, splitItems, splitLength } from './splits.js';
export { callTextMethod } from './text-methods.js';

export function binaryOperation(
  operator: string,
  left: Value,
  right: Value,
  context: OperationContext,
): OperationResult {
  return environmentOperation(operator, left, right) ?? valueOperation(operator, left, right, context);
}

export function unaryOperation(
  operator: '!' | '-' | '+' | '~' | 'typeof',
  value: Traced,
  context: OperationContext,
): OperationResult {
  return environmentUnary(operator, value) ?? unaryValue(operator, value, context);
}

/** Calls a global function, or as `Math.floor` one of an object. */
export function callFunction(name: string, args: readonly Value[], context: OperationContext): OperationResult {
  return environmentFunction(name, args) ?? valueFunction(name, args, context);
}

/** For conditions without a place of their own. */
const NOWHERE: OperationContext = {
  node: { type: 'EmptyStatement', start: 0, end: 0 },
  budget: new Budget(Number.POSITIVE_INFINITY),
};

/** Where a value is taken for true. */
export function truthOf(value: Traced, context: OperationContext = NOWHERE): Condition {
  return whereTrue(value, context);
}

/** A property of a traced value; methods are found by the machine. */
export function memberOf(of: Traced, key: Value, context: OperationContext): OperationResult {
  if (of instanceof Unknown || key instanceof Unknown) return unknownMember(of, key, context);
  if (!(of instanceof Text))
    return isPointwise(key) ? pointwise([of, key], ([value, name]) => member(value, name)) : undefined;
  if (key === 'length') return lengthOf(of);
  if (key instanceof TracedNumber) {
    // `charAt` gives an empty text where there is no such character.
    return undefinedIfEmpty(callTextMethod(of, 'charAt', [key], context), context);
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
