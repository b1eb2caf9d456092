// What PAC engines older than ECMAScript 2015 do not have.

/**
 * WinHTTP, which the services and many programs of Windows use, executes PAC files with JScript (Microsoft, *AutoProxy
 * issues in WinHTTP*), which implements the third edition of ECMAScript (MS-ES3, MS-ES3EX). The PAC libraries of Go and
 * pactester implement the fifth or third. An engine refuses a whole file for syntax that it does not know, and a call for a
 * function that it does not have.
 */

/** The methods that ECMAScript 5 added to arrays; strings have an `indexOf` and a `lastIndexOf` of old. */
export const ES5_ARRAY_METHODS: ReadonlySet<string> = new Set([
  'forEach',
  'map',
  'filter',
  'some',
  'every',
  'reduce',
  'reduceRight',
]);

/** The methods of texts and lists that ECMAScript 2015 and later added. */
export const MODERN_METHODS: ReadonlySet<string> = new Set([
  ...['startsWith', 'endsWith', 'includes', 'repeat', 'padStart', 'padEnd', 'trimStart', 'trimEnd', 'matchAll'],
  ...['replaceAll', 'codePointAt', 'at', 'find', 'findIndex', 'findLast', 'findLastIndex', 'flat', 'flatMap'],
]);

/** The functions that ECMAScript 5 added to its global objects. */
export const ES5_FUNCTIONS: Readonly<Record<string, readonly string[]>> = {
  Object: ['keys', 'create', 'freeze', 'defineProperty', 'getOwnPropertyNames', 'getPrototypeOf'],
  Array: ['isArray'],
  Date: ['now'],
};

/** The functions that ECMAScript 2015 and later added to them. */
export const MODERN_FUNCTIONS: Readonly<Record<string, readonly string[]>> = {
  Object: ['assign', 'entries', 'values', 'fromEntries', 'is', 'hasOwn'],
  Array: ['from', 'of'],
  Number: ['isInteger', 'isNaN', 'parseInt', 'parseFloat'],
  String: ['raw', 'fromCodePoint'],
  Math: ['trunc', 'sign', 'log2', 'imul', 'clz32'],
};

/** The global names that ECMAScript 2015 and later added. */
export const MODERN_GLOBALS: ReadonlySet<string> = new Set([
  ...['Map', 'Set', 'WeakMap', 'WeakSet', 'Symbol', 'Promise', 'Reflect', 'Proxy', 'BigInt', 'globalThis'],
]);
