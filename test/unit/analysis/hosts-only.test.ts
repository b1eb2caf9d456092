// Requirements whose document names hosts, on filters that know addresses.
import { describe, expect, it } from 'vitest';
import { evaluateAll } from '../../../server/src/analysis/evaluate/evaluate.js';
import type { NetworkContext } from '../../../server/src/analysis/evaluate/network-context.js';
import { findingsOfEvaluations } from '../../../server/src/analysis/findings/findings.js';
import { Catalog } from '../../../server/src/catalog/catalog.js';
import type { Requirement } from '../../../server/src/catalog/requirement.js';
import { nftables } from '../../../server/src/dialects/nftables/index.js';
import { IpSet } from '../../../server/src/model/ip.js';

function requirement(hosts: readonly string[], ports = '80,443'): Requirement {
  return {
    id: 'acme/portal/tcp',
    title: 'The portal',
    why: 'People work with it.',
    kind: 'reach',
    required: true,
    tags: ['acme'],
    flow: { direction: 'outbound', from: { role: 'clients' }, to: { hosts }, protocol: 'tcp', ports },
    source: { document: 'guide', url: 'https://acme.example/guide', section: '1', revision: '1' },
  };
}

const UNKNOWN = ['portal.acme.example'];
const RANGES = new Map([['mail.acme.example', IpSet.parse('198.18.0.0/24', '52.96.0.0/14')]]);

interface Asked {
  readonly hosts?: readonly string[];
  readonly family?: 'ip' | 'inet';
  readonly policy?: 'accept' | 'drop';
  readonly around?: NetworkContext;
}

const CLIENTS = { roles: new Map([['clients', IpSet.parse('10.20.0.0/16', '2001:db8:20::/48')]]) };

function evaluate(
  rules: readonly string[],
  { hosts = UNKNOWN, family = 'ip', policy = 'drop', around = CLIENTS }: Asked = {},
) {
  const body = ['ct state established,related accept', ...rules].join('\n');
  const text = `table ${family} edge {\nchain passing {\ntype filter hook forward priority 0; policy ${policy};\n${body}\n}\n}\n`;
  const source = { uri: 'file:///edge.nft', text };
  const sources = { read: () => 'missing' as const, list: () => [], roots: [] };
  const { model } = nftables.lower(source, nftables.parse(source), sources);
  const evaluations = evaluateAll(model, [requirement(hosts)], { ...around, hostAddresses: RANGES });
  const { status, reason, missing } = evaluations[0]?.verdict ?? {};
  const findings = findingsOfEvaluations(source.uri, evaluations, {});
  return {
    status,
    reason,
    missing: missing?.(),
    findings,
    evaluations,
    of: (start: number, end: number) => text.slice(start, end),
  };
}

const WEB = 'tcp dport { 80, 443 } accept';
const BOTH_WAYS = {
  status: 'undecided',
  reason: 'the file knows addresses, and the document names hosts',
  findings: [],
};

