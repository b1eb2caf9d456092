// The four bytes of an address as one number, as far as programs compare it under a mask.
import type { AnyNode } from 'acorn';
import { Interned } from '../../../../kept/memo.js';
import { spend } from '../../../../model/budget.js';
import { IntervalSet } from '../../../../model/intervals.js';
import { IpSet } from '../../../../model/ip.js';
import { PaidMemo } from '../../../../model/paid-memo.js';
import type { AddressPattern } from '../question/address-pattern.js';
import { allOf, type Condition, not } from '../question/condition.js';
import type { AddressVariable, PointVariable } from '../question/variables.js';
import { Unknown } from '../values/value.js';
import { addressesUnder } from './masks.js';
import type { Range } from './ranges.js';

const HALF = 2 ** 31;

/** Where it may be about more networks than these, those are looked for among the addresses that are asked about. */
const MOST_PARTS = 256;
const RANGE_COST = 1;
const NAME_COST = 20;

/** Tables of networks are asked about each byte of an address, and in a loop. */
const named = new PaidMemo<ReadonlySet<string>, Map<string, IpSet>>();

/** A search in a sorted list compares with the same networks again and again. */
const below = new Interned<string, IpSet>(10_000);

/** Of each of some equal parts of all addresses those up to `last`; where it has a sign, from `least` on. */
function addressesBelow(last: number, least: number, parts: number): IpSet {
  const size = 2 ** 32 / parts;
  const ranges: (readonly [number, number])[] = [];
  for (let part = 0; part < parts && last >= 0; part++) ranges.push([part * size, part * size + last]);
  if (least < 0) ranges.push([least + 2 * HALF, Math.min(-1, last) + 2 * HALF]);
  return new IpSet(IntervalSet.from(ranges), IpSet.empty.v6);
}

/** Where the bytes of an address are in its number, the first one first. */
const PLACES: readonly number[] = [24, 16, 8, 0];

/** More remainders than these are not followed one by one. */
const MOST_REMAINDERS = 64;

/** A number that depends on one byte of an address. */
export interface OneByte {
  readonly variable: AddressVariable;
  /** Which byte it is; 0 is the first one. */
  readonly index: number;
  numberOf(byte: number): number;
  /** How far the byte is moved to the left, where the number is that of the byte as a whole. */
  readonly place: number | undefined;
  readonly isSigned: boolean;
}

/** `(convert_addr(address) & mask) >> shift`, or with `>>>`; anything else that is done with it is unknown. */
export class AddressNumber extends Unknown {
  constructor(
    private readonly variable: AddressVariable,
    node: AnyNode,
    private readonly mask = 0xffff_ffff,
    private readonly shift = 0,
    private readonly isSigned = true,
  ) {
    super(`computes with ${variable.title}`, node);
  }

  and(mask: number): AddressNumber | undefined {
    const { shift, isSigned } = this;
    // The sign goes on to the left.
    if (shift !== 0 && isSigned) return undefined;
    const bits = shift === 0 ? mask >>> 0 : ((mask >>> 0) * 2 ** shift) % 2 ** 32;
    return new AddressNumber(this.variable, this.node, (this.mask & bits) >>> 0, shift, shift === 0);
  }

  shifted(count: number, isSigned: boolean): AddressNumber | undefined {
    const places = count & 31;
    // What was moved before has no sign, however it is moved now.
    if (this.shift !== 0)
      return this.isSigned || this.shift + places > 31
        ? undefined
        : new AddressNumber(this.variable, this.node, this.mask, this.shift + places, false);
    if (!this.isSigned && isSigned) return undefined;
    return new AddressNumber(this.variable, this.node, this.mask, places, isSigned);
  }

  /** The sum with a whole number. */
  plus(added: number): MovedAddressNumber | undefined {
    return Number.isSafeInteger(added) ? new MovedAddressNumber(this, added, this.node) : undefined;
  }

  /** Without the bits that another number has of the same address; `undefined` where that has other bits as well. */
  without(other: AddressNumber): AddressNumber | 0 | undefined {
    const { variable, mask, shift, isSigned } = this;
    if (variable.id !== other.variable.id || shift !== other.shift || (other.mask & ~mask) !== 0) return undefined;
    // As a sign the highest bit is another number than without one.
    if (other.mask >= HALF && isSigned !== other.isSigned) return undefined;
    const rest = (mask & ~other.mask) >>> 0;
    return rest === 0 ? 0 : new AddressNumber(variable, this.node, rest, shift, isSigned);
  }

  /** Where the number, as a text, is one of some names; `undefined` where each of them may be too many ranges. */
  isOneOf(names: ReadonlySet<string>): Condition | undefined {
    const { mask, shift, isSigned, variable } = this;
    if (!this.isIndex) return undefined;
    const sets = named.of(names, () => new Map());
    const key = `${variable.id} ${mask} ${shift} ${isSigned}`;
    const set = sets.get(key) ?? this.addressesOf(names);
    sets.set(key, set);
    return set.isEmpty ? { kind: 'never' } : { kind: 'address-in', variable, set };
  }

  /** Whether the addresses are known that have it, whatever it is. */
  get isIndex(): boolean {
    return this.equals(0)?.kind === 'address-in';
  }

  private addressesOf(names: ReadonlySet<string>): IpSet {
    spend(NAME_COST * names.size);
    const found: IpSet[] = [];
    for (const name of names) {
      const number = Number(name);
      const condition = String(number) === name && Number.isInteger(number) ? this.equals(number) : undefined;
      if (condition?.kind === 'address-in') found.push(condition.set);
    }
    return IpSet.join(found);
  }

