// The sets of what one variable may be, beside sets of hosts.
import { Memo } from '../../../../kept/memo.js';
import { spend } from '../../../../model/budget.js';
import { IpSet } from '../../../../model/ip.js';

/** A set with exact operations; {@link HostSet} is one too. */
export interface PartSet<Self> {
  readonly isEmpty: boolean;
  /** A text that only equal sets have, for sets that have one. */
  readonly key?: string;
  union(other: Self): Self;
  intersect(other: Self): Self;
  subtract(other: Self): Self;
}

const ALL_V4 = IpSet.all.ofFamily(4);

/** Addresses that a variable may have; `mayFail` where it may have none. */
export class AddressSet implements PartSet<AddressSet> {
  constructor(
    readonly set: IpSet,
    readonly mayFail: boolean,
  ) {}

  static readonly none = new AddressSet(IpSet.empty, false);
  /** Every IPv4 address, or no answer. */
  static readonly all = new AddressSet(ALL_V4, true);
  static readonly failure = new AddressSet(IpSet.empty, true);
  static readonly answers = new AddressSet(ALL_V4, false);

  get isEmpty(): boolean {
    return this.set.isEmpty && !this.mayFail;
  }

  /** A text that only equal sets have: of many ranges it is as long as they are many. */
  get key(): string {
    return `${paid(this.set).key} ${this.mayFail}`;
  }

  equals(other: AddressSet): boolean {
    return this.mayFail === other.mayFail && this.set.equals(other.set);
  }

  union(other: AddressSet): AddressSet {
    return new AddressSet(paid(this.set.union(other.set)), this.mayFail || other.mayFail);
  }

  intersect(other: AddressSet): AddressSet {
    return new AddressSet(paid(this.set.intersect(other.set)), this.mayFail && other.mayFail);
  }

  subtract(other: AddressSet): AddressSet {
    return new AddressSet(paid(this.set.subtract(other.set)), this.mayFail && !other.mayFail);
  }
}

/** What one range of a set costs. */
export const RANGE_COST = 2;

/** Parts of addresses, such as every other network, have tens of thousands of ranges, and each path has a set of its own. */
function paid(set: IpSet): IpSet {
  spend(RANGE_COST * set.v4.count);
  return set;
}

/** The same points are asked for their key by each region that has them. */
const pointKeys = new Memo<ReadonlySet<number>, string>();

/** Some of the points of a variable. */
export class PointSet implements PartSet<PointSet> {
  constructor(readonly points: ReadonlySet<number>) {}

  static of(...points: readonly number[]): PointSet {
    return new PointSet(new Set(points));
  }

  get isEmpty(): boolean {
    return this.points.size === 0;
  }

  get key(): string {
    return pointKeys.of(this.points, (points) => [...points].sort((a, b) => a - b).join());
  }

  union(other: PointSet): PointSet {
    return new PointSet(new Set([...this.points, ...other.points]));
  }

  intersect(other: PointSet): PointSet {
    return new PointSet(new Set([...this.points].filter((point) => other.points.has(point))));
  }

  subtract(other: PointSet): PointSet {
    return new PointSet(new Set([...this.points].filter((point) => !other.points.has(point))));
  }
}
