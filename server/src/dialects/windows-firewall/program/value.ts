// The values of expressions of a Windows script, as far as its text determines them.

import type { TextRange } from '../../../text/range.js';
import type { Value as AnyValue } from '../../shared/script/value.js';

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
