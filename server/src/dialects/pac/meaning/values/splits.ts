// `split` of traced texts: lists whose items are made when they are asked for.

import { ALWAYS, type Condition, NEVER } from '../question/condition.js';
import { type AnyText, cutAt, drop, item, take } from './building.js';
import type { OperationContext } from './context.js';
import { choiceOver, identity, lengthOf, linearNumber, reasonFor, whereNumber } from './numbers.js';
import { maximumLength } from './sources.js';
import { subjectOf } from './subject.js';
import { isSameText } from './text.js';
import {
  Choice,
  ListOf,
  type NumberSource,
  type OperationResult,
  type SplitList,
  TracedNumber,
  Unknown,
  type Value,
} from './value.js';

/** `list.length`. */
export function splitLength(list: SplitList): TracedNumber | number {
  if (list.separator === '') return lengthOf(list.text);
  return linearNumber([countSource(list)], [1], 1);
}

function countSource({ text, separator }: SplitList): NumberSource {
  return { kind: 'count', text, what: separator };
}

/** `list[index]`. */
export function splitItem(list: SplitList, index: number | TracedNumber, context: OperationContext): OperationResult {
  if (typeof index === 'number') return itemAt(list, index, context);
  const [source] = index.sources;
  const { separator, text } = list;
  if (index.offset !== undefined && index.offset <= 0 && separator !== '' && source?.kind === 'count') {
    if (source.what === separator && isSameText(source.text, text)) return itemFromEnd(list, index.offset, context);
  }
  return choiceOver(
    index,
    (value) => {
      const found = typeof value === 'number' ? itemAt(list, value, context) : undefined;
      return isValue(found) ? found : new Unknown(reasonFor([index]), context.node, false, true);
    },
    context,
  );
}

function isValue(result: OperationResult): result is Value {
  return !(result instanceof Choice || result instanceof ListOf);
}

function itemAt({ text, separator }: SplitList, index: number, context: OperationContext): OperationResult {
  if (!Number.isInteger(index) || index < 0) return undefined;
  if (separator === '') {
    const length = lengthOf(text);
    const when =
      length instanceof TracedNumber
        ? whereNumber(length, (value) => Number(value) > index, context, index + 4 + Math.abs(length.offset ?? 0))
        : length > index
          ? ALWAYS
          : NEVER;
    return orUndefined(when, take(drop(text, index), 1));
  }
  return orUndefined(whereAtLeast(text, separator, index, context), item(text, separator, index));
}

/** Where a text occurs at least so often. */
function whereAtLeast(text: AnyText, what: string, times: number, context: OperationContext): Condition {
  if (times <= 0) return ALWAYS;
  if (typeof text === 'string') return text.split(what).length > times ? ALWAYS : NEVER;
  const cut = cutAt('first', text, what);
  if (cut === 'absent') return NEVER;
  if (cut !== 'anywhere') return whereAtLeast(drop(cut.after, what.length), what, times - 1, context);
  return whereNumber(identity({ kind: 'count', text, what }), (value) => Number(value) >= times, context, times + 4);
}

/** The item at `list.length - 1 + offset`. */
function itemFromEnd({ text, separator }: SplitList, offset: number, context: OperationContext): OperationResult {
  return orUndefined(whereAtLeast(text, separator, -offset, context), item(text, separator, offset - 1));
}

function orUndefined(when: Condition, value: AnyText): OperationResult {
  if (when.kind === 'always') return value;
  if (when.kind === 'never') return undefined;
  return new Choice([
    { when, value },
    { when: ALWAYS, value: undefined },
  ]);
}

/** Lists of more items are not followed. */
const ITEM_LIMIT = 128;

/** All items but the first are counted from the end, since names are read from there. */
function fromEnd(index: number, count: number): number {
  return index === 0 ? 0 : index - count;
}

/** The whole list, for each number of items; at most `limit` of them. */
export function splitItems(list: SplitList, context: OperationContext, limit = Number.POSITIVE_INFINITY): Choice {
  return new Choice(lists(list, limit, context));
}

function* lists(
  list: SplitList,
  limit: number,
  context: OperationContext,
): Iterable<{ readonly when: Condition; readonly value: ListOf | Unknown }> {
  const { text, separator } = list;
  const length = splitLength(list);
  const most = Math.min(ITEM_LIMIT, maximumLength(text.form) + 1, limit - 1);
  for (let count = separator === '' ? 0 : 1; count <= most; count++) {
    const when =
      typeof length === 'number'
        ? { kind: length === count ? ('always' as const) : ('never' as const) }
        : whereNumber(length, (value) => value === count, context, count + 4 + Math.abs(length.offset ?? 0));
    context.budget.spend(count);
    yield { when, value: new ListOf(itemsOf(list, count, true)) };
  }
  // Longer lists begin with the same items.
  if (limit <= ITEM_LIMIT) yield { when: ALWAYS, value: new ListOf(itemsOf(list, limit, false)) };
  yield { when: ALWAYS, value: new Unknown(`splits ${subjectOf(text.form)} into many pieces`, context.node) };
}

/** The first items of a list. */
function itemsOf({ text, separator }: SplitList, count: number, isWhole: boolean): readonly AnyText[] {
  return Array.from({ length: count }, (_, index) => {
    if (separator === '') return take(drop(text, index), 1);
    return item(text, separator, isWhole ? fromEnd(index, count) : index);
  });
}
