// String, and String.prototype without what takes a regular expression.
import { callFunction, callTextMethod } from '../../values/operations.js';
import { Text } from '../../values/text.js';
import {
  Ipv6Value,
  isPrimitive,
  ListOf,
  OpenText,
  type OperationResult,
  type Primitive,
  Unknown,
  type Value,
} from '../../values/value.js';
import { failureOfArguments, failureOfCodes } from '../failures-of-arguments.js';
import { type NativeResult, orFailure } from '../may-throw.js';
import { type NativeContext, prototypeFor } from '../natives.js';
import { PacWrapper } from '../objects.js';
import type { Realm } from '../realm.js';
import { buildCost, searchCost, textCost } from './costs.js';
import { PacRegExp, splitByPattern } from './regexp.js';
import { constant, define, defineClass, isThing, isTraced, numberOf, runHost } from './support.js';

type CostOf = (text: string, args: readonly Primitive[]) => number;

const small: CostOf = () => 1;
const reading: CostOf = (text) => textCost(text.length);
const making: CostOf = (text) => buildCost(2 * text.length);
const searching: CostOf = (text, [what]) => searchCost(text, String(what));
const comparing: CostOf = (_text, [other]) => textCost(String(other).length);
const padding: CostOf = (text, [length]) => buildCost(Math.max(text.length, Number(length)));

/** The methods that the engine itself computes, with the number of their parameters and their cost. */
const METHODS: Readonly<Record<string, readonly [length: number, cost: CostOf]>> = {
  at: [1, small],
  charAt: [1, small],
  charCodeAt: [1, small],
  codePointAt: [1, small],
  concat: [1, (text, args) => buildCost(text.length + args.reduce<number>((sum, arg) => sum + String(arg).length, 0))],
  endsWith: [1, comparing],
  includes: [1, searching],
  indexOf: [1, searching],
  isWellFormed: [0, reading],
  lastIndexOf: [1, searching],
  localeCompare: [1, (text, [other]) => buildCost(8 * (text.length + String(other).length))],
  normalize: [0, (text) => buildCost(8 * text.length)],
  padEnd: [1, padding],
  padStart: [1, padding],
  repeat: [1, (text, [count]) => buildCost(text.length * Number(count))],
  slice: [2, small],
  startsWith: [1, comparing],
  substr: [2, small],
  substring: [2, small],
  toLocaleLowerCase: [0, making],
  toLocaleUpperCase: [0, making],
  toLowerCase: [0, making],
  toUpperCase: [0, making],
  toWellFormed: [0, reading],
  trim: [0, reading],
  trimEnd: [0, reading],
  trimStart: [0, reading],
};

/** The language of the sandbox's clients is not known; letters without accents are the same in all of them. */
const LOCALE = 'en';

export function installString(realm: Realm): void {
  const { stringPrototype } = realm;
  installConstructor(realm);
  for (const [name, [length]] of Object.entries(METHODS)) {
    define(realm, stringPrototype, name, length, (self, args, context) => callMethod(name, self, args, context));
  }
  // Names of the same functions from before they were in the standard.
  for (const [old, name] of [['trimLeft', 'trimStart'] as const, ['trimRight', 'trimEnd'] as const]) {
    const property = stringPrototype.getOwn(name);
    if (property) stringPrototype.setOwn(old, property);
  }
  define(realm, stringPrototype, 'split', 2, split);
  for (const name of ['toString', 'valueOf']) {
    define(realm, stringPrototype, name, 0, (self, _args, context) => thisText(self, name, context));
  }
}

function installConstructor(realm: Realm): void {
  const convert = (args: readonly Value[], context: NativeContext): Value =>
    args.length > 0 ? context.toText(args[0]) : '';
  const made = defineClass(
    realm,
    'String',
    1,
    realm.stringPrototype,
    (_self, args, context) =>
      isTraced(args[0]) ? callFunction('String', args.slice(0, 1), context) : convert(args, context),
    (_self, args, context) =>
      new PacWrapper(prototypeFor(context, realm.stringPrototype), realm.heap, 'String', convert(args, context)),
  );
  for (const [name, host] of [
    ['fromCharCode', String.fromCharCode] as const,
    ['fromCodePoint', String.fromCodePoint] as const,
  ]) {
    define(realm, made, name, 1, (_self, args, context) => {
      const codes = args.map((arg) => numberOf(arg, context));
      if (codes.some(isTraced)) {
        const result = callFunction(`String.${name}`, codes, context);
        return name === 'fromCodePoint' ? orFailure(result, failureOfCodes(codes, context)) : result;
      }
      context.budget.spend(CODE_COST * codes.length);
      return runHost(context, () => codes.map((code) => host(Number(code))).join(''));
    });
  }
}

