// The values that the sources of a number can have, and the conditions under which they have some of them.
import { largest } from '../../../../kept/lists.js';
import { Memo } from '../../../../kept/memo.js';
import {
  containing,
  EMPTY_TEXT,
  javascriptRegex,
  type Language,
  NOTHING,
  startingWith,
  words,
} from '../../../../model/text-language.js';
import { codeAt, countOf, firstAt, lastAt, ofLength } from '../../../../model/text-measures.js';
import type { NumberSet } from '../../../../model/text-operations.js';
import { ALWAYS, type Condition, NEVER, not } from '../question/condition.js';
import { alphabetOf, keyOf, type Text, type TextForm } from './text.js';
import type { NumberSource } from './value.js';

export function matches(text: Text, language: Language): Condition {
  return language.kind === 'words' && language.words.size === 0 ? NEVER : { kind: 'matches', text, language };
}

const sourceKeys = new Memo<NumberSource, string>();

/** Equal for sources that always have the same value; empty for those that have none. */
function sourceKey(source: NumberSource): string {
  return sourceKeys.of(source, makeKey);
}

function makeKey(source: NumberSource): string {
  switch (source.kind) {
    case 'length':
      return `length ${keyOf(source.text.form)}`;
    case 'first':
    case 'last':
    case 'count':
      return `${source.kind} ${JSON.stringify(source.what)} ${keyOf(source.text.form)}`;
    case 'code':
      return `code ${source.at} ${keyOf(source.text.form)}`;
    case 'decimal':
      return `decimal ${source.leading} ${keyOf(source.text.form)}`;
    case 'point':
      return `point ${source.variable.id}`;
    case 'search':
    case 'table':
    case 'condition':
      return '';
  }
}

export function isSameSource(a: NumberSource, b: NumberSource): boolean {
  if (a.kind === 'condition' && b.kind === 'condition') return a.condition === b.condition;
  return a === b || (a.kind === b.kind && sourceKey(a) !== '' && sourceKey(a) === sourceKey(b));
}

/** Different sources, in the order in which they are found. */
export class Sources {
  readonly list: NumberSource[] = [];
  private readonly places = new Map<string, number>();

  placeOf(source: NumberSource): number {
    const key = sourceKey(source);
    const known = key === '' ? this.list.findIndex((other) => isSameSource(other, source)) : this.places.get(key);
    if (known !== undefined && known >= 0) return known;
    const place = this.list.push(source) - 1;
    if (key !== '') this.places.set(key, place);
    return place;
  }
}

/** Host names have at most 253 characters; a few more do no harm. */
const HOST_LENGTH = 256;
const ADDRESS_LENGTH = 15;

const lengths = new Memo<TextForm, number>();

/** The greatest length of a text; `Infinity` where there is none. */
export function maximumLength(form: TextForm): number {
  return lengths.of(form, (one) => {
    switch (one.kind) {
      case 'variable':
        return one.variable.kind === 'host' ? HOST_LENGTH : one.variable.kind === 'address' ? ADDRESS_LENGTH : Infinity;
      case 'joined':
        return one.parts.reduce<number>(
          (sum, part) => sum + (typeof part === 'string' ? part.length : maximumLength(part)),
          0,
        );
      case 'applied': {
        const length = maximumLength(one.to);
        const { operation } = one;
        if (operation.kind === 'take' || operation.kind === 'take-last') return Math.min(length, operation.count);
        if (operation.kind === 'replace-pattern') return length * (operation.by.length + 1);
        if (operation.kind !== 'replace-first' && operation.kind !== 'replace-all') return length;
        return length * Math.max(1, operation.by.length) + operation.by.length;
      }
    }
  });
}

/** The values of a source. Behind the last one there are more where the domain is `open`: all natural numbers. */
export interface Domain {
  readonly points: readonly number[];
  readonly isOpen: boolean;
}

/** Numbers are looked at one by one up to here. */
const POINT_LIMIT = 2_050;
const DECIMAL_LIMIT = 1_000;
const SEARCH_POINTS = 300;

/** The least value of a source that has one. */
export function leastOf(source: NumberSource): -1 | 0 | undefined {
  switch (source.kind) {
    case 'length':
    case 'count':
      return 0;
    case 'first':
    case 'last':
      return source.isFound ? 0 : -1;
    default:
      return undefined;
  }
}

/** `bound`: from there on the numbers are known to be alike. */
export function domainOf(source: NumberSource, bound: number | undefined): Domain | undefined {
  switch (source.kind) {
    case 'length':
    case 'count':
    case 'first':
    case 'last': {
      const last = Math.min(maximumLength(source.text.form), bound ?? Number.POSITIVE_INFINITY);
      if (last > POINT_LIMIT) return undefined;
      return { points: range(leastOf(source) ?? 0, last), isOpen: true };
    }
    case 'code':
      return {
        points: [...alphabetOf(source.text.form)].map((character) => character.charCodeAt(0)).concat(Number.NaN),
        isOpen: false,
      };
    case 'search':
      return { points: range(-1, bound === undefined ? SEARCH_POINTS : Math.min(bound, POINT_LIMIT)), isOpen: true };
    case 'decimal':
      return { points: range(0, DECIMAL_LIMIT - 1), isOpen: false };
    case 'table':
      return { points: [...new Set([...source.numbers.values(), source.otherwise])], isOpen: false };
    case 'condition':
      return { points: [0, 1], isOpen: false };
    case 'point':
      return { points: source.variable.points, isOpen: false };
  }
}

