import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { explainFlow, parseFlow } from '../../../server/src/analysis/explain/flow.js';
import { explain } from '../../../server/src/analysis/explain/request.js';
import type { FilterModel } from '../../../server/src/model/filter.js';
import { HostSet } from '../../../server/src/model/hosts.js';
import { IpSet } from '../../../server/src/model/ip.js';
import type { ProxyRequest, SelectionModel, ServerModel } from '../../../server/src/model/proxy.js';
import { Random } from '../../random.js';
import { type PlainExemption, type PlainPacket, type PlainPolicy, type PlainRule, Reference } from './reference.js';
import { policyModel, problems } from './support.js';

const ADDRESSES = ['10.20.0.0/16', '10.20.7.0/24', '192.0.2.0/24', '198.51.100.7', '2001:db8:20::/48', '0.0.0.0/0'];
const HOSTS = ['*.example.com', 'www.example.com', 'teams.example.net', '*.net', 'any', 'example.org'];
const PORTS = [443, '80-443', '440-450', 3478, '0-1023'];

/** Addresses, hosts and ports at and beside what policies name. */
const PROBES = {
  v4: ['10.20.0.0', '10.20.7.0', '10.20.7.255', '10.20.8.0', '10.21.0.0', '192.0.2.9', '198.51.100.7', '198.51.100.8'],
  v6: ['2001:db8:20::1', '2001:db8:21::1'],
  hosts: ['example.com', 'www.example.com', 'a.www.example.com', 'teams.example.net', 'example.net', 'example.org'],
  ports: [0, 79, 80, 439, 443, 444, 451, 1023, 1024, 3478],
} as const;

function generate(random: Random): PlainPolicy {
  const some = <Value>(values: readonly Value[]): Value[] =>
    Array.from({ length: 1 + random.below(3) }, () => random.pick(values));
  const groups = {
    addresses: { clients: some(ADDRESSES), other: [...some(ADDRESSES), 'clients'] },
    hosts: { named: some(HOSTS), more: [...some(HOSTS), 'named'] },
    ports: { web: some(PORTS), all: [...some(PORTS), 'web'] },
  };
  const [addresses, hosts, ports] = [
    [...ADDRESSES, 'clients', 'other', 'any'],
    [...HOSTS, 'named', 'more'],
    [...PORTS, 'web', 'all'],
  ];
  const protocol = () => random.maybe(some(['tcp', 'udp']));
  const rule = (): PlainRule => {
    const withHosts = random.below(3) === 0;
    return {
      action: random.pick(['permit', 'deny']),
      hook: random.pick(['forward', 'forward', 'forward', 'input']),
      from: random.maybe(some(addresses)),
      to: withHosts ? undefined : random.maybe(some(addresses)),
      hosts: withHosts ? some(hosts) : undefined,
      protocol: protocol(),
      ports: random.maybe(some(ports)),
      in: random.below(4) === 0 ? random.pick(['eth0', 'eth1']) : undefined,
    };
  };
  const exemption = (): PlainExemption => ({
    peers: random.maybe(some(addresses)),
    protocol: protocol(),
    ports: random.maybe(some(ports)),
  });
  const times = <Value>(make: () => Value) => Array.from({ length: random.below(5) }, make);
  return {
    groups,
    firewall: { default: random.pick(['permit', 'deny']), rules: times(rule) },
    proxy: {
      default: random.pick(['proxy', 'proxy', 'direct']),
      bypass: times(() => random.pick(hosts)),
      inspection: { default: random.pick(['inspect', 'none']), exceptions: times(() => random.pick(hosts)) },
      login: {
        required: random.below(4) > 0,
        exemptions: { hosts: times(() => random.pick(hosts)), clients: times(() => random.pick(addresses)) },
      },
    },
    ipsec: { required: random.below(4) > 0, exempt: times(exemption) },
  };
}

const POLICIES = Array.from({ length: 60 }, (_, seed) => generate(new Random(seed)));

/** What is written of a policy: YAML in blocks, YAML in brackets and JSON in turn. */
function written(policy: PlainPolicy, form: number): string {
  if (form % 3 === 0) return JSON.stringify(policy, null, 2);
  return stringify(policy, { collectionStyle: form % 3 === 1 ? 'block' : 'flow', keepUndefined: false });
}

function withRules(policy: PlainPolicy, keep: (rule: PlainRule) => boolean): PlainPolicy {
  return { ...policy, firewall: { ...policy.firewall, rules: policy.firewall.rules.filter(keep) } };
}

