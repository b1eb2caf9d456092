// Equality of values of which some depend on what is asked.
import { ALWAYS, type Condition, NEVER } from '../../question/condition.js';
import { binaryOperation, truthOf, wordsCondition } from '../../values/operations.js';
import { Text } from '../../values/text.js';
import { isPrimitive, TracedBoolean, Unknown, type Value } from '../../values/value.js';
import type { NativeContext } from '../natives.js';
import { textCost } from './costs.js';
import { isThing } from './support.js';

/** `===` of two values that are both constant or objects. Texts of the same length are compared as a whole. */
export function areSame(left: Value, right: Value, context: NativeContext): boolean {
  if (typeof left === 'string' && typeof right === 'string' && left.length === right.length) {
    context.budget.spend(textCost(left.length));
  }
  return left === right;
}

/** `SameValueZero`, the equality of `includes`, `Map` and `Set`, where it depends on what is asked. */
export function sameCondition(left: Value, right: Value, context: NativeContext): Condition {
  if (left === right || (Number.isNaN(left) && Number.isNaN(right))) return ALWAYS;
  if (isThing(left) || isThing(right) || (isPrimitive(left) && isPrimitive(right))) return NEVER;
  const result = binaryOperation('===', left, right, context);
  if (result instanceof TracedBoolean) return result.condition;
  if (typeof result === 'boolean') return result ? ALWAYS : NEVER;
  if (result instanceof Unknown) return truthOf(result);
  return { kind: 'unknown', unknown: new Unknown('compares what depends on what is asked', context.node) };
}

/** The condition that a traced value is one of several values. Many words are one language, not as many conditions. */
export function oneOfConditions(value: Value, others: Iterable<Value>, context: NativeContext): Condition[] {
  const conditions: Condition[] = [];
  const words = new Set<string>();
  for (const other of others) {
    context.budget.spend(1);
    if (value instanceof Text && typeof other === 'string') words.add(other);
    else conditions.push(sameCondition(value, other, context));
  }
  if (words.size > 0 && value instanceof Text) conditions.unshift(wordsCondition(value, words));
  return conditions;
}

/** A condition as a value. */
export function booleanOf(condition: Condition): Value {
  if (condition.kind === 'always' || condition.kind === 'never') return condition.kind === 'always';
  return new TracedBoolean(condition);
}