/** What a character costs that is made from its code. */
const CODE_COST = 3;

function thisText(self: Value, name: string, context: NativeContext): Value {
  if (typeof self === 'string' || self instanceof Text || self instanceof Ipv6Value) return self;
  if (self instanceof PacWrapper && self.className === 'String') return self.primitive;
  if (self instanceof OpenText) return self;
  if (self instanceof Unknown) throw context.notFollowed(`calls a method of texts, ${name}, of what may be none`);
  throw context.error('TypeError', `String.prototype.${name} requires that 'this' be a String`);
}

/** What a method of texts is called on, as a text. */
export function textOfReceiver(self: Value, name: string, context: NativeContext): Value {
  if (self !== undefined && self !== null) return context.toText(self);
  throw context.error('TypeError', `String.prototype.${name} called on null or undefined`);
}

/** Calls a method of a text, some of it perhaps traced. */
function callMethod(name: string, self: Value, args: readonly Value[], context: NativeContext): NativeResult {
  const text = textOfReceiver(self, name, context);
  if (args[0] instanceof PacRegExp && ['startsWith', 'endsWith', 'includes'].includes(name)) {
    throw context.error('TypeError', `First argument to String.prototype.${name} must not be a regular expression`);
  }
  const values = args.map((arg) => (isThing(arg) ? context.toPrimitive(arg, hintOf(name)) : arg));
  if (typeof text === 'string' && values.every(isPrimitive)) return callHost(name, text, values, context);
  return orFailure(callTextMethod(text, name, values, context), failureOfArguments(name, values, context));
}

/** What the arguments of a method are converted to. */
function hintOf(name: string): 'string' | 'number' {
  return ['concat', 'normalize', 'localeCompare'].includes(name) || METHODS[name]?.[1] === searching
    ? 'string'
    : 'number';
}

/** Calls the engine's own method, which converts primitive arguments as any engine does. */
function callHost(name: string, text: string, args: readonly Primitive[], context: NativeContext): Primitive {
  const converted = args.reduce<number>((sum, arg) => sum + (typeof arg === 'string' ? arg.length : 0), 0);
  context.budget.spend((METHODS[name]?.[1] ?? reading)(text, args) + textCost(converted));
  return runHost(context, () => {
    if (name === 'localeCompare') return text.localeCompare(String(args[0]), LOCALE);
    if (name.startsWith('toLocale')) return name === 'toLocaleLowerCase' ? text.toLowerCase() : text.toUpperCase();
    const result: unknown = Reflect.apply(Reflect.get(String.prototype, name), text, args);
    return typeof result === 'string' || typeof result === 'number' || typeof result === 'boolean' ? result : undefined;
  });
}

function split(self: Value, args: readonly Value[], context: NativeContext): OperationResult {
  const text = textOfReceiver(self, 'split', context);
  const [separator, limit] = args;
  if (separator instanceof PacRegExp) return splitByPattern(separator, text, limit, context);
  const between = separator === undefined ? undefined : context.toText(separator);
  if (typeof text === 'string' && !isTraced(between)) {
    const most =
      limit === undefined ? undefined : constant(limit, 'number', 'splits a text into a number of parts', context);
    return new ListOf(splitText(text, between === undefined ? undefined : String(between), most, context));
  }
  return callTextMethod(text, 'split', [between, ...args.slice(1)], context);
}

/** What a part of a text costs as an item of an array. */
const PART_COST = 3;

function splitText(text: string, separator: string | undefined, limit: Primitive, context: NativeContext): string[] {
  const { budget } = context;
  const most = limit === undefined ? 2 ** 32 - 1 : Number(limit) >>> 0;
  budget.spend(textCost(text.length));
  if (most === 0) return [];
  if (separator === undefined) return [text];
  if (separator === '') {
    budget.spend(PART_COST * text.length);
    return text.split('', most);
  }
  const parts: string[] = [];
  let from = 0;
  budget.spend(searchCost(text, separator));
  for (let at = text.indexOf(separator); at >= 0; at = text.indexOf(separator, from)) {
    budget.spend(PART_COST);
    parts.push(text.slice(from, at));
    if (parts.length >= most) return parts;
    from = at + separator.length;
  }
  return [...parts, text.slice(from)];
}
