// A range that a document has replaced by a narrower one is told, unless what is checked still needs the rest of it.
import { expect, test } from 'vitest';
import { analyze, type Checks } from '../../../server/src/analysis/analyze.js';
import { fixesFor } from '../../../server/src/analysis/fixes/remedies.js';
import { Catalog } from '../../../server/src/catalog/catalog.js';
import { nftables } from '../../../server/src/dialects/nftables/index.js';
import { applyEdits } from '../../../server/src/text/edit.js';

const CATALOG = Catalog.builtIn();
const MEDIA = 'm365-worldwide/11/udp';
const WITHOUT_DIRECT_ROUTING = CATALOG.requirements.filter(({ id }) => !id.startsWith('teams-direct-routing/'));

const ruleset = (...destinations: string[]) =>
  `table inet edge {\n\tchain forward {\n\t\ttype filter hook forward priority filter; policy drop;\n${destinations
    .map((to) => `\t\tip daddr ${to} udp dport 3478-3481 accept\n`)
    .join('')}\t}\n}\n`;

/** What is told of retired ranges: the text that each finding stands on, its message, and the file after its fix. */
function told(text: string, select: readonly string[], documented = CATALOG.requirements) {
  const source = { uri: 'file:///network/edge.nft', text };
  const sources = { roots: [], read: () => 'missing' as const, list: () => [] };
  const document = nftables.lower(source, nftables.parse(source), sources);
  const { requirements } = CATALOG.select(select);
  const network = { roles: new Map() };
  const checks: Checks = { requirements, retired: CATALOG.retired, documented, severity: {}, network };
  const analysis = analyze(document, nftables, checks, sources);
  const context = { document, dialect: nftables, sources, checks, analysis };
  return analysis.report.findings
    .filter(({ code }) => code === 'retired-endpoint')
    .map((finding) => ({
      on: text.slice(finding.range.start, finding.range.end),
      message: finding.message,
      fixed: fixesFor(context, finding).map(({ edits }) => applyEdits(text, edits)),
    }));
}

test('the old range and every part of it that is gone are told; what replaced it, and parts of that, are not', () => {
  const text = ruleset('52.120.0.0/14', '52.121.0.0/16', '52.122.0.0/15', '52.123.1.0/24', '52.0.0.0/8');
  expect(told(text, [MEDIA], WITHOUT_DIRECT_ROUTING).map(({ on }) => on)).toEqual(['52.120.0.0/14', '52.121.0.0/16']);
});

test('the narrower range is written in its place, where nothing else asks for the rest', () => {
  const text = ruleset('{ 52.112.0.0/14, 52.120.0.0/14 }');
  const [finding] = told(text, [MEDIA], WITHOUT_DIRECT_ROUTING);
  expect(finding?.message).toMatch(/^52\.120\.0\.0\/14 was replaced by 52\.122\.0\.0\/15 in Microsoft 365 .*\.$/);
  expect(finding?.fixed).toEqual([ruleset('{ 52.112.0.0/14, 52.122.0.0/15 }')]);
});

test('who may still need it is named, and nothing is taken away', () => {
  const [finding] = told(ruleset('52.120.0.0/14'), [MEDIA]);
  expect(finding?.message).toContain('but is still needed for "Teams Direct Routing');
  expect(finding?.fixed).toEqual([]);
});

test('where what still needs it is checked, it is right', () => {
  expect(told(ruleset('52.120.0.0/14'), [MEDIA, 'teams-direct-routing'])).toEqual([]);
});
