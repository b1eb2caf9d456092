// Random nft rulesets beside nft and the kernel: what they refuse, Lintel refuses, and nothing else; and the verdicts on what
// they load are equal. Rules are made of parts whose headers fit together, and of parts whose do not.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Document } from '../../../server/src/dialects/dialect.js';
import { nftables } from '../../../server/src/dialects/nftables/index.js';
import { randomFrom } from '../../random.js';
import { askKernel, boundariesOf, compare, kernelUnavailable, probesFor, Totals } from './harness.js';

type Random = (below: number) => number;

function pick(random: Random, list: readonly string[]): string {
  return list[random(list.length)] ?? '';
}

function lines(text: string): string[] {
  return text
    .trim()
    .split('\n')
    .map((line) => line.trim());
}

/** Tests of packets. */
const TESTS = lines(`
  tcp dport 443
  tcp dport { 22, 80 }
  tcp sport != 5060
  tcp dport 1-1023
  tcp dport & 0xff00 == 0
  udp dport 3478-3481
  udp sport { 53, 1024-65535 }
  udp dport != 53
  th dport 443
  tcp flags syn
  tcp flags & (syn | ack) == syn
  icmp type echo-request
  icmp type { echo-reply, echo-request }
  icmpv6 type echo-request
  icmpv6 type != echo-reply
  ip saddr 10.0.0.0/8
  ip daddr 192.0.2.77
  ip daddr != { 192.0.2.0/24, 8.8.8.8 }
  ip saddr & 255.255.0.255 == 10.1.0.3
  ip saddr . tcp dport { 10.1.2.3 . 443, 10.0.0.0/8 . 22 }
  ip6 saddr fd00:9::/64
  ip6 daddr { 2001:db8::/32, 2001:4860::8 }
  ip6 saddr . udp dport { fd00:9::3 . 53 }
  ip protocol tcp
  ip protocol { tcp, udp }
  ip protocol != icmp
  ip6 nexthdr udp
  ip version 4
  ip hdrlength 5
  meta l4proto tcp
  meta l4proto { tcp, udp }
  meta l4proto { udp }
  meta l4proto != udp
  meta l4proto 50
  meta nfproto ipv4
  meta nfproto != ipv4
  meta protocol ip6
  exthdr frag missing
  exthdr frag exists
  frag more-fragments 1
  ip option ra missing
  tcp option sack-perm missing
  sctp chunk data missing
  ct state new
  ct state new,established
  ct direction original
  ct original ip saddr 10.0.0.0/8
  ct original ip6 daddr 2001:db8::/32
  ct original proto-dst 443
  ct reply proto-src { 53, 443 }
  ct reply saddr 192.0.2.77
  ct protocol tcp
  ct l3proto ipv6
  rt ip nexthop 192.0.2.1
  iifname "lan0"
  iifname { "wan0", "lan0" }
  @th,16,16 443
  @nh,72,8 17
  ip saddr @clients
  ip6 saddr @clients6
  tcp dport @ports
  udp dport != @ports
  ip daddr . udp dport @services
  ip saddr 10.1.2.3 jump { udp dport 53 accept; tcp dport 53 drop; }
  udp dport 53 jump { tcp dport 53 accept; }
  tcp dport & 1 == 1
  udp sport & 0x7 != 3
  tcp dport > 1023
  tcp sport <= 1023
  tcp dport 22 tcp sport 1024-65535
  tcp dport { 1-1023, 5060 } ct state new
  ip saddr . ip daddr { 10.0.0.0/8 . 192.0.2.0/24, 172.16.0.0/12 . 8.8.8.8 }
  ip saddr . meta l4proto { 10.1.2.3 . tcp, 10.0.0.0/8 . udp }
  meta l4proto . th dport { tcp . 443, udp . 53, udp . 3478-3481 }
  meta l4proto . th dport != { tcp . 443, udp . 53 }
  ip daddr . ip protocol . th dport { 192.0.2.77 . tcp . 443 }
  meta mark 0
  ct mark 0
  meta protocol { ip, ip6 }
  meta protocol ip ip daddr 192.0.2.0/25
  ip6 daddr & ffff:ffff:: == 2001:db8::
  ip6 version 6
  icmp type destination-unreachable icmp code 1
  icmp code != 0
  icmpv6 type { nd-neighbor-solicit, echo-request } icmpv6 code 0
  tcp flags & (fin | syn | rst | ack) == syn
  tcp flags ! syn
  tcp flags != syn
  tcp flags { syn, ack }
  tcp flags & syn != 0
  ct state { new, untracked }
  ct state != invalid
  ct state . meta l4proto { new . tcp }
  ct status dnat
  meta iifname . tcp dport { "lan0" . 443, "wan0" . 22 }
  oifname != "lan0"
  meta iiftype none
  fib daddr type multicast
  fib daddr type != multicast
  ip saddr 10.0.0.0-10.1.2.3
  ip daddr 192.0.2.0/25 ip daddr != 192.0.2.77
  @th,0,16 53
  @nh,96,32 0x0a010203
  @nh,64,8 64
  @nh,128,8 192
  @th,16,8 1
  ether type ip
  hbh nexthdr 6
  rt type 0
  dst nexthdr 6
  ah spi 5
  esp spi 1-5
  comp cpi 2
  dccp sport 5
  udplite dport 53
  sctp dport 1-1000
  vlan id 5
  arp operation request
`);

