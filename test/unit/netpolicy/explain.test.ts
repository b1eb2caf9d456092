import { describe, expect, it } from 'vitest';
import { explainFlow, type FlowPath, parseFlow } from '../../../server/src/analysis/explain/flow.js';
import { explainPolicy } from '../../../server/src/analysis/explain/policy.js';
import { HostSet } from '../../../server/src/model/hosts.js';
import { IpSet, PRIVATE_SPACE } from '../../../server/src/model/ip.js';
import { policyModel } from './support.js';

const POLICY = policyModel(`firewall:
  rules:
    - { action: deny, from: 10.99.0.0/16 }
    - { action: permit, from: 10.0.0.0/8, protocol: tcp, ports: 443 }
    - { action: permit, hook: input, to: 10.0.0.1, protocol: udp, ports: 53 }
proxy:
  bypass: ["*.direct.example"]
  inspection: { exceptions: [bank.example] }
  login: { exemptions: { clients: [10.40.0.0/16] } }
ipsec:
  exempt: [{ peers: 10.1.0.53 }]
`);

function flow(text: string, path: FlowPath = {}) {
  const parsed = parseFlow(text);
  const filter = POLICY.parts.find((part) => part.kind === 'filter');
  if (typeof parsed === 'string' || !filter) throw new Error(`${parsed}`);
  const { verdict, decidedBy } = explainFlow(filter, parsed, path);
  return [verdict, decidedBy?.text];
}

function url(host: string, clients = PRIVATE_SPACE) {
  const { selection, proxy, firewall } = explainPolicy(POLICY, {
    scheme: 'https',
    port: 443,
    hosts: HostSet.exact(host),
    addresses: undefined,
    clients,
    user: 'none',
  });
  return {
    way: selection?.verdict,
    proxy: proxy?.verdict,
    tls: proxy?.tls,
    firewall: firewall?.verdict,
    asked: firewall?.asked,
  };
}

describe('a flow', () => {
  it('is asked where it passes, and between networks unless stated otherwise', () => {
    expect(flow('tcp 10.1.0.1 > 192.0.2.1:443')).toEqual([
      'permit',
      'action: permit, from: 10.0.0.0/8, protocol: tcp, ports: 443',
    ]);
    expect(flow('udp 10.1.0.1 > 10.0.0.1:53')[0]).toBe('deny');
    expect(flow('udp 10.1.0.1 > 10.0.0.1:53', { hook: 'input' })[0]).toBe('permit');
  });

  it('is asked about IPsec by that name', () => {
    expect(flow('tcp 10.2.0.1 > 10.1.0.53:88', { point: 'ipsec' })).toEqual(['permit', 'peers: 10.1.0.53']);
    expect(flow('tcp 10.2.0.1 > 10.1.0.54:88', { point: 'ipsec' })[0]).toBe('deny');
  });
});

describe('a URL', () => {
  it('goes past the proxy, which then has no say', () => {
    expect(url('www.direct.example', IpSet.parse('10.1.0.1'))).toEqual({ way: 'direct', firewall: 'permit' });
  });

  it('is decrypted, and asked for a login, at the proxy', () => {
    const seen = { way: 'proxy', proxy: 'auth', tls: 'bump', firewall: 'permit' };
    expect(url('www.example', IpSet.parse('10.1.0.1'))).toEqual(seen);
    expect(url('bank.example', IpSet.parse('10.1.0.1'))).toEqual({ ...seen, tls: 'none' });
    expect(url('www.example', IpSet.parse('10.40.0.1'))).toEqual({ ...seen, proxy: 'permit' });
  });

  it('is asked of those who are served where it depends on who asks, as a check does, and says who they are', () => {
    const { firewall, asked } = url('www.direct.example');
    expect(firewall).toBe('permit');
    expect(asked).toMatch(/^for clients /);
    expect(url('www.direct.example', IpSet.parse('10.99.0.1')).firewall).toBe('deny');
  });
});
