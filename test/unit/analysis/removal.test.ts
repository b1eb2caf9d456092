// What has no effect can be taken out by a fix, in every dialect, where the file is proved to mean the same without it.
import { describe, expect, test } from 'vitest';
import { analyze } from '../../../server/src/analysis/analyze.js';
import { UNKNOWN_NETWORK } from '../../../server/src/analysis/evaluate/network-context.js';
import type { FixContext } from '../../../server/src/analysis/fixes/edited-copy.js';
import { fixAll } from '../../../server/src/analysis/fixes/fix-all.js';
import { fixesFor } from '../../../server/src/analysis/fixes/remedies.js';
import { Catalog, DEFAULT_SELECTORS } from '../../../server/src/catalog/catalog.js';
import { allDialects, detectAmong } from '../../../server/src/dialects/registry.js';
import { applyEdits } from '../../../server/src/text/edit.js';
import { NO_SOURCES } from '../pac/helpers.js';

const DIALECTS = await allDialects();

const { requirements } = Catalog.builtIn().select(DEFAULT_SELECTORS);
const CODES: ReadonlySet<string> = new Set(['redundant-rule', 'shadowed-rule', 'unused-name']);

function contextOf(file: string, text: string): FixContext {
  const source = { uri: `file:///network/${file}`, text };
  const dialect = detectAmong(DIALECTS, source.uri, text);
  if (!dialect) throw new Error(`${file} is of no dialect`);
  const document = dialect.lower(source, dialect.parse(source), NO_SOURCES);
  const checks = { requirements, retired: [], severity: {}, network: UNKNOWN_NETWORK };
  return { document, dialect, sources: NO_SOURCES, checks, analysis: analyze(document, dialect, checks, NO_SOURCES) };
}

/** The fixes of what has no effect, with the lines that each takes out. */
function removals(file: string, text: string): string[] {
  const context = contextOf(file, text);
  return context.analysis.report.findings
    .filter(({ code }) => CODES.has(code))
    .flatMap((finding) => fixesFor(context, finding))
    .map(({ title, edits }) => {
      const left = applyEdits(text, edits).split('\n');
      const gone = text.split('\n').filter((line) => !left.includes(line));
      return `${title} | ${gone.map((line) => line.trim()).join(' | ')}`;
    });
}

const FILES: readonly (readonly [file: string, text: string, expected: readonly string[]])[] = [
  [
    'rules.v4',
    `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
:IDLE - [0:0]
-A INPUT -p tcp -j ACCEPT
-A INPUT -p tcp --dport 22 -j ACCEPT
-A INPUT -p tcp --dport 23 -j DROP
-A IDLE -p udp -j ACCEPT
COMMIT
`,
    [
      'Remove IDLE: nothing uses it | :IDLE - [0:0] | -A IDLE -p udp -j ACCEPT',
      'Remove this: it changes nothing | -A INPUT -p tcp --dport 22 -j ACCEPT',
      'Remove this: it never decides | -A INPUT -p tcp --dport 23 -j DROP',
    ],
  ],
  [
    'edge.nft',
    `table inet edge {
  set idle {
    type ipv4_addr
  }
  chain input {
    type filter hook input priority filter; policy drop;
    tcp dport { 22, 80 } accept
    tcp dport 22 accept
  }
}
`,
    [
      'Remove idle: nothing uses it | set idle { | type ipv4_addr',
      'Remove this: it changes nothing | tcp dport 22 accept',
    ],
  ],
  [
    'asa.cfg',
    `hostname asa
interface GigabitEthernet0/0
 nameif inside
 security-level 100
object-group network SPARE
 network-object 10.0.0.0 255.0.0.0
access-list IN extended permit tcp any any
access-list IN extended permit tcp any any eq https
access-list IN extended deny udp any any
access-group IN in interface inside
`,
    [
      'Remove SPARE: nothing uses it | object-group network SPARE | network-object 10.0.0.0 255.0.0.0',
      'Remove this: it changes nothing | access-list IN extended permit tcp any any eq https',
    ],
  ],
  [
    'squid.conf',
    `acl net src 10.0.0.0/8
acl floor src 10.1.0.0/16
acl idle dstdomain .example.com \\
  .example.net
http_access allow net
http_access allow floor
http_access deny all
`,
    [
      'Remove idle: nothing uses it | acl idle dstdomain .example.com \\ | .example.net',
      'Remove this: it changes nothing | http_access allow floor',
    ],
  ],
  [
    'proxy.pac',
    `var idle = "x";
function FindProxyForURL(url, host) {
  if (dnsDomainIs(host, ".example.com")) return "DIRECT";
  if (host == "www.example.com") return "PROXY w.example:80";
  if (host == "intranet" || host == "a.example.com") return "DIRECT";
  return "PROXY p.example:80";
}
`,
    [
      'Remove idle: nothing uses it | var idle = "x";',
      'Remove this: it never decides | if (host == "www.example.com") return "PROXY w.example:80";',
      'Remove this: it changes nothing | if (host == "intranet" || host == "a.example.com") return "DIRECT";',
    ],
  ],
  [
    'firewall.ps1',
    `New-NetFirewallRule -DisplayName 'Guests' -Direction Inbound -Protocol TCP -RemoteAddress 192.168.0.0/16 -Action Block
New-NetFirewallRule -DisplayName 'Web' -Direction Inbound -Protocol TCP -LocalPort 80 \`
  -RemoteAddress 192.168.7.0/24 -Action Allow
`,
    [
      "Remove this: it never decides | New-NetFirewallRule -DisplayName 'Web' -Direction Inbound -Protocol TCP -LocalPort 80 ` | -RemoteAddress 192.168.7.0/24 -Action Allow",
    ],
  ],
  [
    'site.netpolicy.yaml',
    `firewall:
  rules:
    - { name: web, action: permit, from: 10.0.0.0/8, protocol: tcp }
    - name: web again
      action: permit
      from: 10.1.0.0/16
      protocol: tcp
      ports: 80
    - { name: dns, action: permit, from: 10.0.0.0/8, protocol: udp, ports: 53 }
`,
    [
      'Remove this: it changes nothing | - name: web again | action: permit | from: 10.1.0.0/16 | protocol: tcp | ports: 80',
    ],
  ],
];

describe('what has no effect', () => {
  test.each(FILES)('in %s is taken out with all that belongs to it', (file, text, expected) => {
    expect(removals(file, text).sort()).toEqual([...expected].sort());
  });

  test.each(FILES)('in %s is left by an edit of everything', (file, text) => {
    const [gone] = removals(file, text);
    const line = gone?.split(' | ')[1] ?? '';
    expect(applyEdits(text, fixAll(contextOf(file, text))?.edits ?? [])).toContain(line);
  });

  test('stays where the verdicts depend on it: a group that says where a role is', () => {
    const text = `groups:
  addresses:
    clients: [10.20.0.0/16]
firewall:
  rules:
    - { name: web, action: permit, from: any, protocol: tcp, ports: 443 }
`;
    expect(removals('site.netpolicy.yaml', text)).toEqual([]);
  });

  test('stays where the rest of its line is not known to be without effect', () => {
    const text = 'function FindProxyForURL(url, host) {\n  var idle = 1; return "DIRECT";\n}\n';
    expect(removals('proxy.pac', text)).toEqual([]);
  });
});
