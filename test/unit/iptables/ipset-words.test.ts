import { describe, expect, it } from 'vitest';
import { setOperation } from '../../../server/src/dialects/iptables/vocabulary/ipset.js';
import { words } from '../../../server/src/dialects/iptables/vocabulary/words.js';
import { read } from './fixture.js';

/** The words of ipset(8), by the place where they stand. */
const MANUAL: Readonly<Record<string, string>> = {
  'ipset command':
    'create add del test destroy list save restore flush rename swap help version n x e w -N -A -D -T -X -L -S -R -F -E -W -H -V',
  'ipset option': '-exist -output -quiet -resolve -sorted -name -terse -file -! -o -q -r -s -n -t -f',
  'ipset type':
    'bitmap:ip bitmap:ip,mac bitmap:port hash:ip hash:mac hash:ip,mac hash:net hash:net,net hash:ip,port hash:net,port hash:ip,port,ip hash:ip,port,net hash:ip,mark hash:net,port,net hash:net,iface list:set',
  'ipset option of create':
    'timeout counters comment skbinfo hashsize maxelem bucketsize family forceadd range netmask bitmask markmask size',
  'ipset option of add': 'timeout packets bytes comment skbmark skbprio skbqueue nomatch wildcard before after',
};

describe('the table of words has those of ipset(8) for', () => {
  it.each(Object.entries(MANUAL))('%s', (place, names) => {
    const known = new Set(words.words.filter((word) => word.place === place).map(({ name }) => name));
    const missing = names
      .split(' ')
      .filter((name) => !known.has(name) && !(place === 'ipset command' && setOperation(name)));
    expect(missing).toEqual([]);
  });
});

it.each([
  ['c', 'create'],
  ['--create', 'create'],
  ['n', 'create'],
  ['a', 'add'],
  ['d', 'del'],
  ['des', 'destroy'],
  ['x', 'destroy'],
  ['s', 'save'],
  ['sw', 'swap'],
  ['r', 'restore'],
  ['ren', 'rename'],
  ['e', 'rename'],
  ['l', 'list'],
  ['-create', undefined],
  ['-', undefined],
])('ipset takes %s for %s', (word, operation) => {
  expect(setOperation(word)).toBe(operation);
});

it.each([
  ['skbmark 1', "'1' is no mark such as 0x1 or 0x1/0xff"],
  ['skbmark 0x1/0xff', undefined],
  ['skbprio 10', "'10' is no priority such as 1:10"],
  ['skbprio 1:10', undefined],
  ['skbqueue 65536', "'65536' is no queue from 0 to 65535"],
  ['packets many', "'many' is no count of packets"],
  ['bytes 18446744073709551615', "'18446744073709551615' is no count of bytes"],
  ['bytes 18446744073709551614', undefined],
  [`comment ${'x'.repeat(256)}`, `'${'x'.repeat(256)}' is no comment of at most 255 characters without quotes`],
])('an element with %s', (option, message) => {
  const { problems } = read('ipset.conf', `create a hash:ip skbinfo counters comment\nadd a 192.0.2.1 ${option}\n`);
  expect(problems[0]?.message.replace(/: ipset restore.*/, '')).toBe(message);
});

/** The first thing that is told of a file for `ipset restore`, with the text that it is told of. */
function told(text: string): string | undefined {
  const [first] = read('ipset.conf', text).problems;
  return first && `${first.message} [${text.slice(first.range.start, first.range.end)}]`;
}

const STOPS = 'ipset restore stops here';

describe('a file for ipset restore stops at', () => {
  it.each([
    ['create a hash:ip\nadd a 192.0.2.1\nadd a 192.0.2.1\n', `the element is already in the set: ${STOPS} [192.0.2.1]`],
    ['create a hash:ip\ndel a 192.0.2.1\n', `the element is not in the set: ${STOPS} [192.0.2.1]`],
    [
      'create a hash:net,port\nadd a 0.0.0.0/0,tcp:443\n',
      `a network of length 0 cannot be stored here: ${STOPS} [0.0.0.0/0,tcp:443]`,
    ],
    [
      'create a hash:ip,port\nadd a 192.0.2.1\n',
      `an element of hash:ip,port has 2 parts, separated by commas: ${STOPS} [192.0.2.1]`,
    ],
    [
      'create a hash:ip,port\nadd a 192.0.2.1,gre:5\n',
      `the protocol gre has no ports: write gre:0: ${STOPS} [192.0.2.1,gre:5]`,
    ],
    [
      'create a hash:ip maxelem 2\nadd a 192.0.2.0/30\n',
      `the set is full: it has at most 2 elements (maxelem): ${STOPS} [192.0.2.0/30]`,
    ],
    ['create a bitmap:port range 1-9\nadd a 80\n', `the element is outside of the range of the set: ${STOPS} [80]`],
    ['create a hash:ip\nadd a 192.0.2.1 nomatch\n', `hash:ip has no option 'nomatch': ${STOPS} [nomatch]`],
    [
      'create a hash:net\nadd a 192.0.2.1 timeout 0\n',
      `the set is created without 'timeout', and takes none: ${STOPS} [0]`,
    ],
    ['create a hash:net netmask 24\n', `hash:net has no option 'netmask': ${STOPS} [netmask]`],
    ['create a list:set\ncreate b list:set\nadd a b\n', `a list cannot hold another list: ${STOPS} [b]`],
    ['create a hash:ip\ncreate b hash:net\nswap a b\n', `the sets 'a' and 'b' have different types: ${STOPS} [b]`],
    ['create a hash:ip\ncreate l list:set\nadd l a\ndestroy a\n', `the set 'a' is in use: ${STOPS} [a]`],
    ['create a hash:ip\nconjure a\n', `'conjure' is no command of ipset: ${STOPS} [conjure]`],
    ['create a hash:ip\nversion\n', `'version' is not allowed in a file for ipset restore: ${STOPS} [version]`],
  ])('%j', (text, expected) => {
    expect(told(text)).toBe(expected);
  });
});

it.each([
  'create a hash:ip\r\nadd a 192.0.2.1\r\n',
  '-N a iphash\n-A a 192.0.2.1\nCOMMIT\n',
  'create a hash:ip comment\n # words\nadd a 192.0.2.1 comment "the \\first"\n',
  'create a hash:ip -exist\nadd a 192.0.2.1\nadd a 192.0.2.1\n',
  'create a hash:net timeout 0 counters skbinfo family inet hashsize 64 maxelem 9 bucketsize 4 initval 0x1\nadd a 192.0.2.0/24 packets 1 bytes 2 skbmark 0x1 skbprio 1:1 skbqueue 1 timeout 9\n',
  'create a hash:ip,port\nadd a 192.0.2.1,icmp:echo-request\nadd a 192.0.2.1,sctp:1-3\nadd a 192.0.2.1,[ftp-data]\nadd a 192.0.2.0/31,0x50\n',
  'create a hash:ip,port -6\nadd a 2001:db8::1,icmpv6:ping\n',
  'create p portmap --from 1 --to 9\nadd p udp:5\n',
  'create l list:set\ncreate a hash:ip\ncreate b hash:ip\nadd l a\nadd l b before a\ndel l b\nlist l\nsave\nflush\nflush a\nquit\nno more\n',
])('ipset takes %j', (text) => {
  expect(told(text)).toBeUndefined();
});
