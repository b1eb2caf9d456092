// The functions, filters, tests and operators of templates that are evaluated. What is not here, is given more than is followed
// here, or is applied to another kind of value, is open: a result is never guessed.

import { isMap, openIn, type Value } from './data.js';
import type { TemplateLanguage } from './languages.js';
import {
  ADDRESS4,
  ADDRESS6,
  add,
  address,
  type Compute,
  contains,
  distinct,
  items,
  joined,
  length,
  memberOf,
  onItems,
  onNumbers,
  onText,
  passes,
  replaced,
  same,
  sorted,
  splitBy,
  text,
} from './operations.js';

/** How many items a list may have that a function makes, and how long a text may get. */
export const SIZE_LIMIT = 10_000;

interface Followed {
  readonly compute: Compute;
  /** How many operands are followed at most, the value itself included. */
  readonly most: number;
  /** The names of the arguments behind the value, in their order. */
  readonly names: readonly string[];
  /** Whether it leaves the items of a list as they are, so that they may be open; all others need everything. */
  readonly keepsItems: boolean;
}

function followed(most: number, compute: Compute, ...names: string[]): Followed {
  return { compute, most, names, keepsItems: false };
}

function keeping(most: number, compute: Compute): Followed {
  return { compute, most, names: [], keepsItems: true };
}

/** Go's functions and Sprig's whose operands are as in the table; others of the same name take them in another order. */
const OF_GO: ReadonlySet<string> = new Set(
  '== != < > <= >= len list quote upper lower trim first last uniq join contains'.split(' '),
);

/** The result of a function; `undefined` where it is not followed. */
export function resultOf(
  name: string,
  values: readonly Value[],
  named: ReadonlyMap<string, Value>,
  language: TemplateLanguage,
): Value {
  const plain = name.replace(/^\./, '').replace(/^(?:ansible\.(?:builtin|utils|netcommon))\./, '');
  const found = language === 'go' && !OF_GO.has(plain) ? undefined : FUNCTIONS.get(plain);
  if (!found) return undefined;
  const all = [...values];
  for (const [key, value] of named) {
    const at = found.names.indexOf(key) + 1;
    if (at === 0) return undefined;
    all[at] = value;
  }
  if (all.length > found.most) return undefined;
  const open = found.keepsItems ? undefined : openIn(all);
  if (open) return open;
  if (plain === 'quote' && language !== 'go') return /^[\w@%+=:,./-]+$/.test(text(all[0]) ?? '') ? all[0] : undefined;
  return found.compute(all);
}

/** The filters of Jinja that `map` applies to every item, by their names. */
const MAPPED: ReadonlySet<string> = new Set(['string', 'int', 'lower', 'upper', 'trim', 'quote', 'first', 'last']);

function mapped(list: readonly Value[], filter: Value, attribute: Value): Value {
  if (filter === undefined && attribute !== undefined) {
    const members = list.map((item) => memberOf(item, attribute));
    return members.includes(undefined) ? undefined : members;
  }
  if (attribute !== undefined || typeof filter !== 'string' || !MAPPED.has(filter)) return undefined;
  const results = list.map((item) => resultOf(filter, [item], new Map(), 'jinja'));
  return results.includes(undefined) ? undefined : results;
}

function selecting(wanted: boolean): Compute {
  return onItems((list, attribute, test, operand) => {
    const results = list.map((item) => passes(memberOf(item, attribute), test, operand));
    return results.includes(undefined) ? undefined : list.filter((_, i) => results[i] === wanted);
  });
}

function ofBoth(keep: (item: Value, others: readonly Value[]) => boolean): Compute {
  return ([a, b]) => (Array.isArray(a) && Array.isArray(b) ? distinct(a).filter((item) => keep(item, b)) : undefined);
}

const isTextOrList: Compute = ([a]) => typeof a === 'string' || items(a) !== undefined;
const isNumber: Compute = ([a]) => (typeof a === 'boolean' ? undefined : typeof a === 'number');
const isIn = ofBoth((item, others) => others.some((other) => same(item, other)));

function numbers(from: number, to: number): Value {
  return to - from <= SIZE_LIMIT ? Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i) : undefined;
}

