import { describe, expect, it } from 'vitest';
import { UNKNOWN_NETWORK } from '../../../server/src/analysis/evaluate/network-context.js';
import { evaluateProxy } from '../../../server/src/analysis/evaluate/proxy/evaluate-proxy.js';
import { QueryCache } from '../../../server/src/analysis/evaluate/proxy/query-cache.js';
import type { Requirement } from '../../../server/src/catalog/requirement.js';
import { NO_STEPS } from '../../../server/src/model/evidence.js';
import { HostSet } from '../../../server/src/model/hosts.js';
import { IpSet, parseAddress } from '../../../server/src/model/ip.js';
import type { Case, ProxyRequest, ServerModel, ServerOutcome } from '../../../server/src/model/proxy.js';
import { toldVerdicts } from '../../../server/src/service/checked-files.js';

/** A first-match rule list: the plainest thing that a verdict can be compared with. */
interface Rule {
  readonly hosts: HostSet;
  readonly clients: IpSet;
  readonly access: 'permit' | 'deny' | 'auth';
}

const statement = (index: number) => ({
  uri: 'file:///rules',
  range: { start: index, end: index + 1 },
  text: `rule ${index}`,
});

function modelOf(rules: readonly Rule[]): ServerModel {
  const decide = (request: ProxyRequest): Case<ServerOutcome>[] => {
    let rest = [{ hosts: request.hosts, clients: request.clients }];
    const cases: Case<ServerOutcome>[] = [];
    const answer = (hosts: HostSet, clients: IpSet, access: Rule['access'], index: number) =>
      cases.push({
        hosts,
        clients,
        outcome: {
          kind: 'served',
          access: access === 'auth' && request.user !== 'none' ? 'permit' : access,
          tls: 'none',
          tlsDecidedBy: undefined,
          route: 'direct',
          routeDecidedBy: undefined,
        },
        assumptions: [],
        decidedBy: statement(index),
        trace: NO_STEPS,
      });
    rules.forEach((rule, index) => {
      const next: typeof rest = [];
      for (const { hosts, clients } of rest) {
        const [matchedHosts, matchedClients] = [hosts.intersect(rule.hosts), clients.intersect(rule.clients)];
        if (matchedHosts.isEmpty || matchedClients.isEmpty) {
          next.push({ hosts, clients });
          continue;
        }
        answer(matchedHosts, matchedClients, rule.access, index);
        next.push(
          { hosts: hosts.subtract(rule.hosts), clients },
          { hosts: matchedHosts, clients: clients.subtract(rule.clients) },
        );
      }
      rest = next.filter((box) => !box.hosts.isEmpty && !box.clients.isEmpty);
    });
    for (const { hosts, clients } of rest) answer(hosts, clients, 'deny', rules.length);
    return cases;
  };
  return { kind: 'server', decide };
}

const REQUIREMENT: Requirement = {
  id: 'test/1/tcp',
  title: 'Test',
  why: 'Test.',
  kind: 'reach',
  flow: {
    from: { role: 'clients' },
    to: { hosts: ['*.x.example', 'x.example', 'y.example'] },
    protocol: 'tcp',
    ports: '443',
    direction: 'outbound',
  },
  required: true,
  tags: ['teams'],
  source: { document: 'Test', url: 'https://example.com/' },
};

const HOST_SETS = [
  HostSet.all,
  HostSet.domain('x.example'),
  HostSet.below('x.example'),
  HostSet.exact('y.example'),
  HostSet.exact('a.x.example'),
];
const CLIENT_SETS = [
  IpSet.all,
  IpSet.parse('10.0.0.0/8'),
  IpSet.parse('10.1.0.0/16'),
  IpSet.parse('192.168.0.0/16', '192.0.2.0/24'),
];
const SAMPLE_HOSTS = ['x.example', 'y.example', 'a.x.example', 'b.x.example', 'c.a.x.example'];
const SAMPLE_CLIENTS = ['10.0.0.1', '10.1.0.1', '192.168.0.1', '172.16.0.1', '100.64.0.1', 'fc00::1'];

/** Whole rule lists of two rules: every combination of hosts, clients and access. */
const SINGLE_RULES: Rule[] = HOST_SETS.flatMap((hosts) =>
  CLIENT_SETS.flatMap((clients) => (['permit', 'deny'] as const).map((access) => ({ hosts, clients, access }))),
);

