// The values that fields are compared with, and the lookup of those of named sets.
import { IntervalSet } from '../../../model/intervals.js';
import { IpSet } from '../../../model/ip.js';
import { NameSet } from '../../../model/names.js';
import type { BinaryExpression, RelationalOperator, VariableExpression } from '../syntax/tree.js';
import type { DataType } from '../vocabulary/data-types.js';

/** The values that a field is compared with, as far as the file gives them. */
export interface Values {
  /** For numbers. */
  readonly numbers: IntervalSet<number>;
  /** For addresses. */
  readonly addresses: IpSet;
  /** For interfaces. */
  readonly names: NameSet;
  /** Why there are possibly more values: a host name, a set that rules fill. */
  readonly unknown: readonly string[];
}

/** No value at all. */
export const NO_VALUES: Values = {
  numbers: IntervalSet.empty<number>(),
  addresses: IpSet.empty,
  names: NameSet.none,
  unknown: [],
};

/** One element of a set of concatenations: the values of each part. */
export type Tuple = readonly Values[];

/** A named set, resolved. */
export interface ResolvedSet {
  readonly types: readonly DataType[];
  /** For sets of single values. */
  readonly values: Values;
  /** For sets of concatenations. */
  readonly tuples: readonly Tuple[];
  /** Why it possibly has more elements: it has `*`, or changes at run time. */
  readonly unknown: readonly string[];
}

/** What looks up named sets. */
export interface SetSource {
  set(name: string): ResolvedSet | undefined;
}

/** A variable whose value is not known, as what a verdict depends on. */
export function unknownVariable({ name, tooLarge }: VariableExpression): string {
  return tooLarge ? `$${name}, which needs more work than one file may cost` : `$${name}`;
}

/** Bit operations over at most 32 bits, as in header fields. */
export function combine(operator: BinaryExpression['operator'], left: number, right: number): number {
  switch (operator) {
    case '&':
      return (left & right) >>> 0;
    case '|':
      return (left | right) >>> 0;
    case '^':
      return (left ^ right) >>> 0;
    case '<<':
      return (left << right) >>> 0;
    case '>>':
      return left >>> right;
  }
}

export function isNegated(operator: RelationalOperator): boolean {
  return operator === '!=' || operator === '!';
}

/** Whether a set with one type can be looked up with a field of another. */
export function fits(set: DataType, field: DataType): boolean {
  if (set.kind === 'opaque' || field.kind === 'opaque') return true;
  return set.name === field.name || set.name === 'integer' || field.name === 'integer';
}
