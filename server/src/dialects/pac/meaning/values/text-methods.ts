// The methods of texts, on traced texts and with traced arguments.
import { word } from '../../../../model/text-language.js';
import { ALWAYS, type Condition } from '../question/condition.js';
import { type AnyText, concatenated, inCase, joined, partsOf, take } from './building.js';
import { characterAt, characterOrUndefined, codeOf } from './characters.js';
import type { OperationContext } from './context.js';
import { lastIndexBefore } from './cuts.js';
import { isPlace, type Method, placeArgument, REFUSED, type Refusal, textArgument } from './method.js';
import { areAllPointwise, booleanOf, bounded, pointwise, whereNumber } from './numbers.js';
import {
  containsText,
  firstIndex,
  indexFrom,
  lastIndexUpTo,
  placeOfText,
  whereBehind,
  whereContains,
  whereEndsWith,
  whereStartsWith,
} from './searches.js';
import { type SliceMethod, sliced } from './slices.js';
import { matches } from './sources.js';
import { subjectOf, unknownReason } from './subject.js';
import { indexIn, whereEndOf } from './substrings.js';
import { Text } from './text.js';
import { padded, repeated, replacement, split, trimmed } from './text-changes.js';
import { Choice, type OperationResult, type Primitive, TracedNumber, Unknown, type Value } from './value.js';

const keep: Method = (text) => text;

const NORMAL_FORMS: ReadonlySet<string> = new Set(['NFC', 'NFD', 'NFKC', 'NFKD']);

function slice(method: SliceMethod): Method {
  return (text, [start, end], context) =>
    isPlace(start) && isPlace(end) ? sliced(method, text, start, end, context) : REFUSED;
}

const METHODS: ReadonlyMap<string, Method> = new Map(Object.entries(methods()));

function methods(): Readonly<Record<string, Method>> {
  return {
    at(text, [index], context) {
      const place = placeArgument(index, 0);
      return typeof place === 'number' ? characterOrUndefined(text, place, context) : REFUSED;
    },
    charAt: (text, [index], context) => characterAt(text, index, context),
    charCodeAt: (text, [index], context) => codeOf(text, index, context),
    codePointAt(text, [index], context) {
      const code = codeOf(text, index, context);
      if (!(typeof code === 'number' || code instanceof TracedNumber)) return REFUSED;
      return pointwise([code], ([value]) => (Number.isNaN(value) ? undefined : value));
    },
    concat(text, args) {
      const texts = args.map(textArgument);
      return texts.every((one) => one !== undefined) ? concatenated([text, ...texts]) : REFUSED;
    },
    endsWith(text, [what, end]) {
      const wanted = textArgument(what);
      if (wanted instanceof Text) return end === undefined && endsWithText(text, wanted) ? true : REFUSED;
      const place = placeArgument(end, Number.POSITIVE_INFINITY);
      if (wanted === undefined || typeof place !== 'number') return REFUSED;
      return booleanOf(whereEndsWith(place === Number.POSITIVE_INFINITY ? text : take(text, place), wanted));
    },
    includes: (text, args) => tested(text, args, whereContains, containsText),
    indexOf(text, [what, start], context) {
      const wanted = textArgument(what);
      const place = placeArgument(start, 0);
      if (wanted === undefined || place === undefined) return REFUSED;
      if (wanted instanceof Text) return (place === 0 ? placeOfText(text, wanted) : undefined) ?? REFUSED;
      return place === 0 ? firstIndex(text, wanted) : indexFrom(text, wanted, place, context);
    },
    lastIndexOf(text, [what, start]) {
      const wanted = textArgument(what);
      if (typeof wanted === 'string' && start instanceof TracedNumber)
        return lastIndexBefore(text, wanted, start) ?? REFUSED;
      if (typeof wanted !== 'string' || (typeof start === 'object' && start !== null)) {
        return REFUSED;
      }
      return lastIndexUpTo(text, wanted, Number(start));
    },
    localeCompare(text, [other], { node }) {
      if (typeof other !== 'string') return REFUSED;
      return new Choice([
        { when: matches(text, word(other)), value: 0 },
        { when: ALWAYS, value: new Unknown(`compares ${subjectOf(text.form)} by the rules of a language`, node) },
      ]);
    },
    padEnd: (text, args, context) => padded('padEnd', text, args, context),
    padStart: (text, args, context) => padded('padStart', text, args, context),
    repeat: (text, [count], context) => repeated(text, count, context),
    replace: (text, args) => replacement('first', text, args),
    replaceAll: (text, args) => replacement('all', text, args),
    slice: slice('slice'),
    split: (text, args, context) => split(text, args, context),
    startsWith: (text, args) => tested(text, args, whereStartsWith, startsWithText),
    substr: slice('substr'),
    substring: slice('substring'),
    toLocaleLowerCase: (text) => inCase('lower', text),
    toLocaleUpperCase: (text) => inCase('upper', text),
    toLowerCase: (text) => inCase('lower', text),
    toUpperCase: (text) => inCase('upper', text),
    trim: (text) => trimmed(text, true, true),
    trimEnd: (text) => trimmed(text, false, true),
    trimRight: (text) => trimmed(text, false, true),
    trimLeft: (text) => trimmed(text, true, false),
    trimStart: (text) => trimmed(text, true, false),
    // The texts of requests are ASCII.
    isWellFormed: () => true,
    normalize: (text, [form]) =>
      form === undefined || (typeof form === 'string' && NORMAL_FORMS.has(form)) ? text : REFUSED,
    toString: keep,
    toWellFormed: keep,
    valueOf: keep,
  };
}

