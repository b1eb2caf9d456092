// The dimensions of a product of sets, each split by its own kind of set.
import { Memo } from '../../../../kept/memo.js';
import { HostSet } from '../../../../model/hosts.js';
import { IpSet } from '../../../../model/ip.js';
import type { Unknown } from '../values/value.js';
import { addressesOf } from './address-language.js';
import type { Condition } from './condition.js';
import { PathSet } from './path-set.js';
import { AddressSet, type PartSet, PointSet } from './sets.js';
import type { AddressVariable, PointVariable } from './variables.js';

/** What each variable may be. A variable that is not listed may be anything. */
export interface Product {
  readonly hosts: HostSet;
  readonly paths: PathSet;
  /** The clients that are asked about, whether the program looks at their address or not. */
  readonly clients: IpSet;
  readonly addresses: ReadonlyMap<string, { readonly variable: AddressVariable; readonly domain: AddressSet }>;
  readonly points: ReadonlyMap<string, { readonly variable: PointVariable; readonly points: ReadonlySet<number> }>;
  readonly assumed: ReadonlyMap<Unknown, boolean>;
}

/** The variable of the address of the client. */
export const CLIENT_ID = 'client';

/** One factor of a product, as a set. */
export interface Dimension<Part extends PartSet<Part>> {
  /** Equal for the same factor. */
  readonly key: string | Unknown;
  /** Factors are split in this order: the more certain ones first, so that fewer cases rest on assumptions. */
  readonly rank: number;
  of(product: Product): Part;
  with(product: Product, part: Part): Product;
  /** Where a condition on this variable alone holds. */
  readonly whole: Part;
  atom(condition: Condition): Part;
  /** The part of a set in which a condition of one comparison holds or not, where that is quicker than through the whole set. */
  narrow?(set: Part, condition: Condition, holds: boolean): Part | undefined;
}

/** Does something with a dimension, whatever its kind of set is. */
export type DimensionVisitor<Result> = <Part extends PartSet<Part>>(dimension: Dimension<Part>) => Result;

export const HOSTS_KEY = 'hosts';

const HOSTS: Dimension<HostSet> = {
  key: HOSTS_KEY,
  rank: 0,
  of: ({ hosts }) => hosts,
  with: (product, hosts) => ({ ...product, hosts }),
  whole: HostSet.all,
  atom: (condition) => (condition.kind === 'matches' ? HostSet.all.where(condition.language, true) : HostSet.none),
  narrow: (set, condition, holds) => (condition.kind === 'matches' ? set.where(condition.language, holds) : undefined),
};

const PATHS: Dimension<PathSet> = {
  key: 'paths',
  rank: 1,
  of: ({ paths }) => paths,
  with: (product, paths) => ({ ...product, paths }),
  whole: PathSet.all,
  atom: (condition) => (condition.kind === 'matches' ? PathSet.of(condition.language) : PathSet.none),
};

/** The addresses that a variable has before anything is known about it. */
export function addressesBefore({ clients }: Product, { id }: AddressVariable): AddressSet {
  return id === CLIENT_ID ? new AddressSet(clients, false) : AddressSet.all;
}

function addressDimension(variable: AddressVariable): Dimension<AddressSet> {
  return {
    key: `address ${variable.id}`,
    rank: 2,
    of: (product) => product.addresses.get(variable.id)?.domain ?? addressesBefore(product, variable),
    with: (product, domain) => {
      const addresses = new Map(product.addresses);
      if (domain.equals(addressesBefore(product, variable))) addresses.delete(variable.id);
      else addresses.set(variable.id, { variable, domain });
      return { ...product, addresses };
    },
    whole: variable.id === CLIENT_ID ? new AddressSet(IpSet.all, false) : AddressSet.all,
    atom: (condition) => {
      if (condition.kind === 'resolves') return AddressSet.answers;
      if (condition.kind === 'address-in') return new AddressSet(condition.set.ofFamily(4), false);
      const set = condition.kind === 'matches' ? addressesOf(condition.language) : 'beyond';
      return new AddressSet(set === 'beyond' ? IpSet.empty : set, false);
    },
  };
}

/** Made once for each variable: a region is asked for its dimensions very often. */
const pointDimensions = new Memo<PointVariable, Dimension<PointSet>>();

export function pointDimension(variable: PointVariable): Dimension<PointSet> {
  return pointDimensions.of(variable, makePointDimension);
}

function makePointDimension(variable: PointVariable): Dimension<PointSet> {
  const whole = new PointSet(new Set(variable.points));
  return {
    key: `point ${variable.id}`,
    rank: 3,
    of: (product) => new PointSet(product.points.get(variable.id)?.points ?? whole.points),
    with: (product, part) => {
      const points = new Map(product.points);
      if (part.points.size === whole.points.size) points.delete(variable.id);
      else points.set(variable.id, { variable, points: part.points });
      return { ...product, points };
    },
    whole,
    atom: (condition) => new PointSet(condition.kind === 'point-in' ? condition.points : new Set()),
  };
}

const EITHER = PointSet.of(0, 1);
const HOLDS = PointSet.of(1);
const FAILS = PointSet.of(0);

function unknownDimension(unknown: Unknown): Dimension<PointSet> {
  return {
    key: unknown,
    rank: 4,
    of: ({ assumed }) => {
      const answer = assumed.get(unknown);
      return answer === undefined ? EITHER : answer ? HOLDS : FAILS;
    },
    with: (product, { points }) => {
      const assumed = new Map(product.assumed);
      if (points.size === 1) assumed.set(unknown, points.has(1));
      else assumed.delete(unknown);
      return { ...product, assumed };
    },
    whole: EITHER,
    atom: () => HOLDS,
  };
}

/** Visits the dimension of a condition on one variable; `undefined` for one on none or several. */
export function visitDimension<Result>(atom: Condition, visit: DimensionVisitor<Result>): Result | undefined {
  switch (atom.kind) {
    case 'matches': {
      const { form } = atom.text;
      if (form.kind !== 'variable') return undefined;
      if (form.variable.kind === 'host') return visit(HOSTS);
      return form.variable.kind === 'path' ? visit(PATHS) : visit(addressDimension(form.variable));
    }
    case 'address-in':
    case 'resolves':
      return visit(addressDimension(atom.variable));
    case 'point-in':
      return visit(pointDimension(atom.variable));
    case 'unknown':
      return visit(unknownDimension(atom.unknown));
    default:
      return undefined;
  }
}

/** All dimensions in which a product may be limited. */
export function visitDimensions(product: Product, visit: DimensionVisitor<void>): void {
  visit(HOSTS);
  visit(PATHS);
  for (const { variable } of product.addresses.values()) visit(addressDimension(variable));
  for (const { variable } of product.points.values()) visit(pointDimension(variable));
  for (const unknown of product.assumed.keys()) visit(unknownDimension(unknown));
}
