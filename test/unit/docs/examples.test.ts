import { describe, expect, it } from 'vitest';
import { analyze, type Checks } from '../../../server/src/analysis/analyze.js';
import { evaluateAll } from '../../../server/src/analysis/evaluate/evaluate.js';
import { Catalog, DEFAULT_SELECTORS } from '../../../server/src/catalog/catalog.js';
import { lintelConfig } from '../../../server/src/configuration/lintel-config.js';
import type { Dialect, Document, Sources } from '../../../server/src/dialects/dialect.js';
import { allDialects, detectAmong } from '../../../server/src/dialects/registry.js';
import { type CodeDescription, FINDING_CODES } from '../../../server/src/model/codes.js';

const DIALECTS = await allDialects();

const CATALOG = Catalog.builtIn('worldwide');
const NO_FILES: Sources = { read: () => 'missing', list: () => [], roots: [] };
const NETWORK = { roles: new Map() };
/** Of what by default nothing is selected: the only packs that exempt traffic from IPsec, and that rule traffic out. */
const SELECTORS = new Map([
  ['ipsec-not-exempt', ['sfb-server']],
  ['forbidden-flow', ['egress-hygiene']],
]);

async function read(file: string, text: string): Promise<{ dialect: Dialect; document: Document }> {
  const dialect = detectAmong([...DIALECTS, lintelConfig], file, text);
  if (!dialect) throw new Error(`no dialect reads ${file}`);
  const source = { uri: `file:///${file}`, text };
  return { dialect, document: dialect.lower(source, dialect.parse(source), NO_FILES) };
}

async function codesIn(
  { file, example, beside }: CodeDescription,
  selectors: readonly string[],
): Promise<readonly string[]> {
  const { requirements } = CATALOG.select(selectors);
  const { dialect, document } = await read(file, `${example}\n`);
  const other = beside && (await read(beside.file, `${beside.text}\n`)).document;
  const evaluations = other ? evaluateAll(other.model, requirements, NETWORK) : [];
  const checks: Checks = {
    requirements,
    retired: CATALOG.retired,
    documented: CATALOG.requirements,
    severity: {},
    network: NETWORK,
    filtersOnPath: beside ? [{ name: beside.file, evaluations }] : [],
  };
  return analyze(document, dialect, checks).report.findings.map(({ code }) => code);
}

describe('the example of each finding has it', () => {
  it.each(Object.entries(FINDING_CODES))('%s', async (code, description) => {
    expect(await codesIn(description, SELECTORS.get(code) ?? DEFAULT_SELECTORS)).toContain(code);
  });
});
