// The helper functions of PAC files that look at texts only, as Chromium and Firefox define them.

import { parseAddress } from '../../../../model/ip.js';
import { languageHas, shellPattern, words } from '../../../../model/text-language.js';
import { allOf, anyOf, type Condition, not } from '../question/condition.js';
import { compared } from './comparisons.js';
import type { OperationContext } from './context.js';
import { booleanOf, linearNumber } from './numbers.js';
import { whereContains, whereEndsWith } from './searches.js';
import { matches } from './sources.js';
import { splitLength } from './splits.js';
import { unknownReason } from './subject.js';
import { alphabetOf, Text } from './text.js';
import { type OperationResult, SplitList, TracedNumber, Unknown, type Value } from './value.js';

export type TextHelper = (args: readonly Value[], context: OperationContext) => OperationResult;

/** Helpers for arguments that are texts, some of them traced. Other values have been converted, or the engine has thrown. */
export const TEXT_HELPERS: ReadonlyMap<string, TextHelper> = new Map(
  Object.entries({ dnsDomainIs, dnsDomainLevels, isPlainHostName, localHostOrDomainIs, shExpMatch }),
);

/** Thrown where a helper throws: browsers write these in JavaScript, and take for granted that they are given texts. */
export class HelperError extends Error {
  constructor(
    readonly kind: 'TypeError' | 'SyntaxError',
    message: string,
  ) {
    super(message);
  }
}

/** A value whose properties a helper reads. */
function refuseMissing(name: string, ...values: readonly Value[]): void {
  if (values.some((value) => value === undefined || value === null)) {
    throw new HelperError('TypeError', `${name} is called without a text`);
  }
}

function unknown(name: string, args: readonly Value[], { node }: OperationContext): Unknown {
  return new Unknown(
    unknownReason(args, (subject) => `compares ${subject} through ${name}`),
    node,
  );
}

function isText(value: Value): value is string | Text {
  return typeof value === 'string' || value instanceof Text;
}

/** `host.length >= domain.length && host.substring(host.length - domain.length) == domain`. */
function dnsDomainIs(args: readonly Value[], context: OperationContext): OperationResult {
  const [host, domain] = args;
  refuseMissing('dnsDomainIs', host, domain);
  if (isText(host) && typeof domain === 'string') return booleanOf(whereEndsWith(host, domain));
  if (host instanceof Text && domain instanceof Text) {
    const condition = compared('==', host, domain, context);
    if (condition.kind === 'always') return true;
  }
  return unknown('dnsDomainIs', args, context);
}

function dnsDomainLevels(args: readonly Value[], context: OperationContext): OperationResult {
  const [host] = args;
  refuseMissing('dnsDomainLevels', host);
  if (typeof host === 'string') return host.split('.').length - 1;
  if (!(host instanceof Text)) return unknown('dnsDomainLevels', args, context);
  const length = splitLength(new SplitList(host, '.'));
  if (!(length instanceof TracedNumber)) return length - 1;
  return linearNumber(length.sources, [1], 0);
}

/** Without a dot, and not an IPv6 address. */
function isPlainHostName(args: readonly Value[], context: OperationContext): OperationResult {
  const [host] = args;
  refuseMissing('isPlainHostName', host);
  if (!isText(host)) return unknown('isPlainHostName', args, context);
  if (typeof host === 'string') return !host.includes('.') && parseAddress(host) === undefined;
  const hasDot = whereContains(host, '.');
  if (!alphabetOf(host.form).has(':')) return booleanOf(not(hasDot));
  // Every IPv6 address has a colon.
  const mayBePlain: Condition = { kind: 'unknown', unknown: unknown('isPlainHostName', args, context) };
  return booleanOf(allOf([not(hasDot), anyOf([not(whereContains(host, ':')), mayBePlain])]));
}

/** `host == full || full.lastIndexOf(host + '.', 0) == 0`. */
function localHostOrDomainIs(args: readonly Value[], context: OperationContext): OperationResult {
  const [host, full] = args;
  if (isText(host)) refuseMissing('localHostOrDomainIs', full);
  if (typeof full !== 'string' || !isText(host)) {
    return isText(host) && isText(full) && compared('==', host, full, context).kind === 'always'
      ? true
      : unknown('localHostOrDomainIs', args, context);
  }
  if (typeof host === 'string') return host === full || full.startsWith(`${host}.`);
  const names = new Set([full]);
  for (let dot = full.indexOf('.'); dot >= 0; dot = full.indexOf('.', dot + 1)) {
    context.budget.spend(dot + 1);
    names.add(full.slice(0, dot));
  }
  return booleanOf(matches(host, words(names)));
}

/** A pattern is read once, and then looked up. */
const KNOWN_AT_ONCE = 16;

function shExpMatch(args: readonly Value[], context: OperationContext): OperationResult {
  const [value, pattern] = args;
  refuseMissing('shExpMatch', pattern);
  // Tested as text: what `dnsResolve` gives where there is no address is "null".
  const text = value === null || value === undefined ? String(value) : value;
  if (typeof pattern !== 'string') return unknown('shExpMatch', args, context);
  context.budget.spend(1 + pattern.length / KNOWN_AT_ONCE);
  const reading = shellPattern(pattern);
  if (reading.kind === 'invalid') throw new HelperError('SyntaxError', reading.reason);
  if (!isText(text)) return unknown('shExpMatch', args, context);
  if (reading.kind !== 'language') {
    return new Unknown(
      `uses the pattern ${JSON.stringify(pattern.slice(0, 40))}, which ${reading.reason}`,
      context.node,
    );
  }
  if (typeof text !== 'string') return booleanOf(matches(text, reading.language));
  // An automaton takes each character once, where an engine could try for ever.
  context.budget.spend(text.length * (pattern.length + 1));
  return languageHas(reading.language, text);
}
