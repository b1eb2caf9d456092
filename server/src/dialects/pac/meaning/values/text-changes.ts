// Methods that make longer, shorter or other texts of traced ones: `padStart`, `repeat`, `replace`, `split`, `trim`.
import { ALWAYS, type Condition } from '../question/condition.js';
import { type AnyText, concatenated, joined, partsOf, replaced } from './building.js';
import type { OperationContext } from './context.js';
import { isOne, placeArgument, REFUSED, type Refusal, textArgument } from './method.js';
import { choiceOver, lengthOf, reasonFor, whereNumber } from './numbers.js';
import { splitItems } from './splits.js';
import { alphabetOf, type Text } from './text.js';
import { Choice, ListOf, type OperationResult, SplitList, TracedNumber, Unknown, type Value } from './value.js';

const PAD_LIMIT = 64;

export function padded(
  method: 'padStart' | 'padEnd',
  text: Text,
  [length, filler]: readonly Value[],
  context: OperationContext,
): OperationResult | Refusal {
  const [size, fill] = [placeArgument(length, 0), filler === undefined ? ' ' : textArgument(filler)];
  if (typeof size !== 'number' || typeof fill !== 'string' || size > PAD_LIMIT) return REFUSED;
  const own = lengthOf(text);
  if (typeof own === 'number') return REFUSED;
  const alternatives: { readonly when: Condition; readonly value: AnyText }[] = [];
  for (let missing = size; missing > 0; missing--) {
    const filling = ''[method](missing, fill);
    const when = whereNumber(own, (value) => value === size - missing, context, size + Math.abs(own.offset ?? 0) + 4);
    if (when.kind === 'never') continue;
    alternatives.push({ when, value: concatenated(method === 'padStart' ? [filling, text] : [text, filling]) });
  }
  return new Choice([...alternatives, { when: ALWAYS, value: text }]);
}

const REPEAT_LIMIT = 16;

export function repeated(text: AnyText, count: Value, context: OperationContext): OperationResult | Refusal {
  if (count instanceof TracedNumber) {
    return choiceOver(
      count,
      (value) => {
        const result = repeated(text, value, context);
        return typeof result !== 'symbol' && isOne(result) ? result : new Unknown(reasonFor([count]), context.node);
      },
      context,
    );
  }
  const times = placeArgument(count, 0);
  if (typeof times !== 'number' || times < 0 || times > REPEAT_LIMIT) return REFUSED;
  return concatenated(new Array<AnyText>(times).fill(text));
}

export function replacement(
  which: 'first' | 'all',
  text: Text,
  [what, by]: readonly Value[],
): OperationResult | Refusal {
  const [wanted, replacing] = [textArgument(what), textArgument(by)];
  if (typeof wanted !== 'string' || typeof replacing !== 'string' || wanted === '') return REFUSED;
  const expanded = expandedReplacement(replacing, wanted);
  return expanded === undefined ? REFUSED : replaced(which, text, wanted, expanded);
}

/** The text that takes the place of a found one; `undefined` where it depends on what is around. */
export function expandedReplacement(by: string, found: string): string | undefined {
  if (/\$[`'<0-9]/.test(by)) return undefined;
  return by.replace(/\$[$&]/g, (mark) => (mark === '$$' ? '$' : found));
}

export function split(
  text: Text,
  [separator, limit]: readonly Value[],
  context: OperationContext,
): OperationResult | Refusal {
  const most = limit === undefined ? undefined : placeArgument(limit, 0);
  if (separator === undefined) return most === 0 ? new ListOf([]) : new ListOf([text]);
  const by = textArgument(separator);
  if (typeof by !== 'string') return REFUSED;
  const list = new SplitList(text, by);
  if (limit === undefined) return list;
  if (typeof most !== 'number' || most < 0) return REFUSED;
  return most === 0 ? new ListOf([]) : splitItems(list, context, most);
}

const SPACES = ' \t\n\v\f\r';

export function trimmed(text: AnyText, atStart: boolean, atEnd: boolean): OperationResult | Refusal {
  const parts = [...partsOf(text)];
  if (parts.some((part) => typeof part !== 'string' && [...SPACES].some((space) => alphabetOf(part).has(space)))) {
    return REFUSED;
  }
  const [first, last] = [parts[0], parts.at(-1)];
  // Behind spaces at the end there has to be something that is never empty.
  if (atStart && typeof first === 'string') parts[0] = first.trimStart();
  if (atEnd && typeof last === 'string') parts[parts.length - 1] = (parts.at(-1) as string).trimEnd();
  const trimsAll = [first, last].some((part) => typeof part === 'string' && part !== '' && part.trim() === '');
  const inner = parts.filter((part) => part !== '');
  if (trimsAll && inner.some((part) => typeof part !== 'string' && part.kind !== 'variable')) return REFUSED;
  if (inner.some((part) => typeof part === 'string' && /^\s|\s$/.test(part)) && inner.length > 1 && !isClosed(inner)) {
    return REFUSED;
  }
  return joined(parts);
}

/** Whether the first and the last part are never empty and have no spaces at their ends. */
function isClosed(parts: readonly (string | Text['form'])[]): boolean {
  return [parts[0], parts.at(-1)].every((part) =>
    typeof part === 'string' ? part.trim() !== '' : part?.kind === 'variable' && part.variable.kind !== 'path',
  );
}
