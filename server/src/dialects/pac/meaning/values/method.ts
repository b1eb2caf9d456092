// What the methods of traced texts have in common.
import type { AnyText } from './building.js';
import type { OperationContext } from './context.js';
import { Text } from './text.js';
import { Choice, ListOf, type OperationResult, type Primitive, SplitList, TracedNumber, type Value } from './value.js';

/** A method of a traced text; `undefined` where it is not followed. */
export type Method = (text: Text, args: readonly Value[], context: OperationContext) => OperationResult | Refusal;

/** Not followed. */
export const REFUSED = Symbol('not followed');
export type Refusal = typeof REFUSED;

export function textArgument(value: Value): AnyText | undefined {
  if (value instanceof Text) return value;
  return typeof value === 'object' && value !== null ? undefined : String(value);
}

/** A place in a text, as an integer. */
export function placeArgument(value: Value, whenAbsent: number): number | TracedNumber | undefined {
  if (value === undefined) return whenAbsent;
  if (value instanceof TracedNumber) return value;
  if (typeof value === 'object' && value !== null) return undefined;
  const number = Number(value);
  return Number.isNaN(number) ? 0 : Math.trunc(number);
}

export function isOne(result: OperationResult): result is Value {
  return !(result instanceof Choice || result instanceof ListOf || result instanceof SplitList);
}

export function isPlace(value: Value): value is Primitive | TracedNumber {
  return value instanceof TracedNumber || value === null || typeof value !== 'object';
}
