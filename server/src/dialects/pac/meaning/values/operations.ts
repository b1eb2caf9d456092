// Operations of JavaScript on values that depend on what is asked: the door of this room for the machine and its built-in functions.
import { words } from '../../../../model/text-language.js';
import { Budget } from '../question/budget.js';
import { type Condition, NEVER } from '../question/condition.js';
import { truthOf as whereTrue } from './arithmetic.js';
import type { OperationContext } from './context.js';
import { choiceOver, isPointwise, lengthOf, pointwise, whereNumber } from './numbers.js';
import { matches } from './sources.js';
import { unknownReason } from './subject.js';
import { Text } from './text.js';
import { characterOrUndefined } from './text-methods.js';
import {
  type OperationResult,
  type Primitive,
  type Traced,
  TracedBoolean,
  TracedNumber,
  Unknown,
  type Value,
} from './value.js';

export { binaryOperation, unaryOperation } from './arithmetic.js';
export type { OperationContext } from './context.js';
export { callFunction } from './functions.js';
export { callRegExp, type PatternText } from './regexps.js';
export { splitItem, splitItems, splitLength } from './splits.js';
export { callTextMethod } from './text-methods.js';

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
    return choiceOver(
      key,
      (value) => {
        const index = indexOf(value);
        const found = index === undefined ? undefined : characterOrUndefined(of, index, context);
        return found instanceof Text || typeof found !== 'object' ? found : unknownMember(of, key, context);
      },
      context,
    );
  }
  const index = indexOf(key);
  return index === undefined ? undefined : characterOrUndefined(of, index, context);
}

function unknownMember(of: Traced, key: Value, { node }: OperationContext): Unknown {
  return new Unknown(
    unknownReason([of, key], (subject) => `looks at single characters of ${subject}`),
    node,
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
