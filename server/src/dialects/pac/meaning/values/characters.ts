// Single characters of traced texts: `charAt`, `charCodeAt`, `at`.
import { ALWAYS } from '../question/condition.js';
import { drop, partsOf, take } from './building.js';
import type { OperationContext } from './context.js';
import { isOne, placeArgument, REFUSED, type Refusal } from './method.js';
import { choiceOver, identity, lengthOf, reasonFor, whereNumber } from './numbers.js';
import { sliced } from './slices.js';
import { splitItem } from './splits.js';
import { subjectOf } from './subject.js';
import { Text } from './text.js';
import { Choice, type ListOf, type OperationResult, SplitList, TracedNumber, Unknown, type Value } from './value.js';

/** The character at a constant or traced place: a text of at most one. */
export function characterAt(text: Text, place: Value, context: OperationContext): OperationResult | Refusal {
  if (!(place instanceof TracedNumber)) {
    const index = placeArgument(place, 0);
    return typeof index !== 'number' ? REFUSED : index < 0 ? '' : take(drop(text, index), 1);
  }
  const { linear, sources } = place;
  const [source] = sources;
  if (linear && sources.length === 1) {
    const result = sliced('substr', text, place, 1, context);
    const least = (source?.kind === 'length' ? 0 : -1) + linear.constant;
    // Before the start there is nothing, where `substr` counts from the end.
    if (least >= 0) return result;
    const negative = whereNumber(place, (value) => Number(value) < 0, context, Math.abs(linear.constant) + 4);
    if (result instanceof Choice) {
      return new Choice([{ when: negative, value: '' }, ...result.alternatives]);
    }
    return new Choice([
      { when: negative, value: '' },
      { when: ALWAYS, value: isOne(result) ? result : new Unknown(reasonFor([place]), context.node) },
    ]);
  }
  return choiceOver(
    place,
    (value) => (Number(value) < 0 ? '' : take(drop(text, Math.trunc(Number(value)) || 0), 1)),
    context,
  );
}

export function codeOf(text: Text, place: Value, context: OperationContext): OperationResult | Refusal {
  if (place instanceof TracedNumber) {
    const character = characterAt(text, place, context);
    if (character === REFUSED) return REFUSED;
    const codeIn = (value: Value | ListOf): Value => {
      if (value instanceof Text) return identity({ kind: 'code', text: value, at: 0 });
      return typeof value === 'string' ? value.charCodeAt(0) : new Unknown(reasonFor([place]), context.node);
    };
    if (!(character instanceof Choice)) return isOne(character) ? codeIn(character) : REFUSED;
    return new Choice([...character.alternatives].map(({ when, value }) => ({ when, value: codeIn(value as Value) })));
  }
  const at = placeArgument(place, 0);
  if (typeof at !== 'number') return REFUSED;
  if (at < 0) return Number.NaN;
  const rest = drop(text, at);
  return typeof rest === 'string' ? rest.charCodeAt(0) : firstCode(rest);
}

function firstCode(text: Text): number | TracedNumber {
  const [first = ''] = partsOf(text);
  if (typeof first === 'string') return first.charCodeAt(0);
  const { form } = text;
  if (form.kind === 'applied' && form.operation.kind === 'drop') {
    return identity({ kind: 'code', text: new Text(form.to), at: form.operation.count });
  }
  return identity({ kind: 'code', text, at: 0 });
}

/** `text.at(index)` and `text[index]`: undefined where there is no such character. */
export function characterOrUndefined(text: Text, index: number, context: OperationContext): OperationResult {
  if (index >= 0) return splitItem(new SplitList(text, ''), index, context);
  const length = lengthOf(text);
  const last = sliced('slice', text, index, index === -1 ? undefined : index + 1, context);
  if (typeof length === 'number' || !isOne(last))
    return new Unknown(`looks at ${subjectOf(text.form)}`, context.node, false, true);
  const bound = Math.abs(length.offset ?? 0) - index + 4;
  const when = whereNumber(length, (value) => Number(value) >= -index, context, bound);
  return new Choice([
    { when, value: last },
    { when: ALWAYS, value: undefined },
  ]);
}
