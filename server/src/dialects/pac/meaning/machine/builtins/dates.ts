// Points in time as ECMA-262 counts them, in UTC: the clients' time zones are not known.

const DAY = 86_400_000;
const HOUR = 3_600_000;
const MINUTE = 60_000;
const SECOND = 1000;

/** The longest time before or after 1970. */
const MAXIMUM_TIME = 8.64e15;

const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Year, month, day, hours, minutes, seconds and milliseconds, as the constructor takes them. */
export type DateFields = readonly number[];

/** The fields of a time and, as the last one, the day of the week. */
export function fieldsOf(time: number): readonly number[] {
  if (Number.isNaN(time)) return new Array<number>(8).fill(Number.NaN);
  const day = Math.floor(time / DAY);
  const rest = time - day * DAY;
  const [year, month, date] = civilFromDay(day);
  const weekday = (((4 + day) % 7) + 7) % 7;
  const clock = [
    Math.floor(rest / HOUR),
    Math.floor(rest / MINUTE) % 60,
    Math.floor(rest / SECOND) % 60,
    rest % SECOND,
  ];
  return [year, month, date, ...clock, weekday];
}

/** `MakeDate`: fields beyond their bounds carry over; NaN where one is missing or not finite. */
export function timeOf(fields: DateFields): number {
  const whole = fields.map(Math.trunc);
  if (!whole.every(Number.isFinite)) return Number.NaN;
  const [year = 0, month = 0, date = 1, hours = 0, minutes = 0, seconds = 0, milliseconds = 0] = whole;
  const fullYear = year + Math.floor(month / 12);
  if (Math.abs(fullYear) > 400_000) return Number.NaN;
  const day = dayFromCivil(fullYear, ((month % 12) + 12) % 12) + date - 1;
  return day * DAY + (hours * HOUR + minutes * MINUTE + seconds * SECOND + milliseconds);
}

/** `TimeClip`. */
export function clip(time: number): number {
  return Math.abs(time) <= MAXIMUM_TIME ? Math.trunc(time) + 0 : Number.NaN;
}

/** The two last digits of a year mean one of the twentieth century, in the constructor. */
export function fullYear(year: number): number {
  const whole = Math.trunc(year);
  return whole >= 0 && whole <= 99 ? 1900 + whole : year;
}

/** The number of the first day of a month, counted from 1970. */
function dayFromCivil(year: number, month: number): number {
  // The year begins in March here, so that the leap day is its last.
  const shifted = month < 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * ((month + 10) % 12) + 2) / 5);
  return (
    era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468
  );
}

function civilFromDay(day: number): readonly [year: number, month: number, date: number] {
  const shifted = day + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const leapDays = Math.floor(dayOfEra / 1460) - Math.floor(dayOfEra / 36_524) + Math.floor(dayOfEra / 146_096);
  const yearOfEra = Math.floor((dayOfEra - leapDays) / 365);
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = (shiftedMonth + 2) % 12;
  const date = dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1;
  return [yearOfEra + era * 400 + (month < 2 ? 1 : 0), month, date];
}

const two = (number: number) => String(number).padStart(2, '0');

/** The year of the forms that read like a sentence. */
function plainYear(year: number): string {
  return (year < 0 ? '-' : '') + String(Math.abs(year)).padStart(4, '0');
}

function isoYear(year: number): string {
  if (year >= 0 && year <= 9999) return String(year).padStart(4, '0');
  return (year < 0 ? '-' : '+') + String(Math.abs(year)).padStart(6, '0');
}

/** What the methods that make a text of a time return; the time is not NaN. */
export const DATE_TEXTS: Readonly<Record<'iso' | 'date' | 'time' | 'utc', (time: number) => string>> = {
  iso(time) {
    const [year = 0, month = 0, date = 0, hours = 0, minutes = 0, seconds = 0, milliseconds = 0] = fieldsOf(time);
    const day = `${isoYear(year)}-${two(month + 1)}-${two(date)}`;
    return `${day}T${two(hours)}:${two(minutes)}:${two(seconds)}.${String(milliseconds).padStart(3, '0')}Z`;
  },
  date(time) {
    const [year = 0, month = 0, date = 0, , , , , weekday = 0] = fieldsOf(time);
    return `${WEEKDAYS[weekday]} ${MONTHS[month]} ${two(date)} ${plainYear(year)}`;
  },
  time(time) {
    const [, , , hours = 0, minutes = 0, seconds = 0] = fieldsOf(time);
    return `${two(hours)}:${two(minutes)}:${two(seconds)} GMT+0000 (Coordinated Universal Time)`;
  },
  utc(time) {
    const [year = 0, month = 0, date = 0, hours = 0, minutes = 0, seconds = 0, , weekday = 0] = fieldsOf(time);
    const clock = `${two(hours)}:${two(minutes)}:${two(seconds)} GMT`;
    return `${WEEKDAYS[weekday]}, ${two(date)} ${MONTHS[month]} ${plainYear(year)} ${clock}`;
  },
};

