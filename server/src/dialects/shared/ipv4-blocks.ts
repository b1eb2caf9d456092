// One set for each block of IPv4 addresses: large files name the same networks again and again.
import { InternedNumbers } from '../../kept/memo.js';
import { IntervalSet } from '../../model/intervals.js';
import { IpSet } from '../../model/ip.js';

/** By the lowest address and the number of bits that are not compared. */
const blocks = new InternedNumbers<IpSet>(14);

const NO_V6: IntervalSet<bigint> = IntervalSet.empty();

/** The IPv4 addresses that differ from one in no more than its last `free` bits. */
export function ipv4Block(address: number, free: number): IpSet {
  const size = 2 ** free;
  const low = Math.floor(address / size) * size;
  return blocks.of(low * 64 + free, () => new IpSet(IntervalSet.range(low, low + size - 1), NO_V6));
}
