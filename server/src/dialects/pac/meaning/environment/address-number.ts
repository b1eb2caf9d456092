// The four bytes of an address as one number, as far as programs compare it under a mask.
import type { AnyNode } from 'acorn';
import { IntervalSet } from '../../../../model/intervals.js';
import { IpSet } from '../../../../model/ip.js';
import type { Condition } from '../question/condition.js';
import type { AddressVariable } from '../question/variables.js';
import { Unknown } from '../values/value.js';
import { addressesUnder } from './masks.js';

const HALF = 2 ** 31;

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
    if (this.shift !== 0) return undefined;
    return new AddressNumber(this.variable, this.node, (this.mask & mask) >>> 0);
  }

  shifted(count: number, isSigned: boolean): AddressNumber | undefined {
    const places = count & 31;
    if (this.shift !== 0 || (!this.isSigned && isSigned)) return undefined;
    return new AddressNumber(this.variable, this.node, this.mask, places, isSigned);
  }

  /** Where the number is less than another one, if the mask leaves the order of addresses as it is. */
  isLess(value: number): Condition | undefined {
    const { mask, shift, isSigned, variable } = this;
    const step = 2 ** 32 - mask;
    if (mask === 0 || !Number.isInteger(Math.log2(step)) || Number.isNaN(value)) return undefined;
    // The addresses below a bound; where the number has a sign, those from 128.0.0.0 on come first.
    const bound = Math.ceil((Math.ceil(value) * 2 ** shift) / step) * step;
    const least = isSigned ? -HALF : 0;
    const last = Math.min(bound, least + 2 * HALF) - 1;
    if (last < least) return { kind: 'never' };
    const ranges: (readonly [number, number])[] = [];
    if (last >= 0) ranges.push([0, last]);
    if (least < 0) ranges.push([least + 2 * HALF, Math.min(-1, last) + 2 * HALF]);
    return { kind: 'address-in', variable, set: new IpSet(IntervalSet.from(ranges), IpSet.empty.v6) };
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
