// Joins products of sets that differ in one factor only.
import type { Budget } from '../../../../model/budget.js';
import { HostSet } from '../../../../model/hosts.js';
import type { Unknown } from '../values/value.js';
import { HOSTS_KEY, type Product, visitDimensions } from './dimensions.js';

/** What a product costs at least: its sets, its place among the others. */
export const REGION_COST = 20;

/** What it costs to tell one factor of a product, and to put a product beside those that it may be joined with. */
const FACTOR_COST = 5;
const PLACE_COST = 1;

/** What one pass is worth of the work that is left: regions that would cost more stay apart. */
const JOINING_SHARE = 1 / 8;

/** Joins products that differ in one factor only, as long as there are any. */
export function joinedProducts(products: readonly Product[], budget: Budget): readonly Product[] {
  let parts = products;
  for (let before = Number.POSITIVE_INFINITY; parts.length > 1 && parts.length < before; ) {
    before = parts.length;
    const next = budget.attempt(JOINING_SHARE, () => joinedOnce(parts, budget));
    if (!next) return parts;
    parts = next;
  }
  return parts;
}

function joinedOnce(products: readonly Product[], budget: Budget): readonly Product[] {
  const factors = new Factors(budget);
  const keys = [...factors.keysOf(products)];
  budget.spend(PLACE_COST * products.length * keys.length);
  // What was asked last is joined first, so that what a chain of conditions has divided is one again after one pass.
  return keys.reverse().reduce((parts, key) => joinedAlong(parts, key, factors), products);
}

type FactorKey = string | Unknown;

/** The factors of a product as numbers, and a sum of them. */
interface Numbered {
  readonly numbers: ReadonlyMap<FactorKey, number>;
  readonly sum: number;
}

/** Factors as numbers, which are equal where the factors are. */
class Factors {
  private readonly known = new Map<Product, Numbered>();
  private readonly numbers = new Map<object | string, number>();

  constructor(private readonly budget: Budget) {}

  keysOf(products: readonly Product[]): ReadonlySet<FactorKey> {
    const keys = new Set<FactorKey>();
    for (const product of products) for (const key of this.of(product).numbers.keys()) keys.add(key);
    return keys;
  }

  /** A number that products share which are equal but for one factor, and others seldom. */
  sumWithout(product: Product, key: FactorKey): number {
    const { numbers, sum } = this.of(product);
    const number = numbers.get(key);
    return number === undefined ? sum : (sum - weightOf(number)) | 0;
  }

  areEqualWithout(a: Product, b: Product, key: FactorKey): boolean {
    const [first, second] = [this.of(a).numbers, this.of(b).numbers];
    if (first.size - Number(first.has(key)) !== second.size - Number(second.has(key))) return false;
    for (const [other, number] of first) if (other !== key && second.get(other) !== number) return false;
    return true;
  }

  private of(product: Product): Numbered {
    const known = this.known.get(product);
    if (known) return known;
    const { addresses, points, assumed } = product;
    this.budget.spend(REGION_COST + FACTOR_COST * (addresses.size + points.size + assumed.size));
    const numbers = new Map<FactorKey, number>();
    let sum = 0;
    visitDimensions(product, (dimension) => {
      const part = dimension.of(product);
      const number = this.numberOf(`${this.numberOf(dimension.key)} ${this.numberOf(part.key ?? part)}`);
      numbers.set(dimension.key, number);
      sum = (sum + weightOf(number)) | 0;
    });
    const made = { numbers, sum };
    this.known.set(product, made);
    return made;
  }

  private numberOf(what: object | string): number {
    const known = this.numbers.get(what) ?? this.numbers.size;
    this.numbers.set(what, known);
    return known;
  }
}

/** Spreads small numbers, so that sums of them are seldom equal. */
function weightOf(number: number): number {
  const mixed = Math.imul(number + 1, 0x9e3779b1);
  return Math.imul(mixed ^ (mixed >>> 15), 0x85ebca6b);
}

/** Joins the products that differ in one factor only. */
function joinedAlong(products: readonly Product[], key: FactorKey, factors: Factors): readonly Product[] {
  const groups = new Map<number, Product[][]>();
  const all: Product[][] = [];
  for (const product of products) {
    const sum = factors.sumWithout(product, key);
    const alike = groups.get(sum) ?? [];
    groups.set(sum, alike);
    const own = alike.find(([first]) => first && factors.areEqualWithout(first, product, key));
    if (own) own.push(product);
    else {
      const group = [product];
      alike.push(group);
      all.push(group);
    }
  }
  return all.flatMap((group) => (group.length > 1 ? union(group, key) : group));
}

/** The union of products that are equal but for one factor. */
function union(products: readonly Product[], key: FactorKey): Product | [] {
  const [first] = products;
  if (!first) return [];
  if (key === HOSTS_KEY) return { ...first, hosts: HostSet.union(products.map(({ hosts }) => hosts)) };
  let parts = products;
  // In halves: a part that grows is not copied for each that joins it.
  while (parts.length > 1) parts = pairs(parts).map(([one, other]) => (other ? unionOfTwo(one, other, key) : one));
  return parts[0] ?? first;
}

function pairs(products: readonly Product[]): (readonly [Product, Product?])[] {
  return products.flatMap((product, index): (readonly [Product, Product?])[] => {
    const other = products[index + 1];
    if (index % 2 === 1) return [];
    return [other ? [product, other] : [product]];
  });
}

function unionOfTwo(a: Product, b: Product, key: FactorKey): Product {
  let result = a;
  visitDimensions(b, (dimension) => {
    if (dimension.key === key) result = dimension.with(a, dimension.of(a).union(dimension.of(b)));
  });
  visitDimensions(a, (dimension) => {
    if (dimension.key === key) result = dimension.with(a, dimension.of(a).union(dimension.of(b)));
  });
  return result;
}