describe('a host whose address nobody knows', () => {
  it.each([
    ['everything is closed', []],
    ['other ports are open', ['tcp dport 25 accept', 'udp dport 443 accept']],
    ['other clients are served', [`ip saddr 10.30.0.0/16 ${WEB}`]],
    ['only addresses inside can be reached', [`ip daddr { 10.0.0.0/8, 192.168.0.0/16 } ${WEB}`]],
  ])('is blocked where %s', (_, rules) => {
    const { status, findings, of } = evaluate(rules);
    expect(status).toBe('blocked');
    expect(findings).toMatchObject([{ code: 'requirement-blocked', severity: 'error' }]);
    expect(findings[0]?.message).toContain('is denied here: TCP 80, 443');
    expect(findings.map(({ range }) => of(range.start, range.end))[0]).toContain('policy drop');
  });

  it.each([
    ['the web is open', [WEB]],
    [
      'it is open to all but private and special addresses',
      [`ip daddr != { 0.0.0.0/8, 10.0.0.0/8, 192.168.0.0/16 } ${WEB}`],
    ],
    ['it is open in two parts', [`ip daddr 0.0.0.0/1 ${WEB}`, `ip daddr 128.0.0.0/1 ${WEB}`]],
  ])('is met where %s', (_, rules) => {
    expect(evaluate(rules)).toMatchObject({ status: 'met', findings: [] });
  });

  it.each([
    ['some addresses can be reached', [`ip daddr 52.96.0.0/14 ${WEB}`]],
    ['a single address can be reached', [`ip daddr 77.1.2.3 ${WEB}`]],
    ['a single address cannot', ['ip daddr 77.1.2.3 drop', WEB]],
    ['it depends on something else', [`meta mark 7 ${WEB}`, `ip daddr 52.96.0.0/14 ${WEB}`]],
  ])('is undecided, which is no finding, where %s', (_, rules) => {
    expect(evaluate(rules)).toMatchObject(BOTH_WAYS);
  });

  it('is not reached at any address, and none is listed', () => {
    const { missing } = evaluate(['tcp dport 25 accept']);
    expect(missing).toBe('TCP 80, 443');
  });

  describe('is for clients behind several interfaces', () => {
    const around: NetworkContext = {
      roles: new Map(),
      interfaces: new Map<string, IpSet | 'internet'>([
        ['lan0', IpSet.parse('10.20.0.0/16')],
        ['guest0', IpSet.parse('10.30.0.0/16')],
        ['wan0', 'internet'],
      ]),
    };

    it('tells of a network that reaches no address, and lists no addresses that a fix could permit', () => {
      const { status, missing, evaluations } = evaluate([`iifname lan0 ${WEB}`], { around });
      const shares = evaluations.flatMap(({ shares = [] }) => shares);
      expect(status).toBe('partial');
      expect(missing).toBe('TCP 80, 443 for clients behind guest0 (10.30.0.0/16)');
      expect(shares.map((share) => share.missing.kind === 'packets' && share.missing.allowed.isEmpty)).toEqual([true]);
    });

    it('is undecided where one of them reaches some addresses', () => {
      const { status, reason, findings } = evaluate(
        [`iifname lan0 ${WEB}`, `iifname guest0 ip daddr 52.96.0.0/14 ${WEB}`],
        { around },
      );
      expect({ status, reason, findings }).toEqual(BOTH_WAYS);
    });
  });

  it('lacks a port that is closed to every address', () => {
    const { status, findings } = evaluate(['tcp dport 80 accept']);
    expect(status).toBe('partial');
    expect(findings[0]?.message).toContain('missing: TCP 443 (');
  });

  it('needs an address of one family only', () => {
    expect(evaluate([WEB], { family: 'inet' }).status).toBe('met');
    expect(evaluate([], { family: 'inet' }).status).toBe('blocked');
    expect(evaluate([`meta nfproto ipv4 ${WEB}`], { family: 'inet' })).toMatchObject(BOTH_WAYS);
  });

  it('is undecided in a long list of rules as well', () => {
    const rules = Array.from({ length: 600 }, (_, i) => `ip daddr 77.${i >> 8}.${i & 255}.0/24 ${WEB}`);
    expect(evaluate(rules)).toMatchObject(BOTH_WAYS);
    const others = rules.map((rule) => rule.replace(WEB, 'drop'));
    expect(evaluate([...others, WEB])).toMatchObject(BOTH_WAYS);
  });
});

describe('a host whose addresses a document lists', () => {
  const MAIL = ['mail.acme.example'];

  it('is decided by these', () => {
    const ranges = `ip daddr { 198.18.0.0/24, 52.96.0.0/14 } ${WEB}`;
    expect(evaluate([ranges], { hosts: MAIL }).status).toBe('met');
    expect(evaluate([`ip daddr 77.1.2.3 ${WEB}`], { hosts: MAIL }).status).toBe('blocked');
    const half = evaluate([`ip daddr 198.18.0.0/24 ${WEB}`], { hosts: MAIL });
    expect(half.status).toBe('partial');
    expect(half.findings[0]?.message).toContain('52.96.0.0/14');
  });

  it('decides a requirement with others where it cannot be reached', () => {
    const hosts = [...MAIL, ...UNKNOWN];
    expect(evaluate([`ip daddr 77.1.2.3 ${WEB}`], { hosts }).status).toBe('partial');
    expect(evaluate([`ip daddr { 198.18.0.0/24, 52.96.0.0/14 } ${WEB}`], { hosts })).toMatchObject(BOTH_WAYS);
    expect(evaluate([WEB], { hosts }).status).toBe('met');
    expect(evaluate([], { hosts }).status).toBe('blocked');
  });

  it('is known from the catalog, where a requirement lists both', () => {
    const { hostAddresses } = Catalog.builtIn();
    expect(hostAddresses.get('login.microsoftonline.com')?.toPrefixes()).toContain('20.190.128.0/18');
    expect(hostAddresses.get('*.sharepoint.com')).toBeUndefined();
  });
});
