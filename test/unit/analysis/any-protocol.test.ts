// A requirement that names ports, and no protocol, is for those that have ports: a fix writes no other.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { cisco } from '../../../server/src/dialects/cisco/index.js';
import type { Dialect } from '../../../server/src/dialects/dialect.js';
import { iptables } from '../../../server/src/dialects/iptables/index.js';
import { nftables } from '../../../server/src/dialects/nftables/index.js';
import { windowsFirewall } from '../../../server/src/dialects/windows-firewall/index.js';
import type { CheckRequest } from '../../../server/src/service/checks.js';
import { LanguageService } from '../../../server/src/service/language-service.js';
import { applyEdits } from '../../../server/src/text/edit.js';
import { MemoryFiles } from '../service/toy.js';

const PACK = `id: own
title: "Own"
version: 2026-01-01
documents:
  d: { title: D, url: https://example.com/, revision: 2026-01-01 }
requirements:
  - id: own/a
    title: A
    why: Test.
    kind: reach
    flow:
      to: { prefixes: [192.0.2.0/24] }
      protocol: any
      ports: 7000-7010
      sourcePorts: 6000-6010
    required: true
    tags: [own]
    source: { document: d }
`;
const FILES = new Map([
  ['file:///network/lintel.yaml', 'packs: [own.yaml]\nroles: { clients: [10.20.0.0/16] }\n'],
  ['file:///network/own.yaml', PACK],
]);
const REQUEST: CheckRequest = { require: ['own/*'], severity: {}, cloud: 'worldwide' };

const CASES: readonly (readonly [string, Dialect])[] = [
  ['edge.nft', nftables],
  ['rules.v4', iptables],
  ['router.ios', cisco],
  ['client.ps1', windowsFirewall],
];

describe('a fix for ports of any protocol', () => {
  it.each(CASES)('is for TCP and UDP in %s', async (name, dialect) => {
    const path = fileURLToPath(new URL(`../../fixtures/any-protocol/${name}`, import.meta.url));
    const text = readFileSync(path, 'utf8');
    const uri = `file:///network/${name}`;
    const service = new LanguageService(new MemoryFiles(FILES));
    service.setFolders(['file:///network']);
    service.put(uri, dialect, text);
    const all = await service.fixAll(uri, REQUEST);
    const fixed = applyEdits(text, all?.edits ?? []);
    await expect(fixed).toMatchFileSnapshot(path.replace('any-protocol/', 'any-protocol/fixed-'));
    service.put(uri, dialect, fixed);
    const examined = await service.examine(uri, REQUEST);
    expect(examined?.analysis.evaluations.map(({ verdict }) => verdict.status)).toEqual(['met']);
  });
});
