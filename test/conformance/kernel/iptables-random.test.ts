// Random rule sets of iptables and ip6tables beside the kernel: matches of every kind, in several tables and chains.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { iptables } from '../../../server/src/dialects/iptables/index.js';
import { randomFrom } from '../../random.js';
import { askKernel, boundariesOf, compare, kernelUnavailable, probesFor, Totals } from './harness.js';

const INTERFACES = ['lan0', 'wan0', 'dmz0'];
const RULESETS = Number(process.env.LINTEL_RANDOM_RULESETS ?? 40);
const PROBES = 250;

type Random = (below: number) => number;

const pick = (random: Random, list: readonly string[]): string => list[random(list.length)] ?? '';

function lines(text: string): string[] {
  return text
    .trim()
    .split('\n')
    .map((line) => line.trim());
}

/** Matches of both families. */
const MATCHES = lines(`
  -p tcp --dport 443
  -p tcp --dport 1:1023
  -p tcp ! --dport 22
  -p tcp --sport 1024:65535 ! --dport 80:443
  -p tcp --syn
  -p tcp ! --syn
  -p tcp --tcp-flags SYN,ACK SYN
  -p tcp --tcp-flags ALL SYN
  -p tcp ! --tcp-flags SYN,RST SYN
  -p tcp -m tcp ! --tcp-option 7
  -p udp --dport 53
  -p udp ! --sport 50000
  -p udp -m multiport --dports 53,3478:3481
  -p tcp -m multiport ! --dports 22,25
  -p tcp -m multiport --ports 22,443
  -p udp -m multiport --sports 1:1023,50000
  ! -p udp
  -p sctp --dport 1:1000
  -p 47
  -m conntrack --ctstate NEW
  -m conntrack --ctstate NEW,ESTABLISHED
  -m conntrack --ctstate INVALID
  -m conntrack ! --ctstate NEW
  -m conntrack --ctstate RELATED,UNTRACKED
  -m conntrack --ctdir ORIGINAL
  -m conntrack --ctdir REPLY
  -p tcp -m conntrack --ctproto tcp
  -p udp -m conntrack --ctorigdstport 53
  -p tcp -m conntrack ! --ctorigdstport 443 --ctorigsrcport 1:65535
  -p tcp -m conntrack --ctrepldstport 1:1023
  -m state --state NEW
  -m state ! --state INVALID
  -m mark --mark 0
  -m mark ! --mark 0x1/0xf
  -m connmark --mark 0
  -m set --match-set hosts src
  -m set ! --match-set hosts dst
  -m set --match-set services dst,dst
  -m set --match-set services src,dst
  -m set --match-set nets dst
  -m set ! --match-set nets src
  -m addrtype --dst-type MULTICAST
  -m comment --comment "anything"
  -m statistic --mode random --probability 1.0
  -m statistic --mode random ! --probability 1.0
`);

const OF_FAMILY: Readonly<Record<4 | 6, readonly string[]>> = {
  4: lines(`
    -s 10.0.0.0/8
    -d 192.0.2.0/24
    ! -d 192.0.2.77
    ! -s 172.16.0.0/12
    -s 10.1.0.3/255.255.0.255
    -m iprange --dst-range 192.0.2.70-192.0.2.80
    -m iprange ! --src-range 10.0.0.0-10.1.2.2
    -m conntrack --ctorigdst 192.0.2.0/25
    -m conntrack ! --ctorigsrc 10.0.0.0/8
    -m conntrack --ctreplsrc 8.8.8.8
    -p icmp --icmp-type echo-request
    -p icmp ! --icmp-type 3
    -p icmp --icmp-type 3/1
    -p icmp -m icmp --icmp-type any
    -f
    ! -f
  `),
  6: lines(`
    -s fd00:9::/64
    -d 2001:db8::/32
    ! -d 2001:4860::8
    -s fd00:9::3/ffff:ffff::ffff
    -m iprange --dst-range 2001:db8::-2001:db8:77::7
    -m conntrack --ctorigdst 2001:db8::/32
    -m conntrack ! --ctorigsrc fd00:9::/64
    -p ipv6-icmp --icmpv6-type echo-request
    -p icmpv6 ! --icmpv6-type 1
    -p icmpv6 --icmpv6-type 1/4
    -m frag --fragid 1
    -m ipv6header --header frag
    -m ipv6header --soft --header hop
    -m rt --rt-type 0
    -m hbh --hbh-len 8
  `),
};

/** What depends on the routing table is compared where packets are forwarded: elsewhere probes have addresses of others. */
const ROUTED = lines(`
  -m addrtype ! --dst-type LOCAL
  -m addrtype --dst-type LOCAL,MULTICAST
  -m addrtype --dst-type UNICAST
`);

const INTERFACE_MATCHES = ['-i lan0', '! -i wan0', '-i lan+', '-o wan0', '! -o dmz0', '-o +'];
const TARGETS = ['ACCEPT', 'DROP', 'ACCEPT', 'DROP', 'RETURN', 'other', 'REJECT', 'LOG', 'MARK --set-mark 1'];