function tested(
  text: Text,
  [what, start]: readonly Value[],
  test: (text: AnyText, what: string) => Condition,
  isCertain: (text: AnyText, what: Text) => boolean,
): OperationResult | Refusal {
  const wanted = textArgument(what);
  const place = placeArgument(start, 0);
  if (wanted === undefined || place === undefined) return REFUSED;
  if (wanted instanceof Text) return place === 0 && isCertain(text, wanted) ? true : REFUSED;
  const condition = whereBehind(text, place, (rest) => test(rest, wanted));
  return condition ? booleanOf(condition) : REFUSED;
}

function startsWithText(text: AnyText, what: Text): boolean {
  const [parts, wanted] = [partsOf(text), partsOf(what)];
  return containsText(joined(parts.slice(0, wanted.length)), what) && sameStart(parts[0], wanted[0]);
}

function sameStart(a: unknown, b: unknown): boolean {
  return typeof a !== 'string' || (typeof b === 'string' && a.startsWith(b));
}

function endsWithText(text: AnyText, what: Text): boolean {
  const [parts, wanted] = [partsOf(text), partsOf(what)];
  const [last, end] = [parts.at(-1), wanted.at(-1)];
  if (typeof last === 'string' && !(typeof end === 'string' && last.endsWith(end))) return false;
  return containsText(joined(parts.slice(Math.max(0, parts.length - wanted.length))), what);
}

const LONG_TEXT = 2_000;

/** Methods that make a value of few characters from constant texts and places. */
const POINTWISE_METHODS = new Set([
  ...['at', 'charAt', 'charCodeAt', 'codePointAt', 'concat', 'endsWith', 'includes', 'indexOf', 'lastIndexOf', 'slice'],
  ...['startsWith', 'substr', 'substring', 'toLowerCase', 'toUpperCase', 'trim', 'toString', 'valueOf'],
]);

export function callTextMethod(
  receiver: Value,
  name: string,
  args: readonly Value[],
  context: OperationContext,
): OperationResult {
  const refused = (): Unknown =>
    new Unknown(
      unknownReason([receiver, ...args], (subject) => `looks at ${subject} through ${name}`),
      context.node,
      false,
      name === 'at' || name === 'codePointAt',
    );
  if ([receiver, ...args].some((value) => value instanceof Unknown)) return refused();
  if (receiver instanceof Text) {
    const result = METHODS.get(name)?.(receiver, args, context) ?? undefined;
    if (!METHODS.has(name) || result === REFUSED) return refused();
    return result as OperationResult;
  }
  if (areAllPointwise([receiver, ...args])) return pointwiseMethod(receiver, name, args, context) ?? refused();
  if (typeof receiver !== 'string') return refused();
  return constantMethod(receiver, name, args, context) ?? refused();
}

function pointwiseMethod(
  receiver: Value,
  name: string,
  args: readonly Value[],
  context: OperationContext,
): OperationResult | undefined {
  if (!POINTWISE_METHODS.has(name) || !areAllPointwise([receiver, ...args])) return undefined;
  const long = [receiver, ...args].some((value) => typeof value === 'string' && value.length > LONG_TEXT);
  if (long && name !== 'charAt' && name !== 'charCodeAt') return undefined;
  context.budget.spend(args.length + 1);
  const method: unknown = Reflect.get(String.prototype, name);
  if (typeof method !== 'function') return undefined;
  const value = pointwise([receiver, ...args] as Parameters<typeof pointwise>[0], ([text, ...rest]) => {
    const result: unknown = Reflect.apply(method, String(text), rest);
    return typeof result === 'object' || typeof result === 'function' ? undefined : (result as Primitive);
  });
  return bounded(value, context);
}

/** A method of a constant text with traced texts as arguments. */
function constantMethod(
  text: string,
  name: string,
  args: readonly Value[],
  context: OperationContext,
): OperationResult | undefined {
  const [what, ...others] = args;
  if (name === 'concat') {
    const texts = args.map(textArgument);
    return texts.every((one) => one !== undefined) ? concatenated([text, ...texts]) : undefined;
  }
  if (!(what instanceof Text) || others.some((other) => other !== undefined)) return undefined;
  switch (name) {
    case 'indexOf':
    case 'lastIndexOf':
      return indexIn(text, what, name === 'indexOf' ? 'first' : 'last', context);
    case 'includes': {
      const place = indexIn(text, what, 'first', context);
      if (!(place instanceof TracedNumber)) return place === undefined ? undefined : place >= 0;
      return booleanOf(whereNumber(place, (value) => Number(value) >= 0, context));
    }
    case 'startsWith':
    case 'endsWith': {
      const condition = whereEndOf(text, what, name === 'startsWith' ? 'start' : 'end', context);
      return condition && booleanOf(condition);
    }
    default:
      return undefined;
  }
}
