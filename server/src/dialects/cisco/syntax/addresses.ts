// Parses prefixes, masks and ranges into sets of addresses.
import { Interned } from '../../../kept/memo.js';
import { IntervalSet } from '../../../model/intervals.js';
import { IpSet, parseAddress, parsePrefix } from '../../../model/ip.js';
import { ipv4Block } from '../../shared/ipv4-blocks.js';

/** How many ranges a non-contiguous mask may split into. */
const WILDCARD_RANGES = 4_096;

/** Shared by all sets of IPv4 addresses, of which large lists have many. */
const NO_V6: IntervalSet<bigint> = IntervalSet.empty();

/** By their text: large lists name the same networks again and again. */
const sets = new Interned<string, IpSet>(10_000);

/** The address alone, or `address/length`; `undefined` for any other text. */
export function prefixSet(text: string): IpSet | undefined {
  const prefix = parsePrefix(text);
  if (prefix?.address.family !== 4) return prefix && sets.of(text, () => IpSet.of(prefix));
  return ipv4Block(prefix.address.value, 32 - prefix.length);
}

/** How many bits a wildcard mask leaves open, all of them at its end; -1 where they are not. */
export function freeBitsOf(wildcard: number): number {
  return (wildcard & (wildcard + 1)) === 0 ? 32 - Math.clz32(wildcard) : -1;
}

/** The four octets of a dotted quad as a number; `undefined` for any other text. */
export function quad(text: string): number | undefined {
  const address = parseAddress(text);
  return address?.family === 4 ? address.value : undefined;
}

/**
 * The addresses that equal `address` in every bit that `wildcard` has not set, wherever those bits are (*Cisco IOS Security
 * Configuration Guide*, "Wildcard Mask for Addresses in an Access List"); `undefined` where they are too many ranges.
 */
export function wildcardSet(address: number, wildcard: number): IpSet | undefined {
  const mask = wildcard >>> 0;
  let free = 0;
  while (free < 32 && (mask >>> free) & 1) free++;
  const holes: number[] = [];
  for (let bit = free; bit < 32; bit++) if ((mask >>> bit) & 1) holes.push(2 ** bit);
  if (2 ** holes.length > WILDCARD_RANGES) return undefined;
  if (holes.length === 0) return ipv4Block(address, free);
  return sets.of(`${address} ${mask}`, () => {
    const size = 2 ** free;
    const ranges: (readonly [number, number])[] = [];
    const add = (low: number) => ranges.push([low, low + size - 1]);
    add((address & ~mask) >>> 0);
    // The lowest first, so that the ranges are in order.
    for (const hole of holes) for (let i = 0, { length } = ranges; i < length; i++) add((ranges[i]?.[0] ?? 0) + hole);
    return new IpSet(IntervalSet.from(ranges), NO_V6);
  });
}

/** The IPv4 addresses from one to another. */
export function rangeSet(low: number, high: number): IpSet {
  return low === high
    ? ipv4Block(low, 0)
    : sets.of(`${low}-${high}`, () => new IpSet(IntervalSet.of([low, high]), NO_V6));
}

/** Whether a mask is a contiguous netmask. */
export function isNetmask(mask: number): boolean {
  const inverse = ~mask >>> 0;
  return (inverse & (inverse + 1)) >>> 0 === 0;
}
