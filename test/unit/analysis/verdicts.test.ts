import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { DEFAULT_SELECTORS } from '../../../server/src/catalog/catalog.js';
import type { Dialect } from '../../../server/src/dialects/dialect.js';
import { pac } from '../../../server/src/dialects/pac/index.js';
import { squid } from '../../../server/src/dialects/squid/index.js';
import { LanguageService } from '../../../server/src/service/language-service.js';
import { markedFindings, toldFindings } from '../../fixture-markers.js';
import { MemoryFiles } from '../service/toy.js';

/** What a user without settings is told of a file, with the catalog as it is shipped. */
async function findingsIn(path: string, text: string, dialect: Dialect): Promise<string[]> {
  const uri = `file:///network/${path}`;
  const service = new LanguageService(new MemoryFiles(new Map([[uri, text]])));
  service.setFolders(['file:///network']);
  service.put(uri, dialect, text);
  const examined = await service.examine(uri, { require: DEFAULT_SELECTORS, severity: {}, cloud: 'worldwide' });
  const found = examined ? service.findings(uri, examined) : [];
  return [...found].flatMap(([file, findings]) => {
    expect(file, 'every finding stands in a file').toBe(uri);
    return toldFindings(text, findings);
  });
}

describe.each([
  { dialect: squid as Dialect, comment: '#' },
  { dialect: pac as Dialect, comment: '//' },
])('verdicts on whole files of $dialect.id', ({ dialect, comment }) => {
  const folder = fileURLToPath(new URL(`../../fixtures/${dialect.id}/verdicts/`, import.meta.url));

  beforeAll(() => dialect.load?.());

  test.each(readdirSync(folder))('%s', async (name) => {
    const text = readFileSync(folder + name, 'utf8');
    expect(await findingsIn(name, text, dialect)).toEqual(markedFindings(text, comment));
  });
});
