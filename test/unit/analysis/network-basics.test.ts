// The faults of the network itself in whole files, as a user without settings sees them.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { DEFAULT_SELECTORS } from '../../../server/src/catalog/catalog.js';
import { cisco } from '../../../server/src/dialects/cisco/index.js';
import type { Dialect } from '../../../server/src/dialects/dialect.js';
import { iptables } from '../../../server/src/dialects/iptables/index.js';
import { nftables } from '../../../server/src/dialects/nftables/index.js';
import { windowsFirewall } from '../../../server/src/dialects/windows-firewall/index.js';
import { LanguageService } from '../../../server/src/service/language-service.js';
import { markedFindings, reportedFindings } from '../../fixture-markers.js';
import { MemoryFiles } from '../service/toy.js';

const CODES: ReadonlySet<string> = new Set(['control-messages-denied', 'filter-bypassed']);

async function findingsIn(
  text: string,
  dialect: Dialect,
  name: string,
  codes = CODES,
  require: readonly string[] = DEFAULT_SELECTORS,
) {
  const uri = `file:///network/${name}`;
  const service = new LanguageService(new MemoryFiles(new Map([[uri, text]])));
  service.setFolders(['file:///network']);
  service.put(uri, dialect, text);
  const examined = await service.examine(uri, { require, severity: {}, cloud: 'worldwide' });
  const found = examined ? service.findings(uri, examined) : [];
  return [...found].flatMap(([, findings]) => findings).filter(({ code }) => codes.has(code));
}

describe.each([
  { dialect: iptables as Dialect, comment: '#' },
  { dialect: nftables as Dialect, comment: '#' },
  { dialect: cisco as Dialect, comment: '!' },
  { dialect: windowsFirewall as Dialect, comment: '#' },
])('what the network itself needs, in files of $dialect.id', ({ dialect, comment }) => {
  const folder = fileURLToPath(new URL(`../../fixtures/${dialect.id}/basics/`, import.meta.url));

  test.each(readdirSync(folder))('%s', async (name) => {
    const text = readFileSync(folder + name, 'utf8');
    const findings = await findingsIn(text, dialect, name);
    expect(reportedFindings(text, findings)).toEqual(markedFindings(text, comment));
    expect(findings.filter(({ severity }) => severity !== 'warning')).toEqual([]);
  });
});

describe('what hosts need to find their router, where that is asked for', () => {
  const folder = fileURLToPath(new URL('../../fixtures/iptables/router-discovery/', import.meta.url));

  test.each(readdirSync(folder))('%s', async (name) => {
    const text = readFileSync(folder + name, 'utf8');
    const findings = await findingsIn(text, iptables, name, CODES, ['router-discovery+hosts']);
    expect(reportedFindings(text, findings)).toEqual(markedFindings(text, '#'));
    expect(await findingsIn(text, iptables, name)).toEqual([]);
  });
});

async function messagesOf(text: string, dialect: Dialect, name: string): Promise<string[]> {
  return (await findingsIn(text, dialect, name)).map(({ message }) => message);
}

function fixture(path: string): string {
  return readFileSync(new URL(`../../fixtures/${path}`, import.meta.url), 'utf8');
}

test('the message says which messages are denied, and what comes of it', async () => {
  expect(await messagesOf(fixture('nftables/basics/too-big.nft'), nftables, 'fw.nft')).toEqual([
    'This denies what the network itself needs: IPv6 packet too big (ICMPv6 type 2); Fragmentation needed (ICMP type 3, code 4) (network-basics/packet-too-big, network-basics/fragmentation-needed). Where a link on the path takes smaller packets, connections open and then stand still, because senders do not learn of it.',
  ]);
});

test('the message of a bypassed rule says what it denies in vain, and how many others do', async () => {
  expect(await messagesOf(fixture('iptables/basics/banned-in-input.v4'), iptables, 'rules.v4')).toEqual([
    'This denies TCP 8081 to 192.0.2.10 from 198.51.100.7/32 and never sees it: the destination is translated before, and the forward hook permits it; the same holds for 1 more.',
  ]);
});

