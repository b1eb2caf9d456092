import { describe, expect, it } from 'vitest';
import { explainFlow, parseFlow } from '../../../server/src/analysis/explain/flow.js';
import type { Sources } from '../../../server/src/dialects/dialect.js';
import { allDialects } from '../../../server/src/dialects/registry.js';
import { LineIndex } from '../../../server/src/text/lines.js';

const DIALECTS = await allDialects();

const NO_SOURCES: Sources = { read: () => 'missing', list: () => [], roots: [] };

function read(id: string, name: string, text: string) {
  const dialect = DIALECTS.find((one) => one.id === id);
  if (!dialect) throw new Error(`no dialect ${id}`);
  const source = { uri: `file:///network/${name}`, text };
  return dialect.lower(source, dialect.parse(source), NO_SOURCES);
}

/** `code @ line` of each finding, lines counted from one, each once. */
function reportedIn(id: Id, name: string, text: string, document = read(id, name, text)): string[] {
  const lines = new LineIndex(text);
  const reported = document.problems.map(
    ({ code, range }) => `${code} @ ${lines.lineText(lines.lineAt(range.start)).trim()}`,
  );
  return [...new Set(reported)];
}

function verdict(id: Id, name: string, text: string, flow: string, { model } = read(id, name, text)): string {
  const parsed = parseFlow(flow);
  if (model.kind !== 'filter' || typeof parsed === 'string') throw new Error('no question');
  return explainFlow(model, parsed, id === 'windows-firewall' ? { hook: 'input', inInterface: 'Domain' } : {}).verdict;
}

const DNS = 'udp 10.0.0.1:50000 > 192.0.2.1:53';

type Id = 'iptables' | 'nftables' | 'cisco' | 'windows-firewall';

/**
 * How each language writes a file with one bad line in it. The rule behind the line permits DNS; it still does, unless the
 * whole file is lost with the line.
 */
const LANGUAGES: Readonly<Record<Id, { readonly name: string; readonly file: (bad: string) => string }>> = {
  iptables: {
    name: 'rules.v4',
    file: (bad: string) =>
      `*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n:A - [0:0]\n-A FORWARD -j A\n${bad}\n-A FORWARD -p udp -m udp --dport 53 -j ACCEPT\n-A FORWARD -j A\nCOMMIT\n`,
  },
  nftables: {
    name: 'rules.nft',
    file: (bad: string) =>
      `table inet filter {\n\tchain forward {\n\t\ttype filter hook forward priority filter; policy drop;\n\t\t${bad.split('\n').join('\n\t\t')}\n\t\tudp dport 53 accept\n\t}\n}\n`,
  },
  cisco: {
    name: 'core.ios',
    file: (bad: string) => `ip access-list extended LAN\n${bad}\n permit udp any any eq 53\n deny ip any any\n`,
  },
  'windows-firewall': {
    name: 'host.ps1',
    file: (bad: string) =>
      `${bad}\nNew-NetFirewallRule -DisplayName 'DNS' -Direction Inbound -Protocol UDP -LocalPort 53 -Action Allow\n`,
  },
};

const CASES: readonly (readonly [id: Id, what: string, bad: string, code?: string])[] = [
  ['iptables', 'port 70000', '-A FORWARD -p tcp -m tcp --dport 70000 -j ACCEPT', 'syntax-error'],
  ['nftables', 'port 70000', 'tcp dport 70000 accept', 'syntax-error'],
  ['cisco', 'port 70000', ' permit tcp any any eq 70000', 'syntax-error'],
  [
    'windows-firewall',
    'port 70000',
    "New-NetFirewallRule -DisplayName 'Bad' -Direction Inbound -Protocol TCP -LocalPort 70000 -Action Allow",
    'syntax-error',
  ],
  ['iptables', 'mixed families', '-A FORWARD -s 2001:db8::/32 -j ACCEPT', 'syntax-error'],
  ['nftables', 'mixed families', 'ip saddr 2001:db8::/32 accept', 'syntax-error'],
  ['cisco', 'mixed families', ' permit tcp 2001:db8::/32 any eq 443', 'syntax-error'],
  ['iptables', 'a missing chain', '-A FORWARD -p tcp -j NOWHERE', 'undefined-name'],
  ['nftables', 'a missing chain', 'meta l4proto tcp jump nowhere', 'undefined-name'],
  ['cisco', 'a missing group', ' permit tcp any object-group NOWHERE eq 443', 'undefined-name'],
  ['iptables', 'a prefix with host bits', '-A FORWARD -s 10.1.2.3/8 -p tcp -j ACCEPT'],
  ['nftables', 'a prefix with host bits', 'ip saddr 10.1.2.3/8 tcp dport 443 accept'],
  ['cisco', 'a wildcard with host bits', ' permit tcp 10.1.2.3 0.255.255.255 any eq 443'],
];