/** Statements that packets pass. */
const EFFECTS = lines(`
  counter
  log prefix "seen "
  tcp sport set 5
  add @seen { ip saddr }
  update @seen6 { ip6 saddr }
  tcp dport vmap { 22 : continue, 443 : accept }
  ip daddr vmap { 192.0.2.0/25 : drop, 192.0.2.128/25 : continue }
  ip daddr vmap { 192.0.2.0/24 : drop, 192.0.2.128/25 : continue }
  tcp dport vmap @ways
  meta l4proto vmap { tcp : continue, udp : jump other }
  ct state vmap { invalid : drop, established : accept, new : continue }
  ct state vmap { new : jump other, untracked : accept }
  ip saddr . tcp dport vmap { 10.0.0.0/8 . 443 : accept, 10.1.2.3 . 22 : drop }
  iifname vmap { "lan0" : jump other, "wan0" : goto other }
  meta mark set 5
  meta mark set meta mark or 0x1
  meta mark 5 drop
  ct mark set 7
`);

/** Statements that end a rule. */
const ENDS = lines(`
  accept
  drop
  accept
  drop
  return
  jump other
  goto other
  jump base
  reject
  reject with tcp reset
  reject with icmp type port-unreachable
  reject with icmpv6 type admin-prohibited
  reject with icmpx type admin-prohibited
  dnat to 192.0.2.9
  dnat ip to 192.0.2.9:443
  masquerade
  tproxy to :3128
`);

/** Elements of the set of services. With two of them some overlap. */
const SERVICES = lines(`
  192.0.2.0/24 . 53
  192.0.2.77 . 3478-3481
  8.8.8.8 . 1-1023
  192.0.2.0/25 . 53
`);
const CLIENTS = ['10.0.0.0/8', '10.1.2.3', '172.16.0.0-172.20.255.255', '172.20.1.1', '10.0.0.0/8', '192.0.2.1'];

function rule(random: Random): string {
  const parts = Array.from({ length: random(3) + 1 }, () => pick(random, random(6) === 0 ? EFFECTS : TESTS));
  return [...parts, pick(random, random(3) === 0 ? ENDS : ENDS.slice(0, 4))].join(' ');
}

/** Some different members of a list. */
function some(random: Random, list: readonly string[], count: number): string {
  return [...new Set(Array.from({ length: count }, () => pick(random, list)))].join(', ');
}

/** A table of a family with a chain of rules; `commands` may be about their handles. */
function ruleset(random: Random, family: string, rules: readonly string[], commands: readonly string[]): string {
  return `table ${family} edge {
  set clients { type ipv4_addr; flags interval; elements = { ${some(random, CLIENTS, 2)} }
  }
  set clients6 { type ipv6_addr; flags interval; auto-merge; elements = { fd00:9::/64, fd00:9::3 }
  }
  set ports { type inet_service; elements = { 25, 443 }
  }
  set services { type ipv4_addr . inet_service; flags interval; elements = { ${some(random, SERVICES, 2)} }
  }
  set seen { type ipv4_addr; flags dynamic; size 1000; }
  set seen6 { type ipv6_addr; flags dynamic; size 1000; }
  map ways { type inet_service : verdict; elements = { 22 : accept, 25 : goto other }
  }
  chain base { type filter hook input priority filter; policy accept; }
  chain other {
    udp dport 53 accept
    tcp dport 25 drop
  }
  chain pass {
    type filter hook forward priority filter; policy ${pick(random, ['drop', 'accept'])};
    ${rules.join('\n    ')}
  }
}
${commands.join('\n')}
`;
}

