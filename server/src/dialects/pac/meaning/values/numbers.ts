// Numbers that depend on what is asked: computed for each of their values.

import { largest } from '../../../../kept/lists.js';
import { containing } from '../../../../model/text-language.js';
import { ALWAYS, allOf, anyOf, type Condition, NEVER, not } from '../question/condition.js';
import { type AnyText, from, partsOf } from './building.js';
import type { OperationContext } from './context.js';
import { type Domain, domainOf, isSameSource, matches, Sources, whereSource } from './sources.js';
import { unknownReason } from './subject.js';
import { answerForAll } from './sums.js';
import { isSameText, Text } from './text.js';
import {
  Choice,
  type LinearForm,
  type ListOf,
  type NumberSource,
  type OctetSum,
  type Primitive,
  TracedBoolean,
  TracedNumber,
  Unknown,
  type Value,
} from './value.js';

export type Pointwise = Primitive | TracedNumber | TracedBoolean;

export function isPointwise(value: Value): value is Pointwise {
  if (value instanceof TracedNumber || value instanceof TracedBoolean) return true;
  return value === null || (typeof value !== 'object' && typeof value !== 'function');
}

export function areAllPointwise(values: readonly Value[]): values is readonly Pointwise[] {
  return values.every(isPointwise);
}

/** The length of a text: of its only part that is not constant, and a constant. */
export function lengthOf(text: AnyText): TracedNumber | number {
  if (typeof text === 'string') return text.length;
  const { only, constant } = onlyVaryingPart(text);
  return linearNumber([{ kind: 'length', text: only }], [1], constant);
}

function onlyVaryingPart(text: Text): { readonly only: Text; readonly constant: number } {
  const parts = partsOf(text);
  const [part, ...others] = parts.filter((one) => typeof one !== 'string');
  if (!part || others.length > 0) return { only: text, constant: 0 };
  const constant = parts.reduce((sum, one) => sum + (typeof one === 'string' ? one.length : 0), 0);
  return { only: new Text(part), constant };
}

/** The sum of the lengths of the parts of a text. */
export function lengthOfParts(text: AnyText): TracedNumber | number {
  let constant = 0;
  const sources: NumberSource[] = [];
  const weights: number[] = [];
  for (const part of partsOf(text)) {
    if (typeof part === 'string') {
      constant += part.length;
      continue;
    }
    const source: NumberSource = { kind: 'length', text: new Text(part) };
    const known = sources.findIndex((other) => isSameSource(other, source));
    if (known >= 0) weights[known] = (weights[known] ?? 0) + 1;
    else weights[sources.push(source) - 1] = 1;
  }
  return linearNumber(sources, weights, constant);
}

/** The number that is the source itself. */
export function identity(source: NumberSource): TracedNumber {
  return new TracedNumber([source], ([point]) => point, 0);
}

function sourcesOf(value: Pointwise): readonly NumberSource[] {
  if (value instanceof TracedNumber) return value.sources;
  return value instanceof TracedBoolean ? [{ kind: 'condition', condition: value.condition }] : [];
}

/** A condition as a value. */
export function booleanOf(condition: Condition): boolean | TracedBoolean {
  if (condition.kind === 'always') return true;
  return condition.kind === 'never' ? false : new TracedBoolean(condition);
}

/** What a function makes of values, for each of them. */
export function pointwise(
  values: readonly Pointwise[],
  compute: (values: readonly Primitive[]) => Primitive,
  linear?: LinearForm,
  octets?: OctetSum,
): Primitive | TracedNumber {
  const found = new Sources();
  const sources = found.list;
  const readers = values.map((value): ((points: readonly number[]) => Primitive) => {
    const indexes = sourcesOf(value).map((source) => found.placeOf(source));
    if (value instanceof TracedNumber) return (points) => value.valueOf(indexes.map((index) => points[index] ?? 0));
    if (value instanceof TracedBoolean) return (points) => points[indexes[0] ?? 0] === 1;
    return () => value;
  });
  if (sources.length === 0) return compute(readers.map((read) => read([])));
  const offset = linear && sources.length === 1 && linear.weights[0] === 1 ? linear.constant : undefined;
  const depth = 1 + largest(values.map((value) => (value instanceof TracedNumber ? value.depth : 0)));
  // Whole numbers give the same sum in whatever order they are added: a walk adds one place after the other.
  const isLongSum = depth > LONG_SUM && !octets && linear && [linear.constant, ...linear.weights].every(isSmallWhole);
  if (isLongSum) return linearNumber(sources, linear.weights, linear.constant);
  return new TracedNumber(
    sources,
    (points) => compute(readers.map((read) => read(points))),
    offset,
    linear,
    depth,
    octets,
  );
}

