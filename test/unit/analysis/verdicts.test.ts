import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { DEFAULT_SELECTORS } from '../../../server/src/catalog/catalog.js';
import { cisco } from '../../../server/src/dialects/cisco/index.js';
import type { Dialect } from '../../../server/src/dialects/dialect.js';
import { iptables } from '../../../server/src/dialects/iptables/index.js';
import { netpolicy } from '../../../server/src/dialects/netpolicy/index.js';
import { nftables } from '../../../server/src/dialects/nftables/index.js';
import { pac } from '../../../server/src/dialects/pac/index.js';
import { squid } from '../../../server/src/dialects/squid/index.js';
import { windowsFirewall } from '../../../server/src/dialects/windows-firewall/index.js';
import type { CheckRequest } from '../../../server/src/service/checks.js';
import { LanguageService } from '../../../server/src/service/language-service.js';
import { applyEdits } from '../../../server/src/text/edit.js';
import { markedFindings, reportedFindings } from '../../fixture-markers.js';
import { MemoryFiles } from '../service/toy.js';

const uri = 'file:///network/file-under-test';

/** A user without settings, with the catalog as it is shipped. */
const REQUEST: CheckRequest = { require: DEFAULT_SELECTORS, severity: {}, cloud: 'worldwide' };

function serviceFor(text: string, dialect: Dialect): LanguageService {
  const service = new LanguageService(new MemoryFiles(new Map([[uri, text]])));
  service.setFolders(['file:///network']);
  service.put(uri, dialect, text);
  return service;
}

async function findingsIn(text: string, dialect: Dialect): Promise<string[]> {
  const service = serviceFor(text, dialect);
  const examined = await service.examine(uri, REQUEST);
  const found = examined ? service.findings(uri, examined) : [];
  return [...found].flatMap(([file, findings]) => {
    expect(file, 'every finding stands in a file').toBe(uri);
    return reportedFindings(text, findings);
  });
}

function folderOf(dialect: Dialect, name: string): string {
  return fileURLToPath(new URL(`../../fixtures/${dialect.id}/${name}/`, import.meta.url));
}

describe.each([
  { dialect: squid as Dialect, comment: '#' },
  { dialect: pac as Dialect, comment: '//' },
  { dialect: cisco as Dialect, comment: '!' },
  { dialect: windowsFirewall as Dialect, comment: '#' },
  { dialect: iptables as Dialect, comment: '#' },
  { dialect: nftables as Dialect, comment: '#' },
  { dialect: netpolicy as Dialect, comment: '#' },
])('verdicts on whole files of $dialect.id', ({ dialect, comment }) => {
  const folder = folderOf(dialect, 'verdicts');

  test.each(readdirSync(folder))('%s', async (name) => {
    const text = readFileSync(folder + name, 'utf8');
    expect(await findingsIn(text, dialect)).toEqual(markedFindings(text, comment));
  });
});

describe('a file is put right as a careful engineer would', () => {
  const folder = folderOf(squid, 'fixed');
  const names = readdirSync(folder).flatMap((name) => /^(.*)\.before\.conf$/.exec(name)?.[1] ?? []);

  test.each(names)('%s', async (name) => {
    const before = readFileSync(`${folder}${name}.before.conf`, 'utf8');
    const fix = await serviceFor(before, squid).fixAll(uri, REQUEST);
    expect(applyEdits(before, fix?.edits ?? [])).toBe(readFileSync(`${folder}${name}.after.conf`, 'utf8'));
  });
});
