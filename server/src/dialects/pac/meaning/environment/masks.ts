// Networks by a mask, which need not be a prefix.
import { Interned } from '../../../../kept/memo.js';
import { IntervalSet } from '../../../../model/intervals.js';
import { IpSet } from '../../../../model/ip.js';

export const ALL_V4 = IpSet.all.ofFamily(4);

/** How many ranges a mask with holes may stand for. */
const RANGE_LIMIT = 4096;

const masked = new Interned<string, { readonly set: IpSet | undefined }>(10_000);

/** The addresses that are equal to another one under a mask; `undefined` where they are too many ranges. */
export function addressesUnder(network: number, mask: number): IpSet | undefined {
  return masked.of(`${network} ${mask}`, () => ({ set: findAddressesUnder(network, mask) })).set;
}

function findAddressesUnder(network: number, mask: number): IpSet | undefined {
  if (mask === 0) return ALL_V4;
  // The zeros at the end make one range; each zero before them doubles the ranges.
  let size = 1;
  while (Math.floor(mask / size) % 2 === 0) size *= 2;
  const holes: number[] = [];
  for (let bit = size; bit < 2 ** 32; bit *= 2) if (Math.floor(mask / bit) % 2 === 0) holes.push(bit);
  if (2 ** holes.length > RANGE_LIMIT) return undefined;
  let starts = [(network & mask) >>> 0];
  for (const bit of holes) starts = starts.flatMap((start) => [start, start + bit]);
  return new IpSet(IntervalSet.from(starts.map((start) => [start, start + size - 1] as const)), IntervalSet.empty());
}
