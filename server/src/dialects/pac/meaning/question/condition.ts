// Conditions on what is asked.
import type { IpSet } from '../../../../model/ip.js';
import { isSameLanguage, type Language } from '../../../../model/text-language.js';
import { isSameText, type Text } from '../values/text.js';
import type { Unknown } from '../values/unknown.js';
import type { AddressPattern } from './address-pattern.js';
import type { AddressVariable, PointVariable } from './variables.js';

export type Condition =
  | { readonly kind: 'always' | 'never' }
  /** A text made from the variables is in a language. */
  | { readonly kind: 'matches'; readonly text: Text; readonly language: Language }
  | { readonly kind: 'address-in'; readonly variable: AddressVariable; readonly set: IpSet }
  /** The same in each of some equal parts of all addresses, which may be too many to list: what the last bits of an address say. */
  | {
      readonly kind: 'address-in-parts';
      readonly variable: AddressVariable;
      readonly pattern: AddressPattern;
      /** What it is where the addresses that are asked about lie in too many of the parts. */
      readonly unknown: Unknown;
    }
  /** DNS answers at all (the client always has an address). */
  | { readonly kind: 'resolves'; readonly variable: AddressVariable }
  | { readonly kind: 'point-in'; readonly variable: PointVariable; readonly points: ReadonlySet<number> }
  /** May hold or not, for every host; for one `Unknown` always the same. */
  | { readonly kind: 'unknown'; readonly unknown: Unknown }
  | { readonly kind: 'not'; readonly of: Condition }
  | { readonly kind: 'and' | 'or'; readonly of: readonly Condition[] }
  /** Of what is asked, each has exactly one of these cases, and what that says. */
  | { readonly kind: 'cases'; readonly of: readonly ConditionCase[] };

interface ConditionCase {
  readonly when: Condition;
  readonly outcome: Condition;
}

export const ALWAYS: Condition = { kind: 'always' };
export const NEVER: Condition = { kind: 'never' };

export function not(of: Condition): Condition {
  if (of.kind === 'always') return NEVER;
  if (of.kind === 'never') return ALWAYS;
  return of.kind === 'not' ? of.of : { kind: 'not', of };
}

export function allOf(conditions: readonly Condition[]): Condition {
  const open = conditions.filter(({ kind }) => kind !== 'always');
  if (open.some(({ kind }) => kind === 'never')) return NEVER;
  const [only] = open;
  return open.length <= 1 ? (only ?? ALWAYS) : { kind: 'and', of: open };
}

export function anyOf(conditions: readonly Condition[]): Condition {
  const open = conditions.filter(({ kind }) => kind !== 'never');
  if (open.some(({ kind }) => kind === 'always')) return ALWAYS;
  const [only] = open;
  return open.length <= 1 ? (only ?? NEVER) : { kind: 'or', of: open };
}

/** What the only case says that applies, of several of which exactly one does. */
export function byCase(cases: readonly ConditionCase[]): Condition {
  const possible = cases.filter(({ when }) => when.kind !== 'never');
  const [first] = possible;
  if (!first) return NEVER;
  if (possible.every(({ outcome }) => outcome === first.outcome)) return first.outcome;
  return { kind: 'cases', of: possible };
}

/** Whether two conditions are seen at once to be the same. */
export function isSameCondition(one: Condition, other: Condition): boolean {
  if (one === other) return true;
  if (one.kind !== 'matches' || other.kind !== 'matches') return false;
  return isSameLanguage(one.language, other.language) && isSameText(one.text, other.text);
}