function partsOf(text: string) {
  const { parts } = policyModel(text);
  const filter = parts.find((part): part is FilterModel => part.kind === 'filter');
  const selection = parts.find((part): part is SelectionModel => part.kind === 'selection');
  const servers = parts.filter((part): part is ServerModel => part.kind === 'server');
  const treatment = servers.find(({ filtersAt }) => filtersAt === undefined);
  const hostFilters = servers.filter(({ filtersAt }) => filtersAt === 'forward');
  if (!filter || !selection || !treatment) throw new Error('a section has no meaning');
  return { filter, selection, treatment, hostFilters };
}

function request(host: string, client: string, more: Partial<ProxyRequest> = {}): ProxyRequest {
  const base = { scheme: 'https', port: 443, hosts: HostSet.exact(host), addresses: undefined, user: 'any' } as const;
  return { ...base, clients: IpSet.parse(client), ...more };
}

describe.each(POLICIES.map((policy, index) => ({ policy, index })))('generated policy $index', ({ policy, index }) => {
  const text = written(policy, index);
  const reference = new Reference(policy);
  const { selection, treatment } = partsOf(text);

  it('is valid', () => {
    expect(problems(text).filter((one) => !/^(?:unused-name|shadowed-rule|redundant-rule)/.test(one))).toEqual([]);
  });

  it('does with packets what a rule-by-rule reading does', () => {
    // What a packet is called has no part in this.
    const unnamed = withRules(policy, ({ hosts }) => !hosts);
    const { filter } = partsOf(written(unnamed, index));
    const reference = new Reference(unnamed);
    const differing: string[] = [];
    const compare = (packet: PlainPacket, point: string, expected: boolean) => {
      const at = (ip: string, port: number) => (ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`);
      const { protocol, source, destination } = packet;
      const text = `${protocol} ${at(source, packet.sourcePort)} > ${at(destination, packet.port)}`;
      const flow = parseFlow(text);
      if (typeof flow === 'string') throw new Error(flow);
      const { verdict } = explainFlow(filter, flow, { point, inInterface: packet.in });
      if (verdict !== (expected ? 'permit' : 'deny')) differing.push(`${point}: ${verdict} ${text} in ${packet.in}`);
    };
    const packets = [PROBES.v4, PROBES.v6].flatMap((addresses) =>
      addresses.flatMap((source) => addresses.map((destination) => ({ source, destination }))),
    );
    for (const ends of packets) {
      for (const protocol of ['tcp', 'udp'] as const) {
        for (const port of PROBES.ports) {
          const packet = { ...ends, protocol, port, sourcePort: 444, in: port % 2 === 0 ? 'eth0' : 'eth2' };
          for (const { hook } of filter.points) if (hook) compare(packet, hook, reference.permitsPacket(packet, hook));
          compare(packet, 'ipsec', !reference.negotiatesIpsec(packet));
        }
      }
    }
    expect(differing).toEqual([]);
  });

  it('sends hosts where a plain reading of the bypass list sends them', () => {
    for (const host of PROBES.hosts) {
      expect(explain(selection, request(host, '10.20.0.1')), host).toMatchObject({
        verdict: reference.isDirect(host) ? 'direct' : 'proxy',
      });
    }
  });

  it('decrypts, and asks for a login, as a plain reading of the exceptions does', () => {
    for (const host of PROBES.hosts) {
      for (const client of [...PROBES.v4, ...PROBES.v6]) {
        const seen = explain(treatment, request(host, client));
        expect(seen, host).toMatchObject({ verdict: 'permit', tls: reference.isDecrypted(host) ? 'bump' : 'none' });
        const unknown = explain(treatment, request(host, client, { user: 'none' }));
        expect(unknown, `${host} ${client}`).toMatchObject({
          verdict: reference.asksLogin(host, client) ? 'auth' : 'permit',
        });
      }
    }
  });

  it('permits hosts, by name or by documented address, as a rule-by-rule reading does', () => {
    // No URL names an interface.
    const anywhere = withRules(policy, (rule) => rule.in === undefined && rule.hook === 'forward');
    const { hostFilters } = partsOf(written(anywhere, index));
    const reference = new Reference(anywhere);
    const [model, ...others] = hostFilters;
    expect(others).toEqual([]);
    if (!model) throw new Error('the rules have no meaning for hosts');
    for (const host of PROBES.hosts) {
      for (const address of ['192.0.2.9', '198.51.100.8']) {
        for (const client of PROBES.v4) {
          for (const port of [80, 443, 3478]) {
            const asked = request(host, client, { port, addresses: IpSet.parse(address) });
            expect(explain(model, asked), `${host} at ${address} for ${client} on ${port}`).toMatchObject({
              verdict: reference.permitsHost(host, address, client, port) ? 'permit' : 'deny',
            });
          }
        }
      }
    }
  });
});
