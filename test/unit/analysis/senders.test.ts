// Messages name the senders that something is missing for, and call a rule wide only where it leads everywhere.
import { expect, test } from 'vitest';
import { nftables } from '../../../server/src/dialects/nftables/index.js';
import type { CheckRequest } from '../../../server/src/service/checks.js';
import { LanguageService } from '../../../server/src/service/language-service.js';
import { MemoryFiles } from '../service/toy.js';

const ROOT = 'file:///network';
const MEDIA: CheckRequest = { require: ['m365-worldwide/11/udp'], severity: {}, cloud: 'worldwide' };

async function messages(rule: string, workspace: string): Promise<string[]> {
  const text = `table ip edge {
  chain passing {
    type filter hook forward priority filter; policy drop;
    ct state established,related accept
    ${rule}
  }
}
`;
  const service = new LanguageService(new MemoryFiles(new Map([[`${ROOT}/lintel.yaml`, workspace]])));
  service.setFolders([ROOT]);
  service.put(`${ROOT}/edge.nft`, nftables, text);
  const { findings = [] } = (await service.examine(`${ROOT}/edge.nft`, MEDIA))?.analysis.report ?? {};
  return findings.map(({ code, message }) => `${code}: ${message.replace(/ \(m365.*/, '')}`);
}

const TO_RELAYS = 'ip daddr { 52.112.0.0/14, 52.122.0.0/15 } udp dport 3478-3481 accept';

test.each([
  ['half of a role', '10.20.0.0/17', '[10.20.0.0/16]', ' for 10.20.128.0/17'],
  ['one of two networks', '10.20.0.0/16', '[10.20.0.0/16, 10.30.0.0/16]', ' for 10.30.0.0/16'],
])('%s that is not served is named', async (_, served, role, named) => {
  expect(await messages(`ip saddr ${served} ${TO_RELAYS}`, `roles: { clients: ${role} }\n`)).toEqual([
    `requirement-partial: Microsoft Teams is only partly permitted; missing: UDP 3478-3481 to 52.112.0.0/14, 52.122.0.0/15${named}`,
  ]);
});

test('nobody is named where all are denied', async () => {
  const [message] = await messages('ip saddr 10.9.0.0/16 accept', 'roles: { clients: [10.20.0.0/16] }\n');
  expect(message).toBe(
    'requirement-blocked: Microsoft Teams is denied here: UDP 3478-3481 to 52.112.0.0/14, 52.122.0.0/15',
  );
});

test('a rule that leads to a known network alone is not to every address', async () => {
  const workspace = (behind: string) =>
    `roles: { clients: [10.20.0.0/16] }\ninterfaces: { lan0: [10.20.0.0/16], relay0: ${behind} }\n`;
  const rule = 'iifname "lan0" oifname "relay0" udp dport 3478-3481 accept';
  expect(await messages(rule, workspace('[52.112.0.0/14, 52.122.0.0/15]'))).toEqual([]);
  expect(await messages(rule, workspace('internet'))).toEqual([
    'over-permissive-rule: This permits these ports to every address, but its documents list only UDP 3478-3481 to 52.112.0.0/14, 52.122.0.0/15',
  ]);
});
