// What is asked, as a product of sets: hosts, paths, addresses, points of the clock.

import { addAll } from '../../../../kept/lists.js';
import type { Budget } from '../../../../model/budget.js';
import type { HostSet } from '../../../../model/hosts.js';
import type { IpSet } from '../../../../model/ip.js';
import { dotsOfNames, type Language } from '../../../../model/text-language.js';
import { Text } from '../values/text.js';
import type { Unknown } from '../values/value.js';
import { addressesOf } from './address-language.js';
import { addressesWith } from './address-pattern.js';
import type { Condition } from './condition.js';
import { addressesBefore, type Dimension, type Product, pointDimension, visitDimension } from './dimensions.js';
import { joinedProducts, REGION_COST } from './joining.js';
import { narrower, partWhere } from './narrowing.js';
import { PathSet } from './path-set.js';
import { AddressSet, type PartSet } from './sets.js';
import { simplified } from './simplify.js';
import type { AddressVariable, PointVariable, TextVariable } from './variables.js';

/** The addresses that a variable may still have. */
export interface AddressDomain {
  readonly set: IpSet;
  /** Whether there may be no address at all. */
  readonly mayFail: boolean;
}

/** An immutable, non-empty part of what is asked. */
export class Region {
  private constructor(private readonly product: Product) {}

  /** Everything that may be asked about these hosts by these clients. */
  static of(hosts: HostSet, clients: IpSet): Region {
    return new Region({
      hosts,
      clients,
      paths: PathSet.all,
      addresses: new Map(),
      points: new Map(),
      assumed: new Map(),
    });
  }

  /** The same as disjoint regions, in as few as can be seen easily. */
  static joined(regions: readonly Region[], budget: Budget): Region[] {
    if (regions.length <= 1) return [...regions];
    const known = new Map(regions.map((region) => [region.product, region]));
    const products = joinedProducts([...known.keys()], budget);
    return products.map((product) => known.get(product) ?? new Region(product));
  }

  get hosts(): HostSet {
    return this.product.hosts;
  }

  get paths(): PathSet {
    return this.product.paths;
  }

  get clients(): IpSet {
    return this.product.clients;
  }

  /** Whether a condition divides it at little cost: by addresses, or by the number of labels where its hosts are told by domains and that. */
  isEasilyDividedBy(condition: Condition, budget: Budget): boolean {
    const simple = simplified(condition, budget);
    const atom = simple.kind === 'not' ? simple.of : simple;
    if (atom.kind === 'address-in') return true;
    return atom.kind === 'matches' && dotsOfNames(atom.language) !== undefined && this.hosts.isOfLevels;
  }

  /** The variables whose addresses are limited. */
  get addresses(): ReadonlyMap<string, { readonly variable: AddressVariable; readonly domain: AddressSet }> {
    return this.product.addresses;
  }

  /** The variables whose points are limited. */
  get points(): ReadonlyMap<string, { readonly variable: PointVariable; readonly points: ReadonlySet<number> }> {
    return this.product.points;
  }

  /** The answers that were assumed for values that cannot be followed. */
  get assumed(): ReadonlyMap<Unknown, boolean> {
    return this.product.assumed;
  }

  /** The addresses that a variable may have here. */
  addressesOf(variable: AddressVariable): AddressSet {
    return this.product.addresses.get(variable.id)?.domain ?? addressesBefore(this.product, variable);
  }

  /** The points that a variable may have here. */
  pointsOf(variable: PointVariable): ReadonlySet<number> {
    return this.product.points.get(variable.id)?.points ?? new Set(variable.points);
  }

  /** The part with some of the hosts only; `undefined` where there is none. */
  within(hosts: HostSet): Region | undefined {
    const inside = this.hosts.intersect(hosts);
    return inside.isEmpty ? undefined : new Region({ ...this.product, hosts: inside });
  }

  /** The part where a variable has one of some addresses, or none where that `mayFail`. */
  withAddresses(variable: AddressVariable, { set, mayFail }: AddressDomain): Region | undefined {
    const domain = this.addressesOf(variable).intersect(new AddressSet(set, mayFail));
    const addresses = new Map(this.product.addresses).set(variable.id, { variable, domain });
    return domain.isEmpty ? undefined : new Region({ ...this.product, addresses });
  }

