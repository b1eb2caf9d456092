import { describe, expect, it } from 'vitest';
import { explainFlow } from '../../../server/src/analysis/explain/flow.js';
import { IpSet, parseAddress } from '../../../server/src/model/ip.js';
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
const TIMED = 'destroy hosts\ncreate hosts hash:net timeout 0\n';

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
    ['a removed element', 'add hosts 10.0.0.0/8\nadd hosts 192.0.2.0/24\ndel hosts 10.0.0.0/8', '192.0.2.0/24'],
    ['an element whose part is removed', 'add hosts 10.0.0.0/8\ndel -exist hosts 10.0.0.0/9', '10.0.0.0/8'],
    ['an element with a timeout', `${TIMED}add hosts 10.0.0.0/8 timeout 60`, UNKNOWN],
    ['an element that stays', `${TIMED}add hosts 10.0.0.0/8 timeout 0`, '10.0.0.0/8'],
    ['a timeout that the set takes not', 'add hosts 10.0.0.0/8 timeout 0\nadd hosts 192.0.2.0/24', ''],
    ['a timeout for all', 'destroy hosts\ncreate hosts hash:net timeout 60\nadd hosts 10.0.0.0/8', UNKNOWN],
    ['a mask for all', 'destroy hosts\ncreate hosts hash:ip netmask 24\nadd hosts 192.0.2.7', '192.0.2.0/24'],
    [
      'a mask with gaps',
      'destroy hosts\ncreate hosts hash:ip bitmask 255.255.254.255\nadd hosts 192.0.3.7',
      '192.0.2.7/32 192.0.3.7/32',
    ],
    ['a second creation', 'add hosts 192.0.2.0/24\ncreate -exist hosts hash:net', '192.0.2.0/24'],
    [
      'a command that ends the file',
      'add hosts 192.0.2.0/24\ncreate other hash:ip\nconjure hosts\nadd hosts 10.0.0.0/8',
      '192.0.2.0/24',
    ],
    ['a swapped set', 'create new hash:net\nadd new 192.0.2.0/24\nswap hosts new\ndestroy new', '192.0.2.0/24'],
    ['a renamed set', 'destroy hosts\ncreate new hash:net\nadd new 192.0.2.0/24\nrename new hosts', '192.0.2.0/24'],
  ])('with %s', (_, commands, expected) => {
    expect(matched(`create hosts hash:net\n${commands}\n`)).toBe(expected);
  });

  it.each([
    [
      'that a script restores from a here-document',
      'ipset restore <<EOF\nadd hosts 192.0.2.0/24\nEOF\n',
      '192.0.2.0/24',
    ],
    ['that a script restores from a here-string', 'ipset restore <<< "add hosts 192.0.2.0/24"\n', '192.0.2.0/24'],
    [
      'that a script prints into a restore',
      'n=hosts\necho "add $n 192.0.2.0/24\nadd hosts 198.51.100.0/24" | ipset -exist restore\n',
      '192.0.2.0/24 198.51.100.0/24',
    ],
    [
      'that a script prints line by line',
      "printf 'add hosts 192.0.2.0/24\\nadd hosts 198.51.100.0/24\\n' | ipset restore\n",
      '192.0.2.0/24 198.51.100.0/24',
    ],
    ['that a script prints what only it knows', 'echo "add hosts $(fetch)" | ipset restore\n', UNKNOWN],
    ['that a script prints beside a file', 'echo "add hosts 192.0.2.0/24" | ipset restore < hosts.conf\n', UNKNOWN],
    ['that a script prints by a format', "printf 'add hosts %s\\n' 192.0.2.1 | ipset restore\n", UNKNOWN],
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

/** What a rule with a condition on sets does with packets in a script, by the words of the flow. */
function verdicts(commands: string, condition: string, flows: readonly string[]): string[] {
  const script = `#!/bin/sh\n${commands}\niptables -P FORWARD DROP\niptables -A FORWARD -m set ${condition} -j ACCEPT\n`;
  const model = modelOf(read('firewall.sh', script));
  return flows.map((flow) => {
    const [protocol = '', source = '', destination = '', port, way = 'lan0'] = flow.split(' ');
    const [from, to] = [parseAddress(source), parseAddress(destination)];
    if (!from || !to) throw new Error(`no flow: ${flow}`);
    const ports = { sourcePort: 40_000, destinationPort: port === undefined ? undefined : Number(port) };
    const packet = { protocol: Number(protocol), source: from, destination: to, ...ports };
    return explainFlow(model, packet, { hook: 'forward', inInterface: way, outInterface: 'wan0' }).verdict;
  });
}

describe('a condition on a set decides about packets as the kernel does', () => {
  it.each([
    [
      'an exception with ports',
      'ipset create s hash:net,port\nipset add s 198.51.100.0/24,tcp:1-9\nipset add s 198.51.100.0/28,tcp:5 nomatch\nipset add s 198.51.100.4,tcp:5',
      '--match-set s dst,dst',
      [
        '6 10.0.0.1 198.51.100.1 5',
        '6 10.0.0.1 198.51.100.1 6',
        '6 10.0.0.1 198.51.100.4 5',
        '17 10.0.0.1 198.51.100.1 6',
      ],
      ['deny', 'permit', 'permit', 'deny'],
    ],
    [
      'the first of two networks before the second',
      'ipset create s hash:net,net\nipset add s 10.0.0.0/8,198.51.0.0/16\nipset add s 10.0.0.0/9,198.0.0.0/8 nomatch\nipset add s 10.0.0.0/9,198.51.100.0/24',
      '--match-set s src,dst',
      ['6 10.200.0.1 198.51.1.1 5', '6 10.1.0.1 198.51.1.1 5', '6 10.1.0.1 198.51.100.1 5'],
      ['permit', 'deny', 'permit'],
    ],
    [
      'two networks and a port',
      'ipset create s hash:net,port,net\nipset add s 10.0.0.0/8,udp:3478-3481,198.51.100.0/24',
      '--match-set s src,dst,dst',
      ['17 10.0.0.1 198.51.100.1 3480', '17 10.0.0.1 198.51.100.1 3482', '17 11.0.0.1 198.51.100.1 3480'],
      ['permit', 'deny', 'deny'],
    ],
    [
      'an element of another interface, which ends the search',
      'ipset create s hash:net,iface\nipset add s 10.0.0.0/8,lan0\nipset add s 10.1.0.0/16,lan1\nipset add s 10.2.0.0/16,la wildcard',
      '--match-set s src,src',
      [
        '6 10.0.0.1 198.51.100.1 5',
        '6 10.1.0.1 198.51.100.1 5',
        '6 10.2.0.1 198.51.100.1 5 lax',
        '6 10.0.0.1 198.51.100.1 5 lan1',
      ],
      ['permit', 'deny', 'permit', 'deny'],
    ],
    [
      'protocols without ports',
      'ipset create s hash:ip,port\nipset add s 198.51.100.1,gre:0\nipset add s 198.51.100.1,icmp:8/0\nipset add s 198.51.100.1,sctp:7',
      '--match-set s dst,src',
      [
        '47 10.0.0.1 198.51.100.1',
        `1 10.0.0.1 198.51.100.1 ${8 * 256}`,
        `1 10.0.0.1 198.51.100.1 ${8 * 256 + 1}`,
        '132 10.0.0.1 198.51.100.1 7',
      ],
      ['permit', 'permit', 'deny', 'deny'],
    ],
    [
      'what exceptions alone return',
      'ipset create s hash:net\nipset add s 198.51.100.0/24\nipset add s 198.51.100.0/28 nomatch',
      '--match-set s dst --return-nomatch',
      ['6 10.0.0.1 198.51.100.1 5', '6 10.0.0.1 198.51.100.99 5'],
      ['permit', 'deny'],
    ],
    [
      'too few directions with a negation',
      'ipset create s hash:ip,port\nipset add s 198.51.100.1,80',
      '! --match-set s dst',
      ['6 10.0.0.1 198.51.100.1 80'],
      ['permit'],
    ],
    [
      'a list, whose sets with more parts than directions are passed over',
      'ipset create a hash:net\nipset add a 198.51.100.0/24\nipset create b hash:ip,port\nipset add b 203.0.113.1,80\nipset create s list:set\nipset add s a\nipset add s b before a',
      '--match-set s dst',
      ['6 10.0.0.1 198.51.100.1 80', '6 10.0.0.1 203.0.113.1 80'],
      ['permit', 'deny'],
    ],
    [
      'hardware addresses and marks, which no packet here has',
      'ipset create s hash:ip,mac\nipset add s 198.51.100.1,02:00:00:00:00:01',
      '--match-set s dst,src',
      ['6 10.0.0.1 198.51.100.1 80', '6 10.0.0.1 198.51.100.2 80'],
      ['undecided', 'deny'],
    ],
    [
      'elements that a loop of the script may add',
      'ipset create s hash:net\nipset add s 198.51.100.0/24\nfor n in $NETS; do ipset add s $n; done',
      '--match-set s dst',
      ['6 10.0.0.1 198.51.100.1 80', '6 10.0.0.1 203.0.113.1 80'],
      ['permit', 'undecided'],
    ],
    [
      'elements that xargs may add',
      'ipset create s hash:net\nipset add s 198.51.100.0/24\ncat list | xargs -n1 ipset -exist add s',
      '--match-set s dst',
      ['6 10.0.0.1 203.0.113.1 80'],
      ['undecided'],
    ],
    [
      'elements that a command in a text adds',
      'ipset create s hash:net\neval "ipset add s 198.51.100.0/24"',
      '--match-set s dst',
      ['6 10.0.0.1 198.51.100.1 80', '6 10.0.0.1 192.0.2.1 80'],
      ['permit', 'deny'],
    ],
    [
      'elements that a command in an unknown text adds',
      'ipset create s hash:net\neval "ipset add s $NET"',
      '--match-set s dst',
      ['6 10.0.0.1 198.51.100.1 80'],
      ['undecided'],
    ],
    [
      'a set that is made after xargs has destroyed others',
      'ipset list -n | xargs -n1 ipset destroy\nipset create s hash:net\nipset add s 198.51.100.0/24',
      '--match-set s dst',
      ['6 10.0.0.1 198.51.100.1 80', '6 10.0.0.1 203.0.113.1 80'],
      ['permit', 'deny'],
    ],
    [
      'counters of a set that has some',
      'ipset create s hash:net counters\nipset add s 198.51.100.0/24',
      '--match-set s dst --packets-gt 5',
      ['6 10.0.0.1 198.51.100.1 80', '6 10.0.0.1 203.0.113.1 80'],
      ['undecided', 'deny'],
    ],
    [
      'a set in use, which cannot be destroyed',
      'ipset create s hash:net\nipset add s 198.51.100.0/24\niptables -A INPUT -m set --match-set s src -j DROP\nipset destroy s\nipset rename s t',
      '--match-set s dst',
      ['6 10.0.0.1 198.51.100.1 80'],
      ['permit'],
    ],
    [
      'a set that was destroyed first',
      'ipset destroy s 2>/dev/null || true\nipset create s hash:net\nipset add s 198.51.100.0/24',
      '--match-set s dst',
      ['6 10.0.0.1 198.51.100.1 80'],
      ['permit'],
    ],
  ])('%s', (_, commands, condition, flows, expected) => {
    expect(verdicts(commands, condition, flows)).toEqual(expected);
  });
});

it('5,000 elements of two parts are all followed', () => {
  let elements = 'create hosts hash:ip,port\n';
  for (let i = 0; i < 5_000; i++) elements += `add hosts 10.${i >> 8}.${i & 255}.1,tcp:${1 + ((i * 7) % 4_000)}\n`;
  const rules = '*filter\n:FORWARD DROP [0:0]\n-A FORWARD -m set --match-set hosts dst,dst -j ACCEPT\nCOMMIT\n';
  const model = modelOf(read('rules.v4', rules, { 'ipset.conf': elements }));
  const verdictOf = (i: number, port: number) => {
    const [source, destination] = [parseAddress('192.0.2.1'), parseAddress(`10.${i >> 8}.${i & 255}.1`)];
    if (!source || !destination) throw new Error('no address');
    const packet = { protocol: 6, source, destination, sourcePort: 40_000, destinationPort: port };
    return explainFlow(model, packet, { hook: 'forward' }).verdict;
  };
  for (const i of [0, 4_095, 4_096, 4_999]) {
    expect(verdictOf(i, 1 + ((i * 7) % 4_000))).toBe('permit');
    expect(verdictOf(i, 2 + ((i * 7) % 4_000))).toBe('deny');
  }
});

it('20,000 elements of three parts are all followed, whether they have parts in common or not', () => {
  const rules = '*filter\n:FORWARD DROP [0:0]\n-A FORWARD -m set --match-set hosts dst,dst,src -j ACCEPT\nCOMMIT\n';
  const portOf = (i: number) => 1 + ((i * 7) % 40_000);
  for (const sourceOf of [(i: number) => `172.20.${i >> 8}.${i & 255}`, (i: number) => `172.20.${i % 3}.9`]) {
    let elements = 'create hosts hash:ip,port,ip\n';
    for (let i = 0; i < 20_000; i++)
      elements += `add hosts 10.${i >> 8}.${i & 255}.1,tcp:${portOf(i)},${sourceOf(i)}\n`;
    const model = modelOf(read('rules.v4', rules, { 'ipset.conf': elements }));
    const verdictOf = (i: number, port: number, from: string) => {
      const [source, destination] = [parseAddress(from), parseAddress(`10.${i >> 8}.${i & 255}.1`)];
      if (!source || !destination) throw new Error('no address');
      const packet = { protocol: 6, source, destination, sourcePort: 40_000, destinationPort: port };
      return explainFlow(model, packet, { hook: 'forward' }).verdict;
    };
    for (const i of [0, 9_999, 19_999]) {
      expect(verdictOf(i, portOf(i), sourceOf(i))).toBe('permit');
      expect(verdictOf(i, portOf(i) + 1, sourceOf(i))).toBe('deny');
      expect(verdictOf(i, portOf(i), sourceOf(i + 1))).toBe('deny');
    }
  }
});

it('rules that change a set make what it holds open, and say so', () => {
  const script =
    '#!/bin/sh\nipset create seen hash:ip\nipset add seen 192.0.2.1\niptables -P FORWARD DROP\niptables -A FORWARD -p tcp -j SET --add-set seen src\niptables -A FORWARD -m set --match-set seen src -j ACCEPT\n';
  const document = read('firewall.sh', script);
  expect(document.problems.map(({ code, range }) => `${code}: ${script.slice(range.start, range.end)}`)).toEqual([
    'unmodelled-statement: iptables -A FORWARD -p tcp -j SET --add-set seen src',
  ]);
  const [rule] = modelOf(document).points.flatMap(({ chains }) => chains.flatMap(({ rules }) => rules.slice(1)));
  expect(rule?.opaque).toEqual([]);
  expect(rule?.match.map(({ source }) => source.toPrefixes())).toEqual([['192.0.2.1/32']]);
});
