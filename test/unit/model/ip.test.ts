import { describe, expect, it } from 'vitest';
import { formatAddress, IpSet, parseAddress, parsePrefix, shortPrefix } from '../../../server/src/model/ip.js';

describe('addresses', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['255.255.255.255', '255.255.255.255'],
    ['2001:db8::1', '2001:db8::1'],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['::', '::'],
    ['::ffff:192.0.2.1', '::ffff:c000:201'],
    ['1:0:0:2:0:0:0:3', '1:0:0:2::3'],
  ])('reads %s', (text, canonical) => {
    const address = parseAddress(text);
    expect(address && formatAddress(address)).toBe(canonical);
  });

  it.each([
    '192.0.2',
    '192.0.2.256',
    '1.2.3.4.5',
    '192.0.2.1 ',
    '1::2::3',
    '2001:db8',
    ':::',
    '12345::',
    '',
    'example',
  ])('refuses %j', (text) => expect(parseAddress(text)).toBeUndefined());

  it.each(['10.0.0.0/33', '2001:db8::/129', '10.0.0.0/', '10.0.0.0/-1', '/8'])('refuses the prefix %j', (text) =>
    expect(parsePrefix(text)).toBeUndefined(),
  );
});

describe('address sets', () => {
  it('writes the fewest prefixes that cover a set', () => {
    expect(IpSet.parse('10.0.0.0/9', '10.128.0.0/9').toPrefixes()).toEqual(['10.0.0.0/8']);
    expect(IpSet.parse('10.0.0.0/30').subtract(IpSet.parse('10.0.0.0/32')).toPrefixes()).toEqual([
      '10.0.0.1/32',
      '10.0.0.2/31',
    ]);
    expect(IpSet.parse('2001:db8::/33', '2001:db8:8000::/33').toPrefixes()).toEqual(['2001:db8::/32']);
    expect(IpSet.all.toPrefixes()).toEqual(['0.0.0.0/0', '::/0']);
  });

  it('keeps the families apart', () => {
    const both = IpSet.parse('10.0.0.0/8', '2001:db8::/32');
    expect(both.subtract(IpSet.parse('0.0.0.0/0')).toPrefixes()).toEqual(['2001:db8::/32']);
    expect(both.containsAll(IpSet.parse('10.1.0.0/16', '2001:db8:1::/48'))).toBe(true);
  });

  it('agrees with counting on every pair of small sets', () => {
    const sets = [
      [0, 3],
      [2, 5],
      [7, 7],
      [0, 15],
      [4, 6],
      [9, 12],
    ].map(([low, high]) => [low ?? 0, high ?? 0] as const);
    const make = ([low, high]: readonly [number, number]) =>
      IpSet.range({ family: 4, value: low }, { family: 4, value: high });
    const list = (set: IpSet) =>
      Array.from({ length: 17 }, (_, value) => value).filter((value) => set.has({ family: 4, value }));
    for (const a of sets) {
      for (const b of sets) {
        for (const c of sets) {
          const [setA, setB, setC] = [make(a), make(b), make(c)];
          const inside = ([low, high]: readonly [number, number], value: number) => low <= value && value <= high;
          const expected = Array.from({ length: 17 }, (_, value) => value).filter(
            (value) => (inside(a, value) || inside(b, value)) && !inside(c, value),
          );
          expect(list(setA.union(setB).subtract(setC))).toEqual(expected);
          expect(list(setA.subtract(setC).union(setB.subtract(setC)))).toEqual(expected);
        }
      }
    }
  });
});

it.each([
  ['192.0.2.1/32', '192.0.2.1'],
  ['192.0.2.0/24', '192.0.2.0/24'],
  ['2001:db8::1/128', '2001:db8::1'],
  ['2001:db8::/32', '2001:db8::/32'],
])('writes %s as %s', (prefix, text) => {
  expect(shortPrefix(prefix)).toBe(text);
});
