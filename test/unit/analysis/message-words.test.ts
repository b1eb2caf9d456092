// How the messages of findings and explanations are worded.
import { describe, expect, test } from 'vitest';
import { explainFlow, parseFlow } from '../../../server/src/analysis/explain/flow.js';
import type { Dialect } from '../../../server/src/dialects/dialect.js';
import { nftables } from '../../../server/src/dialects/nftables/index.js';
import { squid } from '../../../server/src/dialects/squid/index.js';
import { windowsFirewall } from '../../../server/src/dialects/windows-firewall/index.js';
import type { CheckRequest } from '../../../server/src/service/checks.js';
import { LanguageService } from '../../../server/src/service/language-service.js';
import { MemoryFiles } from '../service/toy.js';

async function findingsIn(dialect: Dialect, name: string, text: string, require: readonly string[]) {
  const uri = `file:///network/${name}`;
  const service = new LanguageService(new MemoryFiles(new Map()));
  service.setFolders(['file:///network']);
  service.put(uri, dialect, text);
  const request: CheckRequest = { require: [...require], severity: {}, cloud: 'worldwide' };
  const examined = await service.examine(uri, request);
  return (examined?.analysis.report.findings ?? []).filter(({ requirements }) => requirements.length > 0);
}

describe('a finding', () => {
  test('has a verb for a title that is plural', async () => {
    const text = 'http_port 3128\nhttp_access deny all\n';
    const [common] = await findingsIn(squid, 'squid.conf', text, ['m365-worldwide/56/tcp']);
    expect(common?.message).toMatch(/^Microsoft 365 common services are denied here: /);
    const [teams] = await findingsIn(squid, 'squid.conf', text, ['m365-worldwide/12/tcp']);
    expect(teams?.message).toMatch(/^Microsoft Teams is denied here: /);
  });

  test('calls a built-in pack by its title', async () => {
    const text = 'table inet fw {\n\tchain forward {\n\t\ttype filter hook forward priority 0; policy drop;\n\t}\n}\n';
    const subject = async (selector: string) => {
      const [found] = await findingsIn(nftables, 'fw.nft', text, [selector]);
      return /^(.* (?:is|are)) denied here/.exec(found?.message ?? '')?.[1];
    };
    expect(await subject('teams-media-ports')).toBe('"Teams media: source ports of the clients" is');
    expect(await subject('teams-sip-gateway')).toBe('Teams SIP Gateway is');
    expect(await subject('entra-connect')).toBe('Microsoft Entra Connect and hybrid identity are');
  });

  test('names a requirement once, and the ports of each of its hosts', async () => {
    const text = [
      'http_port 3128',
      'acl plain url_regex ^http://www\\.',
      'acl word url_regex -i OUTLOOK',
      'http_access deny plain',
      'http_access deny word',
      'http_access allow all',
    ].join('\n');
    const found = await findingsIn(squid, 'squid.conf', text, ['m365-worldwide/127/tcp']);
    const own = found.filter(({ requirements }) => requirements[0] === 'm365-worldwide/127/tcp');
    expect(own.map(({ requirements }) => requirements)).toEqual([
      ['m365-worldwide/127/tcp'],
      ['m365-worldwide/127/tcp'],
    ]);
    expect(own[1]?.message).toBe(
      'Microsoft Teams is only partly permitted; missing: TCP 80 to some of *.skype.com (such as outlook.skype.com); ' +
        'TCP 443 to some of *.skype.com (such as outlook.skype.com) (m365-worldwide/127/tcp).',
    );
  });

  test('names the profiles of a policy together', async () => {
    const closed = (policy: string, profile: string) =>
      `Set-NetFirewallProfile -Profile ${profile} -PolicyStore ${policy} -DefaultOutboundAction Block\n`;
    const rule = (policy: string) =>
      `New-NetFirewallRule -PolicyStore ${policy} -DisplayName Web -Direction Outbound -Protocol TCP -RemotePort 443\n`;
    const text = closed('a.example\\Desks', 'Domain') + rule('a.example\\Desks');
    const other = closed('a.example\\Kiosks', 'Domain,Private,Public') + rule('a.example\\Kiosks');
    const found = await findingsIn(windowsFirewall, 'policies.ps1', text + other, ['m365-worldwide/11/udp']);
    expect(found.map(({ message }) => message.replace(/; missing: .*$/, ''))).toEqual([
      'Microsoft Teams is only partly permitted in the Domain profile of a.example\\Desks',
      'Microsoft Teams is only partly permitted in every profile of a.example\\Kiosks',
    ]);
  });
});

test('an explanation says where a destination is rewritten', () => {
  const text = [
    'table ip t {',
    '\tchain pre {',
    '\t\ttype nat hook prerouting priority dstnat;',
    '\t\ttcp dport 8443 dnat to 10.1.0.5:443',
    '\t}',
    '\tchain forward {',
    '\t\ttype filter hook forward priority filter; policy drop;',
    '\t\tip daddr 10.1.0.5 tcp dport 443 accept',
    '\t}',
    '}',
  ].join('\n');
  const source = { uri: 'file:///network/a.nft', text };
  const sources = { roots: [], read: () => 'missing' as const, list: () => [] };
  const { model } = nftables.lower(source, nftables.parse(source), sources);
  const flow = parseFlow('tcp 198.51.100.7:50000 > 203.0.113.1:8443');
  if (model.kind !== 'filter' || typeof flow === 'string') throw new Error('not a filter');
  const { verdict, trace } = explainFlow(model, flow, { hook: 'forward' });
  expect(verdict).toBe('permit');
  expect(trace.map(({ statement, effect }) => `${statement.text.trim()}: ${effect}`)).toEqual([
    'tcp dport 8443 dnat to 10.1.0.5:443: translates the destination',
    'ip daddr 10.1.0.5 tcp dport 443 accept: accepts',
  ]);
});
