// What JavaScript's own objects have, as far as PAC files use them: forms, types and what each does. *ECMA-262*, chapters 20 to 25.
import { MODERN_FUNCTIONS, MODERN_METHODS } from './old-engines.js';

/** A type of JavaScript, `string[]` for a list of texts; `any` where it depends on what is in a list. */
export type TypeName = string;

/** A method or a property of an object. */
export interface Member {
  readonly name: string;
  /** Its parameters as they are written; `undefined` for a property. */
  readonly parameters: string | undefined;
  readonly type: TypeName;
  readonly summary: string;
  /** Whether engines that know ECMAScript 3 or 5 lack it. */
  readonly isModern: boolean;
}

/** One member a line: its form, its type and what it does. */
const STRING = `
length: number | How many UTF-16 code units it has.
charAt(index): string | The character at an index, from 0; an empty text where there is none.
charCodeAt(index): number | The code of the character at an index.
codePointAt(index): number | The code of the whole character at an index, also of one of two units.
concat(...texts): string | It, and other texts behind it.
endsWith(text, end?): boolean | Whether it ends with a text.
includes(text, from?): boolean | Whether a text stands in it.
indexOf(text, from?): number | Where a text stands in it first; -1 where it does not.
lastIndexOf(text, from?): number | Where a text stands in it last; -1 where it does not.
localeCompare(text): number | Whether it sorts before (negative) or behind (positive) a text.
match(pattern): string[] | What a regular expression matches in it, with its groups; null where it does not.
padEnd(length, text?): string | It, filled up behind to a length.
padStart(length, text?): string | It, filled up in front to a length.
repeat(count): string | It, several times in a row.
replace(pattern, replacement): string | It with the first match replaced; all, for a pattern with the flag g.
replaceAll(text, replacement): string | It with a text replaced wherever it stands.
search(pattern): number | Where a regular expression matches first; -1 where it does not.
slice(start, end?): string | A part of it; negative places count from its end.
split(separator, limit?): string[] | Its parts between separators.
startsWith(text, from?): boolean | Whether it begins with a text.
substr(start, length?): string | A part of a length; a negative start counts from its end.
substring(start, end?): string | The part between two places, in either order.
toLowerCase(): string | It in lower case. Hosts arrive in lower case.
toUpperCase(): string | It in upper case.
trim(): string | It without white space around it.`;

const ARRAY = `
length: number | How many elements it has.
concat(...lists): array | It, and the elements of other lists behind it.
every(test): boolean | Whether a function returns true for all elements.
filter(test): array | The elements for which a function returns true.
find(test): any | The first element for which a function returns true.
findIndex(test): number | Where that element is; -1 where there is none.
forEach(use): undefined | Calls a function with each element.
includes(element, from?): boolean | Whether an element is in it.
indexOf(element, from?): number | Where an element is first; -1 where it is not.
join(separator?): string | Its elements as one text.
lastIndexOf(element, from?): number | Where an element is last; -1 where it is not.
map(change): any[] | What a function returns for each element.
pop(): any | Takes the last element away, and returns it.
push(...elements): number | Adds elements at its end; returns how many it has then.
reduce(join, first?): any | Joins all elements into one value, from the first on.
reverse(): array | Turns its order.
shift(): any | Takes the first element away, and returns it.
slice(start?, end?): array | A part of it; negative places count from its end.
some(test): boolean | Whether a function returns true for one of its elements.
sort(compare?): array | Puts it in order; as texts, unless a function compares.
splice(start, count?, ...elements): array | Replaces elements by others; returns those that were there.
unshift(...elements): number | Adds elements in front; returns how many it has then.`;

const REGEXP = `
exec(text): string[] | The match in a text, with its groups; null where there is none.
test(text): boolean | Whether it matches somewhere in a text.
global: boolean | Whether it has the flag g.
ignoreCase: boolean | Whether it has the flag i.
lastIndex: number | Where the next match is looked for, with the flag g.
source: string | The pattern itself.`;

const DATE = `
getDate(): number | The day of the month, from 1.
getDay(): number | The day of the week, from 0 for Sunday.
getFullYear(): number | The year, with four digits.
getHours(): number | The hour, in the client's time zone.
getMinutes(): number | The minute.
getMonth(): number | The month, from 0 for January.
getSeconds(): number | The second.
getTime(): number | Milliseconds since 1970.
getTimezoneOffset(): number | Minutes from the client's time to UTC.
getUTCDate(): number | The day of the month in UTC, from 1.
getUTCDay(): number | The day of the week in UTC, from 0 for Sunday.
getUTCFullYear(): number | The year in UTC.
getUTCHours(): number | The hour in UTC.
getUTCMinutes(): number | The minute in UTC.
getUTCMonth(): number | The month in UTC, from 0 for January.`;