/** A command about a rule by a number that may be its handle, or its index. */
function command(random: Random, family: string): string {
  const handle = 12 + random(14);
  const added = `tcp dport ${pick(random, ['443', '{ 22, 25 }'])} ${pick(random, ['accept', 'drop'])}`;
  switch (random(3)) {
    case 0:
      return `delete rule ${family} edge pass handle ${handle}`;
    case 1:
      return `replace rule ${family} edge pass handle ${handle} ${added}`;
    default:
      return `${pick(random, ['add', 'insert'])} rule ${family} edge pass ${added}`;
  }
}

function lower(text: string): Document {
  const source = { uri: 'file:///edge.nft', text };
  const sources = { roots: [], list: () => [], read: () => 'missing' as const };
  return nftables.lower(source, nftables.parse(source), sources);
}

function refusals(text: string): string[] {
  return lower(text)
    .problems.filter(({ code }) => code === 'syntax-error' || code === 'undefined-name')
    .map(({ message, range }) => `${message} (${text.slice(range.start, range.end)})`);
}

/** Loads each file in a network namespace of its own content; the messages of those that are refused. */
function load(folder: string, texts: readonly string[]): (string | undefined)[] {
  texts.forEach((text, i) => {
    writeFileSync(join(folder, `${i}.nft`), text);
  });
  const script = `for i in $(seq 0 ${texts.length - 1}); do
    nft flush ruleset
    if nft -f $i.nft >message 2>&1; then echo; else echo "refused $(head -1 message)"; fi
  done`;
  const { stdout } = spawnSync('unshare', ['-n', 'sh', '-c', script], { cwd: folder, encoding: 'utf8' });
  return stdout.split('\n').map((line) => (line === '' ? undefined : line));
}

const unavailable = kernelUnavailable();

describe.skipIf(unavailable !== undefined)('random nft rulesets', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'lintel-nft-'));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it('are refused where nft or the kernel refuses them, and only there', () => {
    const random = randomFrom(20_261);
    const texts = Array.from({ length: 900 }, () => {
      const family = pick(random, ['inet', 'inet', 'ip', 'ip6']);
      const commands = random(3) === 0 ? [command(random, family)] : [];
      return ruleset(random, family, [rule(random)], commands);
    });
    const answers = load(folder, texts);
    const disagreeing = texts.flatMap((text, i) => {
      const found = refusals(text);
      if ((answers[i] !== undefined) === found.length > 0) return [];
      return [`${text}\nnft: ${answers[i] ?? 'accepted'}\nLintel: ${found[0] ?? 'accepted'}`];
    });
    const refused = answers.filter((answer) => answer !== undefined).length;
    console.log(`${texts.length} rulesets, ${refused} refused`);
    expect(disagreeing).toEqual([]);
    expect(refused).toBeGreaterThan(200);
    expect(refused).toBeLessThan(700);
  });

  it('have the verdicts of the kernel where it loads them', () => {
    const random = randomFrom(4_711);
    const interfaces = ['lan0', 'wan0'];
    const totals = new Totals();
    const wrong: string[] = [];
    for (let i = 0; totals.files < 40 && i < 400; i++) {
      const family = pick(random, ['inet', 'inet', 'ip', 'ip6']);
      const rules: string[] = [];
      while (rules.length < 8) {
        const next = rule(random);
        if (refusals(ruleset(randomFrom(1), family, [next], [])).length === 0) rules.push(next);
      }
      const text = ruleset(random, family, rules, [command(random, family), command(random, family)]);
      if (refusals(text).length > 0) continue;
      const path = join(folder, 'packets.nft');
      writeFileSync(path, text);
      const { model } = lower(text);
      const boundaries = boundariesOf(text, { ports: [22, 25, 53, 443, 3478], protocols: [] });
      // Whether conntrack knows packets of GRE and of UDP-Lite depends on more than their addresses.
      const probes = probesFor(boundaries, interfaces.length, 250, i + 1).filter(
        ({ protocol }) => protocol !== 47 && protocol !== 136,
      );
      const answer = askKernel(interfaces, [['nft', '-f', path]], probes, folder);
      if ('error' in answer || model.kind !== 'filter') {
        wrong.push(`${text}\nrefused: ${'error' in answer ? answer.error : 'no filter'}`);
        continue;
      }
      const result = compare(model, probes, answer.passed, interfaces);
      totals.files++;
      totals.add(result);
      wrong.push(...result.wrong.map((line) => `${text}\n${line}`));
    }
    console.log(`${totals.compared} packets over ${totals.files} random rulesets, ${totals.share} % undecided`);
    totals.printReasons();
    expect(wrong).toEqual([]);
    expect(totals.compared).toBeGreaterThan(4_000);
  });
});