test('more bans than are compared with what is forwarded are told, from the line on where this ends', async () => {
  const bans = Array.from({ length: 1_100 }, (_, i) => `-A INPUT -s 198.51.${i >> 8}.${i & 255}/32 -j DROP\n`).join('');
  const text = fixture('iptables/basics/banned-in-input.v4').replace('-A INPUT -p tcp', (jump) => bans + jump);
  const findings = await findingsIn(text, iptables, 'rules.v4', new Set(['filter-bypassed', 'unmodelled-statement']));
  expect(findings.map(({ code, range }) => `${code}: ${text.slice(range.start, range.end)}`)).toEqual([
    'filter-bypassed: -A INPUT -s 198.51.0.0/32 -j DROP',
    'unmodelled-statement: -A INPUT -s 198.51.3.232/32 -j DROP',
  ]);
});

const FORWARDING = '*filter\n:INPUT ACCEPT [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n';
const ESTABLISHED = '-A FORWARD -p tcp -m conntrack --ctstate ESTABLISHED -j ACCEPT\n';
const rules = (count: number, rule: (index: number) => string) =>
  Array.from({ length: count }, (_, i) => rule(i)).join('');

describe('where asking is too much, whether errors pass is undecided at the line that denies them, not left out', () => {
  test.each([
    [
      'many kinds of connections',
      `${ESTABLISHED}${rules(5, (i) => `-A FORWARD -i lan${i} -o wan${i} -p tcp -m tcp --dport ${80 + i} -j ACCEPT\n`)}`,
      'the errors about so many kinds of connections are not asked for',
    ],
    [
      'many rules',
      `${ESTABLISHED}${rules(1_001, (i) => `-A FORWARD -p tcp -m tcp --dport ${1_000 + 2 * i} -j ACCEPT\n`)}`,
      'which connections so many rules permit is not asked',
    ],
  ])('%s', async (_, text, reason) => {
    const uri = 'file:///network/rules.v4';
    const file = `${FORWARDING}${text}COMMIT\n`;
    const service = new LanguageService(new MemoryFiles(new Map([[uri, file]])));
    service.setFolders(['file:///network']);
    service.put(uri, iptables, file);
    const examined = await service.examine(uri, { require: DEFAULT_SELECTORS, severity: {}, cloud: 'worldwide' });
    const coverage = examined?.analysis.report.coverage ?? [];
    const errors = coverage.find(({ requirement }) => requirement === 'network-basics/fragmentation-needed');
    expect(errors).toMatchObject({ status: 'undecided', reason });
    // Without a line, nobody could mend it.
    if (errors?.status === 'undecided')
      expect(errors.decidedBy.map((one) => one.text)).toEqual([':FORWARD DROP [0:0]']);
    expect(errors?.status).not.toBe('met');
  });
});

test('a rule about thousands of kinds of packets leaves undecided whether errors pass', async () => {
  const elements = rules(4_200, (i) => `10.${i >> 8}.${i & 255}.1 . ${1_000 + 2 * (i % 3_000)}, `);
  const text = `table inet edge {
    chain pass {
        type filter hook forward priority filter; policy drop;
        meta l4proto tcp ct state established accept
        ip saddr . tcp dport { ${elements} } accept
    }
}
`;
  const uri = 'file:///network/edge.nft';
  const service = new LanguageService(new MemoryFiles(new Map([[uri, text]])));
  service.setFolders(['file:///network']);
  service.put(uri, nftables, text);
  const examined = await service.examine(uri, { require: DEFAULT_SELECTORS, severity: {}, cloud: 'worldwide' });
  const errors = examined?.analysis.report.coverage.find(
    ({ requirement }) => requirement === 'network-basics/fragmentation-needed',
  );
  expect(errors?.status).toBe('undecided');
  expect(errors?.reason).toBe('the errors about so many kinds of connections are not asked for');
  expect(errors?.decidedBy.map((one) => one.text)).toEqual(['policy drop']);
});

test.each([
  // Whether errors pass a list that inspection stands behind is not in it.
  [
    'edge.ios',
    cisco,
    'ip access-list extended EDGE\n permit tcp any any eq 443\ninterface Gi0/1\n ip access-group EDGE in\n',
  ],
  // The rules that Windows has for ICMPv6 are not in the script.
  ['host.ps1', windowsFirewall, "New-NetFirewallRule -DisplayName 'Web' -Protocol TCP -LocalPort 443 -Action Allow\n"],
] as const)('%s does not show what decides these messages', async (name, dialect, text) => {
  expect(await messagesOf(text, dialect, name)).toEqual([]);
});
