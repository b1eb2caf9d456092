// Rulesets of few lines that nft loads and that have, together, every word of the table that has an effect or none.
import { words } from '../../../server/src/dialects/nftables/vocabulary/words.js';

/** A rule in a chain beside what rules refer to. */
function rule(text: string, family = 'inet'): string {
  return `table ${family} t {
  set seen { type ipv4_addr; flags dynamic; }
  map verdicts { type ipv4_addr : verdict; }
  counter hits { }
  chain other { accept; }
  chain pass {
    ${text}
  }
}
`;
}

function table(...lines: readonly string[]): string {
  return `table inet t {\n${lines.map((line) => `  ${line}\n`).join('')}}\n`;
}

/** Commands behind a table with something to change. */
function commands(...lines: readonly string[]): string {
  return `table inet t {
  chain c { }
  chain d { }
  set s { type inet_service; elements = { 22, 80 }; }
  map m { type inet_service : verdict; }
}
${lines.map((line) => `${line}\n`).join('')}`;
}

function chain(type: string, hook: string, priority: string, family = 'ip'): string {
  return `table ${family} t { chain c { type ${type} hook ${hook} priority ${priority}; policy accept; comment "c"; }; }\n`;
}

export const SAMPLES: readonly string[] = [
  // Tables, chains, sets and the objects of tables.
  'table inet t { flags dormant; comment "t"; }\n',
  'table ip t { }\ntable ip6 t { }\ntable netdev t { }\n',
  chain('filter', 'prerouting', 'raw'),
  chain('filter', 'input', 'mangle + 5'),
  chain('filter', 'forward', 'filter - 5'),
  chain('filter', 'postrouting', 'security'),
  chain('nat', 'prerouting', 'dstnat'),
  chain('nat', 'postrouting', 'srcnat'),
  chain('route', 'output', 'mangle'),
  chain('filter', 'ingress device "lo"', '0', 'netdev'),
  chain('filter', 'egress devices = { "lo" }', '-5', 'netdev'),
  'table inet t { chain c { type filter hook forward priority filter; policy drop; }; }\n',
  'table bridge t { chain c { type filter hook output priority out; }; }\n',
  table('set s { type ipv4_addr; flags interval, timeout; timeout 1h; gc-interval 10s; size 10; auto-merge; }'),
  table('set s { typeof ip saddr; flags constant; policy memory; comment "s"; elements = { 192.0.2.1 }; }'),
  table('set s { type ipv4_addr; flags dynamic; policy performance; counter; }'),
  table('set s { type ipv4_addr; flags dynamic; limit rate 5/second; }'),
  table('set s { type ipv4_addr; flags dynamic; quota over 5 mbytes; }'),
  table('set s { type ipv4_addr; flags dynamic; ct count over 5; }'),
  table('map m { type ipv4_addr : verdict; elements = { 192.0.2.1 comment "one" : accept }; }'),
  table(
    'set s { type inet_service; counter; elements = { 22 counter packets 0 bytes 0, 80 counter packets 1 bytes 2 }; }',
  ),
  table('counter c { packets 0 bytes 0 }', 'ct helper h { type "ftp" protocol tcp; }'),
  table('ct timeout t { protocol tcp; l3proto ip; policy = { established : 120 }; }'),
  table('ct expectation e { protocol tcp; dport 9876; timeout 2m; size 12; l3proto ip; }'),
  // Commands.
  commands('add element inet t m { 22 : drop, 80 : jump d }'),
  commands('add table inet u', 'create table inet v', 'delete table inet u', 'flush table inet t'),
  commands('add chain inet t e { type filter hook input priority 0; policy accept; }', 'delete chain inet t d'),
  commands('add rule inet t c accept', 'insert rule inet t c index 0 drop', 'add rule inet t c index 0 drop'),
  commands('flush chain inet t d'),
  commands('add element inet t s { 443 }', 'flush set inet t s', 'flush map inet t m'),
  commands(
    'add set inet t u { type inet_service; }',
    'delete set inet t u',
    'flush map inet t m',
    'delete map inet t m',
  ),
  commands('add counter inet t hits', 'delete counter inet t hits'),
  'flush ruleset\ntable inet t { chain c { }; }\n',
  'define ports = { 22, 80 }\nredefine ports = { 22 }\nundefine ports\n',
  // Rules.
  rule('ip saddr 192.0.2.1 accept'),
  rule('drop'),
  rule('continue'),
  rule('return'),
  rule('jump other'),
  rule('goto other'),
  rule('jump { ip saddr 192.0.2.1 accept; }'),
  rule('reject with icmp type port-unreachable'),
  rule('reject with icmp port-unreachable'),
  rule('reject with icmpv6 type no-route'),
  rule('reject with icmpx type admin-prohibited'),
  rule('meta l4proto tcp reject with tcp reset'),
  rule('notrack'),
  rule('add @seen { ip saddr } accept'),
  rule('update @seen { ip saddr counter } accept'),
  rule('delete @seen { ip saddr } accept'),
  rule('set add ip saddr @seen accept'),
  rule('counter accept comment "counted"'),
  rule('counter packets 0 bytes 0 accept'),
  rule('counter name hits accept'),
  rule('log prefix "p" level info accept'),
  rule('log group 2 snaplen 10 queue-threshold 5 accept'),
  rule('log flags tcp sequence,options accept'),
  rule('log flags ip options accept'),
  rule('log flags skuid flags ether accept'),
  rule('log flags all accept'),
  rule('ip saddr vmap { 192.0.2.1 : accept, 192.0.2.2 : jump other }'),
  rule('ip saddr vmap @verdicts accept'),
  rule('reset tcp option sack-perm accept'),
  rule('meta mark set 5 accept'),
  rule('meta mark set meta mark and 0xff or 0x100 accept'),
  rule('meta mark set meta mark xor 1 accept'),
  rule('meta mark set ct mark lshift 2 accept'),
  rule('ct mark set meta mark rshift 2 accept'),
  `table ip t {
  chain pre { type nat hook prerouting priority dstnat; tcp dport 80 dnat to 192.0.2.1:8080 random,persistent; }
  chain post { type nat hook postrouting priority srcnat; tcp dport 80 snat to 192.0.2.1 fully-random; }
  chain every { type nat hook postrouting priority 200; masquerade random; }
}
`,
  `table inet t {
  chain pre { type nat hook prerouting priority dstnat; tcp dport 80 dnat ip to 192.0.2.1; dnat ip6 to 2001:db8::1; }
}
`,
  'table ip t { chain c { type filter hook prerouting priority 0; dup to 192.0.2.1 device "lo"; }; }\n',
  'table netdev t { chain c { type filter hook ingress device "lo" priority 0; dup to "lo"; }; }\n',
  // Comparisons.
  ...['==', 'eq', '!=', 'ne', '<', 'lt', '>', 'gt', '<=', 'le', '>=', 'ge'].map((sign) =>
    rule(`tcp dport ${sign} 80 accept`),
  ),
  rule('meta mark and 0xf == 1 accept'),
  rule('meta mark or 0xf == 15 accept'),
  rule('meta mark xor 0xf == 15 accept'),
  rule('exthdr hbh exists accept'),
  rule('exthdr rt missing accept'),
  rule('exthdr frag exists exthdr dst missing accept'),
  rule('ether type ip accept', 'bridge'),
  rule('ip version 4 ip hdrlength 5 ip frag-off 0 ip protocol tcp accept'),
  rule('ip daddr 192.0.2.0/24 ip saddr { 192.0.2.1, 192.0.2.9 } accept'),
  rule('ip6 version 6 ip6 nexthdr tcp ip6 saddr 2001:db8::/32 ip6 daddr != 2001:db8::1 accept'),
  rule('icmp type echo-request icmp code 0 accept'),
  rule('icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept'),
  rule('icmpv6 code 0 accept'),
  rule('tcp sport 1024-65535 tcp dport { 80, 443 } tcp flags syn accept'),
  rule('tcp flags & (fin | syn) == syn accept'),
  rule('tcp flags syn / syn,ack accept'),
  ...['udp', 'udplite', 'sctp', 'dccp'].map((name) => rule(`${name} sport 1024 ${name} dport 53 accept`)),
  rule('meta l4proto { tcp, udp } th dport 53 th sport 1024 accept'),
  rule('hbh nexthdr tcp hbh hdrlength 0 accept'),
  rule('frag nexthdr tcp frag reserved 0 frag frag-off 0 frag reserved2 0 frag more-fragments 0 frag id 1 accept'),
  rule('dst nexthdr tcp dst hdrlength 0 accept'),
  rule('meta mark 1 meta iif "lo" meta iifname "lan*" meta oif "lo" meta oifname { "lan0", "wan0" } accept'),
  rule('mark 1 iif "lo" iifname "lan*" oif lo oifname "wan0" accept'),
  rule('meta pkttype unicast meta protocol ip meta l4proto tcp accept'),
  rule('meta nfproto ipv6 accept'),
  rule('pkttype unicast meta protocol { ip, ip6 } accept'),
  rule('ct l3proto ipv4 ct protocol tcp ct mark 1 ct state new accept'),
  rule('ct state { established, related } ct direction original ct status dnat accept'),
  rule('ct state vmap { established : accept, invalid : drop }'),
  rule('meta l4proto tcp ct original l3proto ipv4 ct original protocol tcp accept'),
  rule('meta l4proto tcp ct original proto-src 1024 ct original proto-dst 80 accept'),
  rule('meta l4proto tcp ct reply l3proto ipv4 ct reply protocol tcp accept'),
  rule('meta l4proto tcp ct reply proto-src 80 ct reply proto-dst 1024 accept'),
  rule('ct original ip daddr 192.0.2.1 ct reply ip saddr 192.0.2.1 accept'),
  rule('fib daddr type local fib saddr . iif oif exists accept'),
  rule('fib daddr . iif type != local accept'),
  rule('rt0 addr[1] 2001:db8::1 accept'),
  rule('srh flags 0 srh tag 1 srh sid[1] 2001:db8::1 accept'),
  rule('ip saddr . tcp dport { 192.0.2.1 . 80 } accept'),
];

const KNOWN: ReadonlySet<string> = new Set(words.words.flatMap(({ name }) => name.split(' ')));

/** An interface that is missing is not a wrong spelling. */
const MAY_BE_NAMES: ReadonlySet<string> = new Set(['exists']);

/** Ends what is the same in front of every rule. */
const FRAME_END = 'pass {';

/** A sample with an unknown word behind each of its words, and with each of its words misspelt. */
export function changedBehindWords(sample: string): string[] {
  const first = Math.max(0, sample.indexOf(FRAME_END));
  return [...sample.matchAll(/"[^"]*"|@?[a-z][\w-]*/g)].flatMap(({ 0: word, index }) => {
    if (index < first || !KNOWN.has(word)) return [];
    const end = index + word.length;
    const behind = `${sample.slice(0, end)} quux${sample.slice(end)}`;
    if (/fib .*$/.test(sample.slice(0, index)) && MAY_BE_NAMES.has(word)) return [behind];
    return [behind, `${sample.slice(0, end)}q${sample.slice(end)}`];
  });
}
