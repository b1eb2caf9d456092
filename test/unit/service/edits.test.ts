// Edits of files of many blocks: what is kept of the others means what a fresh copy means, also where an edit changes what they use.
import { expect, test } from 'vitest';
import { languageById } from '../../../server/src/configuration/languages.js';
import { faultOf } from '../../fuzz/history.js';

/** More lines than a block and a group of blocks hold. */
const LINES = 5_000;

const lines = (line: (i: number) => string, count = LINES) =>
  Array.from({ length: count }, (_, i) => line(i)).join('\n');

/** A text, and what is replaced in it one after the other. */
interface Typed {
  readonly language: string;
  readonly name: string;
  readonly text: string;
  readonly edits: readonly (readonly [before: string, after: string])[];
}

const SAVE = `*filter
:INPUT ACCEPT [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
:far - [0:0]
${lines((i) => `-A FORWARD -d 52.112.${i >> 8}.${i & 255}/32 -p udp -m udp --dport ${3_478 + (i % 4)} -j ${i % 9 ? 'ACCEPT' : 'far'}`)}
-A far -j RETURN
COMMIT
`;

const NFT = `table ip filter {
  define far = 10.0.0.0/8
${lines((i) => `  chain c${i} {\n    ip saddr $far ip daddr 52.112.${i >> 8}.${i & 255} udp dport ${3_478 + (i % 4)} accept\n  }`, 700)}
  chain forward {
    type filter hook forward priority filter; policy drop;
${lines((i) => `    jump c${i}`, 700)}
  }
}
`;

const CISCO = `object-group network FAR
 10.0.0.0 255.0.0.0
!
ip access-list extended INSIDE-OUT
${lines((i) => ` permit udp ${i % 9 ? 'any' : 'object-group FAR'} host 52.112.${i >> 8}.${i & 255} eq ${3_478 + (i % 4)}`)}
interface GigabitEthernet0/1
 ip access-group INSIDE-OUT in
`;

const SQUID = `http_port 3128
acl far src 10.0.0.0/8
${lines((i) => (i % 9 ? `acl sites dstdomain .host${i}.example` : `http_access allow far sites`), 1_500)}
http_access deny all
`;

const CASES: readonly Typed[] = [
  {
    language: 'iptables',
    name: 'rules.v4',
    text: SAVE,
    edits: [
      ['-A far -j RETURN', '-A far -j DROP'],
      [':far - [0:0]\n', ''],
      [':OUTPUT', ':far - [0:0]\n:OUTPUT'],
      ['*filter', '# typed\n*filter'],
      ['COMMIT\n', ''],
      ['-A far -j DROP\n', '-A far -j DROP\nCOMMIT\n'],
      ['52.112.9.9/32 -p udp', '52.112.9.9/32 -p icmp'],
      [':FORWARD DROP [0:0]\n', ':FORWARD DROP [0:0]\r\n'],
    ],
  },
  {
    language: 'nftables',
    name: 'rules.nft',
    text: NFT,
    edits: [
      ['far = 10.0.0.0/8', 'far = 192.168.0.0/16'],
      ['  define far = 192.168.0.0/16\n', ''],
      ['policy drop', 'policy accept'],
      ['    jump c5\n', ''],
      ['table ip filter {\n', 'table ip filter {\r\n  define far = 10.0.0.0/8\r\n'],
    ],
  },
  {
    language: 'cisco',
    name: 'router.cfg',
    text: CISCO,
    edits: [
      [' 10.0.0.0 255.0.0.0', ' 192.168.0.0 255.255.0.0'],
      ['object-group network FAR\n', ''],
      [' ip access-group INSIDE-OUT in', ' ip access-group INSIDE-OUT out'],
      ['ip access-list', 'object-group network FAR\n host 10.1.1.1\nip access-list'],
      [' permit udp any host 52.112.9.9', ' deny ip any host 52.112.9.9'],
      ['interface Gi', '\r\ninterface Gi'],
    ],
  },
  {
    language: 'squid',
    name: 'squid.conf',
    text: SQUID,
    edits: [
      ['src 10.0.0.0/8', 'src 192.168.0.0/16'],
      ['acl far src 192.168.0.0/16\n', ''],
      ['http_access deny all', 'acl far src 10.0.0.0/8\nhttp_access deny all'],
      ['acl sites dstdomain .host7.example', 'acl sites dstdomain .com'],
      ['http_port 3128\n', 'http_port 3128\r\nacl far src 172.16.0.0/12\r\n'],
    ],
  },
];

test.each(CASES)('$language', async ({ language: id, name, text, edits }) => {
  const language = languageById(id);
  if (!language) throw new Error(id);
  const versions = [text];
  for (const [before, after] of edits) {
    const last = versions.at(-1) ?? '';
    expect(last).toContain(before);
    versions.push(last.replace(before, after));
  }
  // And the last of it taken back, edit by edit.
  const undone = versions.slice(-3, -1).reverse();
  expect(await faultOf({ name, language, versions: [...versions, ...undone] })).toBe(undefined);
});
