// A template and what is made from it with three sets of values agree: what the template decides, every rendering decides in
// the same way. The renderings are those of Jinja and of Ruby (render.py and render.rb beside the templates); those of Puppet's and
// Go's templates were written by hand.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { evaluateAll } from '../../../server/src/analysis/evaluate/evaluate.js';
import { UNKNOWN_NETWORK } from '../../../server/src/analysis/evaluate/network-context.js';
import type { VerdictStatus } from '../../../server/src/analysis/report.js';
import { Catalog, DEFAULT_SELECTORS } from '../../../server/src/catalog/catalog.js';
import { LANGUAGES } from '../../../server/src/configuration/languages.js';
import { type Document, loaded, type Sources } from '../../../server/src/dialects/dialect.js';
import { detectAmong } from '../../../server/src/dialects/registry.js';
import { renderedPath } from '../../../server/src/templates/languages.js';

const READ = await Promise.all(LANGUAGES.map(loaded));

const FIXTURES = fileURLToPath(new URL('../../fixtures/templates/', import.meta.url));
const { requirements } = Catalog.builtIn().select(DEFAULT_SELECTORS);

function read(folder: string, name: string): { readonly dialect: string | undefined; readonly document: Document } {
  const source = { uri: `file:///site/${name}`, text: readFileSync(join(FIXTURES, folder, name), 'utf8') };
  const dialect = detectAmong(READ, `/site/${name}`, source.text);
  if (!dialect) throw new Error(`${folder}/${name} is of no dialect`);
  const sources: Sources = { roots: ['file:///site'], read: () => 'missing', list: () => [] };
  return { dialect: dialect.id, document: dialect.lower(source, dialect.parse(source), sources) };
}

function verdicts({ model }: Document): Map<string, VerdictStatus> {
  const evaluations = evaluateAll(model, requirements, UNKNOWN_NETWORK);
  return new Map(evaluations.map(({ verdict }) => [verdict.requirement, verdict.status]));
}

const cases = readdirSync(FIXTURES, { withFileTypes: true }).flatMap((entry) => {
  if (!entry.isDirectory()) return [];
  const files = readdirSync(join(FIXTURES, entry.name), { withFileTypes: true });
  const template = files.find(({ name }) => /\.(?:j2|erb|epp|tmpl|tpl|tftpl)$/.test(name))?.name ?? 'none';
  const made = files.filter((one) => one.isDirectory()).map((one) => join(one.name, renderedPath(template)));
  return [{ folder: entry.name, template, made: made.sort() }];
});

test('there are templates of every dialect', () => {
  const dialects = new Set(cases.map(({ folder, template }) => read(folder, template).dialect));
  expect([...dialects].sort()).toEqual([
    'cisco',
    'iptables',
    'netpolicy',
    'nftables',
    'pac',
    'squid',
    'windows-firewall',
  ]);
});

describe.each(cases)('$folder/$template', ({ folder, template, made }) => {
  const { dialect, document } = read(folder, template);
  const own = verdicts(document);
  const others = made.map((path) => read(folder, path));
  const theirs = others.map((other) => verdicts(other.document));

  test('is of the dialect of what is made from it', () => {
    expect(others.map((other) => other.dialect)).toEqual([dialect, dialect, dialect]);
  });

  test('has no syntax error', () => {
    expect(document.problems.filter(({ code }) => code === 'syntax-error')).toEqual([]);
  });

  test('never contradicts a rendering', () => {
    const contradicted = [...own].flatMap(([id, status]) =>
      status === 'undecided' || status === 'not-applicable'
        ? []
        : theirs.flatMap((other, i) =>
            [status, 'not-applicable'].includes(other.get(id) ?? '')
              ? []
              : [`${id}: ${status}, but ${other.get(id)} in ${i + 1}`],
          ),
    );
    expect(contradicted).toEqual([]);
  });

  test('is decided where the renderings could not differ', async () => {
    const lines = [...own].map(
      ([id, status]) => `${id}: ${status} (${theirs.map((other) => other.get(id)).join(', ')})`,
    );
    await expect(`${lines.filter((line) => !line.includes('not-applicable (')).join('\n')}\n`).toMatchFileSnapshot(
      join(FIXTURES, folder, 'verdicts.txt'),
    );
  });
});