  /** The disjoint, non-empty parts in which a condition holds, and those in which it does not. Together they are this region. */
  split(
    condition: Condition,
    budget: Budget,
  ): { readonly holds: readonly Region[]; readonly fails: readonly Region[] } {
    if (this.isFarFrom(condition)) {
      budget.spend(REGION_COST);
      return { holds: NO_REGIONS, fails: [this] };
    }
    const { holds, fails } = divide([this.product], simplified(condition, budget), budget);
    return { holds: this.regionsOf(holds, budget), fails: this.regionsOf(fails, budget) };
  }

  /** Whether a condition on the host is seen at once to be about none of these: most conditions of a long file are. */
  private isFarFrom(condition: Condition): boolean {
    if (condition.kind !== 'matches') return false;
    const { form } = condition.text;
    return form.kind === 'variable' && form.variable.kind === 'host' && this.hosts.isFarFrom(condition.language);
  }

  /**
   * The part in which one variable's text is in a language, or is not; `undefined` where that part is empty. `'beyond'` where it is
   * regular but not representable (the parity of a client's last byte as prefixes).
   */
  where(variable: TextVariable, language: Language, holds: boolean, budget: Budget): Region | undefined | 'beyond' {
    if (variable.kind === 'address' && addressesOf(language) === 'beyond') return 'beyond';
    const text = new Text({ kind: 'variable', variable });
    const parts = this.split({ kind: 'matches', text, language }, budget);
    return (holds ? parts.holds : parts.fails)[0];
  }

  private regionsOf(products: readonly Product[], budget: Budget): readonly Region[] {
    const [first] = products;
    if (!first) return NO_REGIONS;
    if (first === this.product && products.length === 1) return [this];
    return joinedProducts(products, budget).map((product) => (product === this.product ? this : new Region(product)));
  }
}

const NO_REGIONS: readonly Region[] = [];

/** What it costs to copy and tell one known variable. */
const KNOWN_COST = 10;

interface Parts {
  readonly holds: readonly Product[];
  readonly fails: readonly Product[];
}

function divide(products: readonly Product[], condition: Condition, budget: Budget): Parts {
  budget.spend(REGION_COST * products.length);
  if (condition.kind === 'always') return { holds: products, fails: [] };
  if (condition.kind === 'never') return { holds: [], fails: products };
  if (condition.kind === 'address-in-parts') return divideByParts(products, condition, budget);
  const atom = isCompound(condition) ? variableOf(condition)?.atom : condition;
  if (atom?.kind === 'point-in' && atom.variable.ofAddress) return divideByComputed(products, condition, atom, budget);
  const parts = atom && visitDimension(atom, (dimension) => divideAlong(products, dimension, condition, budget));
  if (parts) return parts;
  switch (condition.kind) {
    case 'not': {
      const { holds, fails } = divide(products, condition.of, budget);
      return { holds: fails, fails: holds };
    }
    case 'and':
    case 'or':
      return divideJunction(products, condition.kind, condition.of, budget);
    case 'cases':
      return divideByCases(products, condition.of, budget);
    default:
      throw new Error(`a condition on no variable: ${condition.kind}`);
  }
}

/** Which addresses have a pattern is found among those that each product is about. */
function divideByParts(
  products: readonly Product[],
  { variable, pattern, unknown }: Condition & { readonly kind: 'address-in-parts' },
  budget: Budget,
): Parts {
  const parts = products.map((product) => {
    const { set: among } = product.addresses.get(variable.id)?.domain ?? addressesBefore(product, variable);
    const set = addressesWith(pattern, among, budget);
    return divide([product], set ? { kind: 'address-in', variable, set } : { kind: 'unknown', unknown }, budget);
  });
  return { holds: parts.flatMap(({ holds }) => holds), fails: parts.flatMap(({ fails }) => fails) };
}

/**
 * What is computed from an address is known of each address, where the product is about few of them. Otherwise, and where that was told
 * before, it is as if it were chosen for itself.
 */