const ISO =
  /^(\d{4}|[+-]\d{6})(?:-(\d\d)(?:-(\d\d))?)?(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d:\d\d)?)?$/;

/** `2024/5/6`, `5/6/2024`, each with a time. */
const SLASHES = /^(\d{1,4})\/(\d{1,2})\/(\d{1,4})(?: (\d{1,2}):(\d\d)(?::(\d\d))?)?( (?:GMT|UTC))?$/;

/** `May 6, 2024 10:00:00`, `6 May 2024`, `Mon May 06 2024 10:00:00 GMT+0200 (…)`. */
const NAMED =
  /^(?:[a-z]{3,9},? )?(?:([a-z]{3,9}) (\d{1,2})|(\d{1,2}) ([a-z]{3,9})),? (\d{4})(?:,? (\d{1,2}):(\d\d)(?::(\d\d))?)?( (?:GMT|UTC)([+-]\d{4})?)?(?: \([^()]*\))?$/i;

/** The longest text that is read as a time. */
const MAXIMUM_LENGTH = 100;

/** The time that a text means; `undefined` for one that engines read in ways of their own. */
export function parseTime(text: string): number | undefined {
  if (text.length > MAXIMUM_LENGTH) return undefined;
  // Without a digit there is no time.
  if (!/\d/.test(text)) return Number.NaN;
  return parseIso(text) ?? parseSlashes(text.trim()) ?? parseNamed(text.trim());
}

function parseIso(text: string): number | undefined {
  const match = ISO.exec(text);
  if (!match) return undefined;
  const [
    ,
    year = '',
    month = '01',
    date = '01',
    hours = '00',
    minutes = '00',
    seconds = '00',
    fraction = '0',
    zone = 'Z',
  ] = match;
  const milliseconds = Math.floor(Number(`0.${fraction}`) * 1000);
  const fields = [Number(year), Number(month) - 1, Number(date), Number(hours), Number(minutes), Number(seconds)];
  const isRight =
    year !== '-000000' &&
    isDay(fields) &&
    isClock(fields, milliseconds) &&
    (zone === 'Z' || (zone.slice(1, 3) < '24' && zone.slice(4) < '60'));
  if (!isRight) return undefined;
  return clip(timeOf([...fields, milliseconds]) - offsetOf(zone));
}

/** Whether month and day exist; that a month may have 31 days is all that engines look at. */
function isDay([, month = 0, date = 0]: DateFields): boolean {
  return month >= 0 && month < 12 && date >= 1 && date <= 31;
}

function isClock([, , , hours = 0, minutes = 0, seconds = 0]: DateFields, milliseconds = 0): boolean {
  if (hours === 24) return minutes === 0 && seconds === 0 && milliseconds === 0;
  return hours < 24 && minutes < 60 && seconds < 60;
}

/** `+02:00` or `+0200` in milliseconds. */
function offsetOf(zone: string | undefined): number {
  if (zone === undefined || zone === 'Z') return 0;
  const digits = zone.replace(':', '');
  return (digits.startsWith('-') ? -1 : 1) * (Number(digits.slice(1, 3)) * HOUR + Number(digits.slice(3)) * MINUTE);
}

function parseSlashes(text: string): number | undefined {
  const match = SLASHES.exec(text);
  if (!match) return undefined;
  const [, first = '', second = '', third = '', hours = '0', minutes = '0', seconds = '0'] = match;
  const [year, month, date] = first.length === 4 ? [first, second, third] : [third, first, second];
  return legacyTime([year, Number(month) - 1, date, hours, minutes, seconds].map(Number), year);
}

function parseNamed(text: string): number | undefined {
  const match = NAMED.exec(text);
  if (!match) return undefined;
  const [
    ,
    monthFirst,
    dateBehind,
    dateFirst,
    monthBehind,
    year = '',
    hours = '0',
    minutes = '0',
    seconds = '0',
    ,
    zone,
  ] = match;
  const name = (monthFirst ?? monthBehind ?? '').slice(0, 3).toLowerCase();
  const month = MONTHS.findIndex((one) => one.toLowerCase() === name);
  const fields = [year, month, dateBehind ?? dateFirst, hours, minutes, seconds].map(Number);
  const time = legacyTime(fields, year);
  return time === undefined ? undefined : time - offsetOf(zone);
}

function legacyTime(fields: DateFields, year: string): number | undefined {
  const [, , , hours = 0] = fields;
  return year.length === 4 && isDay(fields) && isClock(fields) && hours < 24 ? clip(timeOf(fields)) : undefined;
}
