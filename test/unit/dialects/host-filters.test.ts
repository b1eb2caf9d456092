// The same filter of a host in two languages: it counts alike, whatever it leaves open.
import { describe, expect, it } from 'vitest';
import { evaluateAll } from '../../../server/src/analysis/evaluate/evaluate.js';
import { Catalog } from '../../../server/src/catalog/catalog.js';
import type { Dialect } from '../../../server/src/dialects/dialect.js';
import { iptables } from '../../../server/src/dialects/iptables/index.js';
import { nftables } from '../../../server/src/dialects/nftables/index.js';

const catalog = Catalog.builtIn();
const ASKED = catalog.select(['m365-worldwide/11/udp', 'sfb-server/front-end/5061-tcp-clients']).requirements;

interface HostChain {
  readonly policy: 'accept' | 'drop';
  readonly rule?: 'accept' | 'drop';
}

function statuses(dialect: Dialect, text: string, role?: string): readonly unknown[] {
  const source = { uri: 'file:///host', text };
  const sources = { read: () => 'missing' as const, list: () => [], roots: [] };
  const { model } = dialect.lower(source, dialect.parse(source), sources);
  const network = { roles: new Map(), ...(role === undefined ? {} : { role }) };
  return evaluateAll(model, ASKED, network).map(({ verdict }) => verdict.status);
}

function inIptables(chains: Readonly<Record<string, HostChain>>, forward: string): string {
  const entries = Object.entries(chains).map(([name, chain]) => [name.toUpperCase(), chain] as const);
  const ports = { INPUT: '-p tcp --dport 5061', OUTPUT: '-p udp --dport 3478:3481' };
  return [
    '*filter',
    ...entries.map(([name, { policy }]) => `:${name} ${policy.toUpperCase()} [0:0]`),
    ...(forward === '' ? [] : [`:FORWARD ${forward} [0:0]`]),
    '-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
    '-A OUTPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
    ...entries.flatMap(([name, { rule }]) =>
      rule ? [`-A ${name} ${name === 'INPUT' ? ports.INPUT : ports.OUTPUT} -j ${rule.toUpperCase()}`] : [],
    ),
    'COMMIT',
    '',
  ].join('\n');
}

function inNftables(chains: Readonly<Record<string, HostChain>>): string {
  const ports = (name: string) => (name === 'input' ? 'tcp dport 5061' : 'udp dport 3478-3481');
  const blocks = Object.entries(chains).map(([name, { policy, rule }]) => {
    const rules = `ct state established,related accept\n${rule ? `${ports(name)} ${rule}\n` : ''}`;
    return `chain ${name} {\ntype filter hook ${name} priority 0; policy ${policy};\n${rules}}\n`;
  });
  return `table ip host {\n${blocks.join('')}}\n`;
}

const CHAINS: readonly HostChain[] = [
  { policy: 'accept' },
  { policy: 'drop' },
  { policy: 'drop', rule: 'accept' },
  { policy: 'accept', rule: 'drop' },
];

describe('the filter of a host', () => {
  for (const input of CHAINS) {
    for (const output of CHAINS) {
      const title = [input, output]
        .map(({ policy, rule }) => `${policy}${rule ? ` but ${rule} these` : ''}`)
        .join(' / ');
      it.each(['', 'ACCEPT'])(`is the same in iptables and nftables: ${title}; FORWARD %s`, (forward) => {
        for (const role of [undefined, 'clients', 'front-end']) {
          const nft = statuses(nftables, inNftables({ input, output }), role);
          expect(statuses(iptables, inIptables({ input, output }, forward), role)).toEqual(nft);
          if (role === undefined) expect(nft).not.toContain('not-applicable');
        }
      });
    }
  }

  it('is not asked about what it does not set', () => {
    const text = '*filter\n:INPUT DROP [0:0]\nCOMMIT\n';
    expect(statuses(iptables, text)).toEqual(['not-applicable', 'blocked']);
  });

  it('is that of a router where it translates what leaves a network', () => {
    const nat = '*nat\n-A POSTROUTING -s 10.20.0.0/16 -o wan0 -j MASQUERADE\nCOMMIT\n';
    const filter = '*filter\n:INPUT DROP [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT DROP [0:0]\nCOMMIT\n';
    expect(statuses(iptables, nat + filter)[0]).toBe('met');
    expect(statuses(iptables, filter)[0]).toBe('blocked');
  });
});
