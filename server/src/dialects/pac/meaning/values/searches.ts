// Looks for constant texts in traced ones: `indexOf`, `includes`, `startsWith`, `endsWith`.
import { containing, EVERYTHING, endingWith, startingWith } from '../../../../model/text-language.js';
import { ALWAYS, allOf, anyOf, type Condition, NEVER, not } from '../question/condition.js';
import { type AnyText, cutAt, drop, partsOf, take } from './building.js';
import type { OperationContext } from './context.js';
import { cutsAt } from './cuts.js';
import {
  bounded,
  identity,
  lengthOf,
  lengthOfParts,
  linearNumber,
  linearSum,
  pointwise,
  reasonFor,
} from './numbers.js';
import { matches } from './sources.js';
import { isSameText, keyOf, type Text } from './text.js';
import { Choice, type OperationResult, type TracedNumber, Unknown, type Value } from './value.js';

/** `text.indexOf(what)`: a number that is known for each text. */
export function firstIndex(text: AnyText, what: string): TracedNumber | number {
  if (typeof text === 'string') return text.indexOf(what);
  if (what === '') return 0;
  const cut = cutAt('first', text, what);
  if (cut === 'absent') return -1;
  return cut === 'anywhere' ? identity({ kind: 'first', text, what }) : lengthOfParts(cut.before);
}

/** `text.lastIndexOf(what)`. */
function lastIndex(text: AnyText, what: string): TracedNumber | number {
  if (typeof text === 'string') return text.lastIndexOf(what);
  if (what === '') return lengthOf(text);
  const cut = cutAt('last', text, what);
  if (cut === 'absent') return -1;
  return cut === 'anywhere' ? identity({ kind: 'last', text, what }) : lengthOfParts(cut.before);
}

/** Where a text is in another one. */
export function whereContains(text: AnyText, what: string): Condition {
  if (typeof text === 'string') return text.includes(what) ? ALWAYS : NEVER;
  if (what === '') return ALWAYS;
  const cut = cutAt('first', text, what);
  if (cut !== 'anywhere') return cut === 'absent' ? NEVER : ALWAYS;
  return matches(text, containing([what]));
}

export function whereStartsWith(text: AnyText, what: string): Condition {
  if (typeof text === 'string') return text.startsWith(what) ? ALWAYS : NEVER;
  const [first = ''] = partsOf(text);
  if (typeof first === 'string') {
    if (first.startsWith(what)) return ALWAYS;
    return what.startsWith(first) ? whereStartsWith(drop(text, first.length), what.slice(first.length)) : NEVER;
  }
  return matches(text, startingWith(what));
}

export function whereEndsWith(text: AnyText, what: string): Condition {
  if (typeof text === 'string') return text.endsWith(what) ? ALWAYS : NEVER;
  return matches(text, endingWith(what));
}

/** `text.indexOf(what, from)`. */
export function indexFrom(
  text: AnyText,
  what: string,
  from: number | TracedNumber,
  context: OperationContext,
): OperationResult {
  if (typeof from === 'number') return indexFromConstant(text, what, from);
  const cuts = cutsAt(text, from);
  const pieces = cuts && what !== '' ? cuts : undefined;
  if (!pieces || !canBeAdded(from, what)) return new Unknown(reasonFor([from]), context.node);
  const [first, ...others] = pieces;
  if (!first) return new Unknown(reasonFor([from]), context.node);
  const present = whereContains(first.cut.after, what);
  const inner = firstIndex(first.cut.after, what);
  const alternatives: { readonly when: Condition; readonly value: Value }[] = [
    { when: allOf([first.when, present]), value: bounded(added(from, found(inner), what), context) },
    { when: first.when, value: -1 },
  ];
  // Where what was searched first is absent, the search begins at a constant place.
  for (const { when } of others) {
    const constant = (from.linear?.constant ?? 0) - 1;
    const result = indexFromConstant(text, what, constant);
    for (const piece of piecesOf(result)) alternatives.push({ when: allOf([when, piece.when]), value: piece.value });
  }
  return new Choice(alternatives);
}

