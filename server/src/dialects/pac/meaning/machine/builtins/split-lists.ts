// Methods of `host.split('.')` that are followed without asking how many parts there are.
import { ALWAYS, anyOf, type Condition } from '../../question/condition.js';
import { type AnyText, concatenated, drop, from, item, reversed, until } from '../../values/building.js';
import { identity, whereNumber } from '../../values/numbers.js';
import { binaryOperation, callTextMethod, splitItem, splitLength } from '../../values/operations.js';
import { Text } from '../../values/text.js';
import {
  Choice,
  ListOf,
  type OperationResult,
  SplitList,
  TracedBoolean,
  TracedNumber,
  type Value,
} from '../../values/value.js';
import { type Native, type NativeContext, TailCall } from '../natives.js';
import { PacObject } from '../objects.js';
import type { Realm } from '../realm.js';
import { SplitTexts } from '../split-texts.js';
import { booleanOf } from './equality.js';
import { checkOwn, define, type MethodTable } from './support.js';

/** A method of a list of parts; `undefined` where each number of parts has to be followed by itself. */
type SplitMethod = (
  list: SplitList,
  args: readonly Value[],
  context: NativeContext,
  self: SplitTexts,
) => OperationResult;

const METHODS: ReadonlyMap<string, SplitMethod> = new Map([
  ['at', at],
  ['includes', includes],
  ['indexOf', indexOf],
  ['join', join],
  ['pop', pop],
  ['reverse', reverse],
  ['shift', shift],
  ['slice', slice],
  ['toString', (list, _args, context) => join(list, [], context)],
]);

/** Adds methods of arrays, of which some need no array. */
export function defineListMethods(realm: Realm, methods: MethodTable): void {
  const { arrayPrototype } = realm;
  for (const [name, length, native] of methods) {
    const lazy = METHODS.get(name);
    if (lazy) define(realm, arrayPrototype, name, length, whole(realm, name, native, lazy), { takesSplitTexts: true });
    else define(realm, arrayPrototype, name, length, native);
  }
}

function whole(realm: Realm, name: string, native: Native, lazy: SplitMethod): Native {
  const settling = define(realm, new PacObject(null, realm.heap), name, 0, native);
  return (self, args, context) => {
    const result = self instanceof SplitTexts && self.isLazy ? lazy(self.list, args, context, self) : undefined;
    return result === undefined ? new TailCall(realm, settling, self, args) : result;
  };
}

/** An argument that is a whole number, or none. */
function wholeNumber(value: Value): number | undefined {
  if (value === undefined) return 0;
  return typeof value === 'number' && Number.isInteger(value) ? value : undefined;
}

function at(list: SplitList, [position]: readonly Value[], context: NativeContext): OperationResult {
  const index = wholeNumber(position);
  if (index === undefined) return undefined;
  if (index >= 0) return splitItem(list, index, context);
  const fromEnd = binaryOperation('+', splitLength(list), index, context);
  return fromEnd instanceof TracedNumber ? splitItem(list, fromEnd, context) : undefined;
}

function join({ text, separator }: SplitList, [given]: readonly Value[], context: NativeContext): OperationResult {
  const by = given === undefined ? ',' : context.toText(given);
  if (by === separator) return text;
  if (typeof by !== 'string' || separator === '') return undefined;
  return callTextMethod(text, 'replaceAll', [separator, by.replaceAll('$', '$$$$')], context);
}

/** The characters of a text, from the last to the first. */
function reverse(
  { text, separator }: SplitList,
  _args: readonly Value[],
  _context: NativeContext,
  self: SplitTexts,
): OperationResult {
  const back = separator === '' ? reversed(text) : undefined;
  if (!(back instanceof Text)) return undefined;
  self.become(new SplitList(back, separator));
  return self;
}

/** A part is the whole text, at an end of it, or between two separators. */
function includes(
  { text, separator }: SplitList,
  [part, start]: readonly Value[],
  context: NativeContext,
): OperationResult {
  if (typeof part !== 'string' || separator.length !== 1 || start !== undefined) return undefined;
  if (part.includes(separator)) return false;
  const results = [
    binaryOperation('===', text, part, context),
    callTextMethod(text, 'startsWith', [part + separator], context),
    callTextMethod(text, 'endsWith', [separator + part], context),
    callTextMethod(text, 'includes', [separator + part + separator], context),
  ];
  const conditions: Condition[] = [];
  for (const result of results) {
    if (result instanceof TracedBoolean) conditions.push(result.condition);
    else if (typeof result === 'boolean') conditions.push({ kind: result ? 'always' : 'never' });
    else return undefined;
  }
  return booleanOf(anyOf(conditions));
}

