// The values of expressions of a Windows script, as far as its text determines them.

import type { TextRange } from '../../../text/range.js';
import { type Value as AnyValue, flatList, unknownValue } from '../../shared/script/value.js';

/** `@{ … }`: its keys are lower case. */
export interface TableValue {
  readonly kind: 'table';
  readonly entries: ReadonlyMap<string, Argument>;
}

/** The rules that a command finds when it runs. */
export interface RulesValue {
  readonly kind: 'rules';
  /** Its number among the queries of the script. */
  readonly query: number;
}

export type OtherValue = TableValue | RulesValue;

export type Value = AnyValue<OtherValue>;

/** A value with its range in the script. */
export interface Argument {
  readonly value: Value;
  readonly range: TextRange;
  /** Whether it is written as `$true` or `$false`. */
  readonly isBoolean?: true;
}

/** The texts that a value lists; `undefined` where a part is unknown. */
export function textsOf(value: Value): readonly string[] | undefined {
  switch (value.kind) {
    case 'text':
      return [value.text];
    case 'list': {
      const texts: string[] = [];
      for (const item of value.items) {
        const own = textsOf(item);
        if (!own) return undefined;
        for (const text of own) texts.push(text);
      }
      return texts;
    }
    default:
      return undefined;
  }
}

/** How many tables are looked into for the entries of all of them. */
const ENTRY_LIMIT = 256;

/** An entry of a table, or an item of a list by its number; of a list of tables the entries of all. */
export function memberOf(value: Value, key: Value, source: string): Value {
  if (key.kind !== 'text') return unknownValue(source);
  if (value.kind === 'table') return value.entries.get(key.text.toLowerCase())?.value ?? unknownValue(source);
  if (value.kind !== 'list') return unknownValue(source);
  if (/^-?\d{1,6}$/.test(key.text)) return value.items.at(Number(key.text)) ?? unknownValue(source);
  if (value.items.length > ENTRY_LIMIT) return unknownValue(source);
  const entries = value.items.map((item) => (item.kind === 'table' ? memberOf(item, key, source) : undefined));
  const known = entries.flatMap((entry) => (entry && entry.kind !== 'unknown' ? entry : []));
  return known.length === entries.length ? flatList(known, source) : unknownValue(source);
}

/** What a loop over a value is about; `undefined` where it is unknown. */
export function itemsOf(value: Value): readonly Value[] | undefined {
  if (value.kind === 'list') return value.items;
  return value.kind === 'unknown' || value.kind === 'rules' ? undefined : [value];
}