const NUMBER = `
toFixed(digits?): string | It with so many digits behind the point.
toString(base?): string | It as a text, decimal unless a base is given.`;

const MATH = `
abs(x): number | x without its sign.
ceil(x): number | The next integer above x.
floor(x): number | The next integer below x.
max(...numbers): number | The greatest.
min(...numbers): number | The smallest.
pow(x, y): number | x to the power of y.
random(): number | A random number from 0 to 1: a PAC file that uses it decides at random.
round(x): number | The nearest integer.
trunc(x): number | x without its fraction.`;

const DATE_FUNCTIONS = `
now(): number | Milliseconds since 1970.
parse(text): number | The time of a date in a text, in milliseconds since 1970.
UTC(year, month, day?, …): number | The time of a date in UTC, in milliseconds since 1970.`;

const OBJECT_FUNCTIONS = `
create(prototype): object | An object with a prototype; with null, one that has nothing but what is put in.
entries(object): array | Its names with their values.
freeze(object): object | Keeps it from being changed.
keys(object): string[] | The names of its own properties.
values(object): array | The values of its own properties.`;

const OBJECT = `
hasOwnProperty(name): boolean | Whether it has a property itself, such as a host in a table.`;

const ARRAY_FUNCTIONS = `
from(list): array | A list of what can be gone through.
isArray(value): boolean | Whether a value is a list.`;

const STRING_FUNCTIONS = `
fromCharCode(...codes): string | The characters with these codes.`;

const JSON_FUNCTIONS = `
parse(text): any | The value that a text in JSON describes.
stringify(value): string | A value as JSON.`;

const MAP = `
get(key): any | The value of a key; undefined where it has none.
has(key): boolean | Whether it has a key.
set(key, value): Map | Gives a key a value.
size: number | How many keys it has.`;

const SET = `
add(value): Set | Puts a value in.
has(value): boolean | Whether a value is in it.
size: number | How many values it has.`;

const TYPES: Readonly<Record<string, string>> = {
  string: STRING,
  array: ARRAY,
  RegExp: REGEXP,
  Date: DATE,
  number: NUMBER,
  object: OBJECT,
  Map: MAP,
  Set: SET,
};

const HOLDERS: Readonly<Record<string, string>> = {
  Math: MATH,
  Date: DATE_FUNCTIONS,
  Object: OBJECT_FUNCTIONS,
  Array: ARRAY_FUNCTIONS,
  String: STRING_FUNCTIONS,
  JSON: JSON_FUNCTIONS,
};

function read(lines: string, isModern: (name: string) => boolean): ReadonlyMap<string, Member> {
  const members = new Map<string, Member>();
  for (const line of lines.trim().split('\n')) {
    const [form = '', summary = ''] = line.split(' | ');
    const colon = form.lastIndexOf(': ');
    const [, name = '', parameters] = /^(\w+)(?:\((.*)\))?$/.exec(form.slice(0, colon)) ?? [];
    members.set(name, { name, parameters, type: form.slice(colon + 2), summary, isModern: isModern(name) });
  }
  return members;
}

const ofTypes = new Map(
  Object.entries(TYPES).map(([type, lines]) => [type, read(lines, (name) => MODERN_METHODS.has(name))]),
);
const ofHolders = new Map(
  Object.entries(HOLDERS).map(([holder, lines]) => [
    holder,
    read(lines, (name) => MODERN_FUNCTIONS[holder]?.includes(name) === true),
  ]),
);

const NONE: ReadonlyMap<string, Member> = new Map();

/** The members of values of a type. */
export function membersOfType(type: TypeName): ReadonlyMap<string, Member> {
  return ofTypes.get(type.endsWith('[]') ? 'array' : type) ?? NONE;
}

/** The members of a global object, such as `Math`. */
export function membersOfGlobal(name: string): ReadonlyMap<string, Member> {
  return ofHolders.get(name) ?? NONE;
}

/** The prototypes and global objects whose members have texts here, by what the standard calls them. */
export const DOCUMENTED: readonly (readonly [holder: string, names: readonly string[]])[] = [
  ...[...ofTypes].map(
    ([type, members]) => [`${type.charAt(0).toUpperCase()}${type.slice(1)}.prototype`, [...members.keys()]] as const,
  ),
  ...[...ofHolders].map(([holder, members]) => [holder, [...members.keys()]] as const),
];

/** `host.indexOf(text, from?): number`, without what it is a member of. */
export function memberForm({ name, parameters, type }: Member): string {
  return `${name}${parameters === undefined ? '' : `(${parameters})`}: ${type}`;
}

export function memberMarkdown(member: Member): string {
  const old = 'WinHTTP and other engines of old standards do not have it.';
  return [`\`\`\`js\n${memberForm(member)}\n\`\`\``, member.summary, ...(member.isModern ? [old] : [])].join('\n\n');
}
