// `substring`, `substr` and `slice` of traced texts.
import { addAll } from '../../../../kept/lists.js';
import { containing } from '../../../../model/text-language.js';
import { ALWAYS, allOf, anyOf, type Condition, not } from '../question/condition.js';
import { type AnyText, drop, dropLast, take, takeLast } from './building.js';
import type { OperationContext } from './context.js';
import { type ConditionalCut, cutsAt, type Place } from './cuts.js';
import { lengthOf, linearNumber, reasonFor, whereNumber } from './numbers.js';
import { matches } from './sources.js';
import { isSameText, type Text } from './text.js';
import { Choice, type OperationResult, type Primitive, TracedNumber, Unknown } from './value.js';

export type SliceMethod = 'substring' | 'substr' | 'slice';

interface Piece {
  readonly when: ConditionalCut['when'];
  readonly value: AnyText;
}

/** Single characters at the ends of a text that are told apart, at most. */
const CASE_LIMIT = 64;

export function sliced(
  method: SliceMethod,
  text: Text,
  start: Primitive | TracedNumber,
  end: Primitive | TracedNumber,
  context: OperationContext,
): OperationResult {
  const from = placeOf(start);
  const to = end === undefined ? undefined : placeOf(end);
  const pieces = method === 'substr' ? substr(text, from, to, context) : between(method, text, from, to, context);
  if (!pieces) {
    return new Unknown(reasonFor([start, end].filter((value) => value instanceof TracedNumber)), context.node);
  }
  return choiceOf(pieces);
}

function choiceOf(pieces: readonly Piece[]): OperationResult {
  const open = pieces.filter(({ when }) => when.kind !== 'never');
  const [first] = open;
  if (first && (open.length === 1 || first.when.kind === 'always')) return first.value;
  return new Choice(open);
}

function placeOf(value: Primitive | TracedNumber): Place {
  if (value instanceof TracedNumber) return value;
  const number = Number(value);
  return Number.isNaN(number) ? 0 : Math.trunc(number);
}

function between(
  method: 'substring' | 'slice',
  text: Text,
  start: Place,
  end: Place | undefined,
  context: OperationContext,
): readonly Piece[] | undefined {
  const from = method === 'slice' ? fromEndIfNegative(text, start) : start;
  const to = end !== undefined && method === 'slice' ? fromEndIfNegative(text, end) : end;
  // `slice` counts traced places from the end where they are negative.
  const negative: Piece[] = [];
  for (const place of method === 'slice' ? [from, to] : []) {
    const pieces = place instanceof TracedNumber ? negativeCases(text, start, end, place, context) : [];
    if (!pieces) return undefined;
    addAll(negative, pieces);
  }
  const rest = nonNegative(method, text, from, to, context);
  if (!rest || negative.length === 0) return rest;
  // Programs mostly make sure that there are no negative places, so that the many cases of these are not looked at.
  const isNegative = anyOf(negative.map(({ when }) => when));
  return [...piecesWhere(not(isNegative), rest), ...negative];
}

function fromEndIfNegative(text: Text, place: Place): Place {
  if (typeof place !== 'number' || place >= 0) return place;
  const length = lengthOf(text);
  if (!(length instanceof TracedNumber) || !length.linear) return place;
  return linearNumber(length.sources, length.linear.weights, length.linear.constant + place);
}

/** The cases in which a traced place is negative; `undefined` where there may be more than are told apart. */
function negativeCases(
  text: Text,
  start: Place,
  end: Place | undefined,
  place: TracedNumber,
  context: OperationContext,
): readonly Piece[] | undefined {
  // A constant that is negative was made one that counts from the end, which stops at the start.
  if (place !== start && place !== end) return [];
  const { linear, sources } = place;
  if (!linear || sources.length > 1) return linear && linear.constant >= 0 ? [] : undefined;
  const least = (sources[0]?.kind === 'length' ? 0 : -1) + linear.constant;
  if (least < -CASE_LIMIT) return undefined;
  const pieces: Piece[] = [];
  for (let value = least; value < 0; value++) {
    const when = whereNumber(
      place,
      (number) => number === value,
      context,
      Math.abs(value) + Math.abs(linear.constant) + 2,
    );
    const inner = between('slice', text, place === start ? value : start, place === end ? value : end, context);
    if (!inner) return undefined;
    addAll(pieces, piecesWhere(when, inner));
  }
  return pieces;
}

