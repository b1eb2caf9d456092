// The content of one ipset.
import { IntervalSet } from '../../../model/intervals.js';
import { type AddressFamily, IpSet } from '../../../model/ip.js';
import { type PacketBox, protocolSet, TCP, UDP } from '../../../model/packets.js';
import type { SetCondition } from '../syntax/rule/rule.js';
import type { SetDimension } from '../vocabulary/words.js';
import { boxOf, type ElementPart } from './set-elements.js';

/** The members of an ipset, as the packets that match it; `'unknown'` where no file defines them. */
export type SetMembers = { boxes(condition: SetCondition): readonly PacketBox[] } | 'unknown';

/** How many elements with several parts are modelled. */
const ELEMENT_LIMIT = 4_096;

export class DefinedSet {
  private unknown = false;
  private ranges4: [number, number][] = [];
  private ranges6: [bigint, bigint][] = [];
  private exceptions: IpSet[] = [];
  private elements: (readonly ElementPart[])[] = [];
  /** The addresses of all elements that are addresses only, until one more is added. */
  private joined: IpSet | undefined;

  constructor(
    readonly type: string,
    /** Empty for types whose members are not properties of modelled packets. */
    readonly dimensions: readonly SetDimension[],
    readonly family: AddressFamily,
  ) {}

  /** Whether its elements are single addresses or networks. */
  get holdsAddresses(): boolean {
    return this.dimensions.length === 1 && !this.holdsPorts;
  }

  /** Whether its elements are ports, of TCP and UDP and of both families (`ip_set_get_ip_port` in ip_set_bitmap_port.c). */
  private get holdsPorts(): boolean {
    return this.dimensions.length === 1 && this.dimensions[0] === 'port';
  }

  markUnknown(): void {
    this.unknown = true;
  }

  clear(): void {
    this.ranges4 = [];
    this.ranges6 = [];
    this.exceptions = [];
    this.elements = [];
    this.joined = undefined;
  }

  addRange4(low: number, high: number): void {
    this.ranges4.push([low, high]);
    this.joined = undefined;
  }

  /** Adds an element; with `nomatch` an exception from the wider ones. */
  add(parts: readonly ElementPart[], nomatch: boolean): void {
    const [only, more] = parts;
    if (only?.kind !== 'addresses' || more) {
      // The remainder after an exception with several parts is not computed.
      if (nomatch || this.elements.length >= ELEMENT_LIMIT) this.markUnknown();
      else this.elements.push(parts);
      return;
    }
    this.joined = undefined;
    if (nomatch) this.exceptions.push(only.addresses);
    else {
      for (const [low, high] of only.addresses.v4.intervals) this.ranges4.push([low, high]);
      for (const [low, high] of only.addresses.v6.intervals) this.ranges6.push([low, high]);
    }
  }

  /** The members for rules of one family; a set of the other family matches none of its packets. */
  membersFor(family: AddressFamily): SetMembers {
    if (this.unknown || this.dimensions.length === 0) return 'unknown';
    const isFor = this.family === family || this.holdsPorts;
    return { boxes: (condition) => (isFor ? this.boxesFor(condition) : []) };
  }

  private boxesFor({ directions }: SetCondition): readonly PacketBox[] {
    // With too few directions in the rule, the kernel finds no element (`ip_set_test` in ip_set_core.c).
    if (directions.length < this.dimensions.length) return [];
    this.joined ??= this.joinAddresses();
    const addresses = this.joined;
    const boxes = this.elements.map((parts) => boxOf(parts, directions));
    if (this.holdsPorts)
      return boxes.flatMap((box) => [TCP, UDP].map((one) => ({ ...box, protocols: protocolSet(one) })));
    return addresses.isEmpty ? boxes : [boxOf([{ kind: 'addresses', addresses }], directions), ...boxes];
  }

  /** The most specific element decides: an exception cuts into wider members, and narrower members into it. */
  private joinAddresses(): IpSet {
    const { ranges4, ranges6 } = this;
    let addresses = new IpSet(IntervalSet.from(ranges4), IntervalSet.from(ranges6));
    const widestFirst = [...this.exceptions].sort((a, b) => (widthOf(a) < widthOf(b) ? 1 : -1));
    for (const exception of widestFirst) {
      const [v4, v6] = [
        IntervalSet.from(within(ranges4, exception.v4)),
        IntervalSet.from(within(ranges6, exception.v6)),
      ];
      addresses = addresses.subtract(exception).union(new IpSet(v4, v6));
    }
    return addresses;
  }
}

/** The ranges that are a proper part of another range. */
function within<T extends number | bigint>(ranges: readonly [T, T][], { min, max }: IntervalSet<T>): [T, T][] {
  if (min === undefined || max === undefined) return [];
  return ranges.filter(([low, high]) => min <= low && high <= max && (low !== min || high !== max));
}

function widthOf({ v4, v6 }: IpSet): bigint {
  return BigInt(v4.max ?? v6.max ?? 0) - BigInt(v4.min ?? v6.min ?? 0);
}
