// What is asked, as a product of sets: hosts, paths, addresses, points of the clock.
import type { HostSet } from '../../../../model/hosts.js';
import type { IpSet } from '../../../../model/ip.js';
import type { Language } from '../../../../model/text-language.js';
import type { Unknown } from '../values/value.js';
import type { Budget } from './budget.js';
import type { Condition } from './condition.js';
import type { AddressVariable, PointVariable, TextVariable } from './variables.js';

/** The addresses that a variable may still have. */
export interface AddressDomain {
  readonly set: IpSet;
  /** Whether there may be no address at all. */
  readonly mayFail: boolean;
}

/** An immutable, non-empty part of what is asked. */
export declare class Region {
  readonly hosts: HostSet;
  readonly addresses: ReadonlyMap<string, { readonly variable: AddressVariable; readonly domain: AddressDomain }>;
  readonly points: ReadonlyMap<string, { readonly variable: PointVariable; readonly points: ReadonlySet<number> }>;
  /** The answers that were assumed for values that cannot be followed. */
  readonly assumed: ReadonlyMap<Unknown, boolean>;

  /** The disjoint, non-empty parts in which a condition holds, and those in which it does not. Together they are this region. */
  split(condition: Condition, budget: Budget): { readonly holds: readonly Region[]; readonly fails: readonly Region[] };

  /**
   * The part in which one variable's text is in a language, or is not; `undefined` where that part is empty. `'beyond'` where it is
   * regular but not representable (the parity of a client's last byte as prefixes).
   */
  where(variable: TextVariable, language: Language, holds: boolean, budget: Budget): Region | undefined | 'beyond';
}
