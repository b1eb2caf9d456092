// What the objects of ECMAScript have: the methods and properties that the interpreter follows, and those that it does not.
import type { Treatment, Word } from '../../shared/words.js';

/** *ECMA-262*, 15th edition, chapters 19 to 28, and annex B. Functions have a length, a name and a prototype besides. */
const FOLLOWED: Readonly<Record<string, string>> = {
  Object: `assign getOwnPropertyDescriptor getOwnPropertyDescriptors getOwnPropertyNames getOwnPropertySymbols hasOwn
    is preventExtensions seal create defineProperties defineProperty freeze getPrototypeOf setPrototypeOf
    isExtensible isFrozen isSealed keys entries fromEntries values`,
  'Object.prototype': 'hasOwnProperty isPrototypeOf propertyIsEnumerable toString valueOf toLocaleString',
  Array: 'isArray from of',
  'Array.prototype': `at concat copyWithin fill find findIndex findLast findLastIndex lastIndexOf pop push reverse shift unshift
    slice sort splice includes indexOf join keys entries values forEach filter flat flatMap map every some
    reduce reduceRight toLocaleString toString toReversed toSorted toSpliced with`,
  String: 'fromCharCode fromCodePoint',
  'String.prototype': `at charAt charCodeAt codePointAt concat endsWith includes indexOf isWellFormed lastIndexOf localeCompare
    match matchAll normalize padEnd padStart repeat replace replaceAll search slice split substr substring
    startsWith toString toWellFormed trim trimStart trimLeft trimEnd trimRight toLocaleLowerCase
    toLocaleUpperCase toLowerCase toUpperCase valueOf`,
  Number: `isFinite isInteger isNaN isSafeInteger parseFloat parseInt MAX_VALUE MIN_VALUE NaN NEGATIVE_INFINITY
    POSITIVE_INFINITY MAX_SAFE_INTEGER MIN_SAFE_INTEGER EPSILON`,
  'Number.prototype': 'toExponential toFixed toPrecision toString valueOf toLocaleString',
  'Boolean.prototype': 'toString valueOf',
  Date: 'now parse UTC',
  'Date.prototype': `toString toDateString toTimeString toISOString toUTCString toGMTString getDate setDate getDay getFullYear
    setFullYear getHours setHours getMilliseconds setMilliseconds getMinutes setMinutes getMonth setMonth
    getSeconds setSeconds getTime setTime getTimezoneOffset getUTCDate setUTCDate getUTCDay getUTCFullYear
    setUTCFullYear getUTCHours setUTCHours getUTCMilliseconds setUTCMilliseconds getUTCMinutes setUTCMinutes
    getUTCMonth setUTCMonth getUTCSeconds setUTCSeconds valueOf getYear toJSON toLocaleString toLocaleDateString
    toLocaleTimeString`,
  Math: `abs acos acosh asin asinh atan atanh atan2 ceil cbrt expm1 clz32 cos cosh exp floor fround hypot imul log
    log1p log2 log10 max min pow random round sign sin sinh sqrt tan tanh trunc E LN10 LN2 LOG10E LOG2E PI
    SQRT1_2 SQRT2`,
  JSON: 'parse stringify',
  'RegExp.prototype': 'exec flags source compile toString test',
  'Map.prototype': 'get set has delete clear entries forEach keys size values',
  'Set.prototype': 'has add delete clear entries forEach size values keys',
  'WeakMap.prototype': 'delete get set has',
  'WeakSet.prototype': 'delete has add',
  Reflect: `defineProperty deleteProperty apply construct get getOwnPropertyDescriptor getPrototypeOf has ownKeys set
    setPrototypeOf`,
  'Function.prototype': 'apply bind call toString',
  'Error.prototype': 'name message toString',
};

/**
 * What a program does with one of these is unknown: they are rare, and only some of the engines that run PAC files have them.
 * The properties of `RegExp` tell of the last match, wherever it was.
 */
const NOT_FOLLOWED: Readonly<Record<string, string>> = {
  Object: 'groupBy',
  'Object.prototype': '__defineGetter__ __defineSetter__ __lookupGetter__ __lookupSetter__',
  Array: 'fromAsync',
  String: 'raw',
  'String.prototype': 'anchor big blink bold fixed fontcolor fontsize italics link small strike sub sup',
  'Date.prototype': 'setYear toTemporalInstant',
  Math: 'f16round sumPrecise',
  JSON: 'isRawJSON rawJSON',
  RegExp: "$1 $2 $3 $4 $5 $6 $7 $8 $9 $_ $& $+ $` $' escape input lastMatch lastParen leftContext rightContext",
  Map: 'groupBy',
  'Map.prototype': 'getOrInsert getOrInsertComputed',
  'Set.prototype': `difference intersection isDisjointFrom isSubsetOf isSupersetOf symmetricDifference union`,
  'WeakMap.prototype': 'getOrInsert getOrInsertComputed',
  Reflect: 'isExtensible preventExtensions',
  Error: 'captureStackTrace isError stackTraceLimit',
};

function membersOf(table: Readonly<Record<string, string>>): [holder: string, name: string][] {
  return Object.entries(table).flatMap(([holder, names]) =>
    names.split(/\s+/).map((name): [string, string] => [holder, name]),
  );
}

function wordsOf(table: Readonly<Record<string, string>>, treatment: Treatment): Word[] {
  return membersOf(table).map(([holder, name]) => ({
    name: `${holder}.${name}`,
    place: 'member of an object',
    treatment,
  }));
}

/** By the object that has them: `String.prototype` and `sub`. */
export const MEMBERS_NOT_FOLLOWED: readonly (readonly [holder: string, name: string])[] = membersOf(NOT_FOLLOWED);

export const MEMBERS: readonly Word[] = [...wordsOf(FOLLOWED, 'modelled'), ...wordsOf(NOT_FOLLOWED, 'opaque')];
