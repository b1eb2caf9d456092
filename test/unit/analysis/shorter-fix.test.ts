// A fix writes whole networks where another statement keeps one address of them denied, as long as it still is.
import { expect, test } from 'vitest';
import { nftables } from '../../../server/src/dialects/nftables/index.js';
import type { CheckRequest } from '../../../server/src/service/checks.js';
import { LanguageService } from '../../../server/src/service/language-service.js';
import { applyEdits } from '../../../server/src/text/edit.js';
import { MemoryFiles } from '../service/toy.js';

const URI = 'file:///network/router.nft';
const REQUEST: CheckRequest = { require: ['entra-connect/ad/53-tcp'], severity: {}, cloud: 'worldwide' };

function fileWith(rules: readonly string[]): string {
  return `table ip filter {
  chain forward {
    type filter hook forward priority 0; policy drop;
    ct state established,related accept
${rules.map((rule) => `    ${rule}\n`).join('')}  }
}
`;
}

const NETWORKS = '{ 10.0.0.0/8, 100.64.0.0/10, 172.16.0.0/12, 192.168.0.0/16 }';

test.each([
  { title: 'denied before', before: ['ip daddr 10.20.0.53 drop'] },
  { title: 'denied not at all', before: [] },
])('an address $title', async ({ before }) => {
  const text = fileWith(before);
  const service = new LanguageService(new MemoryFiles(new Map()));
  service.put(URI, nftables, text);
  const fix = await service.fixAll(URI, REQUEST);
  expect(applyEdits(text, fix?.edits ?? [])).toBe(fileWith([...before, `ip daddr ${NETWORKS} tcp dport 53 accept`]));
});

test('all ports of a service take one rule, though some source ports are let through already', async () => {
  const text = fileWith(['udp sport 50000-50059 udp dport 3478 accept']);
  const service = new LanguageService(new MemoryFiles(new Map()));
  service.put(URI, nftables, text);
  const fix = await service.fixAll(URI, { ...REQUEST, require: ['m365-worldwide/11/udp'] });
  const [added, ...others] = (fix?.edits ?? []).map(({ newText }) => newText.trim());
  expect(added).toMatch(/^ip daddr \S.* udp dport 3478-3481 accept$/);
  expect(others).toEqual([]);
});