/** All numbers that are looked at one by one. */
const POINTS = Array.from({ length: POINT_LIMIT + 2 }, (_, index) => index - 1);

/** From -1 or 0 on; a copy of what is there costs far less than making it. */
function range(from: -1 | 0, to: number): number[] {
  return POINTS.slice(from + 1, Math.max(from, to + 1) + 1);
}

/** Where a source has one of the points of its domain for which `holds`; `undefined` where that cannot be told. */
export function whereSource(
  source: NumberSource,
  { points, isOpen }: Domain,
  holds: readonly boolean[],
): Condition | undefined {
  if (holds.every((one) => one)) return ALWAYS;
  if (!holds.includes(true)) return NEVER;
  const chosen = new Set(points.filter((_, index) => holds[index]));
  switch (source.kind) {
    case 'length':
    case 'first':
    case 'last':
    case 'count': {
      const set = numberSet(points, holds, isOpen);
      return isSumOfMany(source, set) ? undefined : whereMeasure(source, set);
    }
    case 'search': {
      // The first point is -1; all others stand for one answer.
      if (holds.slice(1).some((one) => one !== holds[1])) return undefined;
      const found = matches(source.text, source.language);
      return holds[1] ? found : not(found);
    }
    case 'code':
      return matches(source.text, codeAt(source.at, chosen));
    case 'decimal':
      return matches(source.text, decimals(chosen, source.leading));
    case 'table':
      return whereTable(source, chosen);
    case 'condition':
      return chosen.has(1) ? source.condition : not(source.condition);
    case 'point':
      return { kind: 'point-in', variable: source.variable, points: chosen };
  }
}

/** Each length that the host may have leaves another one to the path: more of these are not followed. */
const SUMS_FOLLOWED = 190;

/** Whether a length is the sum of those of several texts in too many ways. */
function isSumOfMany(
  { kind, text: { form } }: NumberSource & { readonly text: Text },
  { values, from }: NumberSet,
): boolean {
  if (kind !== 'length' || form.kind !== 'joined') return false;
  const constant = form.parts.reduce((sum, part) => sum + (typeof part === 'string' ? part.length : 0), 0);
  const varying = form.parts.filter((part) => typeof part !== 'string').length;
  return varying > 1 && largest(values, from ?? 0) - constant > SUMS_FOLLOWED;
}

function numberSet(points: readonly number[], holds: readonly boolean[], isOpen: boolean): NumberSet {
  let end = holds.length;
  while (isOpen && end > 0 && holds[end - 1]) end--;
  const values = new Set(points.filter((_, index) => index < end && holds[index]));
  const from = points[end];
  return from === undefined ? { values } : { values, from };
}

type Measure = Extract<NumberSource, { kind: 'length' | 'first' | 'last' | 'count' }>;

function whereMeasure(source: Measure, set: NumberSet): Condition {
  const { text } = source;
  if (source.kind === 'length') {
    if (set.values.size === 1 && set.values.has(0) && set.from === undefined) return matches(text, EMPTY_TEXT);
    if (set.values.size === 0 && set.from === 1) return not(matches(text, EMPTY_TEXT));
    return matches(text, ofLength(set));
  }
  const { what } = source;
  const absent = source.kind === 'count' ? 0 : -1;
  const present = matches(text, containing([what]));
  if (set.from === absent + 1 && set.values.size === 0) return present;
  if (set.from === undefined && set.values.size === 1 && set.values.has(absent)) return not(present);
  if (source.kind === 'count') return matches(text, countOf(what, set));
  if (source.kind === 'last') return matches(text, lastAt(what, set));
  if (set.from === undefined && set.values.size === 1 && set.values.has(0)) return matches(text, startingWith(what));
  return matches(text, firstAt(what, set));
}

function decimals(numbers: ReadonlySet<number>, leading: boolean): Language {
  const source = [...numbers].join('|');
  const reading = javascriptRegex(`^0*(?:${source})${leading ? '(?:[^0-9][^]*)?' : ''}$`, '');
  return reading.kind === 'language' ? reading.language : NOTHING;
}

function whereTable(
  { text, numbers, otherwise }: Extract<NumberSource, { kind: 'table' }>,
  chosen: ReadonlySet<number>,
): Condition {
  const others = chosen.has(otherwise);
  // The texts that the table treats differently from all others.
  const named = [...numbers].filter(([, number]) => chosen.has(number) !== others).map(([name]) => name);
  const condition = matches(text, words(named));
  return others ? not(condition) : condition;
}
