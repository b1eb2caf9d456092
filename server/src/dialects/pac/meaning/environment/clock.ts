// The clock: the fields of the current date, in local time and in GMT, each with all of its values.
import type { AnyNode } from 'acorn';
import { allOf, anyOf, type Condition } from '../question/condition.js';
import type { PointVariable } from '../question/variables.js';
import { TracedNumber } from '../values/value.js';
import type { Environment } from './environment.js';
import { type ClockField, clockPhrase } from './phrases.js';

/** The years of the present and the future; no file is asked in the past. */
const YEARS = { first: 2025, last: 2099 };

const RANGES: Readonly<Record<ClockField, readonly [first: number, last: number]>> = {
  year: [YEARS.first, YEARS.last],
  month: [0, 11],
  date: [1, 31],
  day: [0, 6],
  hour: [0, 23],
  minute: [0, 59],
  second: [0, 59],
};

/**
 * A field of the current date. The fields vary independently of each other, and those in GMT of those in local time, whose offset is
 * any: so what holds for all of their values holds at every time (and at some that do not exist, such as a 31 February).
 */
export function clockVariable(field: ClockField, gmt: boolean, environment: Environment, node: AnyNode): PointVariable {
  return environment.point(`${gmt ? 'GMT ' : ''}${field}`, node, () => ({
    points: range(...RANGES[field]),
    phrase: (points) => clockPhrase(field, gmt, points, RANGES[field]),
  }));
}

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

/** The number of the day in GMT less the local one. */
export function dayShift(environment: Environment, node: AnyNode): PointVariable {
  return environment.point('day shift', node, () => ({
    points: [-1, 0, 1],
    phrase: (points) => {
      const named = [...points].map((point) =>
        point === 0 ? 'the same day' : point < 0 ? 'the day before' : 'the next day',
      );
      return `in GMT it is ${named.join(' or ')}`;
    },
  }));
}

const FIELD_OF_METHOD: Readonly<Record<string, ClockField>> = {
  FullYear: 'year',
  Month: 'month',
  Date: 'date',
  Day: 'day',
  Hours: 'hour',
  Minutes: 'minute',
  Seconds: 'second',
};

/** What a method of the current date gives, such as `getUTCHours`; `undefined` where it is not a field with few values. */
export function clockValue(method: string, environment: Environment, node: AnyNode): TracedNumber | undefined {
  const [, utc, name = ''] = /^get(UTC)?(\w+)$/.exec(method) ?? [];
  if (name === 'Year' && utc === undefined) {
    const variable = clockVariable('year', false, environment, node);
    return new TracedNumber([{ kind: 'point', variable }], ([year = 0]) => year - 1900, -1900);
  }
  const field = FIELD_OF_METHOD[name];
  if (!field) return undefined;
  const variable = clockVariable(field, utc !== undefined, environment, node);
  return new TracedNumber([{ kind: 'point', variable }], ([point]) => point, 0);
}

/**
 * The condition that holds for exactly those points of some variables that pass a test. Equal parts are joined, so that a range of
 * dates is a condition on a few months and days.
 */
export function conditionOver(
  variables: readonly PointVariable[],
  test: (points: readonly number[]) => boolean,
): Condition {
  return partOver(variables, test, []).condition;
}

interface Part {
  /** Equal for equal conditions. */
  readonly key: string;
  readonly condition: Condition;
}

function partOver(
  variables: readonly PointVariable[],
  test: (points: readonly number[]) => boolean,
  chosen: readonly number[],
): Part {
  const [variable, ...others] = variables;
  if (!variable) {
    const holds = test(chosen);
    return { key: holds ? '+' : '-', condition: { kind: holds ? 'always' : 'never' } };
  }
  const parts = new Map<string, { points: number[]; rest: Condition }>();
  for (const point of variable.points) {
    const { key, condition } = partOver(others, test, [...chosen, point]);
    const known = parts.get(key);
    if (known) known.points.push(point);
    else parts.set(key, { points: [point], rest: condition });
  }
  const all = [...parts];
  const [only] = all;
  if (only && all.length === 1) return { key: only[0], condition: only[1].rest };
  const condition = anyOf(
    all.map(([, { points, rest }]) => allOf([{ kind: 'point-in', variable, points: new Set(points) }, rest])),
  );
  return { key: `(${all.map(([key, { points }]) => `${points.join()}:${key}`).join(' ')})`, condition };
}
