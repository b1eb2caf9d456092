// The four bytes of an address as one number, as far as programs compare it under a mask.
import type { AnyNode } from 'acorn';
import type { Condition } from '../question/condition.js';
import type { AddressVariable } from '../question/variables.js';
import { Unknown } from '../values/value.js';
import { addressesUnder } from './masks.js';

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
