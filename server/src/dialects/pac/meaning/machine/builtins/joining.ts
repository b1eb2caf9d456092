// The texts of lists.

import { joinedOpenTexts } from '../../values/arithmetic.js';
import { callTextMethod } from '../../values/operations.js';
import { Text } from '../../values/text.js';
import { type OperationResult, Unknown, type Value } from '../../values/value.js';
import type { NativeContext } from '../natives.js';
import { type Item, PacArray, type PacObject } from '../objects.js';
import { itemsOf, NESTING_LIMIT, valueOfItem } from './items.js';
import { isTraced } from './support.js';

/** `join`: the items as texts. The program may have traced texts among them. */
export function join(self: Value, separator: Value, context: NativeContext): OperationResult {
  const between = separator === undefined ? ',' : context.toText(separator);
  const texts = itemTexts(itemsOf(self, context), context, [context.toObject(self)]);
  const parts = texts.flatMap((text, index) => (index === 0 ? [text] : [between, text]));
  return joinTexts(parts, context);
}

/** Joins texts of which some may be traced. */
export function joinTexts(parts: readonly Value[], context: NativeContext): OperationResult {
  if (!parts.some(isTraced)) {
    context.budget.spend(parts.reduce<number>((sum, part) => sum + 2 + String(part).length / 8, 0));
    return parts.join('');
  }
  const open = joinedOpenTexts(parts, context);
  if (open) return open;
  const unknown = parts.find((part) => part instanceof Unknown);
  if (unknown !== undefined) return unknown;
  return callTextMethod('', 'concat', parts, context);
}

function itemTexts(items: readonly Item[], context: NativeContext, within: readonly PacObject[]): Value[] {
  return items.map((item) => {
    const value = valueOfItem(item);
    if (value === undefined || value === null) return '';
    if (!(value instanceof PacArray)) return context.toText(value);
    // A list in itself is an empty text.
    if (within.includes(value)) return '';
    if (within.length >= NESTING_LIMIT) throw context.notFollowed('joins lists that are nested too deeply');
    const texts = itemTexts(itemsOf(value, context), context, [...within, value]);
    const joined = joinTexts(
      texts.flatMap((text, index) => (index === 0 ? [text] : [',', text])),
      context,
    );
    return typeof joined === 'string' || joined instanceof Text || joined instanceof Unknown
      ? joined
      : new Unknown('joins a list', context.node);
  });
}
