// What PAC engines older than ECMAScript 2015 do not have.

/**
 * WinHTTP, which the services and many programs of Windows use, executes PAC files with JScript (Microsoft, *AutoProxy
 * issues in WinHTTP*), which implements the third edition of ECMAScript (MS-ES3, MS-ES3EX). The PAC libraries of Go and
 * pactester implement the fifth or third. An engine refuses a whole file for syntax that it does not know, and a call for a
 * function that it does not have.
 */

/** The methods that ECMAScript 5 added to arrays; strings have an `indexOf` and a `lastIndexOf` of old. */
export const ES5_ARRAY_METHODS: ReadonlySet<string> = new Set([
  ...['forEach', 'map', 'filter', 'some', 'every', 'reduce', 'reduceRight'],
]);

/** The methods of texts and lists that ECMAScript 2015 and later added. */
export const MODERN_METHODS: ReadonlySet<string> = new Set([
  ...['startsWith', 'endsWith', 'includes', 'repeat', 'padStart', 'padEnd', 'trimStart', 'trimEnd', 'matchAll'],
  ...['replaceAll', 'codePointAt', 'at', 'find', 'findIndex', 'findLast', 'findLastIndex', 'flat', 'flatMap'],
]);

/** Functions of ECMAScript's global objects with the edition that added them. */
export const LATER_FUNCTIONS: ReadonlyMap<string, 5 | 2015> = new Map([
  ...['Object.keys', 'Object.create', 'Object.freeze', 'Object.defineProperty', 'Array.isArray', 'Date.now'].map(
    (name) => [name, 5] as const,
  ),
  ...['Object.assign', 'Object.entries', 'Object.values', 'Object.fromEntries', 'Array.from', 'Array.of'].map(
    (name) => [name, 2015] as const,
  ),
  ...['Number.isInteger', 'Number.parseInt', 'String.raw', 'Math.trunc', 'Math.sign'].map(
    (name) => [name, 2015] as const,
  ),
]);

/** The global names that ECMAScript 2015 and later added. */
export const MODERN_GLOBALS: ReadonlySet<string> = new Set([
  ...['Map', 'Set', 'WeakMap', 'WeakSet', 'Symbol', 'Promise', 'Reflect', 'Proxy', 'BigInt', 'globalThis'],
]);
