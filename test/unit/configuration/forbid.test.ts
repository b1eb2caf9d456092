// `forbid` in lintel.yaml: what must not pass is checked in every file, besides what this is checked against.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { lintelConfig } from '../../../server/src/configuration/lintel-config.js';
import { nftables } from '../../../server/src/dialects/nftables/index.js';
import type { CheckRequest } from '../../../server/src/service/checks.js';
import { LanguageService } from '../../../server/src/service/language-service.js';
import { MemoryFiles } from '../service/toy.js';

const ROOT = 'file:///network';
const REQUEST: CheckRequest = { require: ['m365-worldwide/11/udp'], severity: {}, cloud: 'worldwide' };
const OWN = readFileSync(new URL('../../fixtures/forbidden/own.yaml', import.meta.url), 'utf8');
const OPEN = 'table ip edge {\n\tchain c {\n\t\ttype filter hook forward priority 0; policy accept;\n\t}\n}\n';

async function examined(workspace: string, name: string, request = REQUEST) {
  const texts = new Map([
    [`${ROOT}/lintel.yaml`, workspace],
    [`${ROOT}/own.yaml`, OWN],
  ]);
  const service = new LanguageService(new MemoryFiles(texts));
  service.setFolders([ROOT]);
  service.put(`${ROOT}/a.nft`, nftables, OPEN);
  service.put(`${ROOT}/lintel.yaml`, lintelConfig, workspace);
  const found = await service.examine(`${ROOT}/${name}`, request);
  if (!found) throw new Error('not examined');
  return found.analysis.report;
}

const verdicts = async (workspace: string, request?: CheckRequest) =>
  (await examined(workspace, 'a.nft', request)).coverage.map(({ requirement, status }) => `${requirement} ${status}`);

test('a pack and a selector are checked besides the others, in files with an entry of their own as well', async () => {
  const entry = 'files: [{ match: a.nft, require: [m365-worldwide/12/tcp] }]\n';
  const workspace = `forbid: [egress-hygiene/smb/445-tcp, own.yaml]\nroles: { guests: [10.30.0.0/16] }\n`;
  const forbidden = ['egress-hygiene/smb/445-tcp blocked', 'own/guests blocked'];
  expect(await verdicts(workspace)).toEqual(['m365-worldwide/11/udp met', ...forbidden]);
  expect(await verdicts(workspace + entry)).toEqual(['m365-worldwide/12/tcp met', ...forbidden]);
  expect(await verdicts('packs: [own.yaml]\n')).toEqual(['m365-worldwide/11/udp met']);
});

test('who asks for certain requirements gets these alone', async () => {
  const forced = { ...REQUEST, forced: ['m365-worldwide/12/tcp'] };
  expect(await verdicts('forbid: [egress-hygiene]\n', forced)).toEqual(['m365-worldwide/12/tcp met']);
});

test.each([
  ['teams', 'selects nothing that must not pass'],
  ['missing.yaml', 'does not exist'],
])('%s is told on its value', async (value, message) => {
  const text = `forbid: [egress-hygiene, ${value}]\n`;
  const { findings } = await examined(text, 'lintel.yaml');
  expect(findings.map(({ range, ...one }) => [text.slice(range.start, range.end), one.message])).toEqual([
    [value, expect.stringContaining(message)],
  ]);
});