/** The number where what was searched occurs. */
function found(number: TracedNumber | number): TracedNumber | number {
  const [source] = typeof number === 'number' ? [] : number.sources;
  const isSearch = source?.kind === 'first' && typeof number !== 'number' && number.offset === 0;
  return isSearch ? identity({ ...source, isFound: true }) : number;
}

/** Whether the place where something is found behind a traced place is the sum of two numbers. */
function canBeAdded(from: TracedNumber, what: string): boolean {
  if (!from.linear) return false;
  const { constant } = from.linear;
  // Before the start of the text `indexOf` begins at the start; then it has no room for what is searched.
  return constant >= 0 || (from.sources.length === 1 && from.sources[0]?.kind === 'length' && what.length >= -constant);
}

function added(from: TracedNumber, inner: TracedNumber | number, what: string): Value {
  const constant = from.linear?.constant ?? 0;
  // At the end there is room for it at one place only.
  const only = constant < 0 && what.length >= -constant ? 0 : inner;
  return pointwise([from, only], ([a, b]) => Number(a) + Number(b), linearSum(from, only, 1));
}

function indexFromConstant(text: AnyText, what: string, from: number): OperationResult {
  const start = Math.max(0, Number.isNaN(from) ? 0 : Math.trunc(from));
  if (start === 0) return firstIndex(text, what);
  const rest = drop(text, start);
  const inner = firstIndex(rest, what);
  if (typeof inner === 'number') return inner < 0 ? -1 : inner + start;
  const { linear, sources } = inner;
  const number = linear ? linearNumber(sources, linear.weights, linear.constant + start) : inner;
  const present = whereContains(rest, what);
  if (present.kind === 'always') return number;
  return new Choice([
    { when: present, value: number },
    { when: ALWAYS, value: -1 },
  ]);
}

function piecesOf(result: OperationResult): readonly { readonly when: Condition; readonly value: Value }[] {
  if (!(result instanceof Choice)) return [{ when: ALWAYS, value: result as Value }];
  return [...result.alternatives] as readonly { readonly when: Condition; readonly value: Value }[];
}

/** `text.lastIndexOf(what, from)`: the last one that begins at `from` or before. */
export function lastIndexUpTo(text: AnyText, what: string, from: number): TracedNumber | number {
  if (Number.isNaN(from) || from === Number.POSITIVE_INFINITY) return lastIndex(text, what);
  return lastIndex(take(text, Math.max(0, Math.trunc(from)) + what.length), what);
}

/** Where a test of a text holds for what is behind a place. */
export function whereBehind(
  text: AnyText,
  place: number | TracedNumber,
  test: (rest: AnyText) => Condition,
): Condition | undefined {
  const conditions: Condition[] = [];
  const before: Condition[] = [];
  for (const { when, cut } of cutsAt(text, place) ?? []) {
    conditions.push(allOf([...before, when, test(cut.after)]));
    before.push(not(when));
  }
  return conditions.length === 0 ? undefined : anyOf(conditions);
}

/** Whether a traced text is certainly in another one, because that is made from it. */
export function containsText(text: AnyText, what: Text): boolean {
  const [parts, wanted] = [partsOf(text), partsOf(what)];
  return parts.some((_, start) =>
    wanted.every((part, index) => {
      const own = parts[start + index];
      if (own === undefined) return false;
      if (typeof part !== 'string') return typeof own !== 'string' && keyOf(own) === keyOf(part);
      if (typeof own !== 'string') return false;
      const [isFirst, isLast] = [index === 0, index === wanted.length - 1];
      return isFirst ? own.endsWith(part) : isLast ? own.startsWith(part) : own === part;
    }),
  );
}

/** The place of a traced text in another one: only whether there is one is known. */
export function placeOfText(text: AnyText, what: Text): TracedNumber | number | undefined {
  if (typeof text !== 'string' && isSameText(text, what)) return 0;
  if (typeof text === 'string' || !containsText(text, what)) return undefined;
  return identity({ kind: 'search', text, language: EVERYTHING });
}
