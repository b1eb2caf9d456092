// String.prototype and String.fromCharCode, without what takes a regular expression.
import { callTextMethod } from '../../values/operations.js';
import { ListOf, type OperationResult, type Primitive, type Value } from '../../values/value.js';
import { buildCost, searchCost, textCost } from './costs.js';
import { type Builtin, isPrimitive, type NativeContext, runHost } from './native.js';
import { primitiveOf } from './coercion.js';

type CostOf = (text: string, args: readonly Primitive[]) => number;

const constant: CostOf = () => 1;
const reading: CostOf = (text) => textCost(text.length);
const making: CostOf = (text) => buildCost(2 * text.length);
const searching: CostOf = (text, [what]) => searchCost(text, String(what));
const comparing: CostOf = (_text, [other]) => textCost(String(other).length);
const padding: CostOf = (text, [length]) => buildCost(Math.max(text.length, Number(length)));

/** The methods that the engine itself computes, with the number of their parameters and their cost. */
const METHODS: Readonly<Record<string, readonly [length: number, cost: CostOf]>> = {
  at: [1, constant],
  charAt: [1, constant],
  charCodeAt: [1, constant],
  codePointAt: [1, constant],
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
  slice: [2, constant],
  startsWith: [1, comparing],
  substr: [2, constant],
  substring: [2, constant],
  toLocaleLowerCase: [0, making],
  toLocaleUpperCase: [0, making],
  toLowerCase: [0, making],
  toUpperCase: [0, making],
  toWellFormed: [0, reading],
  trim: [0, reading],
  trimEnd: [0, reading],
  trimStart: [0, reading],
};

/** Names of the same functions from before they were in the standard. */
const OLD_NAMES: Readonly<Record<string, string>> = { trimLeft: 'trimStart', trimRight: 'trimEnd' };

/** What the host's own method is called with, so that its language has no influence. */
const LOCALE = 'en';

/** Calls a method of a text, some of it perhaps traced. */
function callMethod(name: string, receiver: Value, args: readonly Value[], context: NativeContext): OperationResult {
  const text = textOfReceiver(receiver, `String.prototype.${name}`, context);
  const values = args.map((arg) => primitiveOf(arg, 'string', context));
  if (typeof text === 'string' && values.every(isPrimitive)) return callConcrete(name, text, values, context);
  return callTextMethod(text, name, values, context);
}

/** Calls the engine's own method. It converts primitive arguments as any engine does. */
function callConcrete(name: string, text: string, args: readonly Primitive[], context: NativeContext): Primitive {
  const [, cost] = METHODS[name] ?? [0, reading];
  context.budget.spend(cost(text, args));
  const actual = name === 'localeCompare' || name.startsWith('toLocale') ? localArguments(name, args) : args;
  return runHost(() => Reflect.apply(hostMethod(name), text, actual), context);
}
