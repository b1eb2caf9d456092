// Values of the variables of a script, as far as they are known without running it.

export interface TextValue {
  readonly kind: 'text';
  readonly text: string;
}

/** Computed: only a run of the script would show it. `source` is how the script writes it. */
export interface UnknownValue {
  readonly kind: 'unknown';
  readonly source: string;
}

export interface ListValue<Item> {
  readonly kind: 'list';
  readonly items: readonly Item[];
  /** How many values it holds, those of lists in it included. */
  readonly size: number;
}

/** One text, several values, or something unknown; `Other` are the kinds that only one language has. */
export type Value<Other = never> = TextValue | ListValue<Value<Other>> | UnknownValue | Other;

export function textValue(text: string): TextValue {
  return { kind: 'text', text };
}

export function unknownValue(source: string): UnknownValue {
  return { kind: 'unknown', source };
}

/** How many values a list may grow to; one that the script spells out may be longer. */
export const LIST_LIMIT = 65_536;

/** A list of values; unknown where lists in it make it grow beyond {@link LIST_LIMIT}. */
export function listValue<Item extends AnyValue>(
  items: readonly Item[],
  source: string,
): ListValue<Item> | UnknownValue {
  let size = 0;
  let spelledOut = items.length;
  for (const item of items) {
    const own = isList(item) ? item.size : 1;
    size += own;
    spelledOut = Math.max(spelledOut, own);
  }
  return size > Math.max(LIST_LIMIT, spelledOut) ? unknownValue(source) : { kind: 'list', items, size };
}

/** The values of several lists, and single values, as one list; unknown beyond {@link LIST_LIMIT}. */
export function flatList<Item extends AnyValue>(
  parts: readonly (Item | ListValue<Item>)[],
  source: string,
): ListValue<Item> | UnknownValue {
  const nested = listValue<Item | ListValue<Item>>(parts, source);
  if (nested.kind === 'unknown') return nested;
  const items: Item[] = [];
  for (const part of parts) {
    if (!isListOf<Item>(part)) items.push(part);
    else for (const item of part.items) items.push(item);
  }
  return { kind: 'list', items, size: nested.size };
}

/** How long a text may grow by expansion, in UTF-16 code units: a loop can double one in every round. */
export const TEXT_LIMIT = 65_536;

/**
 * Replaces every match of `pattern` (global) in a text by what `valueFor` returns for it. `undefined` where that is unknown
 * for one of them, and where the values are longer than {@link TEXT_LIMIT} together.
 */
export function expandText(
  text: string,
  pattern: RegExp,
  valueFor: (match: RegExpMatchArray) => string | undefined,
): string | undefined {
  let expanded = '';
  let end = 0;
  let grown = 0;
  for (const match of text.matchAll(pattern)) {
    const value = valueFor(match);
    grown += value?.length ?? 0;
    if (value === undefined || grown > TEXT_LIMIT) return undefined;
    expanded += text.slice(end, match.index) + value;
    end = match.index + match[0].length;
  }
  return expanded + text.slice(end);
}

/** How long the texts of a value are together, and a unit for each value. */
export function lengthOf(value: AnyValue): number {
  if (isText(value)) return value.text.length;
  return isList(value) ? value.items.reduce((sum, item) => sum + 1 + lengthOf(item), 0) : 1;
}

/** Whether two values are known to be the same; kinds of one language only are compared by identity. */
export function sameValue(one: AnyValue, other: AnyValue): boolean {
  if (one === other) return true;
  if (isText(one)) return isText(other) && one.text === other.text;
  if (isUnknown(one)) return isUnknown(other) && one.source === other.source;
  if (!isList(one) || !isList(other) || one.items.length !== other.items.length) return false;
  return one.items.every((item, index) => {
    const counterpart = other.items[index];
    return counterpart !== undefined && sameValue(item, counterpart);
  });
}

interface AnyValue {
  readonly kind: string;
}

function isText(value: AnyValue): value is TextValue {
  return value.kind === 'text';
}

function isUnknown(value: AnyValue): value is UnknownValue {
  return value.kind === 'unknown';
}

function isList(value: AnyValue): value is ListValue<AnyValue> {
  return value.kind === 'list';
}

function isListOf<Item extends AnyValue>(value: Item | ListValue<Item>): value is ListValue<Item> {
  return value.kind === 'list';
}
