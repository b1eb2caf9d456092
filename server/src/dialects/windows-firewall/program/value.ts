// The values of expressions of a Windows script, as far as its text determines them.

import type { TextRange } from '../../../text/range.js';
import { type Value as AnyValue, flatList, listValue, textValue, unknownValue } from '../../shared/script/value.js';

/** `@{ … }`: its keys are lower case. */
export interface TableValue {
  readonly kind: 'table';
  readonly entries: ReadonlyMap<string, Argument>;
  /** The keys as the script writes them. */
  readonly keys: readonly string[];
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
  if (value.kind === 'table') {
    const name = key.text.toLowerCase();
    return value.entries.get(name)?.value ?? ofWholeTable(value, name, source);
  }
  if (value.kind !== 'list') return unknownValue(source);
  if (/^-?\d{1,6}$/.test(key.text)) return value.items.at(Number(key.text)) ?? unknownValue(source);
  if (value.items.length > ENTRY_LIMIT) return unknownValue(source);
  const entries = value.items.map((item) => (item.kind === 'table' ? memberOf(item, key, source) : undefined));
  const known = entries.flatMap((entry) => (entry && entry.kind !== 'unknown' ? entry : []));
  return known.length === entries.length ? flatList(known, source) : unknownValue(source);
}

/**
 * The properties of a table, where no entry has their name (*about_Hash_Tables*): its keys, its values, and its entries, which
 * have a key and a value. Their order does not matter for rules of a firewall.
 */
function ofWholeTable({ entries, keys }: TableValue, name: string, source: string): Value {
  const values = [...entries.values()];
  switch (name) {
    case 'count':
      return textValue(`${entries.size}`);
    case 'keys':
      return listValue<Value>(keys.map(textValue), source);
    case 'values':
      return listValue<Value>(
        values.map(({ value }) => value),
        source,
      );
    case 'getenumerator':
      return listValue<Value>(
        values.map((argument, index): Value => {
          const key: Argument = { value: textValue(keys[index] ?? ''), range: argument.range };
          const own = [
            ['key', key],
            ['name', key],
            ['value', argument],
          ] as const;
          return { kind: 'table', entries: new Map(own), keys: ['Key', 'Name', 'Value'] };
        }),
        source,
      );
    default:
      return unknownValue(source);
  }
}

/** What a loop over a value is about; `undefined` where it is unknown. */
export function itemsOf(value: Value): readonly Value[] | undefined {
  if (value.kind === 'list') return value.items;
  return value.kind === 'unknown' || value.kind === 'rules' ? undefined : [value];
}