/** What is between two places of which none is negative, or all that are negative are the start. */
function nonNegative(
  method: 'substring' | 'slice',
  text: Text,
  start: Place,
  end: Place | undefined,
  context: OperationContext,
): readonly Piece[] | undefined {
  if (end === undefined || isEnd(text, end)) {
    return cutsAt(text, start)?.map(({ when, cut }) => ({ when, value: cut.after }));
  }
  if (typeof start === 'number' && typeof end === 'number') {
    const [low, high] = method === 'substring' && end < start ? [end, start] : [start, end];
    return [{ when: ALWAYS, value: drop(take(text, high), Math.max(0, low)) }];
  }
  if (typeof start === 'number' && start <= 0) {
    return cutsAt(text, end)?.map(({ when, cut }) => ({ when, value: cut.before }));
  }
  if (typeof start === 'number')
    return end instanceof TracedNumber ? fromConstant(method, text, start, end, context) : undefined;
  return typeof end === 'number'
    ? toConstant(method, text, start, end, context)
    : betweenTraced(method, text, start, end, context);
}

function isEnd(text: Text, place: Place): boolean {
  const length = lengthOf(text);
  if (!(place instanceof TracedNumber) || !(length instanceof TracedNumber)) return false;
  const [own, other] = [length.sources[0], place.sources[0]];
  if (place.sources.length !== 1 || own?.kind !== 'length' || other?.kind !== 'length') return false;
  return isSameText(own.text, other.text) && length.offset !== undefined && length.offset === place.offset;
}

/** From a constant place up to a traced one, which may be before it. */
function fromConstant(
  method: 'substring' | 'slice',
  text: Text,
  start: number,
  end: TracedNumber,
  context: OperationContext,
): readonly Piece[] | undefined {
  const cuts = cutsAt(text, end);
  if (!cuts || start > CASE_LIMIT || !end.linear) return undefined;
  const pieces = beforeConstant(end, start, context, (value) => {
    const low = Math.max(0, value);
    return method === 'slice' ? '' : drop(take(text, start), low);
  });
  return [...pieces, ...cuts.map(({ when, cut }) => ({ when, value: drop(cut.before, start) }))];
}

function toConstant(
  method: 'substring' | 'slice',
  text: Text,
  start: TracedNumber,
  end: number,
  context: OperationContext,
): readonly Piece[] | undefined {
  const whole = take(text, Math.max(0, end));
  const cuts = cutsAt(text, start);
  if (!cuts || end > CASE_LIMIT || !start.linear) return undefined;
  const pieces = beforeConstant(start, end, context, (value) => drop(whole, Math.max(0, value)));
  if (method === 'slice') return [...pieces, { when: ALWAYS, value: '' }];
  // The places are exchanged.
  return [...pieces, ...cuts.map(({ when, cut }) => ({ when, value: drop(cut.before, Math.max(0, end)) }))];
}

/** The cases in which a traced place is before a constant one, one by one. */
function beforeConstant(
  place: TracedNumber,
  end: number,
  context: OperationContext,
  make: (value: number) => AnyText,
): Piece[] {
  const pieces: Piece[] = [];
  const constant = place.linear?.constant ?? 0;
  const least = constant + (place.sources.length === 1 && place.sources[0]?.kind === 'length' ? 0 : -1);
  for (let value = least; value < end; value++) {
    const bound = Math.abs(value) + Math.abs(constant) + 2;
    pieces.push({ when: whereNumber(place, (number) => number === value, context, bound), value: make(value) });
  }
  return pieces;
}

function betweenTraced(
  method: 'substring' | 'slice',
  text: Text,
  start: TracedNumber,
  end: TracedNumber,
  context: OperationContext,
): readonly Piece[] | undefined {
  const cuts = cutsAt(text, start);
  if (!cuts) return undefined;
  const pieces: Piece[] = [];
  for (const { when, cut } of cuts) {
    const inner = upTo(method, text, start, end, cut, context);
    if (!inner) return undefined;
    addAll(pieces, piecesWhere(when, inner));
  }
  return pieces;
}

/** Pieces in a part of the cases. */
function piecesWhere(condition: Condition, pieces: readonly Piece[]): readonly Piece[] {
  return pieces.map(({ when, value }) => ({ when: allOf([condition, when]), value }));
}

/** From a cut up to a place further on: before the end of the text, or where something is found behind the cut. */
function upTo(
  method: 'substring' | 'slice',
  text: Text,
  start: TracedNumber,
  end: TracedNumber,
  { before, after }: ConditionalCut['cut'],
  context: OperationContext,
): readonly Piece[] | undefined {
  const [source] = end.sources;
  if (end.offset === undefined) return nestedEnd(text, start, end, before);
  if (source?.kind === 'length') return upToEnd(method, text, end, { before, after }, context);
  if (source?.kind === 'last' && isSameText(source.text, text)) return upToLast(method, text, start, end, after);
  return undefined;
}

