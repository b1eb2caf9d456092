import { describe, expect, it } from 'vitest';
import { IpSet } from '../../../server/src/model/ip.js';
import { modelOf, read } from './fixture.js';

const RULES = '*filter\n:FORWARD DROP [0:0]\n-A FORWARD -m set --match-set hosts dst -j ACCEPT\nCOMMIT\n';

/** The destinations that the rule for the set `hosts` matches, or the condition that is unknown. */
function matched(sets: string): string {
  const model = modelOf(read('rules.v4', RULES, { 'ipset.conf': sets }));
  return destinations(model);
}

function destinations(model: ReturnType<typeof modelOf>): string {
  const rules = model.points.flatMap(({ chains }) => chains).find(({ name }) => name === 'FORWARD')?.rules ?? [];
  const unknown = rules.flatMap(({ opaque }) => opaque.map(({ text }) => text));
  if (unknown.length > 0) return unknown.join('; ');
  const all = rules.flatMap(({ match }) => match.map(({ destination }) => destination));
  return all
    .reduce((joined, one) => joined.union(one), IpSet.empty)
    .toPrefixes()
    .join(' ');
}

const UNKNOWN = '--match-set hosts dst';

describe('the members of a set', () => {
  it.each([
    ['one element', 'add hosts 192.0.2.0/24', '192.0.2.0/24'],
    ['an exception', 'add hosts 10.0.0.0/8\nadd hosts 10.128.0.0/9 nomatch', '10.0.0.0/9'],
    [
      'a narrower member in an exception',
      'add hosts 10.0.0.0/8\nadd hosts 10.128.0.0/9 nomatch\nadd hosts 10.255.0.0/16',
      '10.0.0.0/9 10.255.0.0/16',
    ],
    [
      'exceptions in each other',
      'add hosts 10.255.255.0/24 nomatch\nadd hosts 10.0.0.0/8\nadd hosts 10.128.0.0/9 nomatch\nadd hosts 10.255.254.0/23',
      '10.0.0.0/9 10.255.254.0/24',
    ],
    ['a removed element', 'add hosts 10.0.0.0/8\ndel hosts 10.0.0.0/8', UNKNOWN],
    ['an element with a timeout', 'add hosts 10.0.0.0/8 timeout 60', UNKNOWN],
    ['an element that stays', 'add hosts 10.0.0.0/8 timeout 0', '10.0.0.0/8'],
    ['a timeout for all', 'destroy hosts\ncreate hosts hash:net timeout 60\nadd hosts 10.0.0.0/8', UNKNOWN],
    ['a mask for all', 'destroy hosts\ncreate hosts hash:ip netmask 24\nadd hosts 192.0.2.7', UNKNOWN],
    ['a second creation', 'add hosts 192.0.2.0/24\ncreate -exist hosts hash:net', '192.0.2.0/24'],
    ['a command that is not followed', 'add hosts 10.0.0.0/8\nconjure hosts', UNKNOWN],
    ['a swapped set', 'create new hash:net\nadd new 192.0.2.0/24\nswap hosts new\ndestroy new', '192.0.2.0/24'],
    ['a renamed set', 'destroy hosts\ncreate new hash:net\nadd new 192.0.2.0/24\nrename new hosts', '192.0.2.0/24'],
  ])('with %s', (_, commands, expected) => {
    expect(matched(`create hosts hash:net\n${commands}\n`)).toBe(expected);
  });

  it('with an exception of several parts are unknown', () => {
    const elements = 'add hosts 10.0.0.0/8,tcp:443\nadd hosts 10.128.0.0/9,tcp:443 nomatch\n';
    expect(matched(`create hosts hash:net,port\n${elements}`)).toBe(UNKNOWN);
  });

  it('of more parts than are followed are unknown', () => {
    let elements = '';
    for (let i = 0; i < 5_000; i++) elements += `add hosts 10.0.${i >> 8}.${i & 255},tcp:443\n`;
    expect(matched(`create hosts hash:ip,port\n${elements}`)).toBe(UNKNOWN);
  });

  it.each([
    [
      'that a script restores from a here-document',
      'ipset restore <<EOF\nadd hosts 192.0.2.0/24\nEOF\n',
      '192.0.2.0/24',
    ],
    ['that a script restores from elsewhere', 'fetch | ipset restore\n', UNKNOWN],
    [
      'that a script restores in some cases',
      'if fetch; then ipset restore <<EOF\nadd hosts 192.0.2.0/24\nEOF\nfi\n',
      UNKNOWN,
    ],
    ['that a script adds to with an option first', 'if fetch; then ipset -exist add hosts 192.0.2.0/24; fi\n', UNKNOWN],
  ])('%s', (_, commands, expected) => {
    const script = `#!/bin/sh\niptables -P FORWARD DROP\nipset create hosts hash:net\n${commands}iptables -A FORWARD -m set --match-set hosts dst -j ACCEPT\n`;
    expect(destinations(modelOf(read('firewall.sh', script)))).toBe(expected);
  });
});

it('a set of ports holds those of TCP and UDP, for both families', () => {
  const sets = 'create ports bitmap:port range 0-1023\nadd ports 53\n';
  const rules = '*filter\n:FORWARD DROP [0:0]\n-A FORWARD -m set --match-set ports dst -j ACCEPT\nCOMMIT\n';
  for (const name of ['rules.v4', 'rules.v6']) {
    const model = modelOf(read(name, rules, { 'ipset.conf': sets }));
    const matched = model.points[0]?.chains[0]?.rules.flatMap(({ match }) => match) ?? [];
    expect(matched.map(({ protocols, destinationPorts }) => [protocols.intervals, destinationPorts.intervals])).toEqual(
      [
        [[[6, 6]], [[53, 53]]],
        [[[17, 17]], [[53, 53]]],
      ],
    );
  }
});

it('a rule with too few directions for its set matches nothing', () => {
  expect(matched('create hosts hash:net,port\nadd hosts 192.0.2.0/24,tcp:443\n')).toBe('');
});

it('names of sets are found where they are swapped and renamed', () => {
  const text = 'create a hash:net\ncreate b hash:net\nswap a b\nrename b c\n';
  const { names } = read('ipset.conf', text);
  expect(names.map(({ name, role, range }) => `${role} ${name} ${text.slice(range.start, range.end)}`)).toEqual([
    'definition a a',
    'definition b b',
    'reference a a',
    'reference b b',
    'reference b b',
    'definition c c',
  ]);
});
