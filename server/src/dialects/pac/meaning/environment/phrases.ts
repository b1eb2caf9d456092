// Parts of the environment as phrases that read after "if".
import { type IpSet, shortPrefixes } from '../../../../model/ip.js';
import { CLIENT_ID } from '../question/dimensions.js';
import type { AddressDomain } from '../question/region.js';
import type { AddressVariable } from '../question/variables.js';

/** A field of the current date. */
export type ClockField = 'year' | 'month' | 'date' | 'day' | 'hour' | 'minute' | 'second';

const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

const FIELD_NAMES: Readonly<Record<ClockField, string>> = {
  year: 'the year',
  month: 'the month',
  date: 'the day of the month',
  day: 'it',
  hour: 'the hour',
  minute: 'the minute',
  second: 'the second',
};

/** `the hour is 8-10`, `it is Friday`, `the month in GMT is not December`. */
export function clockPhrase(
  field: ClockField,
  gmt: boolean,
  points: ReadonlySet<number>,
  [first, last]: readonly [number, number],
): string {
  const all = Array.from({ length: last - first + 1 }, (_, index) => first + index);
  const others = all.filter((point) => !points.has(point));
  const own = all.filter((point) => points.has(point));
  const turns = field !== 'year' && field !== 'date';
  const shownRuns = (some: readonly number[]) => (turns ? aroundTheEnd(runsOf(some), first, last) : runsOf(some));
  const [inside, outside] = [shownRuns(own), shownRuns(others)];
  const negated = outside.length < inside.length || (outside.length === inside.length && others.length === 1);
  const shown = (negated ? outside : inside).map(([low, high]) => runText(field, low, high));
  const zone = gmt ? ' in GMT' : '';
  const subject = field === 'day' && gmt ? 'in GMT it' : `${FIELD_NAMES[field]}${field === 'day' ? '' : zone}`;
  return `${subject} is ${negated ? 'not ' : ''}${alternatives(shown)}`;
}

/** `Math.random chooses 0`, `Math.random does not choose 3`. */
export function randomPhrase(points: ReadonlySet<number>, all: readonly number[]): string {
  const own = all.filter((point) => points.has(point));
  const others = all.filter((point) => !points.has(point));
  const negated = others.length < own.length;
  return `Math.random ${negated ? 'does not choose' : 'chooses'} ${alternatives((negated ? others : own).map(String))}`;
}

/** `the host's hash is 3`: a number that the file computes from the characters of a name. */
export function computedPhrase(points: ReadonlySet<number>, all: readonly number[], subject: string): string {
  const own = all.filter((point) => points.has(point));
  const others = all.filter((point) => !points.has(point));
  const negated = others.length < own.length;
  const values = alternatives((negated ? others : own).map(String));
  return `${subject}'s hash is ${negated ? 'not ' : ''}${values}`;
}

function runText(field: ClockField, low: number, high: number): string {
  const name = (point: number) => {
    if (field === 'day') return WEEKDAYS[point] ?? '';
    return field === 'month' ? (MONTHS[point] ?? '') : String(point);
  };
  return low === high ? name(low) : `${name(low)} to ${name(high)}`;
}

type Run = readonly [low: number, high: number];

/** Saturday and Sunday are one run. */
function aroundTheEnd(runs: readonly Run[], first: number, last: number): readonly Run[] {
  const [head, ...others] = runs;
  const tail = others.pop();
  return head && tail && head[0] === first && tail[1] === last ? [[tail[0], head[1]], ...others] : runs;
}

function runsOf(sorted: readonly number[]): readonly Run[] {
  const runs: [number, number][] = [];
  for (const point of sorted) {
    const last = runs.at(-1);
    if (last && last[1] === point - 1) last[1] = point;
    else runs.push([point, point]);
  }
  return runs;
}

/** How many alternatives are named. */
const SHOWN = 4;

function alternatives(texts: readonly string[]): string {
  const shown = texts.length > SHOWN ? [...texts.slice(0, SHOWN - 1), `${texts.length - SHOWN + 1} more`] : texts;
  return shown.length <= 1 ? (shown[0] ?? '') : `${shown.slice(0, -1).join(', ')} or ${shown.at(-1)}`;
}

/** How many ranges of a set are counted as prefixes before a set counts as long. */
const LONG = 64;

/**
 * What is known of an address that could have been any of `before`: `myIpAddress() is in 10.66.0.0/16`, `DNS has no address for the
 * host`.
 */
export function addressPhrase(variable: AddressVariable, now: AddressDomain, before: AddressDomain): string {
  const excluded = before.set.subtract(now.set);
  if (variable.id === CLIENT_ID) {
    return isShorter(excluded, now.set)
      ? `${variable.title} is not in ${prefixes(excluded)}`
      : `${variable.title} is in ${prefixes(now.set)}`;
  }
  const name = variable.title.replace(/^the (IPv6 )?address of /, '');
  const kind = variable.title.startsWith('the IPv6') ? 'IPv6 address' : 'address';
  if (now.set.isEmpty) return `DNS has no ${kind} for ${name}`;
  if (excluded.isEmpty) return `DNS has an ${kind} for ${name}`;
  if (now.mayFail) return `${name} does not resolve into ${prefixes(excluded)}`;
  return isShorter(excluded, now.set)
    ? `${name} resolves, but not into ${prefixes(excluded)}`
    : `${name} resolves into ${prefixes(now.set)}`;
}

function isShorter(a: IpSet, b: IpSet): boolean {
  return lengthOf(a) < lengthOf(b);
}

function lengthOf(set: IpSet): number {
  return set.v4.count > LONG ? Number.POSITIVE_INFINITY : set.toPrefixes().length;
}

function prefixes(set: IpSet): string {
  return set.v4.count > LONG ? 'many networks' : alternatives(shortPrefixes(set));
}
