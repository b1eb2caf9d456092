// How requirements of an organisation's own pack are told, and what their fixes call new rules.
import { describe, expect, it } from 'vitest';
import { detectLanguage } from '../../../server/src/configuration/languages.js';
import { readableName } from '../../../server/src/dialects/shared/readable-name.js';
import type { CheckRequest } from '../../../server/src/service/checks.js';
import { LanguageService } from '../../../server/src/service/language-service.js';
import { applyEdits } from '../../../server/src/text/edit.js';
import { MemoryFiles } from '../service/toy.js';

const ROOT = 'file:///network';
const REQUEST: CheckRequest = { require: ['acme-voice'], severity: {}, cloud: 'worldwide' };

const pack = (title: string) => `id: acme-voice
title: ${JSON.stringify(title)}
version: 1
documents: { guide: { title: ACME guide, url: https://acme.example/guide } }
requirements:
  - id: acme-voice/trunk/udp
    title: The trunk
    why: Without it no call can be made.
    kind: reach
    flow: { to: { prefixes: [192.0.2.0/28] }, protocol: udp, ports: 5060 }
    tags: [teams]
    source: { document: guide }
`;

async function ask(name: string, text: string, title = 'ACME voice') {
  const uri = `${ROOT}/${name}`;
  const texts = { 'lintel.yaml': 'packs: [acme.yaml]\nroles: { clients: [10.20.0.0/16] }\n', 'acme.yaml': pack(title) };
  const service = new LanguageService(
    new MemoryFiles(new Map(Object.entries(texts).map(([path, own]) => [`${ROOT}/${path}`, own]))),
  );
  service.setFolders([ROOT]);
  service.put(uri, detectLanguage(uri, text), text);
  const examined = await service.examine(uri, REQUEST);
  const all = await service.fixAll(uri, REQUEST);
  const messages = examined?.analysis.report.findings.map(({ message }) => message) ?? [];
  return { messages, fixed: applyEdits(text, all?.edits ?? []) };
}

const SCRIPT = `Set-NetFirewallProfile -DefaultOutboundAction Block
New-NetFirewallRule -DisplayName 'DNS' -Direction Outbound -Protocol UDP -RemotePort 53
`;

describe('a pack of an organisation', () => {
  it('is told by its own title, whatever its tags', async () => {
    const { messages } = await ask('host.ps1', SCRIPT);
    expect(messages).toEqual([expect.stringMatching(/^ACME voice is denied here: /)]);
  });

  it.each([
    ['ACME voice', 'ACME voice UDP 5060'],
    ['Voice: trunks “north”, $(calc) {{ x }}', 'Voice - trunks north (calc) x UDP 5060'],
    ['Téléphonie', 'Telephonie UDP 5060'],
    ['電話', 'acme-voice UDP 5060'],
  ])('gives rules of Windows a readable name: %s', async (title, name) => {
    const { fixed } = await ask('host.ps1', SCRIPT, title);
    expect(fixed).toContain(`-DisplayName '${name}' -Direction Outbound`);
    const batch =
      'netsh advfirewall set allprofiles firewallpolicy blockinbound,blockoutbound\r\n' +
      'netsh advfirewall firewall add rule name="DNS" dir=out action=allow protocol=udp remoteport=53\r\n';
    expect((await ask('host.cmd', batch, title)).fixed).toContain(`rule name="${name}" dir=out`);
  });

  it('gives a remark of Cisco its title', async () => {
    const list = 'ip access-list extended L\n remark Web\n permit tcp any any eq 443\n deny ip any any\n';
    expect((await ask('edge.ios.cfg', list)).fixed).toContain(' remark ACME voice\n permit udp ');
  });

  it.each([
    ['web-out', 'acme-voice'],
    ['Web for all', '"ACME voice"'],
  ])('names a rule of a policy in the style of the others: %s', async (known, name) => {
    const policy = `firewall:\n  default: deny\n  rules:\n    - name: ${known}\n      action: permit\n      protocol: tcp\n      ports: 443\n`;
    expect((await ask('a.netpolicy.yaml', policy)).fixed).toContain(`- name: ${name}\n`);
  });
});

describe('a readable name', () => {
  it('is short, and ends with a whole word', () => {
    const name = readableName({ title: 'Word '.repeat(40), label: 'x' });
    expect(name.length).toBeLessThanOrEqual(60);
    expect(name).toMatch(/^Word(?: Word)*$/);
    expect(readableName({ title: 'x'.repeat(5000), label: 'acme' })).toBe('acme');
    expect(readableName({ title: '-Force', label: 'acme' })).toBe('acme');
    expect(readableName({ label: 'acme' })).toBe('acme');
  });
});