/** Up to where something is found that was searched from the start of the piece on. */
function nestedEnd(text: Text, start: TracedNumber, end: TracedNumber, before: AnyText): readonly Piece[] | undefined {
  const [first] = start.sources;
  const [outer] = end.sources;
  if (first?.kind !== 'first' || outer?.kind !== 'first' || !isSameText(first.text, outer.text)) return undefined;
  if (first.what !== outer.what || end.sources.length !== 2 || start.sources.length !== 1) return undefined;
  const [cut] = cutsAt(text, end) ?? [];
  if (!cut || typeof before === 'string') return undefined;
  const inner = end.sources[1];
  if (inner?.kind !== 'first' || !end.linear || !start.linear) return undefined;
  const cuts = cutsAt(inner.text, linearNumber([inner], [1], end.linear.constant - start.linear.constant));
  const [behind] = cutsAt(text, start) ?? [];
  if (!cuts?.[0] || typeof behind?.cut.after !== 'object' || !isSameText(behind.cut.after, inner.text))
    return undefined;
  return [{ when: ALWAYS, value: cuts[0].cut.before }];
}

function upToEnd(
  method: 'substring' | 'slice',
  text: Text,
  end: TracedNumber,
  { before, after }: ConditionalCut['cut'],
  context: OperationContext,
): readonly Piece[] | undefined {
  const length = lengthOf(text);
  if (!isEndOf(length, end)) return undefined;
  const missing = (length instanceof TracedNumber ? (length.offset ?? 0) : 0) - (end.offset ?? 0);
  if (missing < 0 || missing > CASE_LIMIT) return missing < 0 ? [{ when: ALWAYS, value: after }] : undefined;
  const rest = { when: ALWAYS, value: dropLast(after, missing) };
  const behind = lengthOf(after);
  if (method === 'slice') return [rest];
  if (typeof behind === 'number') return behind >= missing ? [rest] : undefined;
  const pieces: Piece[] = [];
  for (let size = 0; size < missing; size++) {
    const when = whereNumber(behind, (value) => value === size, context, missing + 4);
    pieces.push({ when, value: takeLast(before, missing - size) });
  }
  return [...pieces, rest];
}

function isEndOf(length: number | TracedNumber, end: TracedNumber): boolean {
  const [own, other] = [length instanceof TracedNumber ? length.sources[0] : undefined, end.sources[0]];
  return own?.kind === 'length' && other?.kind === 'length' && isSameText(own.text, other.text);
}

/** `host.substring(host.indexOf(".") + 1, host.lastIndexOf("."))`. */
function upToLast(
  method: 'substring' | 'slice',
  text: Text,
  start: TracedNumber,
  end: TracedNumber,
  after: AnyText,
): readonly Piece[] | undefined {
  const [source] = end.sources;
  const [first] = start.sources;
  if (source?.kind !== 'last' || typeof after === 'string') return undefined;
  const offset = end.offset ?? 0;
  const [cut] = cutsAt(after, linearNumber([{ kind: 'last', text: after, what: source.what }], [1], offset)) ?? [];
  if (!cut) return undefined;
  const found: Piece = { when: matches(after, containing([source.what])), value: cut.cut.before };
  const begin = start.offset ?? 0;
  if (offset < 0 || source.what.length !== 1 || first?.kind !== 'first' || first.what !== source.what || begin < 1) {
    return undefined;
  }
  // Otherwise there is one occurrence, or none at all.
  const present = matches(text, containing([source.what]));
  const [only] = cutsAt(text, linearNumber([first], [1], Math.min(begin, offset))) ?? [];
  if (!only || begin < offset) return undefined;
  const exchanged = method === 'slice' ? '' : take(only.cut.after, begin - offset);
  const [low, high] = [Math.max(0, offset - 1), begin - 1];
  const absent = method === 'slice' && high > low ? '' : drop(take(text, high), low);
  return [found, { when: present, value: exchanged }, { when: not(present), value: absent }];
}

function substr(
  text: Text,
  start: Place,
  count: Place | undefined,
  context: OperationContext,
): readonly Piece[] | undefined {
  const from = fromEndIfNegative(text, start);
  const negative =
    from instanceof TracedNumber && from === start ? negativeCases(text, start, undefined, from, context) : [];
  if (!negative) return undefined;
  const tails = [...negative, ...(cutsAt(text, from) ?? []).map(({ when, cut }) => ({ when, value: cut.after }))];
  if (tails.length === negative.length) return undefined;
  if (count === undefined) return tails;
  if (typeof count === 'number') return tails.map(({ when, value }) => ({ when, value: take(value, count) }));
  if (isEnd(text, count)) return tails;
  const { linear, sources } = count;
  if (typeof from !== 'number' || (from > 0 && !(linear && linear.constant >= 0))) return undefined;
  if (from > 0 && linear) {
    // Where nothing is found the place is before `from`, and nothing is left.
    const end = linearNumber(sources, linear.weights, linear.constant + from);
    return cutsAt(text, end)?.map(({ when, cut }) => ({ when, value: drop(cut.before, from) }));
  }
  return cutsAt(text, count)?.map(({ when, cut }) => ({ when, value: cut.before }));
}