  /** The byte of the address that the number is made of, where it is only one, and what it makes of that. */
  get ofOneByte(): OneByte | undefined {
    const { mask, shift, isSigned, variable } = this;
    const seen = (mask & (0xffff_ffff << shift)) >>> 0;
    const place = PLACES.find((one) => seen !== 0 && (seen & ~(0xff << one)) === 0);
    if (place === undefined) return undefined;
    const numberOf = (byte: number) => {
      const bits = (byte << place) & seen;
      return isSigned ? bits >> shift : bits >>> shift;
    };
    const isWhole = seen >>> place === 0xff && place >= shift;
    return { variable, index: (24 - place) / 8, numberOf, place: isWhole ? place - shift : undefined, isSigned };
  }

  /** One of few remainders, which are known of each address where the number is all of it; `undefined` where they are many. */
  remainder(divisor: number): PointVariable | undefined {
    const { variable, mask, shift, isSigned, range, node } = this;
    const count = Math.abs(divisor);
    if (!Number.isInteger(count) || count < 2 || count > MOST_REMAINDERS) return undefined;
    const least = range.min < 0 ? 1 - count : 0;
    const isWhole = !isSigned && (mask | (2 ** shift - 1)) >>> 0 === 0xffff_ffff;
    const step = 2 ** shift;
    const patternOf = (points: ReadonlySet<number>): AddressPattern => ({
      size: count * step,
      ranges: [...points].sort((a, b) => a - b).map((point) => [point * step, (point + 1) * step - 1] as const),
    });
    return {
      kind: 'point',
      id: `remainder ${variable.id} ${mask} ${shift} ${isSigned} ${count}`,
      points: Array.from({ length: count - least }, (_, at) => least + at),
      phrase: (chosen) =>
        `the remainder of ${variable.title} by ${count} is ${[...chosen].sort((a, b) => a - b).join(' or ')}`,
      ...(isWhole ? { ofAddress: { variable, patternOf } } : {}),
      node,
    };
  }

  /** The bounds of the number. */
  get range(): Range {
    const { mask, shift, isSigned } = this;
    if (isSigned && mask >= HALF) return { min: -HALF, max: HALF - 1 };
    return { min: 0, max: mask >>> shift };
  }

  /** Where the number is less than another one, if the mask leaves the order of addresses as it is. */
  isLess(value: number): Condition | undefined {
    const { mask, shift, isSigned, variable } = this;
    if (mask === 0 || Number.isNaN(value)) return undefined;
    // Addresses that differ in the bits before those of the mask only have the same number.
    const parts = mask >= HALF ? 1 : 2 ** Math.clz32(mask);
    const size = 2 ** 32 / parts;
    const step = size - mask;
    if (!Number.isInteger(Math.log2(step))) return undefined;
    // The addresses below a bound; where the number has a sign, those from 128.0.0.0 on come first.
    const bound = Math.ceil((Math.ceil(value) * 2 ** shift) / step) * step;
    const least = isSigned && parts === 1 ? -HALF : 0;
    const last = Math.min(bound, least + size) - 1;
    if (last < least) return { kind: 'never' };
    if (parts > 1 && last === size - 1) return { kind: 'always' };
    if (parts > MOST_PARTS) {
      const unknown = new Unknown(this.reason, this.node);
      return { kind: 'address-in-parts', variable, pattern: { size, ranges: [[0, last]] }, unknown };
    }
    spend(RANGE_COST * parts);
    const set = below.of(`${parts} ${least} ${last}`, () => addressesBelow(last, least, parts));
    return { kind: 'address-in', variable, set };
  }

  /** Where the number equals another one. */
  equals(value: number): Condition | undefined {
    const { mask, shift, isSigned, variable } = this;
    const moved = isSigned ? (value << shift) | 0 : (value << shift) >>> 0;
    const back = isSigned ? moved >> shift : moved >>> shift;
    const seen = (mask & (0xffff_ffff << shift)) >>> 0;
    // No address has a number that the shift or the mask cannot give.
    if (back !== value || ((moved >>> 0) & ~seen) !== 0) return { kind: 'never' };
    const set = addressesUnder(moved >>> 0, seen);
    return set && { kind: 'address-in', variable, set };
  }
}

/** `address - network`, and that `>> places`: what programs look up in sorted lists of networks. */
export class MovedAddressNumber extends Unknown {
  constructor(
    private readonly of: AddressNumber,
    private readonly added: number,
    node: AnyNode,
    private readonly places = 0,
  ) {
    super(of.reason, node);
  }

  plus(added: number): MovedAddressNumber | undefined {
    return this.places === 0 && Number.isSafeInteger(added) ? this.with(this.added + added, 0) : undefined;
  }

  /** Only what 32 bits hold is the same number in them. */
  shifted(count: number, isSigned: boolean): MovedAddressNumber | undefined {
    const { min, max } = this.of.range;
    const [least, greatest] = isSigned ? [-HALF, HALF - 1] : [0, 2 * HALF - 1];
    const fits = min + this.added >= least && max + this.added <= greatest;
    const places = this.places + (count & 31);
    return fits && places <= 31 ? this.with(this.added, places) : undefined;
  }

  isLess(value: number): Condition | undefined {
    return this.of.isLess(Math.ceil(value) * 2 ** this.places - this.added);
  }

  equals(value: number): Condition | undefined {
    if (!Number.isInteger(value)) return { kind: 'never' };
    const [below, upTo] = [this.isLess(value), this.isLess(value + 1)];
    if (below?.kind !== 'address-in' || upTo?.kind !== 'address-in') return below && upTo && allOf([not(below), upTo]);
    const set = upTo.set.subtract(below.set);
    return set.isEmpty ? { kind: 'never' } : { ...upTo, set };
  }

  private with(added: number, places: number): MovedAddressNumber {
    return new MovedAddressNumber(this.of, added, this.node, places);
  }
}
