// Date. What depends on the present time is asked of the environment; other times are those of clients in UTC.
import { isPrimitive, type OperationResult, Unknown, type Value } from '../../values/value.js';
import { orFailure, possible } from '../may-throw.js';
import { type NativeContext, prototypeFor } from '../natives.js';
import { PacObject } from '../objects.js';
import type { Realm } from '../realm.js';
import { clip, DATE_TEXTS, fieldsOf, fullYear, parseTime, timeOf } from './dates.js';
import { ask, checkOwn, constant, define, defineClass, isTraced, NotTold, notTold, numberOf } from './support.js';

/** The present, and what is computed from it or from what is asked otherwise. */
type Time = number | 'now' | Unknown;

/** A date; what time it stands for can be changed. */
class PacDate extends PacObject {
  override get className(): string {
    return 'Date';
  }
  private current: Time;

  constructor(prototype: PacObject, heap: PacObject['heap'], time: Time) {
    super(prototype, heap);
    this.current = time;
  }

  get time(): Time {
    return this.current;
  }

  set time(time: Time) {
    const before = this.current;
    this.heap.log(() => {
      this.current = before;
    }, this.epoch);
    this.current = time;
  }
}

const FIELDS = ['FullYear', 'Month', 'Date', 'Hours', 'Minutes', 'Seconds', 'Milliseconds', 'Day'];

/** The methods that make a text of a date. */
const TEXTS: Readonly<Record<string, (time: number) => string>> = {
  toString: (time: number) => `${DATE_TEXTS.date(time)} ${DATE_TEXTS.time(time)}`,
  toDateString: DATE_TEXTS.date,
  toTimeString: DATE_TEXTS.time,
  toUTCString: DATE_TEXTS.utc,
  toGMTString: DATE_TEXTS.utc,
};

/** The function that gives the present. */
const PRESENT = 'now';

const TIME_REASON = 'depends on the time';

/** What it costs to make a date, or a text of it, and to read one of its fields. */
const DATE_COST = 50;
const FIELD_COST = 10;

export function installDate(realm: Realm): void {
  installConstructor(realm);
  installGetters(realm);
  installSetters(realm);
  installTexts(realm);
}

function installConstructor(realm: Realm): void {
  const { datePrototype } = realm;
  const made = defineClass(
    realm,
    'Date',
    7,
    datePrototype,
    () => {
      throw notTold(TIME_REASON);
    },
    (_self, args, context) =>
      new PacDate(prototypeFor(context, datePrototype), context.heap, timeOfArguments(args, context)),
  );
  define(realm, made, PRESENT, 0, (_self, args, context) => ask(`Date.${PRESENT}`, args, context));
  define(realm, made, 'parse', 1, (_self, [text], context) => timeOfText(context.toText(text), context));
  define(realm, made, 'UTC', 7, (_self, args, context) => clip(timeOf(fieldsFrom(args, context))));
}

function timeOfArguments(args: readonly Value[], context: NativeContext): Time {
  context.budget.spend(DATE_COST);
  if (args.length === 0) return 'now';
  try {
    if (args.length > 1) return clip(timeOf(fieldsFrom(args, context)));
    const [value] = args;
    if (value instanceof PacDate) return value.time;
    const primitive = constant(value, 'default', 'makes a date of what depends on what is asked', context);
    return typeof primitive === 'string' ? timeOfText(primitive, context) : clip(Number(primitive));
  } catch (error) {
    // The object is there, only its time is not known.
    if (error instanceof NotTold) return new Unknown(error.reason, context.node);
    throw error;
  }
}

function timeOfText(text: Value, context: NativeContext): number {
  if (isTraced(text)) throw notTold('reads a date from what depends on what is asked');
  const time = parseTime(String(text));
  if (time === undefined) throw context.notFollowed('reads a date in a form that not all engines read alike');
  return time;
}

/** The fields that are given, year first; the day is 1 where it is not. */
function fieldsFrom(args: readonly Value[], context: NativeContext): number[] {
  const [year = Number.NaN, month = 0, date = 1, ...clock] = args.map((arg) =>
    Number(constant(arg, 'number', 'makes a date of what depends on what is asked', context)),
  );
  return [fullYear(year), month, date, ...clock];
}