function expectedStatus(rules: readonly Rule[]): string {
  const permitted = SAMPLE_CLIENTS.map((client) =>
    SAMPLE_HOSTS.map((host) => {
      const address = parseAddress(client);
      const rule = rules.find(({ hosts, clients }) => hosts.has(host) && address && clients.has(address));
      return rule?.access === 'permit';
    }),
  );
  if (permitted.some((hosts) => hosts.every(Boolean))) return 'met';
  return permitted.some((hosts) => hosts.some(Boolean)) ? 'partial' : 'blocked';
}

describe('a verdict over a first-match rule list', () => {
  it('is what asking for every host by every client gives, for all lists of two rules', () => {
    const wrong: string[] = [];
    for (const first of SINGLE_RULES) {
      for (const second of SINGLE_RULES) {
        const rules = [first, second];
        const { verdict } = evaluateProxy(REQUIREMENT, new QueryCache(modelOf(rules)), UNKNOWN_NETWORK);
        const expected = expectedStatus(rules);
        if (verdict.status !== expected) {
          const text = rules.map(
            ({ hosts, clients, access }) => `${access} ${hosts.describe()} ${clients.toPrefixes()}`,
          );
          wrong.push(`${text.join(' / ')}: ${verdict.status}, not ${expected}`);
        }
      }
    }
    expect(wrong).toEqual([]);
  });

  it('names exactly what is missing and the rule that denies it', () => {
    const rules: Rule[] = [
      { hosts: HostSet.exact('a.x.example'), clients: IpSet.all, access: 'deny' },
      { hosts: HostSet.domain('x.example'), clients: IpSet.all, access: 'permit' },
    ];
    const { verdict } = evaluateProxy(REQUIREMENT, new QueryCache(modelOf(rules)), UNKNOWN_NETWORK);
    expect(toldVerdicts([verdict])[0]).toMatchObject({
      status: 'partial',
      missing: 'TCP 443 to a.x.example, y.example',
    });
    expect(verdict.decidedBy.map(({ text }) => text)).toEqual(['rule 0', 'rule 2']);
  });

  it('says which client is served where only some are', () => {
    const rules: Rule[] = [{ hosts: HostSet.all, clients: IpSet.parse('10.1.0.0/16'), access: 'permit' }];
    const { verdict } = evaluateProxy(REQUIREMENT, new QueryCache(modelOf(rules)), UNKNOWN_NETWORK);
    expect(verdict).toMatchObject({ status: 'met', reason: 'for clients in 10.1.0.0/16' });
  });

  it('asks a treatment for every client that gets through, and names those that do not get it', () => {
    const rules: Rule[] = [
      { hosts: HostSet.all, clients: IpSet.parse('10.9.0.0/16'), access: 'deny' },
      { hosts: HostSet.all, clients: IpSet.parse('10.0.0.0/8'), access: 'permit' },
      { hosts: HostSet.all, clients: IpSet.parse('192.168.0.0/16'), access: 'auth' },
    ];
    const noLogin: Requirement = { ...REQUIREMENT, kind: 'no-proxy-auth' };
    const ask = (list: readonly Rule[]) =>
      evaluateProxy(noLogin, new QueryCache(modelOf(list)), UNKNOWN_NETWORK).verdict;
    expect(toldVerdicts([ask(rules)])[0]).toMatchObject({
      status: 'partial',
      missing: 'TCP 443 to x.example, *.x.example, y.example for clients in 192.168.0.0/16',
    });
    expect(ask(rules).decidedBy.map(({ text }) => text)).toEqual(['rule 2']);
    expect(ask(rules.slice(0, 2)).status).toBe('met');
    expect(ask(rules.slice(0, 1)).status).toBe('not-applicable');
  });

  it('asks all of a declared role', () => {
    const rules: Rule[] = [{ hosts: HostSet.all, clients: IpSet.parse('10.1.0.0/16'), access: 'permit' }];
    const declared = { roles: new Map([['clients', IpSet.parse('10.0.0.0/8')]]) };
    const { verdict } = evaluateProxy(REQUIREMENT, new QueryCache(modelOf(rules)), declared);
    expect(verdict.status).toBe('partial');
  });
});
