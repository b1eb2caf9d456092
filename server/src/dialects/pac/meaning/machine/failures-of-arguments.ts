// Where methods of texts and numbers throw because of an argument: ECMA-262, 21.1.3 and 22.1.3.
import { anyOf, type Condition, not } from '../question/condition.js';
import type { OperationContext } from '../values/context.js';
import { whereNumber, wordsCondition } from '../values/operations.js';
import { alphabetOf, Text } from '../values/text.js';
import { TEXT_HELPERS } from '../values/text-helpers.js';
import { TracedBoolean, TracedNumber, Unknown, type Value } from '../values/value.js';
import { type Failure, possible } from './may-throw.js';

const NORMAL_FORMS: ReadonlySet<string> = new Set(['NFC', 'NFD', 'NFKC', 'NFKD']);

/** The largest number of digits that a number is written with. */
const MOST_DIGITS = 100;

type Fails = (argument: number) => boolean;

/** The arguments that are refused, as integers. */
const REFUSED_NUMBERS: Readonly<Record<string, Fails>> = {
  repeat: (count) => count < 0 || count === Number.POSITIVE_INFINITY,
  toFixed: (digits) => digits < 0 || digits > MOST_DIGITS,
  toExponential: (digits) => digits < 0 || digits > MOST_DIGITS,
  toPrecision: (digits) => digits < 1 || digits > MOST_DIGITS,
  toString: (radix: number) => radix < 2 || radix > 36,
};

/** Language tags that every engine knows to be well-formed. */
const PLAIN_LOCALE = /^[a-z]{2}(?:-[A-Z]{2})?$/;

/** What a method throws for arguments that are no objects. */
export function failureOfArguments(
  name: string,
  args: readonly Value[],
  context: OperationContext,
): Failure | undefined {
  const [argument] = args;
  const fails = Object.hasOwn(REFUSED_NUMBERS, name) ? REFUSED_NUMBERS[name] : undefined;
  if (fails) {
    if (argument === undefined && name !== 'repeat') return undefined;
    const when = whereRefused(argument, fails, context);
    return { when, name: 'RangeError', message: `${name} is called with a number out of range` };
  }
  if (name === 'normalize' && argument !== undefined) {
    const message = 'The normalization form should be one of NFC, NFD, NFKC, NFKD.';
    return { when: whereNoForm(argument, context), name: 'RangeError', message };
  }
  const locale = name.startsWith('toLocale') ? argument : name === 'localeCompare' ? args[1] : undefined;
  if (locale === undefined || (typeof locale === 'string' && PLAIN_LOCALE.test(locale))) return undefined;
  return possible('RangeError', 'Incorrect locale information provided', `calls ${name} with a language`, context);
}

/** `String.fromCodePoint` refuses what is no code point. */
export function failureOfCodes(codes: readonly Value[], context: OperationContext): Failure {
  const isRefused = (code: unknown): boolean => {
    const number = Number(code);
    return !Number.isInteger(number) || number < 0 || number > 0x10ffff;
  };
  const when = codes.map((code) => {
    if (code instanceof TracedNumber) return whereNumber(code, isRefused, context, 4);
    return typeof code === 'object' && code !== null ? unknownOf(code, context) : constantly(isRefused(code));
  });
  return { when: anyOf(when), name: 'RangeError', message: 'Invalid code point' };
}

/** What an expression without the flag `u` may be refused for, once `shExpMatch` has replaced `.`, `*` and `?`. */
const REFUSED_IN_PATTERNS = /[()[\]\\+{]/;

/**
 * Browsers make a regular expression of the pattern of `shExpMatch` (`services/proxy_resolver/pac_js_library.h`,
 * `netwerk/base/ascii_pac_utils.js`), which may be none; and all helpers read properties of their arguments.
 */
export function failureOfHelper(name: string, args: readonly Value[], context: OperationContext): Failure | undefined {
  const missing = args.find((arg) => arg instanceof Unknown && arg.mayBeMissing);
  if (missing && TEXT_HELPERS.has(name))
    return { when: unknownOf(missing, context), name: 'TypeError', message: `${name} is called without a text` };
  const [, pattern] = args;
  if (name !== 'shExpMatch' || !(pattern instanceof Text || pattern instanceof Unknown)) return undefined;
  if (pattern instanceof Text && !REFUSED_IN_PATTERNS.test([...alphabetOf(pattern.form)].join(''))) return undefined;
  return possible('SyntaxError', 'Invalid regular expression', 'makes a pattern from what is asked', context);
}

function constantly(holds: boolean): Condition {
  return { kind: holds ? 'always' : 'never' };
}

function whereRefused(argument: Value, fails: Fails, context: OperationContext): Condition {
  const refused = (value: unknown): boolean => {
    const number = Number(value);
    return fails(Number.isNaN(number) ? 0 : Math.trunc(number));
  };
  if (argument instanceof TracedNumber) return whereNumber(argument, refused, context, MOST_DIGITS + 4);
  if (argument instanceof TracedBoolean && refused(0) === refused(1)) return constantly(refused(0));
  if (typeof argument !== 'object' || argument === null) return constantly(refused(argument));
  return unknownOf(argument, context);
}

function whereNoForm(argument: Value, context: OperationContext): Condition {
  if (argument instanceof Text) return not(wordsCondition(argument, NORMAL_FORMS, context));
  if (argument instanceof Unknown) return unknownOf(argument, context);
  return constantly(!NORMAL_FORMS.has(String(argument)));
}

function unknownOf(argument: Value, { node }: OperationContext): Condition {
  const reason = argument instanceof Unknown ? argument.reason : 'calls a method with an argument that it may refuse';
  return { kind: 'unknown', unknown: new Unknown(reason, node) };
}
