import { describe, expect, test } from 'vitest';
import { nftables } from '../../../server/src/dialects/nftables/index.js';
import { randomFrom } from '../../random.js';
import { contentOf } from '../filter-content.js';
import { lowered, sourcesOf, URI } from './helpers.js';

const RULES: readonly ((i: number) => string)[] = [
  (i) => `ip daddr 198.51.${i % 100}.0/24 tcp dport ${1000 + i} accept`,
  (i) => `ip saddr 10.0.${i % 256}.7 udp dport { 53, ${2000 + i}-${2100 + i} } drop # asked for`,
  (i) => `iifname "eth${i % 3}" counter accept`,
  (i) => `ip saddr @trusted tcp dport ${i % 7} accept`,
  () => 'ct state established,related accept',
  (i) => `tcp dport { 80,\n      ${i + 1} } log prefix "web; {" accept`,
  (i) => `meta l4proto tcp ip daddr 203.0.113.${i % 256} reject; ip daddr 203.0.113.${i % 200} drop`,
  () => 'jump helper',
  () => 'ip protocol icmp accept\n\n    # a comment { that is not a block',
  (i) => `ip daddr $server tcp dport ${i % 5} accept`,
];

function chain(name: string, head: string, rules: number, offset: number): string {
  const body = Array.from({ length: rules }, (_, i) => `    ${RULES[(i * 7 + offset) % RULES.length]?.(i + offset)}`);
  return `  chain ${name} {\n${head}${body.join('\n')}\n  }\n`;
}

const HEAD = '    type filter hook forward priority filter; policy drop;\n';
const EARLY = '    type filter hook prerouting priority raw;\n';
const NAT = '    type nat hook postrouting priority srcnat;\n';
const FILE = [
  'define server = 192.0.2.9\n',
  'table inet filter {\n',
  '  set trusted {\n    type ipv4_addr; flags interval\n    elements = { 10.0.0.0/8, 192.0.2.0/24 }\n  }\n',
  chain('helper', '', 90, 3),
  chain('forward', HEAD, 150, 0),
  chain('early', EARLY, 20, 1),
  chain('unused', '', 5, 2),
  '}\n',
  'table ip nat {\n',
  chain('post', NAT, 30, 4).replaceAll('jump helper', 'masquerade').replaceAll('@trusted', '10.0.0.0/8'),
  '}\n',
  'add rule inet filter forward tcp dport 8443 accept\n',
].join('');

const FRAGMENTS = [
  'x',
  ' ',
  '\n',
  '#',
  '"',
  '{',
  '}',
  ';',
  ',',
  '\\\n',
  '\r\n',
  '}\n}\n',
  '\n  tcp dport 443 accept\n',
  '\n  ip saddr { 10.9.0.0/16\n',
  '\n  notrack\n',
  '\n  jump forward\n',
  '\n} chain other {\n',
  '\n}\n}\ntable ip6 more {\n chain a {\n',
  '\nadd rule inet filter helper index 2 drop\n',
  '\n  include "other.nft"\n',
  '\n  define server = 10.1.1.1\n',
];

const OTHER = 'ip daddr 192.0.2.77 accept\ntcp dport 22 drop\n';

function afterEdit(before: string, after: string, files: Readonly<Record<string, string>> = {}) {
  const source = { uri: URI, text: after };
  const tree = nftables.parse(source, nftables.parse({ uri: URI, text: before }));
  return nftables.lower(source, tree, sourcesOf({ ...files, [URI]: after }));
}

test('a bracket that was forgotten, and is closed after many rules, closes', () => {
  const around = (next: string) => {
    const rules = Array.from({ length: 70 }, (_, i) => `    tcp dport ${i + 1} ip saddr { 10.0.0.0/8\n    ${next}`);
    return `table ip t {\n  chain c {\n    accept\n${rules.join('\n')}\n  }\n}\n`;
  };
  const open = around('udp dport 53 accept');
  for (let line = 4; line < 140; line += 2) {
    const lines = open.split('\n');
    expect(lines[line]).toBe('    udp dport 53 accept');
    lines[line] = '    , 172.16.0.0/12 } accept';
    const closed = lines.join('\n');
    expect(contentOf(afterEdit(open, closed))).toEqual(contentOf(lowered(closed)));
  }
});

describe('an edited ruleset is known as well as one that is read anew', () => {
  test.each([1, 2, 3, 4])('for the edits %i', (seed) => {
    const random = randomFrom(seed);
    const files = { 'file:///net/other.nft': OTHER };
    let current = FILE;
    let tree = nftables.parse({ uri: URI, text: current });
    for (let round = 0; round < 20; round++) {
      const at = random(current.length);
      const removed = random(4) === 0 ? random(3_000) : random(3);
      const kept = random(3) > 0 ? current : FILE;
      current = kept.slice(0, at) + (FRAGMENTS[random(FRAGMENTS.length)] ?? '') + kept.slice(at + removed);
      const source = { uri: URI, text: current };
      tree = nftables.parse(source, tree);
      const typed = nftables.lower(source, tree, sourcesOf({ ...files, [URI]: current }));
      expect(contentOf(typed)).toEqual(contentOf(lowered(current, files)));
    }
  });
});
