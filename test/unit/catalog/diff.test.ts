import { describe, expect, test } from 'vitest';
import { describeDiff, diffPacks } from '../../../server/src/catalog/diff.js';
import { type EndpointSet, packFromEndpoints } from '../../../server/src/catalog/endpoints.js';

const set = (rest: Partial<EndpointSet>): EndpointSet => ({
  id: 12,
  serviceArea: 'Skype',
  category: 'Allow',
  required: true,
  urls: ['*.teams.microsoft.com', 'teams.microsoft.com'],
  ips: ['192.0.2.0/24', '198.51.100.0/25'],
  tcpPorts: '80,443',
  udpPorts: '443',
  ...rest,
});
const pack = (version: string, ...sets: EndpointSet[]) => packFromEndpoints('Worldwide', version, sets);
const diff = (before: EndpointSet[], after: EndpointSet[]) =>
  describeDiff(diffPacks(pack('2026081400', ...before), pack('2026090100', ...after)));
const HEADING = 'Microsoft 365, worldwide: 2026081400 → 2026090100';

describe('the difference between two versions', () => {
  test('none', () => {
    expect(diff([set({})], [set({})])).toEqual([`${HEADING}: no changes`]);
  });

  test('addresses and hosts that came and went, reported once for all requirements of the set', () => {
    const after = set({
      ips: ['192.0.2.0/24', '203.0.113.0/24', '2001:db8::/32'],
      urls: ['*.teams.microsoft.com', 'teams.cloud.example'],
    });
    expect(diff([set({})], [after])).toEqual([
      `${HEADING}: 2 address ranges added, 1 address range removed, 1 host added, 1 host removed, 1 entry changed`,
      'm365-worldwide/12, Teams signalling and web: added addresses 203.0.113.0/24, 2001:db8::/32; ' +
        'removed addresses 198.51.100.0/25; added hosts teams.cloud.example; removed hosts teams.microsoft.com',
    ]);
  });

  test('the same addresses in other words, and names under a wildcard that was there, are no change', () => {
    const after = set({
      ips: ['192.0.2.128/25', '192.0.2.0/25', '198.51.100.0/26', '198.51.100.64/26'],
      urls: ['teams.microsoft.com', '*.teams.microsoft.com', 'eu.teams.microsoft.com'],
    });
    expect(diff([set({})], [after])).toEqual([`${HEADING}: no changes`]);
  });

  test('ports, with their protocol', () => {
    const after = set({ tcpPorts: '443,8443', udpPorts: '443' });
    const lines = diff([set({})], [after]);
    expect(lines[1]).toBe('m365-worldwide/12, Teams signalling and web: added TCP 8443; removed TCP 80');
  });

  test('a protocol that is gone', () => {
    expect(diff([set({})], [set({ udpPorts: '' })])[1]).toContain('removed UDP 443');
  });

  test('a protocol that is new, for endpoints that are not', () => {
    const lines = diff([set({ udpPorts: '' })], [set({ udpPorts: '443' })]);
    expect(lines).toEqual([
      `${HEADING}: 1 entry changed`,
      'm365-worldwide/12, Teams signalling and web: added UDP 443',
    ]);
  });

  test('all of it at once, each reported once', () => {
    const after = set({ ips: ['192.0.2.0/24'], urls: ['teams.microsoft.com'], tcpPorts: '443', udpPorts: '443' });
    expect(diff([set({ udpPorts: '' })], [after]).slice(1)).toEqual([
      'm365-worldwide/12, Teams signalling and web: removed addresses 198.51.100.0/25; ' +
        'removed hosts *.teams.microsoft.com; added UDP 443; removed TCP 80',
    ]);
  });

  test('a category that rose, and a need that fell', () => {
    const lines = diff([set({ category: 'Default' })], [set({ category: 'Allow', required: false })]);
    expect(lines.join('\n')).toContain('category allow, was default; now optional');
  });

  test('sets that are new and sets that are gone', () => {
    const other = set({ id: 999, urls: ['new.example'], ips: [], category: 'Default', udpPorts: '' });
    const lines = diff([set({})], [other]);
    expect(lines[1]).toMatch(
      /^m365-worldwide\/12, Teams signalling and web \(no longer listed\): removed addresses .*; removed hosts .*; removed TCP 80, 443; UDP 443$/,
    );
    expect(lines[2]).toBe(
      'm365-worldwide/999, Microsoft Teams, set 999 (new): added hosts new.example; added TCP 80, 443',
    );
  });

  test('as data, for those who look for the lines that it touches', () => {
    const { changes } = diffPacks(pack('1', set({})), pack('2', set({ urls: ['teams.microsoft.com'] })));
    expect(changes).toHaveLength(1);
    expect(changes[0]).toMatchObject({
      entry: 'm365-worldwide/12',
      kind: 'changed',
      removedHosts: ['*.teams.microsoft.com'],
    });
    expect(changes[0]?.aspects).toContain('no-decrypt');
  });
});
