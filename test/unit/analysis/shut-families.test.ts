// IPv6 that a filter lets no connection pass over: the verdict says what is denied, one line tells it, and nothing opens it but a person.
import { describe, expect, it } from 'vitest';
import { cisco } from '../../../server/src/dialects/cisco/index.js';
import type { Dialect } from '../../../server/src/dialects/dialect.js';
import { iptables } from '../../../server/src/dialects/iptables/index.js';
import { nftables } from '../../../server/src/dialects/nftables/index.js';
import type { CheckRequest } from '../../../server/src/service/checks.js';
import { LanguageService } from '../../../server/src/service/language-service.js';
import { MemoryFiles } from '../service/toy.js';

const REQUEST: CheckRequest = { require: ['m365+optimize'], severity: {}, cloud: 'worldwide' };

async function examined(text: string, dialect: Dialect, name: string, workspace = '') {
  const uri = `file:///network/${name}`;
  const service = new LanguageService(new MemoryFiles(new Map([['file:///network/lintel.yaml', workspace]])));
  service.setFolders(['file:///network']);
  service.put(uri, dialect, text);
  const file = await service.examine(uri, REQUEST);
  const findings = file ? [...service.findings(uri, file)].flatMap(([, found]) => found) : [];
  return {
    told: findings.map(({ severity, code, message }) => `${severity} ${code}: ${message.slice(0, 48)}`),
    statuses: new Set(file?.analysis.evaluations.map(({ verdict }) => verdict.status)),
    fix: (await service.fixAll(uri, REQUEST))?.edits ?? [],
  };
}

const SHUT = 'info requirement-partial: No connection passes here over IPv6, and so none';
const SCRIPT = `iptables -P FORWARD DROP
iptables -A FORWARD -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT
iptables -A FORWARD -s 10.0.0.0/8 -j ACCEPT
ip6tables -P FORWARD DROP
`;
const TABLE = (rule: string) => `table inet filter {
  chain forward {
    type filter hook forward priority 0; policy drop;
    ct state established,related accept
    ip saddr 10.0.0.0/8 accept
    ${rule}
  }
}
`;

const OWN_TABLE = `${TABLE('').replace('inet', 'ip')}table ip6 filter {
  chain forward {
    type filter hook forward priority 0; policy drop;
  }
}
`;

describe('a filter that permits connections over IPv4 alone', () => {
  it.each([
    ['a script with a policy for IPv6', SCRIPT, iptables, 'fw.sh'],
    [
      'discovery of neighbours and DHCP',
      `${SCRIPT}ip6tables -A FORWARD -p udp --dport 547 -j ACCEPT\n`,
      iptables,
      'fw.sh',
    ],
    ['a table of its own', OWN_TABLE, nftables, 'fw.nft'],
    ['a rule that drops all of it', TABLE('meta nfproto ipv6 drop'), nftables, 'fw.nft'],
  ])('tells in one line what is denied over IPv6: %s', async (_, text, dialect, name) => {
    const { told, statuses, fix } = await examined(text, dialect as Dialect, name);
    expect(told).toEqual([SHUT]);
    expect([...statuses].filter((status) => status !== 'not-applicable')).toEqual(['partial']);
    expect(fix).toEqual([]);
  });

  it('tells what is denied over IPv4 as always', async () => {
    const { told } = await examined(SCRIPT.replace('10.0.0.0/8', '10.0.0.0/8 -p tcp'), iptables, 'fw.sh');
    expect(told.filter((line) => line.startsWith('error'))).not.toEqual([]);
    expect(told.filter((line) => line.startsWith('info'))).toEqual([SHUT]);
  });

  it.each([
    ['where the policy for both denies it', TABLE(''), ''],
    ['where some connection passes over IPv6', TABLE('ip6 daddr 2001:db8::1 tcp dport 25 accept'), ''],
    ['where one may', TABLE('ip6 daddr 2001:db8::1 limit rate 5/second accept'), ''],
    ['where clients have addresses of IPv6', OWN_TABLE, 'roles: { clients: ["10.0.0.0/8", "2001:db8::/32"] }\n'],
  ])('is an error %s', async (_, text, workspace) => {
    const { told } = await examined(text, nftables, 'fw.nft', workspace);
    expect(told).not.toEqual([]);
    expect(told.filter((line) => !line.startsWith('error'))).toEqual([]);
  });

  it('is an error where an interface has an address of IPv6', async () => {
    const router = `ip access-list extended A
 permit ip any any
ipv6 access-list B
 deny ipv6 any any
interface Vlan10
 ip address 10.10.0.1 255.255.0.0
 ip access-group A in
 ipv6 address 2001:db8::1/64
 ipv6 traffic-filter B in
interface Gi0/0
 ip address 203.0.113.2 255.255.255.252
ip route 0.0.0.0 0.0.0.0 203.0.113.1
`;
    const { told } = await examined(router, cisco, 'core.ios');
    expect(told).not.toEqual([]);
    expect(told.filter((line) => !line.startsWith('error'))).toEqual([]);
  });
});
