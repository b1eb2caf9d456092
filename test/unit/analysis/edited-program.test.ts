// A proof asks an edited program about the hosts that the edit concerns alone: it has to come to what asking about all comes to.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { analyze } from '../../../server/src/analysis/analyze.js';
import { evaluateEach, queriesFor } from '../../../server/src/analysis/evaluate/evaluate.js';
import { UNKNOWN_NETWORK } from '../../../server/src/analysis/evaluate/network-context.js';
import { type FixContext, reanalyse, reanalysis } from '../../../server/src/analysis/fixes/edited-copy.js';
import { withoutPause } from '../../../server/src/analysis/fixes/in-parts.js';
import { Proofs } from '../../../server/src/analysis/fixes/proofs.js';
import { Catalog } from '../../../server/src/catalog/catalog.js';
import { pac } from '../../../server/src/dialects/pac/index.js';
import { Purse } from '../../../server/src/model/budget.js';
import { NO_SOURCES } from '../pac/helpers.js';

const { requirements } = Catalog.builtIn().select(['m365-worldwide']);
const FIXTURES = fileURLToPath(new URL('../../fixtures/pac/', import.meta.url));

const FILES = ['bypass', 'ok', 'verdicts', 'findings'].flatMap((folder) =>
  readdirSync(`${FIXTURES}${folder}`)
    .filter((name) => name.endsWith('.pac') && !name.endsWith('.after.pac'))
    .map((name) => `${folder}/${name}`),
);

function contextOf(name: string): FixContext {
  const source = { uri: `file:///network/${name}`, text: readFileSync(FIXTURES + name, 'utf8') };
  const document = pac.lower(source, pac.parse(source), NO_SOURCES);
  const checks = { requirements, retired: [], severity: {}, network: UNKNOWN_NETWORK };
  if (document.model.kind !== 'selection') throw new Error('not a PAC model');
  const queries = queriesFor(document.model, requirements);
  const evaluations = [...evaluateEach(document.model, requirements, UNKNOWN_NETWORK, queries)];
  const analysis = analyze(document, pac, checks, NO_SOURCES, evaluations);
  return { document, dialect: pac, sources: NO_SOURCES, checks, analysis, queries };
}

/** What a proof looks at: the verdicts, and the hosts of each share. Reasons name lines of the version that decided. */
function verdictsOf(context: FixContext | undefined): readonly string[] {
  return (context?.analysis.evaluations ?? []).map(({ requirement, verdict, shares = [] }) => {
    const hosts = shares.map(({ missing }) => (missing.kind === 'hosts' ? missing.hosts.describe() : missing.kind));
    const { status, missing = '' } = verdict;
    return `${requirement.id}: ${status} ${missing} [${hosts.join('; ')}]`;
  });
}

test.each(FILES)('%s has the same verdicts after its fixes', (name) => {
  const context = contextOf(name);
  const { queries, ...alone } = context;
  const { findings } = context.analysis.report;
  const remedies = new Proofs(context, new Purse(100)).allOf(findings);
  expect(remedies).toEqual(new Proofs(alone, new Purse(100)).allOf(findings));
  for (const { edits } of remedies.flatMap(({ fixes }) => fixes)) {
    const after = withoutPause(reanalysis(context, edits, 'verdicts'));
    expect(verdictsOf(after)).toEqual(verdictsOf(reanalyse(alone, edits)));
  }
});