/** So many operations in a row are done as one, where they are a sum. */
const LONG_SUM = 16;

function isSmallWhole(number: number): boolean {
  return Number.isInteger(number) && Math.abs(number) < 2 ** 31;
}

/** More operations in a row, and more sources, are not computed for each value: a loop may do as many as it likes. */
const DEPTH_LIMIT = 200;
const SOURCE_LIMIT = 4;
/** A walk over a name adds as many numbers as it has labels. */
const SUMMAND_LIMIT = 128;
const SOURCE_COST = 6;

/** A value, or an unknown one where it depends on too much to be computed for each value. */
export function bounded<Kept extends Value>(
  value: Kept | TracedNumber,
  { node, budget }: OperationContext,
): Kept | TracedNumber | Unknown {
  if (!(value instanceof TracedNumber)) return value;
  const { depth, linear, sources } = value;
  if (sources.length > SOURCE_LIMIT) budget.spend(SOURCE_COST * sources.length);
  return depth > DEPTH_LIMIT || sources.length > (linear ? SUMMAND_LIMIT : SOURCE_LIMIT)
    ? new Unknown(reasonFor([value]), node)
    : value;
}

/** The sum `a + factor * b` as a sum of multiples of sources, in the order that `pointwise` gives them. */
export function linearSum(a: Pointwise, b: Pointwise, factor: 1 | -1): LinearForm | undefined {
  const [first, second] = [linearOf(a), linearOf(b)];
  if (!first || !second) return undefined;
  const sources = new Sources();
  const weights: number[] = [];
  for (const [value, form, sign] of [[a, first, 1] as const, [b, second, factor] as const]) {
    for (const [index, source] of sourcesOf(value).entries()) {
      const at = sources.placeOf(source);
      weights[at] = (weights[at] ?? 0) + sign * (form.weights[index] ?? 0);
    }
  }
  return { weights, constant: first.constant + factor * second.constant };
}

function linearOf(value: Pointwise): LinearForm | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? { weights: [], constant: value } : undefined;
  return value instanceof TracedNumber ? value.linear : undefined;
}

/** What all combinations of points are worth of the work that is left: where they cost more, one condition is not followed, and others are. */
const COMBINATION_SHARE = 1 / 16;
/** How many different conditions on the other sources one source may lead to. */
const GROUP_LIMIT = 130;
const POINT_COST = 5;

/**
 * Where a number has values for which `holds`. `bound`: behind that value, and before its negative, the answer is always the same.
 */
export function whereNumber(
  number: TracedNumber,
  holds: (value: Primitive) => boolean,
  context: OperationContext,
  bound?: number,
): Condition {
  const pieces = number.sources.length > 1 ? withoutLengthDifferences(number) : [{ when: ALWAYS, number }];
  return anyOf(
    pieces.map((piece) => {
      if (piece.when.kind === 'never') return NEVER;
      if (!(piece.number instanceof TracedNumber)) return holds(piece.number) ? piece.when : NEVER;
      return allOf([piece.when, wherePiece(piece.number, holds, context, bound)]);
    }),
  );
}