/** As many parts as there are separators before a part are before it, where the text stands between two separators. */
function indexOf(list: SplitList, args: readonly Value[], context: NativeContext): OperationResult {
  const { text, separator } = list;
  const [part] = args;
  const found = includes(list, args, context);
  if (found === undefined || typeof part !== 'string') return undefined;
  if (found === false) return -1;
  const before = until('first', concatenated([separator, text, separator]), separator + part + separator);
  const place =
    before instanceof Text
      ? identity({ kind: 'count', text: before, what: separator })
      : before.split(separator).length - 1;
  if (!(found instanceof TracedBoolean)) return place;
  return new Choice([
    { when: found.condition, value: place },
    { when: ALWAYS, value: -1 },
  ]);
}

/** `shift`, as loops that walk up the domains of a host use it. */
function shift(list: SplitList, _args: readonly Value[], context: NativeContext, self: SplitTexts): OperationResult {
  const { text, separator } = list;
  return withoutOne(list, item(text, separator, 0), drop(from('first', text, separator), 1), context, self);
}

function pop(list: SplitList, _args: readonly Value[], context: NativeContext, self: SplitTexts): OperationResult {
  const { text, separator } = list;
  return withoutOne(list, item(text, separator, -1), until('last', text, separator), context, self);
}

/** Takes a part from an end of a list, of which others are left or none. */
function withoutOne(
  list: SplitList,
  taken: AnyText,
  rest: AnyText,
  context: NativeContext,
  self: SplitTexts,
): OperationResult {
  const { separator } = list;
  if (separator.length !== 1) return undefined;
  checkOwn(self, context);
  const keep = () =>
    rest instanceof Text ? self.become(new SplitList(rest, separator)) : self.settle(rest.split(separator));
  return new Choice([
    { when: whereMore(list, 1, context), value: taken, change: keep },
    { when: ALWAYS, value: taken, change: () => self.settle([]) },
  ]);
}

/** More parts than these are not cut off one by one. */
const MOST_PARTS = 4;

function slice(list: SplitList, [start, end]: readonly Value[], context: NativeContext): OperationResult {
  const first = wholeNumber(start);
  if (first === undefined || Math.abs(first) > MOST_PARTS || list.separator.length !== 1) return undefined;
  if (end !== undefined) return first === 0 && end === -1 ? withoutLast(list, context) : undefined;
  if (first < 0) return lastParts(list, -first, context);
  return first === 0 ? parts(list.text, list.separator, context) : withoutFirst(list, first, context);
}

/** The parts of a text, as a list of their own. */
function parts(text: AnyText, separator: string, { realm }: NativeContext): Value | ListOf {
  return text instanceof Text
    ? new SplitTexts(realm.arrayPrototype, realm.heap, new SplitList(text, separator))
    : new ListOf(text.split(separator));
}

/** Where there are more parts than a number. */
function whereMore(list: SplitList, count: number, context: NativeContext): Condition {
  const length = splitLength(list);
  if (typeof length === 'number') return { kind: length > count ? 'always' : 'never' };
  return whereNumber(length, (value) => Number(value) > count, context, count + MOST_PARTS);
}

function withoutFirst(list: SplitList, count: number, context: NativeContext): OperationResult {
  let rest: AnyText = list.text;
  for (let cut = 0; cut < count; cut++) rest = drop(from('first', rest, list.separator), 1);
  return new Choice([
    { when: whereMore(list, count, context), value: parts(rest, list.separator, context) },
    { when: ALWAYS, value: new ListOf([]) },
  ]);
}

function withoutLast(list: SplitList, context: NativeContext): OperationResult {
  const { text, separator } = list;
  return new Choice([
    { when: whereMore(list, 1, context), value: parts(until('last', text, separator), separator, context) },
    { when: ALWAYS, value: new ListOf([]) },
  ]);
}

function lastParts(list: SplitList, count: number, context: NativeContext): OperationResult {
  const { text, separator } = list;
  const alternatives: { when: Condition; value: Value | ListOf }[] = [];
  for (let length = count; length > 1; length--) {
    const items = Array.from({ length }, (_, index) => item(text, separator, index - length));
    alternatives.push({ when: whereMore(list, length - 1, context), value: new ListOf(items) });
  }
  const only = count === 1 ? item(text, separator, -1) : text;
  return new Choice([...alternatives, { when: ALWAYS, value: new ListOf([only]) }]);
}
