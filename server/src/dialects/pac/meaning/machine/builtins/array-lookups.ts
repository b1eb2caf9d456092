// Where an item is in a list, of which some or the item itself may depend on what is asked.
import { ALWAYS, anyOf, type Condition } from '../../question/condition.js';
import { identity } from '../../values/numbers.js';
import { Text } from '../../values/text.js';
import { Choice, type OperationResult, type Value } from '../../values/value.js';
import type { NativeContext } from '../natives.js';
import { HOLE, type Item } from '../objects.js';
import { areSame, booleanOf, oneOfConditions, sameCondition } from './equality.js';
import { ITEM_COST } from './items.js';
import { isTraced } from './support.js';

export function includes(items: readonly Value[], wanted: Value, context: NativeContext): Value {
  const open: Value[] = [];
  for (const item of items) {
    if (isTraced(item)) open.push(item);
    else if (!isTraced(wanted) && (areSame(item, wanted, context) || (Number.isNaN(item) && Number.isNaN(wanted))))
      return true;
  }
  const condition = isTraced(wanted)
    ? anyOf(oneOfConditions(wanted, items, context))
    : anyOf(open.map((item) => sameCondition(item, wanted, context)));
  return booleanOf(condition);
}

/** The first of some indices where an item is; where items or what is wanted are traced, each is an alternative. */
export function indexIn(
  items: readonly Item[],
  wanted: Value,
  order: readonly number[],
  context: NativeContext,
): OperationResult {
  if (wanted instanceof Text && !items.some((item) => item !== HOLE && isTraced(item))) {
    return placeInWords(items, wanted, order, context);
  }
  const alternatives: { when: Condition; value: Value }[] = [];
  for (const index of order) {
    const item = items[index];
    context.budget.spend(ITEM_COST);
    if (item === HOLE || item === undefined) {
      if (item === undefined && wanted === undefined) return settled(alternatives, index);
      continue;
    }
    if (!isTraced(item) && !isTraced(wanted)) {
      if (areSame(item, wanted, context)) return settled(alternatives, index);
      continue;
    }
    const when = sameCondition(item, wanted, context);
    if (when.kind === 'always') return settled(alternatives, index);
    if (when.kind !== 'never') alternatives.push({ when, value: index });
  }
  return settled(alternatives, -1);
}

/** Where a text is in a list of words. */
function placeInWords(items: readonly Item[], wanted: Text, order: readonly number[], context: NativeContext): Value {
  const numbers = new Map<string, number>();
  context.budget.spend(ITEM_COST * order.length);
  for (const index of order) {
    const item = items[index];
    if (typeof item === 'string' && !numbers.has(item)) numbers.set(item, index);
  }
  return numbers.size === 0 ? -1 : identity({ kind: 'table', text: wanted, numbers, otherwise: -1 });
}

function settled(
  alternatives: readonly { readonly when: Condition; readonly value: Value }[],
  last: Value,
): OperationResult {
  return alternatives.length === 0 ? last : new Choice([...alternatives, { when: ALWAYS, value: last }]);
}
