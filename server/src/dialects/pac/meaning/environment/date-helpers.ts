// weekdayRange, dateRange and timeRange as Chromium and Firefox define them, over all values of the clock.
import { fieldsOf, timeOf } from '../machine/builtins/dates.js';
import { PacThrow } from '../machine/failures.js';
import { ALWAYS, type Condition, NEVER } from '../question/condition.js';
import { type Primitive, TracedBoolean, Unknown } from '../values/value.js';
import { clockVariable, conditionOver, dayShift } from './clock.js';
import type { Helper, HelperContext } from './helper.js';
import type { ClockField } from './phrases.js';

const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];

/** The arguments of a call, those before the zone. */
interface Range {
  readonly args: readonly Primitive[];
  readonly gmt: boolean;
  readonly context: HelperContext;
}

/** A condition, or why there is none. */
type RangeCondition = (range: Range) => Condition | string;

function rangeHelper(name: string, conditionOf: RangeCondition): Helper {
  return (values, context) => {
    const args: Primitive[] = [];
    for (const value of values) {
      if (typeof value === 'object' && value !== null) {
        return new Unknown(`depends on ${name} with arguments that are not constant`, context.node);
      }
      args.push(value);
    }
    if (args.length === 0) return false;
    const key = `${name} ${JSON.stringify(args.map((arg) => [typeof arg, String(arg)]))}`;
    const gmt = args.at(-1) === 'GMT';
    if (gmt) args.pop();
    const condition = context.environment.kept(key, () => conditionOf({ args, gmt, context }));
    if (typeof condition === 'string') return new Unknown(condition, context.node);
    if (condition.kind === 'always' || condition.kind === 'never') return condition.kind === 'always';
    return new TracedBoolean(condition);
  };
}

/** The condition on some fields that holds where a test of their values does. */
function fieldsWhere(
  { gmt, context }: Range,
  fields: readonly ClockField[],
  test: (values: readonly number[]) => boolean,
): Condition {
  const variables = fields.map((field) => clockVariable(field, gmt, context.environment, context.node));
  context.budget.spend(variables.reduce((count, { points }) => count * points.length, 1));
  return conditionOver(variables, test);
}

export const weekdayRange = rangeHelper('weekdayRange', (range) => {
  const [first, last] = range.args;
  const from = WEEKDAYS.indexOf(String(first));
  const to = range.args.length === 2 ? WEEKDAYS.indexOf(String(last)) : from;
  if (from < 0 || to < 0) return NEVER;
  return fieldsWhere(range, ['day'], ([day = 0]) => (from <= to ? from <= day && day <= to : to >= day || day >= from));
});

export const dateRange = rangeHelper('dateRange', (range) => {
  const { args, gmt } = range;
  const [only] = args;
  if (args.length === 1) {
    const number = Number.parseInt(String(only), 10);
    if (Number.isNaN(number)) return fieldsWhere(range, ['month'], ([month]) => month === MONTHS.indexOf(String(only)));
    return fieldsWhere(range, [number < 32 ? 'date' : 'year'], ([value]) => value === number);
  }
  const middle = args.length >> 1;
  const halves = [args.slice(0, middle), args.slice(middle)] as const;
  const adjustsMonth = args.length <= 2 && halves[0].some(isDayOfMonth);
  // In GMT the program still takes the year (and the month) that are not given from the local date.
  if (gmt && (adjustsMonth || !halves.every((half) => half.some(isYear)))) {
    return args.length === 0 ? ALWAYS : 'compares the date in GMT with the local year';
  }
  const bounds = new Map<number, readonly [from: number, to: number]>();
  return fieldsWhere(range, ['year', 'month', 'date'], ([year = 0, month = 0, date = 0]) => {
    const key = adjustsMonth ? year * 12 + month : year;
    let known = bounds.get(key);
    if (!known) {
      const own = adjustsMonth ? month : undefined;
      known = [
        dateFrom(Date.UTC(year, 0, 1), halves[0], own),
        dateFrom(Date.UTC(year, 11, 31, 23, 59, 59), halves[1], own),
      ];
      bounds.set(key, known);
    }
    return isBetween(Date.UTC(year, month, date, 12), ...known);
  });
});

function isDayOfMonth(argument: Primitive): boolean {
  return Number.parseInt(String(argument), 10) < 32;
}

function isYear(argument: Primitive): boolean {
  return Number.parseInt(String(argument), 10) >= 32;
}

/** A date after its fields were set one by one, with what that does to dates that do not exist. */
function dateFrom(start: number, args: readonly Primitive[], ownMonth: number | undefined): number {
  let time = start;
  const set = (changed: { readonly year?: number; readonly month?: number; readonly date?: number }) => {
    const [year, month, date, ...clock] = fieldsOf(time).slice(0, 7);
    time = timeOf([changed.year ?? year ?? 0, changed.month ?? month ?? 0, changed.date ?? date ?? 0, ...clock]);
  };
  for (const argument of args) {
    const number = Number.parseInt(String(argument), 10);
    if (Number.isNaN(number)) set({ month: MONTHS.indexOf(String(argument)) });
    else set(number < 32 ? { date: number } : { year: number });
  }
  if (ownMonth !== undefined) set({ month: ownMonth });
  return time;
}

/** Whether a moment is in a range; a range that ends before it begins goes around the turn of the day or year. */
function isBetween(moment: number, from: number, to: number): boolean {
  return from <= to ? from <= moment && moment <= to : to >= moment || moment >= from;
}

export const timeRange = rangeHelper('timeRange', (range) => {
  const { args, gmt, context } = range;
  const numbers = args.map(Number);
  const [first = Number.NaN, second = Number.NaN] = numbers;
  switch (args.length) {
    case 1:
      // `==`: neither null nor undefined equals an hour.
      if (args[0] === null || args[0] === undefined) return NEVER;
      return fieldsWhere(range, ['hour'], ([hour]) => hour === first);
    case 2:
      return fieldsWhere(range, ['hour'], ([hour = 0]) => first <= hour && hour <= second);
    case 4:
    case 6: {
      const fields: ClockField[] = args.length === 4 ? ['hour', 'minute'] : ['hour', 'minute', 'second'];
      const middle = args.length >> 1;
      // With four arguments the seconds of the beginning are those of now, and those of the end 59.
      const from = secondsOf(numbers.slice(0, middle));
      const to = secondsOf(numbers.slice(middle)) + (args.length === 4 ? 59 : 0);
      const test = ([hour = 0, minute = 0, second = 0]: readonly number[]) =>
        isBetween(hour * 3600 + minute * 60 + second, from, to);
      if (!gmt) return fieldsWhere(range, fields, test);
      // The range is on the local day, the moment on the day in GMT.
      const shift = dayShift(context.environment, context.node);
      const variables = fields.map((field) => clockVariable(field, true, context.environment, context.node));
      context.budget.spend(3 * variables.reduce((count, { points }) => count * points.length, 1));
      return conditionOver([shift, ...variables], ([days = 0, hour = 0, minute = 0, second = 0]) =>
        isBetween(days * 86_400 + hour * 3600 + minute * 60 + second, from, to),
      );
    }
    default:
      throw new PacThrow('timeRange: bad number of arguments');
  }
});

function secondsOf([hour = Number.NaN, minute = Number.NaN, second = 0]: readonly number[]): number {
  return Math.trunc(hour) * 3600 + Math.trunc(minute) * 60 + Math.trunc(second);
}
