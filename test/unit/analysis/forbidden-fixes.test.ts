// What a user sees of files that let pass what must not, in every dialect: verdicts, findings, and the file after every fix.
// `npx vitest run test/unit/analysis/forbidden-fixes.test.ts -u` writes what is found into test/fixtures/forbidden/told.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { analyze, type Checks } from '../../../server/src/analysis/analyze.js';
import { type FixContext, reanalyse } from '../../../server/src/analysis/fixes/edited-copy.js';
import { withoutPause } from '../../../server/src/analysis/fixes/in-parts.js';
import { remediesFor } from '../../../server/src/analysis/fixes/remedies.js';
import { builtInPacks, Catalog } from '../../../server/src/catalog/catalog.js';
import { loadPack } from '../../../server/src/catalog/pack-file.js';
import { allDialects, detectAmong } from '../../../server/src/dialects/registry.js';
import { IpSet } from '../../../server/src/model/ip.js';

const DIALECTS = await allDialects();

const FOLDER = fileURLToPath(new URL('../../fixtures/forbidden/', import.meta.url));

const OWN = loadPack(readFileSync(`${FOLDER}own.yaml`, 'utf8'), 'file:///network/own.yaml');
const CATALOG = Catalog.of([...builtInPacks('worldwide'), ...(OWN.pack ? [OWN.pack] : [])]);

const CHECKS: Checks = {
  requirements: CATALOG.select(['egress-hygiene/smb/*', 'egress-hygiene/netbios/*', 'own']).requirements,
  retired: [],
  severity: {},
  network: { roles: new Map([['guests', IpSet.parse('10.30.0.0/16')]]) },
};

function contextOf(name: string): FixContext {
  const source = { uri: `file:///network/${name}`, text: readFileSync(`${FOLDER}given/${name}`, 'utf8') };
  const dialect = detectAmong(DIALECTS, name, source.text);
  if (!dialect) throw new Error(`no dialect reads ${name}`);
  const sources = { roots: [], read: () => 'missing' as const, list: () => [] };
  const document = dialect.lower(source, dialect.parse(source), sources);
  return { document, dialect, sources, checks: CHECKS, analysis: analyze(document, dialect, CHECKS, sources) };
}

const forbiddenIn = ({ analysis }: FixContext) =>
  analysis.report.findings.filter(({ code }) => code === 'forbidden-flow' || code === 'requirement-undecided');

function told(context: FixContext): string {
  const lineOf = (offset: number) => context.document.source.text.slice(0, offset).split('\n').length;
  const verdicts = context.analysis.report.coverage.map(
    ({ requirement, status, reason }) => `${status} ${requirement}${reason === undefined ? '' : `: ${reason}`}`,
  );
  const findings = forbiddenIn(context).map(({ range, message }) => `line ${lineOf(range.start)}: ${message}`);
  return [...verdicts, ...findings].join('\n');
}

/** The file after the first fix of each finding that has one, with the titles of these and why others have none. */
function afterFixes(given: FixContext): { readonly after: FixContext; readonly words: readonly string[] } {
  let after = given;
  const words: string[] = [];
  for (let round = 0; round < 8; round++) {
    const remedies = forbiddenIn(after).map((finding) => withoutPause(remediesFor(after, finding)));
    const fix = remedies.flatMap(({ fixes }) => fixes)[0];
    const fixed = fix && reanalyse(after, fix.edits);
    if (!fixed) return { after, words: [...words, ...remedies.flatMap(({ obstacle }) => `no fix: ${obstacle}`)] };
    words.push(`fix: ${fix.title}`);
    after = fixed;
  }
  return { after, words };
}

test('the pack of the fixtures is valid', () => {
  expect(OWN.problems).toEqual([]);
});

test.each(readdirSync(`${FOLDER}given`))('%s is told and fixed as its fixture shows', async (name) => {
  const given = contextOf(name);
  const { after, words } = afterFixes(given);
  const parts = [told(given), words.join('\n'), after.document.source.text, told(after)].map((part) => part.trimEnd());
  await expect(`${parts.join('\n\n----\n\n')}\n`).toMatchFileSnapshot(`${FOLDER}told/${name}.txt`);
});
