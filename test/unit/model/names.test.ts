import { describe, expect, it } from 'vitest';
import { NameSet } from '../../../server/src/model/names.js';

const NAMES = ['', 'e', 'et', 'eth', 'eth0', 'eth0.10', 'eth1', 'etha', 'eti', 'lo', 'ppp0', 'wlan0', '\u00ff'];
const SETS = [
  NameSet.none,
  NameSet.any,
  NameSet.of('eth0'),
  NameSet.of('eth0', 'eth1', 'lo'),
  NameSet.withPrefix('eth'),
  NameSet.withPrefix('eth0'),
  NameSet.withPrefix(''),
  NameSet.withPrefix('eth').intersect(NameSet.of('eth1').complement()),
  NameSet.of('lo').complement(),
];

describe('interface names', () => {
  it('has single names and prefixes', () => {
    expect(NAMES.filter((name) => NameSet.withPrefix('eth').has(name))).toEqual([
      'eth',
      'eth0',
      'eth0.10',
      'eth1',
      'etha',
    ]);
    expect(NAMES.filter((name) => NameSet.of('lo', 'eth0').has(name))).toEqual(['eth0', 'lo']);
  });

  it('is exact under every operation', () => {
    for (const a of SETS) {
      for (const b of SETS) {
        for (const name of NAMES) {
          expect(a.complement().has(name)).toBe(!a.has(name));
          expect(a.intersect(b).has(name)).toBe(a.has(name) && b.has(name));
          expect(a.union(b).has(name)).toBe(a.has(name) || b.has(name));
        }
        expect(a.overlaps(b)).toBe(!a.intersect(b).isEmpty);
        expect(a.containsAll(b)).toBe(b.intersect(a.complement()).isEmpty);
        expect(a.equals(b)).toBe(NAMES.every((name) => a.has(name) === b.has(name)));
      }
    }
  });

  it('reads like a person would write it', () => {
    expect(NameSet.of('lo', 'eth0').describe()).toBe('eth0, lo');
    expect(NameSet.withPrefix('ppp').describe()).toBe('ppp*');
    expect(NameSet.of('lo').complement().describe()).toBe('any but lo');
    expect(NameSet.any.describe()).toBe('');
  });
});