function divideByComputed(
  products: readonly Product[],
  condition: Condition,
  { variable }: Condition & { readonly kind: 'point-in' },
  budget: Budget,
): Parts {
  const { ofAddress } = variable;
  const dimension = pointDimension(variable);
  const pattern = ofAddress?.patternOf(partWhere(dimension, condition, budget).points);
  const parts = products.map((product) => {
    const address = product.points.has(variable.id) ? undefined : ofAddress?.variable;
    const among = address && (product.addresses.get(address.id)?.domain ?? addressesBefore(product, address)).set;
    const set = among && pattern && addressesWith(pattern, among, budget);
    if (!address || !set) return divideAlong([product], dimension, condition, budget);
    return divide([product], { kind: 'address-in', variable: address, set }, budget);
  });
  return { holds: parts.flatMap(({ holds }) => holds), fails: parts.flatMap(({ fails }) => fails) };
}

function isCompound({ kind }: Condition): boolean {
  return kind === 'not' || kind === 'and' || kind === 'or';
}

function divideAlong<Part extends PartSet<Part>>(
  products: readonly Product[],
  dimension: Dimension<Part>,
  condition: Condition,
  budget: Budget,
): Parts {
  const narrowed = narrower(dimension, condition, budget);
  const holds: Product[] = [];
  const fails: Product[] = [];
  for (const product of products) {
    // A product that knows many variables is copied, and each has to be told in the end.
    const known = product.addresses.size + product.points.size + product.assumed.size;
    budget.spend(KNOWN_COST * known);
    const whole = dimension.of(product);
    const inside = narrowed(whole, true);
    const outside = inside.isEmpty ? whole : narrowed(whole, false);
    if (inside.isEmpty) fails.push(product);
    else if (outside.isEmpty) holds.push(product);
    else {
      holds.push(dimension.with(product, inside));
      fails.push(dimension.with(product, outside));
    }
  }
  return { holds, fails };
}

/** Conditions that are joined by `and` or `or`: those on one variable are one set, and one split. */
function divideJunction(
  products: readonly Product[],
  kind: 'and' | 'or',
  conditions: readonly Condition[],
  budget: Budget,
): Parts {
  let open = products;
  const done: Product[] = [];
  for (const group of grouped(conditions)) {
    const [only] = group;
    const condition: Condition = group.length === 1 && only ? only : { kind, of: group };
    const { holds, fails } = divide(open, condition, budget);
    addAll(done, kind === 'and' ? fails : holds);
    open = kind === 'and' ? holds : fails;
  }
  return kind === 'and' ? { holds: open, fails: done } : { holds: done, fails: open };
}

/** What has none of the other cases has the last one: it is not asked for. */
function divideByCases(
  products: readonly Product[],
  cases: (Condition & { readonly kind: 'cases' })['of'],
  budget: Budget,
): Parts {
  let open = products;
  const holds: Product[] = [];
  const fails: Product[] = [];
  for (const [i, { when, outcome }] of cases.entries()) {
    if (open.length === 0) break;
    const own = i === cases.length - 1 ? { holds: open, fails: [] } : divide(open, when, budget);
    const parts = divide(own.holds, outcome, budget);
    addAll(holds, parts.holds);
    addAll(fails, parts.fails);
    open = own.fails;
  }
  return { holds, fails };
}

/** Conditions by their variable, the more certain variables first and those on several variables last, each alone. */
function grouped(conditions: readonly Condition[]): Condition[][] {
  const groups = new Map<string | Unknown, { rank: number; conditions: Condition[] }>();
  const mixed: Condition[][] = [];
  for (const condition of conditions) {
    const variable = variableOf(condition);
    if (!variable) {
      mixed.push([condition]);
      continue;
    }
    const group = groups.get(variable.key);
    if (group) group.conditions.push(condition);
    else groups.set(variable.key, { rank: variable.rank, conditions: [condition] });
  }
  const sorted = [...groups.values()].sort((a, b) => a.rank - b.rank);
  return [...sorted.map((group) => group.conditions), ...mixed];
}

interface ConditionVariable {
  readonly key: string | Unknown;
  readonly rank: number;
  /** A condition of one comparison on it. */
  readonly atom: Condition;
}

/** The only variable of a condition; `undefined` where there are none or several. */
function variableOf(condition: Condition): ConditionVariable | undefined {
  switch (condition.kind) {
    case 'not':
      return variableOf(condition.of);
    case 'and':
    case 'or': {
      const [first, ...others] = condition.of;
      const variable = first && variableOf(first);
      return variable && others.every((other) => variableOf(other)?.key === variable.key) ? variable : undefined;
    }
    default:
      return visitDimension(condition, ({ key, rank }) => ({ key, rank, atom: condition }));
  }
}
