// The methods of texts, on traced texts and with traced arguments.
import { word } from '../../../../model/text-language.js';
import { ALWAYS, type Condition } from '../question/condition.js';
import { type AnyText, concatenated, drop, inCase, joined, partsOf, replaced, take } from './building.js';
import type { OperationContext } from './context.js';
import {
  areAllPointwise,
  booleanOf,
  choiceOver,
  identity,
  lengthOf,
  pointwise,
  reasonFor,
  whereNumber,
} from './numbers.js';
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
import { splitItem, splitItems } from './splits.js';
import { subjectOf, unknownReason } from './subject.js';
import { indexIn, whereEndOf } from './substrings.js';
import { alphabetOf, Text } from './text.js';
import {
  Choice,
  ListOf,
  type OperationResult,
  type Primitive,
  SplitList,
  TracedNumber,
  Unknown,
  type Value,
} from './value.js';

/** A method of a traced text; `undefined` where it is not followed. */
type Method = (text: Text, args: readonly Value[], context: OperationContext) => OperationResult | Refusal;

/** Not followed. */
const REFUSED = Symbol('not followed');
type Refusal = typeof REFUSED;

const keep: Method = (text) => text;

function textArgument(value: Value): AnyText | undefined {
  if (value instanceof Text) return value;
  return typeof value === 'object' && value !== null ? undefined : String(value);
}

/** A place in a text, as an integer. */
function placeArgument(value: Value, whenAbsent: number): number | TracedNumber | undefined {
  if (value === undefined) return whenAbsent;
  if (value instanceof TracedNumber) return value;
  if (typeof value === 'object' && value !== null) return undefined;
  const number = Number(value);
  return Number.isNaN(number) ? 0 : Math.trunc(number);
}

function slice(method: SliceMethod): Method {
  return (text, [start, end], context) =>
    isPlace(start) && isPlace(end) ? sliced(method, text, start, end, context) : REFUSED;
}

function isPlace(value: Value): value is Primitive | TracedNumber {
  return value instanceof TracedNumber || value === null || typeof value !== 'object';
}

/** The character at a constant or traced place: a text of at most one. */
function characterAt(text: Text, place: Value, context: OperationContext): OperationResult | Refusal {
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

function isOne(result: OperationResult): result is Value {
  return !(result instanceof Choice || result instanceof ListOf || result instanceof SplitList);
}

function codeOf(text: Text, place: Value, context: OperationContext): OperationResult | Refusal {
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
      if (
        typeof wanted !== 'string' ||
        start instanceof TracedNumber ||
        (typeof start === 'object' && start !== null)
      ) {
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
    normalize: keep,
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

/** `text.at(index)` and `text[index]`: undefined where there is no such character. */
export function characterOrUndefined(text: Text, index: number, context: OperationContext): OperationResult {
  if (index >= 0) return splitItem(new SplitList(text, ''), index, context);
  const length = lengthOf(text);
  const last = sliced('slice', text, index, index === -1 ? undefined : index + 1, context);
  if (typeof length === 'number' || !isOne(last)) return new Unknown(`looks at ${subjectOf(text.form)}`, context.node);
  const bound = Math.abs(length.offset ?? 0) - index + 4;
  const when = whereNumber(length, (value) => Number(value) >= -index, context, bound);
  return new Choice([
    { when, value: last },
    { when: ALWAYS, value: undefined },
  ]);
}

const PAD_LIMIT = 64;

function padded(
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

function repeated(text: AnyText, count: Value, context: OperationContext): OperationResult | Refusal {
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

function replacement(which: 'first' | 'all', text: Text, [what, by]: readonly Value[]): OperationResult | Refusal {
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

function split(text: Text, [separator, limit]: readonly Value[], context: OperationContext): OperationResult | Refusal {
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

function trimmed(text: AnyText, atStart: boolean, atEnd: boolean): OperationResult | Refusal {
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
  return pointwise([receiver, ...args] as Parameters<typeof pointwise>[0], ([text, ...rest]) => {
    const result: unknown = Reflect.apply(method, String(text), rest);
    return typeof result === 'object' || typeof result === 'function' ? undefined : (result as Primitive);
  });
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
