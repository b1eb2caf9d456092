// Number and Boolean.
import { callFunction, truthOf } from '../../values/operations.js';
import { isPrimitive, TracedBoolean, TracedNumber, Unknown, type Value } from '../../values/value.js';
import { failureOfArguments } from '../failures-of-arguments.js';
import { type NativeResult, orFailure, possible } from '../may-throw.js';
import { type NativeContext, prototypeFor } from '../natives.js';
import { PacWrapper } from '../objects.js';
import type { Realm } from '../realm.js';
import { constant, define, defineClass, defineConstants, isTraced, notTold, numberOf, runHost } from './support.js';

const CONSTANTS = {
  EPSILON: Number.EPSILON,
  MAX_SAFE_INTEGER: Number.MAX_SAFE_INTEGER,
  MAX_VALUE: Number.MAX_VALUE,
  MIN_SAFE_INTEGER: Number.MIN_SAFE_INTEGER,
  MIN_VALUE: Number.MIN_VALUE,
  NEGATIVE_INFINITY: Number.NEGATIVE_INFINITY,
  NaN: Number.NaN,
  POSITIVE_INFINITY: Number.POSITIVE_INFINITY,
};

/** Questions that are asked of numbers only: anything else is answered by false. */
const TESTS = {
  isFinite: Number.isFinite,
  isInteger: Number.isInteger,
  isNaN: Number.isNaN,
  isSafeInteger: Number.isSafeInteger,
};

type Format = (number: number, argument: number | undefined) => string;

/** The methods that make a text of a number. */
const TEXT_METHODS: Readonly<Record<string, Format>> = {
  toString: (number: number, radix: number | undefined) => number.toString(radix),
  toFixed: (number, digits) => number.toFixed(digits),
  toExponential: (number, digits) => number.toExponential(digits),
  toPrecision: (number, digits) => number.toPrecision(digits),
};

export function installNumber(realm: Realm): void {
  const { numberPrototype } = realm;
  const convert = (args: readonly Value[], context: NativeContext): Value =>
    args.length > 0 ? numberOf(args[0], context) : 0;
  const made = defineClass(
    realm,
    'Number',
    1,
    numberPrototype,
    (_self, args, context) => convert(args, context),
    (_self, args, context) =>
      new PacWrapper(prototypeFor(context, numberPrototype), realm.heap, 'Number', convert(args, context)),
  );
  defineConstants(made, CONSTANTS);
  for (const [name, test] of Object.entries(TESTS)) {
    define(realm, made, name, 1, (_self, [value], context) => {
      if (value instanceof TracedNumber || value instanceof Unknown)
        return callFunction(`Number.${name}`, [value], context);
      return test(value);
    });
  }
  for (const [name, method] of Object.entries(TEXT_METHODS)) {
    define(realm, numberPrototype, name, 1, (self, args, context) => formatted(name, method, self, args, context));
  }
  define(realm, numberPrototype, 'valueOf', 0, (self, _args, context) => thisNumber(self, 'valueOf', context));
  define(realm, numberPrototype, 'toLocaleString', 0, () => {
    throw notTold('writes a number in the language of the client');
  });
}

/** Writing a number takes its digits one by one. */
const FORMATTING_COST = 20;

function formatted(
  name: string,
  method: Format,
  self: Value,
  args: readonly Value[],
  context: NativeContext,
): NativeResult {
  const [argument] = args.map((arg) => (isPrimitive(arg) || isTraced(arg) ? arg : context.toNumber(arg)));
  const number = thisNumber(self, name, context);
  if (isTraced(number) || isTraced(argument)) return formattedTraced(name, number, argument, context);
  const value = Number(constant(number, 'number', `calls ${name} of a number that depends on what is asked`, context));
  const given =
    argument === undefined
      ? undefined
      : Number(constant(argument, 'number', `calls ${name} with what is not constant`, context));
  context.budget.spend(FORMATTING_COST);
  return runHost(context, () => method(value, given));
}

/** Numbers that are not finite are written before the number of digits is looked at. */
function formattedTraced(name: string, number: Value, argument: Value, context: NativeContext): NativeResult {
  if (name === 'toString' && argument === undefined) return callFunction('String', [number], context);
  const result = new Unknown(`calls ${name} of a number that depends on what is asked`, context.node);
  const failure = failureOfArguments(name, [argument], context);
  if (!failure || failure.when.kind === 'never' || name === 'toString' || name === 'toFixed')
    return orFailure(result, failure);
  return orFailure(result, possible('RangeError', failure.message, result.reason, context));
}

function thisNumber(self: Value, name: string, context: NativeContext): Value {
  if (typeof self === 'number' || self instanceof TracedNumber) return self;
  if (self instanceof Unknown) throw context.notFollowed(`calls a method of numbers, ${name}, of what may be none`);
  if (self instanceof PacWrapper && self.className === 'Number') return self.primitive;
  throw context.error('TypeError', `Number.prototype.${name} requires that 'this' be a Number`);
}

export function installBoolean(realm: Realm): void {
  const { booleanPrototype } = realm;
  defineClass(
    realm,
    'Boolean',
    1,
    booleanPrototype,
    (_self, [value]) => truth(value),
    (_self, [value], context) =>
      new PacWrapper(prototypeFor(context, booleanPrototype), realm.heap, 'Boolean', truth(value)),
  );
  define(realm, booleanPrototype, 'valueOf', 0, (self, _args, context) => thisBoolean(self, 'valueOf', context));
  define(realm, booleanPrototype, 'toString', 0, (self, _args, context) => {
    const value = thisBoolean(self, 'toString', context);
    return isTraced(value) ? callFunction('String', [value], context) : String(value);
  });
}

function truth(value: Value): Value {
  if (isPrimitive(value)) return Boolean(value);
  return isTraced(value) ? new TracedBoolean(truthOf(value)) : true;
}

function thisBoolean(self: Value, name: string, context: NativeContext): Value {
  if (typeof self === 'boolean' || self instanceof TracedBoolean) return self;
  if (self instanceof Unknown) throw context.notFollowed(`calls a method of booleans, ${name}, of what may be none`);
  if (self instanceof PacWrapper && self.className === 'Boolean') return self.primitive;
  throw context.error('TypeError', `Boolean.prototype.${name} requires that 'this' be a Boolean`);
}
