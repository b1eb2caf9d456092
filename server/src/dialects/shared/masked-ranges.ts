// Addresses that are compared under a mask of any bits.

/** How many separate ranges a non-contiguous mask may make; with more, the condition is unknown. */
const RANGE_LIMIT = 4_096;

/** The ranges of all addresses that agree with one in the bits of a mask; `undefined` where they are too many. */
export function maskedRanges(address: bigint, mask: bigint, width: number): [bigint, bigint][] | undefined {
  let trailing = 0;
  while (trailing < width && ((mask >> BigInt(trailing)) & 1n) === 0n) trailing++;
  const holes: bigint[] = [];
  for (let bit = trailing; bit < width; bit++) if (((mask >> BigInt(bit)) & 1n) === 0n) holes.push(1n << BigInt(bit));
  if (2 ** holes.length > RANGE_LIMIT) return undefined;
  const size = (1n << BigInt(trailing)) - 1n;
  const low = address & mask;
  const ranges: [bigint, bigint][] = [[low, low | size]];
  // The lowest first, so that the ranges are in order.
  for (const bit of holes)
    for (let i = 0, { length } = ranges; i < length; i++) {
      const [from = low, to = low] = ranges[i] ?? [];
      ranges.push([from | bit, to | bit]);
    }
  return ranges;
}

/** The shortest range with all addresses that agree with one in the bits of a mask: those that share its first bits. */
export function maskedHull(address: bigint, mask: bigint, width: number): [bigint, bigint] {
  let length = 0;
  while (length < width && ((mask >> BigInt(width - 1 - length)) & 1n) === 1n) length++;
  const rest = (1n << BigInt(width - length)) - 1n;
  const low = address & mask & ~rest;
  return [low, low | rest];
}