const FUNCTIONS: ReadonlyMap<string, Followed> = new Map<string, Followed>([
  ['==', followed(2, ([a, b]) => same(a, b))],
  ['!=', followed(2, ([a, b]) => !same(a, b))],
  [
    '<',
    followed(
      2,
      onNumbers((a, b) => a < b),
    ),
  ],
  [
    '>',
    followed(
      2,
      onNumbers((a, b) => a > b),
    ),
  ],
  [
    '<=',
    followed(
      2,
      onNumbers((a, b) => a <= b),
    ),
  ],
  [
    '>=',
    followed(
      2,
      onNumbers((a, b) => a >= b),
    ),
  ],
  ['~', followed(2, (both) => joined(both))],
  ['+', keeping(2, add)],
  [
    '-',
    followed(
      2,
      onNumbers((a, b) => a - b),
    ),
  ],
  [
    '*',
    followed(
      2,
      onNumbers((a, b) => a * b),
    ),
  ],
  ['in', followed(2, contains)],
  ['is none', followed(1, ([a]) => a === null)],
  ['is string', followed(1, ([a]) => typeof a === 'string')],
  ['is number', followed(1, isNumber)],
  ['is mapping', followed(1, ([a]) => isMap(a))],
  ['is iterable', followed(1, isTextOrList)],
  ['is sequence', followed(1, isTextOrList)],
  ['join', followed(3, onItems(joined), 'd', 'attribute')],
  ['join()', followed(2, ([a, b]) => onItems(joined)([b, a]))],
  [
    'lower',
    followed(
      1,
      onText((a) => a.toLowerCase()),
    ),
  ],
  [
    'downcase',
    followed(
      1,
      onText((a) => a.toLowerCase()),
    ),
  ],
  [
    'upper',
    followed(
      1,
      onText((a) => a.toUpperCase()),
    ),
  ],
  [
    'upcase',
    followed(
      1,
      onText((a) => a.toUpperCase()),
    ),
  ],
  [
    'trim',
    followed(
      1,
      onText((a) => a.trim()),
    ),
  ],
  [
    'strip',
    followed(
      1,
      onText((a) => a.trim()),
    ),
  ],
  [
    'string',
    followed(
      1,
      onText((a) => a),
    ),
  ],
  [
    'to_s',
    followed(
      1,
      onText((a) => a),
    ),
  ],
  [
    'quote',
    followed(
      1,
      onText((a) => (/["'\\]/.test(a) ? undefined : `"${a}"`)),
    ),
  ],
  [
    'int',
    followed(
      1,
      onText((a) => (/^-?\d{1,15}$/.test(a) ? Number(a) : undefined)),
    ),
  ],
  ['bool', followed(1, ([a]) => (typeof a === 'boolean' ? a : onText((b) => /^(?:yes|true|on|1)$/i.test(b))([a])))],
  ['length', keeping(1, length)],
  ['count', keeping(1, length)],
  ['size', keeping(1, length)],
  ['len', keeping(1, length)],
  ['empty?', keeping(1, ([a]) => (length([a]) === undefined ? undefined : length([a]) === 0))],
  [
    'any?',
    followed(
      1,
      onItems((list) => list.some((item) => item !== null && item !== false)),
    ),
  ],
  ['nil?', followed(1, ([a]) => a === null)],
  ['include?', followed(2, ([a, b]) => contains([b, a]))],
  [
    'first',
    keeping(
      1,
      onItems((list) => list[0]),
    ),
  ],
  [
    'last',
    keeping(
      1,
      onItems((list) => list.at(-1)),
    ),
  ],
  [
    'list',
    keeping(
      1,
      onItems((list) => list),
    ),
  ],
  ['to_a', keeping(1, ([a]) => (Array.isArray(a) ? a : undefined))],
  ['unique', followed(1, onItems(distinct))],
  ['uniq', followed(1, onItems(distinct))],
  ['sort', followed(2, onItems(sorted), 'reverse')],
  ['reverse', keeping(1, ([a]) => (Array.isArray(a) ? [...a].reverse() : undefined))],
  ['flatten', keeping(1, ([a]) => (Array.isArray(a) ? a.flat(Number.POSITIVE_INFINITY) : undefined))],
  ['split', followed(2, ([a, b]) => splitBy(a, b))],
  ['replace', followed(3, replaced(false), 'old', 'new')],
  ['regex_replace', followed(3, replaced(true), 'pattern', 'replacement')],
  ['mandatory', keeping(1, ([a]) => a)],
  [
    'comment',
    followed(
      1,
      onText((a) => `# ${a.replaceAll('\n', '\n# ')}`),
    ),
  ],
  ['items', followed(1, ([a]) => (isMap(a) ? Object.entries(a) : undefined))],
  [
    'dict2items',
    followed(1, ([a]) => (isMap(a) ? Object.entries(a).map(([key, value]) => ({ key, value })) : undefined)),
  ],
  ['values', followed(1, ([a]) => (isMap(a) ? Object.values(a) : undefined))],
  ['keys', followed(1, ([a]) => (isMap(a) ? Object.keys(a) : undefined))],
  ['range()', followed(2, ([a, b]) => (b === undefined ? onNumbers(numbers)([0, a]) : onNumbers(numbers)([a, b])))],
  [
    'map',
    followed(3, ([list, filter, attribute]) => onItems(mapped)([list, filter, attribute]), 'filter', 'attribute'),
  ],
  ['selectattr', followed(4, selecting(true), 'attribute')],
  ['rejectattr', followed(4, selecting(false), 'attribute')],
  ['union', followed(2, ([a, b]) => (Array.isArray(a) && Array.isArray(b) ? distinct([...a, ...b]) : undefined))],
  ['intersect', followed(2, isIn)],
  [
    'difference',
    followed(
      2,
      ofBoth((item, others) => !others.some((other) => same(item, other))),
    ),
  ],
  [
    'min',
    followed(
      1,
      onItems((list) =>
        list.every((one) => typeof one === 'number')
          ? (list as number[]).reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY)
          : undefined,
      ),
    ),
  ],
  [
    'max',
    followed(
      1,
      onItems((list) =>
        list.every((one) => typeof one === 'number')
          ? (list as number[]).reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)
          : undefined,
      ),
    ),
  ],
  ['ternary', followed(3, ([a, yes, no]) => (typeof a === 'boolean' ? (a ? yes : no) : undefined))],
  [
    'startswith',
    followed(2, ([a, b]) => (typeof a === 'string' && typeof b === 'string' ? a.startsWith(b) : undefined)),
  ],
  ['endswith', followed(2, ([a, b]) => (typeof a === 'string' && typeof b === 'string' ? a.endsWith(b) : undefined))],
  ['ipaddr', followed(1, address(ADDRESS4, ADDRESS6))],
  ['ipv4', followed(1, address(ADDRESS4))],
  ['ipv6', followed(1, address(ADDRESS6))],
]);