describe.each(CASES.map(([id, what, bad, code]) => ({ id, what, bad, code })))(
  '$id with $what',
  ({ id, bad, code }) => {
    const { name, file } = LANGUAGES[id];
    it('is reported on the line', () => {
      const expected = code === undefined ? [] : [`${code} @ ${bad.trim()}`];
      expect(reportedIn(id, name, file(bad)).filter((one) => one.endsWith(`@ ${bad.trim()}`))).toEqual(expected);
    });
    it('has the rest analysed', () => {
      expect(verdict(id, name, file(bad), DNS)).toBe('permit');
    });
  },
);

const CONFLICT = '<<<<<<< HEAD\n%s\n=======\n%s\n>>>>>>> theirs';

describe.each([
  ['iptables', '-A FORWARD -p tcp -m tcp --dport 80 -j ACCEPT', '-A FORWARD -p tcp -m tcp --dport 8080 -j ACCEPT'],
  ['nftables', 'tcp dport 80 accept', 'tcp dport 8080 accept'],
  ['cisco', ' permit tcp any any eq 80', ' permit tcp any any eq 8080'],
  [
    'windows-firewall',
    "New-NetFirewallRule -DisplayName 'Web' -Direction Inbound -Protocol TCP -LocalPort 80 -Action Allow",
    "New-NetFirewallRule -DisplayName 'Web' -Direction Inbound -Protocol TCP -LocalPort 8080 -Action Allow",
  ],
] as const)('%s with a merge conflict', (id, ours, theirs) => {
  const { name, file } = LANGUAGES[id];
  const text = file(CONFLICT.replace('%s', ours).replace('%s', theirs));
  it('is reported at its markers', () => {
    const reported = reportedIn(id, name, text);
    for (const marker of ['<<<<<<< HEAD', '=======', '>>>>>>> theirs']) {
      expect(reported).toContain(`syntax-error @ ${marker}`);
    }
  });
  it('has the rest analysed', () => {
    expect(verdict(id, name, text, DNS)).toBe('permit');
    expect(verdict(id, name, text, 'udp 10.0.0.1:50000 > 192.0.2.1:54')).toBe('deny');
  });
});

describe.each([
  [
    'iptables',
    '-A FORWARD -p tcp -m tcp --dport',
    ['-A FORWARD -p tcp -m tcp --dport', '-A FORWARD -p tcp -m tcp --dport'],
  ],
  ['nftables', 'tcp dport', ['table inet filter {', 'chain forward {', 'tcp dport']],
  ['cisco', ' permit tcp any any eq', ['permit tcp any any eq']],
  ['windows-firewall', "New-NetFirewallRule -DisplayName 'Web", ["New-NetFirewallRule -DisplayName 'Web"]],
] as const)('%s that ends in the middle of a line', (id, last, expected) => {
  const { name, file } = LANGUAGES[id];
  const whole = file('');
  const behind = { iptables: '-A FORWARD -j A', nftables: '\n\t}\n}', cisco: ' deny', 'windows-firewall': '$' }[id];
  const cut =
    id === 'windows-firewall' ? whole + last : `${whole.slice(0, whole.lastIndexOf(behind)).trimEnd()}\n${last}`;
  it('is reported there, with the rest analysed', () => {
    expect(reportedIn(id, name, cut)).toEqual([...new Set(expected.map((line) => `syntax-error @ ${line}`))]);
    expect(verdict(id, name, cut, DNS)).toBe('permit');
  });
});

it('a script that ends in the middle of a block is reported at the block', () => {
  const text =
    "foreach ($p in 1,2) {\nNew-NetFirewallRule -DisplayName 'A' -Direction Inbound -Protocol TCP -LocalPort $p\n";
  expect(reportedIn('windows-firewall', 'host.ps1', text)).toEqual(['syntax-error @ foreach ($p in 1,2) {']);
});

it('a million members of one Cisco group are read', () => {
  const members: string[] = [];
  for (let i = 0; i < 1_000_000; i++) members.push(` host 10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`);
  const text = `object-group network BIG\n${members.join('\n')}\n!\nip access-list extended LAN\n permit ip object-group BIG any\n`;
  const document = read('cisco', 'core.ios', text);
  expect(reportedIn('cisco', 'core.ios', text, document)).toEqual([]);
  expect(verdict('cisco', 'core.ios', text, 'tcp 10.15.66.63:1 > 192.0.2.1:2', document)).toBe('permit');
  expect(verdict('cisco', 'core.ios', text, 'tcp 10.15.66.64:1 > 192.0.2.1:2', document)).toBe('deny');
});

it('a million addresses of one Windows rule are read', () => {
  const addresses: string[] = [];
  for (let i = 0; i < 1_000_000; i++) addresses.push(`10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`);
  const text = `New-NetFirewallRule -DisplayName 'Big' -Direction Inbound -RemoteAddress ${addresses.join(',')} -Action Allow\n`;
  const document = read('windows-firewall', 'host.ps1', text);
  expect(reportedIn('windows-firewall', 'host.ps1', text, document)).toEqual([]);
  expect(verdict('windows-firewall', 'host.ps1', text, 'tcp 10.15.66.63:1 > 192.0.2.1:2', document)).toBe('permit');
  expect(verdict('windows-firewall', 'host.ps1', text, 'tcp 10.15.66.64:1 > 192.0.2.1:2', document)).toBe('deny');
});