function wherePiece(
  number: TracedNumber,
  holds: (value: Primitive) => boolean,
  context: OperationContext,
  bound: number | undefined,
): Condition {
  if (number.sources.length > 1 && bound !== undefined) {
    const always = answerForAll(number, holds, bound);
    if (always !== undefined) return always ? ALWAYS : NEVER;
  }
  const offset = number.sources.length === 1 ? number.linear?.constant : undefined;
  const limit = bound === undefined || offset === undefined ? undefined : bound + Math.abs(offset) + 2;
  const domains: Domain[] = [];
  let combinations = 1;
  for (const source of number.sources) {
    const domain = domainOf(source, limit);
    combinations *= domain?.points.length ?? Number.POSITIVE_INFINITY;
    if (!domain) return unfollowed(number, context);
    domains.push(domain);
  }
  if (!canPay(combinations, context)) return unfollowed(number, context);
  const condition = new Combinations(number, domains, holds).conditionFrom(0, []);
  return condition?.condition ?? unfollowed(number, context);
}

/** Pays for combinations of points, unless that would be too much for one condition. */
function canPay(combinations: number, { budget }: OperationContext): boolean {
  return budget.attempt(COMBINATION_SHARE, () => [budget.spend(combinations * POINT_COST)]) !== undefined;
}

function unfollowed(number: TracedNumber, { node }: OperationContext): Condition {
  return { kind: 'unknown', unknown: new Unknown(reasonFor([number]), node) };
}

export function reasonFor(values: readonly Value[]): string {
  return unknownReason(values, (subject) => {
    const number = values.find((value) => value instanceof TracedNumber);
    const kinds = new Set(number?.sources.map(({ kind }) => kind));
    if (kinds.has('code')) return `looks at ${subject} through charCodeAt arithmetic`;
    if (kinds.has('search')) return `uses the place where a regular expression is found in ${subject}`;
    if (kinds.has('first') || kinds.has('last')) return `computes with positions in ${subject}`;
    return kinds.has('length') ? `computes with the length of ${subject}` : `computes with ${subject}`;
  });
}

/** Goes through the points of some sources, and joins those that lead to the same conditions on the others. */
class Combinations {
  constructor(
    private readonly number: TracedNumber,
    private readonly domains: readonly Domain[],
    private readonly holds: (value: Primitive) => boolean,
  ) {}

  /** `key` is equal for equal conditions. */
  conditionFrom(
    index: number,
    points: readonly number[],
  ): { readonly key: string; readonly condition: Condition } | undefined {
    const source = this.number.sources[index];
    const domain = this.domains[index];
    if (!source || !domain) {
      return this.holds(this.number.valueOf(points)) ? { key: '1', condition: ALWAYS } : { key: '0', condition: NEVER };
    }
    const groups = new Map<string, { readonly rest: Condition; readonly members: Set<number> }>();
    const keys: string[] = [];
    for (const [at, point] of domain.points.entries()) {
      const rest = this.conditionFrom(index + 1, [...points, point]);
      if (!rest) return undefined;
      keys.push(rest.key);
      const group = groups.get(rest.key);
      if (group) group.members.add(at);
      else groups.set(rest.key, { rest: rest.condition, members: new Set([at]) });
      if (groups.size > GROUP_LIMIT) return undefined;
    }
    const conditions: Condition[] = [];
    for (const { rest, members } of groups.values()) {
      if (rest.kind === 'never') continue;
      const own = whereSource(
        source,
        domain,
        Array.from(domain.points, (_, at) => members.has(at)),
      );
      if (!own) return undefined;
      conditions.push(allOf([own, rest]));
    }
    return { key: groups.size === 1 ? (keys[0] ?? '0') : `(${keys.join(',')})`, condition: anyOf(conditions) };
  }
}

interface Piece {
  readonly when: Condition;
  readonly number: TracedNumber | Primitive;
}

/**
 * `text.length - text.lastIndexOf(what)` is the length of what begins there, where it occurs, and otherwise one more than the length of
 * the text: numbers of one source each.
 */
