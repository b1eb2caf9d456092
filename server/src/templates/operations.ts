// What the functions of templates do with texts and lists; `undefined` wherever that is not followed.
import { isMap, type Value } from './data.js';

/** `undefined` where the operands are of another kind. */
export type Compute = (values: readonly Value[]) => Value;

/** A text or a number as a text: how others are printed depends on the language. */
export function text(value: Value): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

export function onText(compute: (value: string) => Value): Compute {
  return ([value]) => {
    const own = text(value);
    return own === undefined ? undefined : compute(own);
  };
}

export function items(value: Value): readonly Value[] | undefined {
  if (Array.isArray(value)) return value;
  return isMap(value) ? Object.keys(value) : undefined;
}

export function onItems(compute: (list: readonly Value[], ...others: Value[]) => Value): Compute {
  return ([value, ...others]) => {
    const list = items(value);
    return list && compute(list, ...others);
  };
}

export function onNumbers(compute: (a: number, b: number) => Value): Compute {
  return ([a, b]) => (typeof a === 'number' && typeof b === 'number' ? compute(a, b) : undefined);
}

export const length: Compute = ([value]) => (typeof value === 'string' ? value.length : items(value)?.length);

/** Plain values as JSON would compare them. */
export function same(a: Value, b: Value): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

export const add: Compute = (values) => {
  const [a, b] = values;
  if (Array.isArray(a) && Array.isArray(b)) return [...a, ...b];
  if (typeof a === 'string' && typeof b === 'string') return a + b;
  return onNumbers((x, y) => x + y)(values);
};

export const contains: Compute = ([a, b]) => {
  if (typeof b === 'string') return typeof a === 'string' ? b.includes(a) : undefined;
  return items(b)?.some((item) => same(item, a));
};

export function joined(list: readonly Value[], separator: Value = '', attribute?: Value): Value {
  const parts = list.map((item) => text(attribute === undefined ? item : memberOf(item, attribute)));
  const between = text(separator);
  return between === undefined || parts.includes(undefined) ? undefined : parts.join(between);
}

export function distinct(list: readonly Value[]): Value[] {
  return list.filter((item, i) => list.findIndex((other) => same(item, other)) === i);
}

/** Texts in lower case and numbers, whose order is the same in all languages. */
export function sorted(list: readonly Value[], reverse: Value = false): Value {
  if (typeof reverse !== 'boolean') return undefined;
  const isText = list.every((item) => typeof item === 'string' && item === item.toLowerCase());
  if (!isText && !list.every((item) => typeof item === 'number')) return undefined;
  const result = [...list].sort((a, b) => ((a as string) < (b as string) ? -1 : a === b ? 0 : 1));
  return reverse ? result.reverse() : result;
}

/** A key of a map, which may be a path; `undefined` where there is none. */
export function memberOf(item: Value, path: Value): Value {
  let value = item;
  for (const key of String(path).split('.')) {
    if (!isMap(value) || !Object.hasOwn(value, key)) return undefined;
    value = value[key];
  }
  return value;
}

/** Whether a value passes a test of `selectattr`; `undefined` where the test is not followed. */
export function passes(value: Value, test: Value, operand: Value): boolean | undefined {
  switch (test) {
    case undefined:
      return value === undefined || value === null || value === false || value === 0 || value === ''
        ? false
        : length([value]) !== 0;
    case 'defined':
      return value !== undefined;
    case 'undefined':
      return value === undefined;
    case '==':
    case 'eq':
    case 'equalto':
      return same(value, operand);
    case '!=':
    case 'ne':
      return !same(value, operand);
    case 'in':
      return contains([value, operand]) as boolean | undefined;
    default:
      return undefined;
  }
}

/** A text with all of another replaced; a regular expression only where it is a plain text, and nothing refers to groups. */
export function replaced(isPattern: boolean): Compute {
  return ([value, from, to]) => {
    const own = text(value);
    const [pattern, other] = [text(from), text(to)];
    if (own === undefined || pattern === undefined || other === undefined) return undefined;
    if (pattern === '' || (isPattern && (/[\\^$.*+?()[\]{}|]/.test(pattern) || other.includes('\\')))) return undefined;
    return own.replaceAll(pattern, () => other);
  };
}

export const ADDRESS4 = /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!\/|$)|(?=\/|$))){4}(?:\/(?:3[0-2]|[12]?\d))?$/;
export const ADDRESS6 = /^(?=[^:]*:[^:]*:)[\da-f:]{2,39}(?:\/(?:12[0-8]|1[01]\d|\d?\d))?$/i;

/** `ipaddr` and its like without a query: an address or network is left as it is; what others become is not followed. */
export function address(...forms: readonly RegExp[]): Compute {
  const isOne = (value: Value) => typeof value === 'string' && forms.some((form) => form.test(value));
  const isOther = (value: Value) => typeof value === 'string' && [ADDRESS4, ADDRESS6].some((form) => form.test(value));
  return ([value]) => {
    if (Array.isArray(value)) return value.every(isOther) ? value.filter(isOne) : undefined;
    return isOne(value) ? value : isOther(value) ? false : undefined;
  };
}

/** Without a separator a text is split at any white space. */
export function splitBy(value: Value, separator: Value): Value {
  if (typeof value !== 'string') return undefined;
  if (separator === undefined) return value.trim() === '' ? [] : value.trim().split(/\s+/);
  return typeof separator === 'string' && separator !== '' ? value.split(separator) : undefined;
}
