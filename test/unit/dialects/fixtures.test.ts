// The fixtures of every dialect: what stands in ok/ is silent; what stands in findings/ has the findings that the comments
// under its lines show, word for word. A failing fixture prints as the screen that a user would see, with the difference.
// `npx vitest run test/unit/dialects/fixtures.test.ts -u` writes what is found into the files.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { Dialect, Document, Problem, Sources } from '../../../server/src/dialects/dialect.js';
import { allDialects } from '../../../server/src/dialects/registry.js';
import { applyEdits, type TextEdit } from '../../../server/src/text/edit.js';
import { annotated } from '../../fixture-markers.js';

const DIALECTS = await allDialects();

const FIXTURES = fileURLToPath(new URL('../../fixtures/', import.meta.url));

const ROOT = 'file:///network/';

/** A fixture with what stands beside it. */
function filesBeside(folder: string): Sources {
  return {
    roots: [ROOT.slice(0, -1)],
    read: (uri) => {
      if (!uri.startsWith(ROOT)) return 'outside-workspace';
      const path = join(folder, uri.slice(ROOT.length));
      return existsSync(path) ? { uri, text: readFileSync(path, 'utf8') } : 'missing';
    },
    list: () => [],
  };
}

/** The files of a folder of a dialect's fixtures, by their names below `test/fixtures/<id>/`. */
function filesIn({ id }: Dialect, folder: string): string[] {
  const path = join(FIXTURES, id, folder);
  if (!existsSync(path)) return [];
  const entries = readdirSync(path, { withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ name }) => `${folder}/${name}`);
}

function read(dialect: Dialect, file: string, edits: readonly TextEdit[] = []): Document {
  const path = join(FIXTURES, dialect.id, file);
  const source = { uri: ROOT + basename(path), text: applyEdits(readFileSync(path, 'utf8'), edits) };
  return dialect.lower(source, dialect.parse(source), filesBeside(dirname(path)));
}

function screen(dialect: Dialect, document: Document, problems: readonly Problem[] = document.problems): string {
  return annotated(document.source.text, problems, dialect.lineComment(document.source) ?? '#');
}

describe.each(DIALECTS)('$id', (dialect) => {
  const ok = filesIn(dialect, 'ok');
  const findings = filesIn(dialect, 'findings');

  test('has fixtures of both kinds', () => {
    expect([ok.length, findings.length]).not.toContain(0);
  });

  test.each(ok)('%s is silent', (file) => {
    const document = read(dialect, file);
    expect(screen(dialect, document)).toBe(document.source.text);
  });

  test.each(findings)('%s has exactly the findings that it shows', async (file) => {
    await expect(screen(dialect, read(dialect, file))).toMatchFileSnapshot(join(FIXTURES, dialect.id, file));
  });

  test.each(findings)('every fix of %s removes its finding and makes no other', (file) => {
    const { problems } = read(dialect, file);
    for (const { code, fix } of problems) {
      if (!fix) continue;
      const after = read(dialect, file, fix.edits).problems;
      const count = (of: readonly Problem[]) => of.filter((one) => one.code === code).length;
      expect(count(after), fix.title).toBeLessThan(count(problems));
      expect(after.length, fix.title).toBeLessThan(problems.length);
    }
  });

  // What an engine accepts and the conformance tests compare with it.
  const accepted = [...filesIn(dialect, 'kernel'), ...filesIn(dialect, 'conformance')];
  test.each(accepted)('%s has no errors', (file) => {
    const document = read(dialect, file);
    const errors = document.problems.filter(({ code }) => code === 'syntax-error' || code === 'undefined-name');
    expect(screen(dialect, document, errors)).toBe(screen(dialect, document, []));
  });
});