function thisDate(self: Value, name: string, context: NativeContext): PacDate {
  if (self instanceof PacDate) return self;
  throw context.error('TypeError', `Date.prototype.${name} called on what is no Date object`);
}

function installGetters(realm: Realm): void {
  const getter = (name: string, read: (time: number) => number): void => {
    define(realm, realm.datePrototype, name, 0, (self, args, context): OperationResult => {
      const { time } = thisDate(self, name, context);
      context.budget.spend(FIELD_COST);
      if (time instanceof Unknown) return time;
      return time === 'now' ? ask(`Date.${name}`, args, context) : read(time);
    });
  };
  FIELDS.forEach((field, index) => {
    for (const prefix of ['get', 'getUTC']) getter(prefix + field, (time) => fieldsOf(time)[index] ?? Number.NaN);
  });
  getter('getYear', (time) => (fieldsOf(time)[0] ?? Number.NaN) - 1900);
  getter('getTimezoneOffset', (time) => time * 0);
  for (const name of ['getTime', 'valueOf']) getter(name, (time) => time);
}

function installSetters(realm: Realm): void {
  FIELDS.slice(0, -1).forEach((field, index) => {
    // A method of the date sets the fields up to the day, one of the clock those up to the milliseconds.
    const length = index < 3 ? 3 - index : 7 - index;
    for (const prefix of ['set', 'setUTC']) {
      const name = prefix + field;
      define(realm, realm.datePrototype, name, length, (self, args, context) => {
        const date = thisDate(self, name, context);
        checkOwn(date, context);
        date.time = changed(date.time, index, args.slice(0, length), context);
        return timeValue(date, context);
      });
    }
  });
  define(realm, realm.datePrototype, 'setTime', 1, (self, [value], context) => {
    const date = thisDate(self, 'setTime', context);
    const time = numberOf(value, context);
    checkOwn(date, context);
    date.time = isPrimitive(time) ? clip(Number(time)) : new Unknown(TIME_REASON, context.node);
    return timeValue(date, context);
  });
}

function timeValue({ time }: PacDate, context: NativeContext): Value {
  return time === 'now' ? new Unknown(TIME_REASON, context.node) : time;
}

/** A time with other fields from an index on. */
function changed(time: Time, index: number, args: readonly Value[], context: NativeContext): Time {
  const values = args.map((arg) => numberOf(arg, context));
  if (typeof time !== 'number' || values.some(isTraced))
    return time instanceof Unknown ? time : new Unknown(TIME_REASON, context.node);
  const numbers = values.length > 0 ? values.map(Number) : [Number.NaN];
  // Only a year makes a time of one that is none.
  const fields = Number.isNaN(time) && index === 0 ? [1970, 0, 1, 0, 0, 0, 0] : fieldsOf(time).slice(0, 7);
  fields.splice(index, numbers.length, ...numbers);
  return clip(timeOf(fields));
}

function installTexts(realm: Realm): void {
  const { datePrototype } = realm;
  for (const [name, text] of Object.entries(TEXTS)) {
    define(realm, datePrototype, name, 0, (self, _args, context) => {
      const time = constantTime(self, name, context);
      return Number.isNaN(time) ? 'Invalid Date' : text(time);
    });
  }
  define(realm, datePrototype, 'toISOString', 0, (self, _args, context) => {
    const { time: own } = thisDate(self, 'toISOString', context);
    if (own instanceof Unknown)
      return orFailure(own, possible('RangeError', 'Invalid time value', own.reason, context));
    const time = constantTime(self, 'toISOString', context);
    if (Number.isNaN(time)) throw context.error('RangeError', 'Invalid time value');
    return DATE_TEXTS.iso(time);
  });
  define(realm, datePrototype, 'toJSON', 1, (self, _args, context) => {
    const time = constantTime(self, 'toJSON', context);
    return Number.isNaN(time) ? null : DATE_TEXTS.iso(time);
  });
  for (const name of ['toLocaleString', 'toLocaleDateString', 'toLocaleTimeString']) {
    define(realm, datePrototype, name, 0, () => {
      throw notTold('writes a date in the language of the client');
    });
  }
}

function constantTime(self: Value, name: string, context: NativeContext): number {
  const { time } = thisDate(self, name, context);
  context.budget.spend(DATE_COST);
  if (typeof time === 'number') return time;
  throw notTold(time === 'now' ? TIME_REASON : time.reason);
}
