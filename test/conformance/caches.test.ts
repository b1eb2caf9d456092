// What is kept between readings drops and adds nothing: a text has the same findings when it is read first, again, after its
// own earlier version, and as another file. Of all fixtures, and of the real files that lie beside the repository.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { analyze, type Checks } from '../../server/src/analysis/analyze.js';
import { UNKNOWN_NETWORK } from '../../server/src/analysis/evaluate/network-context.js';
import type { Finding } from '../../server/src/analysis/report.js';
import { Catalog, DEFAULT_SELECTORS } from '../../server/src/catalog/catalog.js';
import { LANGUAGES } from '../../server/src/configuration/languages.js';
import { type Dialect, loaded, type Sources } from '../../server/src/dialects/dialect.js';
import { allDialects, detectAmong } from '../../server/src/dialects/registry.js';

const READ = await Promise.all(LANGUAGES.map(loaded));

const DIALECTS = await allDialects();

const FIXTURES = fileURLToPath(new URL('../fixtures/', import.meta.url));
const CORPUS = fileURLToPath(new URL('../../../shared/corpus/', import.meta.url));
if (!existsSync(CORPUS))
  console.warn(`skipped: caches with real files, which are not beside the repository (${CORPUS})`);

const ROOT = 'file:///network/';
const catalog = Catalog.builtIn();
const CHECKS: Checks = {
  requirements: catalog.select(DEFAULT_SELECTORS).requirements.slice(0, 12),
  retired: catalog.retired,
  severity: {},
  network: { ...UNKNOWN_NETWORK, hostAddresses: catalog.hostAddresses },
};

/** The files of a folder and of those in it. */
function filesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) => (entry.isDirectory() ? filesIn(join(folder, entry.name)) : [join(folder, entry.name)]))
    .filter((path) => statSync(path).size < 400_000);
}

/** What stands beside a file. */
function filesBeside(folder: string): Sources {
  return {
    roots: [ROOT.slice(0, -1)],
    read: (uri) => {
      const path = join(folder, uri.slice(ROOT.length));
      const isFile = uri.startsWith(ROOT) && existsSync(path) && statSync(path).isFile();
      return isFile ? { uri, text: readFileSync(path, 'utf8') } : 'missing';
    },
    list: () => [],
  };
}

/** Where the work that a file may cost ends depends on what is known already, and so does the line that is told for it. */
function withoutPlace(finding: Finding): unknown {
  return finding.message.includes('needs more work than one file may cost') ? finding.code : finding;
}

/** Everything that is told of a file, without its name; and its tree, for the next version of it. */
function reading(dialect: Dialect, path: string, name: string, previous?: unknown) {
  const source = { uri: `${ROOT}${name}`, text: readFileSync(path, 'utf8') };
  const sources = filesBeside(dirname(path));
  const tree = dialect.parse(source, previous);
  const document = dialect.lower(source, tree, sources);
  const { report, problems } = analyze(document, dialect, CHECKS, sources);
  const told = JSON.stringify([report.findings.map(withoutPlace), problems], (_, value: unknown) =>
    typeof value === 'bigint' ? `${value}` : value,
  );
  return { tree, told: told.replaceAll(source.uri, 'this file').replaceAll(name, 'this file') };
}

function expectTheSame(dialect: Dialect, path: string, name: string): void {
  const first = reading(dialect, path, name);
  expect(reading(dialect, path, name).told).toBe(first.told);
  expect(reading(dialect, path, name, first.tree).told).toBe(first.told);
  expect(reading(dialect, path, `another-${name}`).told).toBe(first.told);
}

describe.each(DIALECTS)('what is kept for $id', (dialect) => {
  const paths = [...filesIn(join(FIXTURES, dialect.id)), ...filesIn(join(CORPUS, dialect.id))];

  test.each(paths.map((path) => [basename(path), path] as const))('changes nothing of %s', (name, path) => {
    expectTheSame(dialect, path, name);
  });
});

describe('what is kept for templates', () => {
  const templates = filesIn(join(FIXTURES, 'templates')).filter((path) =>
    /\.(?:j2|erb|epp|tmpl|tpl|tftpl)$/.test(path),
  );
  const named = templates.map((path) => [`${basename(dirname(path))}/${basename(path)}`, path] as const);

  test.each(named)('changes nothing of %s', (_, path) => {
    const language = detectAmong(READ, path, readFileSync(path, 'utf8'));
    if (!language) throw new Error(`${path} is of no dialect`);
    expectTheSame(language, path, basename(path));
  });
});
