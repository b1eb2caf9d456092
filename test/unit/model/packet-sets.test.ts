import { describe, expect, it } from 'vitest';
import { IntervalSet } from '../../../server/src/model/intervals.js';
import { IpSet } from '../../../server/src/model/ip.js';
import { ANY_PACKET, type PacketBox, PacketSet } from '../../../server/src/model/packets.js';
import { Random } from '../../random.js';

/** A few numbers, so that random sets meet, touch and hold each other in every way. */
const SIZE = 24;

function members(random: Random, density: number): number[] {
  return Array.from({ length: SIZE }, (_, i) => i).filter(() => random.below(10) < density);
}

function setOf(numbers: readonly number[]): IntervalSet<number> {
  return IntervalSet.from(numbers.map((one): [number, number] => [one, one]));
}

function large(numbers: readonly number[]): IntervalSet<bigint> {
  return IntervalSet.from(numbers.map((one): [bigint, bigint] => [BigInt(one) << 64n, (BigInt(one + 1) << 64n) - 1n]));
}

function numbersOf(set: IntervalSet<number>): number[] {
  return Array.from({ length: SIZE }, (_, i) => i).filter((one) => set.has(one));
}

function multiplesOf(set: IntervalSet<bigint>): number[] {
  return Array.from({ length: SIZE }, (_, i) => i).filter((one) => set.has(BigInt(one) << 64n));
}

describe('sets of intervals equal sets of their members', () => {
  const random = new Random(3);
  const cases = Array.from(
    { length: 400 },
    () => [members(random, 1 + random.below(9)), members(random, 1 + random.below(9)), members(random, 2)] as const,
  );

  it.each([
    ['numbers', setOf, numbersOf],
    ['large numbers', large, multiplesOf],
  ] as const)('%s', (_, make, read) => {
    // The two kinds are checked by the same operations; their types are not the same.
    const of = make as (numbers: readonly number[]) => IntervalSet<number>;
    const numbers = read as (set: IntervalSet<number>) => number[];
    for (const [a, b, c] of cases) {
      const [left, right, third] = [of(a), of(b), of(c)];
      const both = a.filter((one) => b.includes(one));
      const rest = a.filter((one) => !b.includes(one));
      expect(numbers(left.intersect(right))).toEqual(both);
      expect(numbers(left.subtract(right))).toEqual(rest);
      const all = [...new Set([...a, ...b, ...c])].sort((x, y) => x - y);
      const joined = IntervalSet.join([left, right, third]);
      expect(numbers(joined)).toEqual(all);
      expect(joined.key).toBe(of(all).key);
      expect(joined.equals(left.union(right).union(third))).toBe(true);
      expect(left.overlaps(right)).toBe(both.length > 0);
      expect(left.containsAll(right)).toBe(b.every((one) => a.includes(one)));
      expect(left.intersect(right).summary === of(both).summary).toBe(true);
    }
  });
});

/** Boxes of the last numbers of two addresses, and of one port. */
function boxOf(random: Random): PacketBox {
  const addresses = () => new IpSet(setOf(members(random, 1 + random.below(9))), IntervalSet.empty());
  return {
    ...ANY_PACKET,
    source: addresses(),
    destination: random.below(4) === 0 ? IpSet.all : addresses(),
    destinationPorts: random.below(2) === 0 ? ANY_PACKET.destinationPorts : setOf(members(random, 5)),
  };
}

type Point = readonly [source: number, destination: number, port: number];

const POINTS: readonly Point[] = [0, 5, 6, 11, 17, 23].flatMap((source) =>
  [1, 6, 12, 13, 22].flatMap((destination) => [2, 9, 16].map((port): Point => [source, destination, port])),
);

function holds(boxes: readonly PacketBox[], [source, destination, port]: Point): number {
  return boxes.filter(
    (box) =>
      box.source.has({ family: 4, value: source }) &&
      box.destination.has({ family: 4, value: destination }) &&
      box.destinationPorts.has(port),
  ).length;
}

describe('sets of packets equal sets of their packets', () => {
  it.each([
    ['a few boxes', 5, 40],
    ['more boxes than are compared one by one', 90, 6],
  ])('of %s', (_, count, rounds) => {
    const random = new Random(count);
    const some = () => Array.from({ length: 1 + random.below(count) }, () => boxOf(random));
    for (let round = 0; round < rounds; round++) {
      const [a, b] = [some(), some()];
      const [left, right] = [PacketSet.from(a), PacketSet.from(b)];
      const joined = PacketSet.join([left, right]);
      const [both, rest] = [left.intersect(right), left.subtract(right)];
      for (const point of POINTS) {
        const [inLeft, inRight] = [holds(a, point) > 0, holds(b, point) > 0];
        // The boxes of a union exclude each other.
        expect(holds(joined.boxes, point)).toBe(inLeft || inRight ? 1 : 0);
        expect(holds(both.boxes, point) > 0).toBe(inLeft && inRight);
        expect(holds(rest.boxes, point) > 0).toBe(inLeft && !inRight);
      }
      expect(joined.containsAll(left) && joined.containsAll(right)).toBe(true);
      expect(left.containsAll(right)).toBe(right.subtract(left).isEmpty);
    }
  });
});
