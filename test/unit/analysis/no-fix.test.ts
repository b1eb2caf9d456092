// Where no fix can be written, the hover over the finding says why.
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { cisco } from '../../../server/src/dialects/cisco/index.js';
import type { Dialect } from '../../../server/src/dialects/dialect.js';
import { netpolicy } from '../../../server/src/dialects/netpolicy/index.js';
import type { CheckRequest } from '../../../server/src/service/checks.js';
import { LanguageService } from '../../../server/src/service/language-service.js';
import { MemoryFiles } from '../service/toy.js';

const REQUEST: CheckRequest = {
  require: ['sfb-server/clients/68-udp', 'teams-media-ports/media/udp'],
  severity: {},
  cloud: 'worldwide',
};

const SOURCE_PORTS = 'the rules of a network policy cannot name source ports';
const NO_LIST = 'no access list denies it, and only access lists are edited';
const LEVEL = 'no access list denies it, and a new one would deny all else that the security level permits';

test.each([
  { dialect: netpolicy as Dialect, file: 'no-fix/media.netpolicy.yaml', why: SOURCE_PORTS },
  { dialect: cisco as Dialect, file: 'verdicts/zones-without-pair.ios', why: NO_LIST },
  { dialect: cisco as Dialect, file: 'verdicts/zones-nested-classes.ios', why: NO_LIST },
  { dialect: cisco as Dialect, file: 'no-fix/levels.asa', why: LEVEL },
])('$file: $why', async ({ dialect, file, why }) => {
  const path = fileURLToPath(new URL(`../../fixtures/${dialect.id}/${file}`, import.meta.url));
  const uri = `file:///network/${basename(path)}`;
  const workspace = 'roles:\n  dhcp-servers: [10.1.0.53]\n';
  const service = new LanguageService(new MemoryFiles(new Map([['file:///network/lintel.yaml', workspace]])));
  service.setFolders(['file:///network']);
  service.put(uri, dialect, readFileSync(path, 'utf8'));
  const examined = await service.examine(uri, REQUEST);
  const denied = (examined?.analysis.report.findings ?? []).filter(({ code }) => code === 'requirement-blocked');
  expect(denied.length).toBeGreaterThan(0);
  // What is not proved yet, a hover does not wait for.
  await service.fixes(uri, REQUEST, () => true);
  for (const { range } of denied) {
    const hover = await service.hover(uri, range.start, REQUEST);
    expect(hover?.markdown).toContain(`No quick fix: ${why}.`);
  }
});
