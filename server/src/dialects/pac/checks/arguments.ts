// Reports constant arguments that are invalid for a helper function, so that its condition never holds.
import type { Expression } from 'acorn';
import { parseAddress, parsePrefix } from '../../../model/ip.js';
import type { TextRange } from '../../../text/range.js';
import { textOf } from '../program/constants.js';
import { calledHelper, type HelperCall } from '../program/helper-calls.js';
import { maskLength } from '../program/hosts-and-networks.js';
import { nodesOf } from '../syntax/tree.js';
import { isAddressPlaceholder } from '../vocabulary/placeholders.js';
import type { CheckContext } from './context.js';

export function checkArguments(context: CheckContext): void {
  for (const node of nodesOf(context.tree, 'CallExpression')) {
    const call = calledHelper(node, context.scopes);
    if (!call || context.isClaimed(node)) continue;
    if (!checkCount(node, call, context)) continue;
    switch (call.name) {
      case 'isInNet':
        checkQuad(call.args[1], 'address', context);
        checkQuad(call.args[2], 'mask', context);
        break;
      case 'isInNetEx':
        checkPrefix(call.args[1], context);
        break;
      case 'weekdayRange':
        for (const argument of call.args) checkWord(argument, [...WEEKDAYS, 'GMT'], 'weekday', context);
        break;
      case 'dateRange':
        for (const argument of call.args) checkWord(argument, [...MONTHS, 'GMT'], 'month', context);
        break;
      case 'timeRange':
        for (const argument of call.args) checkWord(argument, ['GMT'], 'time', context);
        checkTimes(call.args, context);
        break;
    }
  }
}

const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];

/** The number of arguments of helpers, with an example of their calls. */
const NEEDED_ARGUMENTS: ReadonlyMap<string, { readonly count: number; readonly form: string }> = new Map([
  ['isInNet', { count: 3, form: 'isInNet(host, "10.0.0.0", "255.0.0.0")' }],
  ['isInNetEx', { count: 2, form: 'isInNetEx(address, "10.0.0.0/8")' }],
  ['dnsDomainIs', { count: 2, form: 'dnsDomainIs(host, "…")' }],
  ['localHostOrDomainIs', { count: 2, form: 'localHostOrDomainIs(host, "…")' }],
  ['shExpMatch', { count: 2, form: 'shExpMatch(host, "…")' }],
  ...['isPlainHostName', 'isResolvable', 'dnsResolve', 'dnsDomainLevels', 'isResolvableEx', 'dnsResolveEx'].map(
    (name) => [name, { count: 1, form: `${name}(host)` }] as const,
  ),
]);

function checkCount(node: TextRange, { name, args }: HelperCall, context: CheckContext): boolean {
  const needed = NEEDED_ARGUMENTS.get(name);
  if (!needed || args.length === needed.count) return true;
  const given = args.length === 0 ? 'no arguments' : args.length === 1 ? '1 argument' : `${args.length} arguments`;
  const message =
    args.length < needed.count
      ? `Called with ${given}; expected \`${needed.form}\`.`
      : `Called with ${given}, of which ${name} looks at ${needed.count}.`;
  context.report('pac-invalid-argument', node, message);
  return false;
}

/** Reports an argument that a helper cannot use, with a corrected text if any. */
function reportArgument(argument: Expression, message: string, corrected: string | undefined, context: CheckContext) {
  context.reportText('pac-invalid-argument', argument, message, corrected);
}

function checkQuad(argument: Expression | undefined, what: 'address' | 'mask', context: CheckContext): void {
  const text = textOf(argument, context.scopes);
  if (!argument || text === undefined || isAddressPlaceholder(text)) return;
  const address = parseAddress(text);
  if (address?.family === 4) {
    if (what === 'address' || maskLength(address.value) !== undefined) return;
    reportArgument(argument, `"${text}" is not a contiguous netmask.`, undefined, context);
    return;
  }
  const bare = text.replace(/\s+/g, '');
  if (bare !== text && parseAddress(bare)?.family === 4) {
    reportArgument(argument, `The space in "${text}" makes the condition always false.`, bare, context);
    return;
  }
  const octet = /^[\d.]+$/.test(text) ? text.split('.').find((part) => Number(part) > 255) : undefined;
  const reason = octet ? ` ${octet} is above 255.` : '';
  const article = what === 'address' ? 'an IPv4 address' : 'a mask such as "255.255.0.0"';
  const prefixMask = what === 'mask' ? /^\/?(\d{1,2})$/.exec(text)?.[1] : undefined;
  const corrected = prefixMask && Number(prefixMask) <= 32 ? maskOf(Number(prefixMask)) : undefined;
  reportArgument(argument, `"${text}" is not ${article}; the condition is never true.${reason}`, corrected, context);
}

function maskOf(length: number): string {
  const value = 2 ** 32 - 2 ** (32 - length);
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
}

function checkPrefix(argument: Expression | undefined, context: CheckContext): void {
  const text = textOf(argument, context.scopes);
  if (!argument || text === undefined || isAddressPlaceholder(text)) return;
  if (text.includes('/') && parsePrefix(text)) return;
  const bare = text.replace(/\s+/g, '');
  const corrected = bare !== text && bare.includes('/') && parsePrefix(bare) ? bare : undefined;
  reportArgument(
    argument,
    `"${text}" is not a prefix such as "10.0.0.0/8"; the condition is never true.`,
    corrected,
    context,
  );
}

function checkWord(argument: Expression, words: readonly string[], what: string, context: CheckContext): void {
  const text = context.constantOf(argument);
  if (text === undefined || words.includes(text)) return;
  const corrected = words.find((word) => word === text.trim().slice(0, 3).toUpperCase());
  const known = words.length > 1 ? `one of ${words.filter((word) => word !== 'GMT').join(', ')}` : 'a number';
  if (what !== 'weekday' && /^\d+$/.test(text)) return;
  reportArgument(
    argument,
    `"${text}" is an invalid ${what}: expected ${known}, or "GMT" at the end.`,
    corrected,
    context,
  );
}

/** Hours are 0–23; with four or six arguments minutes and seconds 0–59 follow each. */
function checkTimes(args: readonly Expression[], context: CheckContext): void {
  const numbers = args.filter((argument) => textOf(argument, context.scopes) !== 'GMT');
  const each = Math.max(1, numbers.length / 2);
  for (const [index, argument] of numbers.entries()) {
    if (argument.type !== 'Literal' || typeof argument.value !== 'number') continue;
    const isHour = numbers.length <= 2 || index % each === 0;
    const limit = isHour ? 23 : 59;
    if (argument.value > limit)
      context.report(
        'pac-invalid-argument',
        argument,
        `${argument.value} is above ${limit}, the maximum for ${isHour ? 'hours' : 'minutes and seconds'}.`,
      );
  }
}
