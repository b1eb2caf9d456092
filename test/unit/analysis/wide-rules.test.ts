import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { DEFAULT_SELECTORS } from '../../../server/src/catalog/catalog.js';
import { cisco } from '../../../server/src/dialects/cisco/index.js';
import type { Dialect } from '../../../server/src/dialects/dialect.js';
import { iptables } from '../../../server/src/dialects/iptables/index.js';
import { nftables } from '../../../server/src/dialects/nftables/index.js';
import { windowsFirewall } from '../../../server/src/dialects/windows-firewall/index.js';
import type { CheckRequest } from '../../../server/src/service/checks.js';
import { LanguageService } from '../../../server/src/service/language-service.js';
import { applyEdits } from '../../../server/src/text/edit.js';
import { markedFindings, reportedFindings } from '../../fixture-markers.js';
import { MemoryFiles } from '../service/toy.js';

const REQUEST: CheckRequest = { require: DEFAULT_SELECTORS, severity: {}, cloud: 'worldwide' };

/** The findings about wide rules, and the text after the fixes of all of them. */
async function examine(name: string, text: string, dialect: Dialect) {
  const uri = `file:///network/${name}`;
  const service = new LanguageService(new MemoryFiles(new Map([[uri, text]])));
  service.setFolders(['file:///network']);
  service.put(uri, dialect, text);
  const examined = await service.examine(uri, REQUEST);
  const reported = (examined?.analysis.report.findings ?? []).filter(({ code }) => code === 'over-permissive-rule');
  const fixes = await service.fixes(uri, REQUEST, ({ code }) => code === 'over-permissive-rule');
  const edits = fixes.flatMap((one) => one.fixes[0]?.edits ?? []);
  const all = await service.fixAll(uri, REQUEST);
  return {
    reported: reportedFindings(text, reported),
    fixed: applyEdits(text, edits),
    all: applyEdits(text, all?.edits ?? []),
  };
}

describe.each([
  { dialect: iptables as Dialect, comment: '#' },
  { dialect: nftables as Dialect, comment: '#' },
  { dialect: cisco as Dialect, comment: '!' },
  { dialect: windowsFirewall as Dialect, comment: '#' },
])('wide rules of $dialect.id', ({ dialect, comment }) => {
  const folder = fileURLToPath(new URL(`../../fixtures/${dialect.id}/wide/`, import.meta.url));
  const read = (name: string) => readFileSync(folder + name, 'utf8');
  const files = readdirSync(folder).filter((name) => !name.startsWith('fixed-'));

  test.each(files)('%s has exactly those that are marked', async (name) => {
    const text = read(name);
    expect((await examine(name, text, dialect)).reported).toEqual(markedFindings(text, comment));
  });

  test.each(files.filter((name) => existsSync(`${folder}fixed-${name}`)))('%s is narrowed', async (name) => {
    const { fixed, all } = await examine(name, read(name), dialect);
    expect(fixed).toBe(read(`fixed-${name}`));
    expect((await examine(name, fixed, dialect)).reported).toEqual([]);
    // Only a person can know that nothing else needs the rule.
    for (const rule of markedRules(read(name), comment)) expect(all).toContain(rule);
  });
});

/** The lines over markers. */
function markedRules(text: string, comment: string): string[] {
  const lines = text.split('\n');
  return lines.filter((_, i) => (lines[i + 1] ?? '').trimStart().startsWith(`${comment}^`));
}