function rule(random: Random, family: 4 | 6, chain: string, targets: readonly string[]): string {
  const parts: string[] = [];
  const count = random(3);
  for (let i = 0; i <= count; i++) {
    const list = random(3) === 0 ? OF_FAMILY[family] : MATCHES;
    const next = pick(random, chain === 'FORWARD' ? [...list, ...ROUTED] : list);
    // One protocol a rule, and each option once.
    const options = next.match(/(?:^|\s)-{1,2}[\w-]+/g) ?? [];
    const isTaken = options.some((option) => !/\s?-m$/.test(option) && parts.join(' ').includes(option.trim()));
    if (!isTaken) parts.push(next);
  }
  if (random(4) === 0) {
    const interfaces = INTERFACE_MATCHES.filter((one) =>
      /OUTPUT|POSTROUTING/.test(chain)
        ? !one.includes('-i')
        : /INPUT|PREROUTING/.test(chain)
          ? !one.includes('-o')
          : true,
    );
    parts.push(pick(random, chain === 'other' ? ['-m comment --comment x'] : interfaces));
  }
  return `-A ${chain} ${parts.join(' ')} ${random(12) === 0 && targets.includes('other') ? '-g other' : `-j ${pick(random, targets)}`}`;
}

function ruleset(random: Random, family: 4 | 6): string {
  const some = (chain: string, count: number, targets: readonly string[]) =>
    Array.from({ length: count }, () => rule(random, family, chain, targets));
  const inner = TARGETS.filter((target) => target !== 'other');
  const plain = inner.filter((target) => target !== 'REJECT');
  const policy = () => pick(random, ['ACCEPT', 'DROP']);
  return [
    '*raw',
    ':PREROUTING ACCEPT [0:0]',
    ':OUTPUT ACCEPT [0:0]',
    ...(random(3) === 0 ? some('PREROUTING', 1, ['CT --notrack', 'DROP']) : []),
    'COMMIT',
    '*mangle',
    ':PREROUTING ACCEPT [0:0]',
    ...(random(2) === 0 ? some('PREROUTING', 2, plain) : []),
    'COMMIT',
    '*filter',
    `:INPUT ${policy()} [0:0]`,
    `:FORWARD ${policy()} [0:0]`,
    `:OUTPUT ${policy()} [0:0]`,
    ':other - [0:0]',
    ...some('INPUT', 3, TARGETS),
    ...some('FORWARD', 7, TARGETS),
    ...some('OUTPUT', 3, TARGETS),
    ...some('other', 3, inner),
    'COMMIT',
    '',
  ].join('\n');
}

const SETS: Readonly<Record<4 | 6, readonly string[]>> = {
  4: [
    'create hosts hash:ip',
    'add hosts 10.1.2.3',
    'add hosts 192.0.2.77',
    'create services hash:ip,port',
    'add services 192.0.2.77,tcp:443',
    'add services 8.8.8.8,udp:53',
    'add services 10.1.2.3,tcp:22-80',
    'create nets hash:net',
    'add nets 192.0.2.0/24',
    'add nets 192.0.2.64/26 nomatch',
    'add nets 172.16.0.0/12',
  ],
  6: [
    'create hosts hash:ip family inet6',
    'add hosts fd00:9::3',
    'create services hash:ip,port family inet6',
    'add services 2001:4860::8,udp:53',
    'add services 2001:db8:77::7,tcp:443',
    'create nets hash:net family inet6',
    'add nets 2001:db8::/32',
    'add nets 2001:db8:77::/48 nomatch',
  ],
};

const unavailable = kernelUnavailable();

describe.skipIf(unavailable !== undefined)('verdicts on random rule sets', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lintel-iptables-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each([4, 6] as const)('equal those of the kernel, IPv%i', (family) => {
    const random = randomFrom(Number(process.env.LINTEL_RANDOM_SEED ?? 77) + family);
    const totals = new Totals();
    let refused = 0;
    const wrong: string[] = [];
    const rules = join(folder, `rules.v${family}`);
    const sets = join(folder, 'ipset.conf');
    writeFileSync(sets, `${SETS[family].join('\n')}\n`);
    const program = family === 4 ? 'iptables' : 'ip6tables';
    for (let i = 0; i < RULESETS; i++) {
      const text = ruleset(random, family);
      writeFileSync(rules, text);
      const uri = `file://${rules}`;
      const source = { uri, text };
      const read = (other: string) => ({ uri: other, text: `${SETS[family].join('\n')}\n` });
      const { model, problems } = iptables.lower(source, iptables.parse(source), {
        roots: [],
        list: (pattern) => (pattern.endsWith('*ipset*') ? [`file://${sets}`] : []),
        read,
      });
      if (model.kind !== 'filter') throw new Error('it is a filter');
      const boundaries = boundariesOf(text, { ports: [22, 25, 53, 443, 3478], protocols: [] });
      const probes = probesFor(boundaries, INTERFACES.length, 2 * PROBES, i + 1).filter(
        (probe) => probe.family === family && probe.protocol !== 47 && probe.protocol !== 136,
      );
      const load = `ipset restore < ${sets} && ${program}-nft-restore ${rules}`;
      const answer = askKernel(INTERFACES, [['sh', '-c', load]], probes, folder);
      const refusal = problems.find(({ code }) => code === 'syntax-error' || code === 'undefined-name');
      if ('error' in answer) {
        refused++;
        if (!refusal) wrong.push(`${text}\nrefused: ${answer.error}`);
        continue;
      }
      if (refusal) {
        wrong.push(
          `${text}\naccepted, but Lintel: ${refusal.message} (${text.slice(refusal.range.start, refusal.range.end)})`,
        );
        continue;
      }
      const result = compare(model, probes, answer.passed, INTERFACES);
      totals.files++;
      totals.add(result);
      wrong.push(...result.wrong.map((line) => `${text}\n${line}`));
    }
    console.log(
      `${program}: ${totals.compared} packets over ${totals.files} rule sets, ${totals.permitted} permitted, ${totals.share} % undecided, ${refused} refused`,
    );
    totals.printReasons();
    expect(wrong).toEqual([]);
    expect(totals.compared).toBeGreaterThan(1_000);
  });
});
