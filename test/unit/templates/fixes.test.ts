// Every fix that is offered for a template leaves its tags as they are, and improves what it is for.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { RANK } from '../../../server/src/analysis/evaluate/evaluation.js';
import type { Finding } from '../../../server/src/analysis/report.js';
import { detectLanguage } from '../../../server/src/configuration/languages.js';
import { LanguageService } from '../../../server/src/service/language-service.js';
import { applyEdits } from '../../../server/src/text/edit.js';
import { MemoryFiles } from '../service/toy.js';

const FIXTURES = fileURLToPath(new URL('../../fixtures/templates/', import.meta.url));
const REQUEST = {
  require: ['m365-worldwide/11/udp', 'm365-worldwide/12/*'],
  severity: {},
  cloud: 'worldwide',
} as const;

const templates = readdirSync(FIXTURES, { withFileTypes: true }).flatMap((entry) => {
  if (!entry.isDirectory()) return [];
  const names = readdirSync(join(FIXTURES, entry.name));
  return names.filter((name) => /\.(?:j2|erb|epp|tmpl|tpl|tftpl)$/.test(name)).map((name) => join(entry.name, name));
});

function open(text: string, name: string) {
  const uri = `file:///site/${name.split(/[\\/]/).at(-1)}`;
  const service = new LanguageService(new MemoryFiles(new Map([[uri, text]])));
  service.setFolders(['file:///site']);
  service.put(uri, detectLanguage(uri, text), text);
  return { service, uri };
}

/** What is told of which statement, wherever that stands. */
function toldIn(text: string, { message, range }: Finding): string {
  return `${text.slice(range.start, range.end)}: ${message}`;
}

async function reportOf(text: string, name: string) {
  const { service, uri } = open(text, name);
  const examined = await service.examine(uri, REQUEST);
  if (!examined) throw new Error(`${name} is not read`);
  const { findings, coverage } = examined.analysis.report;
  return {
    told: findings.map((finding) => toldIn(text, finding)),
    ranks: new Map(coverage.map(({ requirement, status }) => [requirement, RANK[status]])),
  };
}

/** The tags of all template languages. */
function tags(text: string): readonly string[] {
  return text.match(/\{\{[\s\S]*?\}\}|\{[%#][\s\S]*?[%#]\}|<%[\s\S]*?%>|[$%]\{[^}]*\}/g) ?? [];
}

let proved = 0;

describe.each(templates)('%s', (name) => {
  test('keeps its tags, and is better with every fix', async () => {
    const text = readFileSync(join(FIXTURES, name), 'utf8');
    const before = await reportOf(text, name);
    const { service, uri } = open(text, name);
    for (const { finding, fixes } of await service.fixes(uri, REQUEST, () => true)) {
      for (const { edits, title } of fixes) {
        const own = edits.filter((edit) => edit.uri === uri);
        const edited = applyEdits(text, own);
        expect(tags(edited), title).toEqual(tags(text));
        const after = await reportOf(edited, name);
        // Of a verdict that several statements are against, the part of this one is better: it is no longer told.
        expect(after.told, title).not.toContain(toldIn(text, finding));
        for (const [id, rank] of before.ranks) expect(after.ranks.get(id), `${title}: ${id}`).toBeLessThanOrEqual(rank);
        proved++;
      }
    }
  });
});

test('there are fixes for templates', () => {
  expect(proved).toBeGreaterThan(10);
});