function withoutLengthDifferences(number: TracedNumber): readonly Piece[] {
  const { linear, sources } = number;
  if (!linear) return [{ when: ALWAYS, number }];
  for (const [index, source] of sources.entries()) {
    const weight = linear.weights[index] ?? 0;
    if (source.kind !== 'length' || weight === 0) continue;
    const other = sources.findIndex(
      (one, at) =>
        (one.kind === 'first' || one.kind === 'last') &&
        linear.weights[at] === -weight &&
        isSameText(onlyVaryingPart(one.text).only, source.text),
    );
    const position = sources[other];
    if (position?.kind !== 'first' && position?.kind !== 'last') continue;
    const rest = linearNumber(
      sources.filter((_, at) => at !== index && at !== other),
      linear.weights.filter((_, at) => at !== index && at !== other),
      // The source is shorter than the text by its constant parts.
      linear.constant - weight * onlyVaryingPart(position.text).constant,
    );
    const present = matches(position.text, containing([position.what]));
    const behind = from(position.kind, position.text, position.what);
    const there = typeof behind === 'string' ? plus(rest, weight * behind.length) : addLength(rest, behind, weight, 0);
    return [
      { when: present, number: there },
      { when: not(present), number: addLength(rest, position.text, weight, weight) },
    ].flatMap((piece) =>
      piece.number instanceof TracedNumber
        ? withoutLengthDifferences(piece.number).map((inner) => ({
            when: allOf([piece.when, inner.when]),
            number: inner.number,
          }))
        : [piece],
    );
  }
  return [{ when: ALWAYS, number: linearNumber(sources, linear.weights, linear.constant) }];
}

function plus(number: TracedNumber | Primitive, added: number): TracedNumber | Primitive {
  if (typeof number === 'number') return number + added;
  if (!(number instanceof TracedNumber) || !number.linear) return number;
  return linearNumber(number.sources, number.linear.weights, number.linear.constant + added);
}

function addLength(
  number: TracedNumber | Primitive,
  text: Text,
  weight: number,
  added: number,
): TracedNumber | Primitive {
  const { only, constant } = onlyVaryingPart(text);
  const source: NumberSource = { kind: 'length', text: only };
  const sum = added + weight * constant;
  if (typeof number === 'number') return linearNumber([source], [weight], number + sum);
  if (!(number instanceof TracedNumber) || !number.linear) return number;
  const { weights, constant: before } = number.linear;
  return linearNumber([...number.sources, source], [...weights, weight], before + sum);
}

/** A sum of multiples of sources; without those of which there is none. */
export function linearNumber(
  sources: readonly NumberSource[],
  weights: readonly number[],
  constant: number,
): TracedNumber | number {
  const kept = [...sources.keys()].filter((index) => (weights[index] ?? 0) !== 0);
  const factors = kept.map((index) => weights[index] ?? 0);
  if (kept.length === 0) return constant;
  return new TracedNumber(
    kept.flatMap((index) => sources[index] ?? []),
    (points) => points.reduce((sum, point, at) => sum + point * (factors[at] ?? 0), constant),
    factors.length === 1 && factors[0] === 1 ? constant : undefined,
    { weights: factors, constant },
  );
}

/** How many values a number may have where each is followed for itself. */
const CHOICE_LIMIT = 64;

/** What is made from each value of a number. */
export function choiceOver(
  number: TracedNumber,
  make: (value: Primitive) => Value | ListOf,
  context: OperationContext,
): Choice | Unknown {
  const values = valuesOf(number, context);
  if (!values || values.length > CHOICE_LIMIT) return new Unknown(reasonFor([number]), context.node);
  return new Choice(
    values.map((value) => ({
      when: whereNumber(number, (other) => Object.is(other, value), context),
      value: make(value),
    })),
  );
}

/** The values that a number can have; `undefined` where there are too many. */
export function valuesOf(number: TracedNumber, context: OperationContext): readonly Primitive[] | undefined {
  let combinations: readonly (readonly number[])[] = [[]];
  for (const source of number.sources) {
    const domain = domainOf(source, undefined);
    if (!domain || !canPay(domain.points.length * combinations.length, context)) return undefined;
    combinations = combinations.flatMap((points) => domain.points.map((point) => [...points, point]));
  }
  const values = new Set<Primitive>();
  for (const points of combinations) values.add(number.valueOf(points));
  return [...values];
}
