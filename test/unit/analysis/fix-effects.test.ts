// What every fix of a requirement's finding leaves behind: its finding is gone, and no rule is without effect that was not before.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { analyze, type Checks } from '../../../server/src/analysis/analyze.js';
import { UNKNOWN_NETWORK } from '../../../server/src/analysis/evaluate/network-context.js';
import { type FixContext, fixesFor, reanalyse } from '../../../server/src/analysis/fixes/fixes.js';
import { Catalog } from '../../../server/src/catalog/catalog.js';
import type { Dialect, Sources } from '../../../server/src/dialects/dialect.js';
import { iptables } from '../../../server/src/dialects/iptables/index.js';
import { nftables } from '../../../server/src/dialects/nftables/index.js';
import { squid } from '../../../server/src/dialects/squid/index.js';

const FIXTURES = fileURLToPath(new URL('../../fixtures/', import.meta.url));
const ROOT = 'file:///network/';
const catalog = Catalog.builtIn();

/** What files of each dialect are checked against: both address families, several services, undeclared ends. */
const ASKED = new Map<Dialect, readonly string[]>([
  [iptables, ['m365-worldwide/11/udp', 'entra-connect/ad/53-tcp', 'sfb-server/front-end/5061-tcp-clients']],
  [nftables, ['m365-worldwide/11/udp', 'entra-connect/ad/53-tcp', 'sfb-server/front-end/5061-tcp-clients']],
  [squid, ['m365-worldwide/12/tcp', 'm365-worldwide/127/tcp']],
]);

function sourcesIn(folder: string): Sources {
  return {
    roots: [ROOT.slice(0, -1)],
    read: (uri) => {
      const path = join(folder, uri.slice(ROOT.length));
      return existsSync(path) && statSync(path).isFile() ? { uri, text: readFileSync(path, 'utf8') } : 'missing';
    },
    list: () => [],
  };
}

function contextOf(dialect: Dialect, path: string): FixContext {
  const source = { uri: ROOT + basename(path), text: readFileSync(path, 'utf8') };
  const sources = sourcesIn(dirname(path));
  const document = dialect.lower(source, dialect.parse(source), sources);
  const { requirements } = catalog.select(ASKED.get(dialect) ?? []);
  const checks: Checks = { requirements, retired: [], severity: {}, network: UNKNOWN_NETWORK };
  return { document, dialect, sources, checks, analysis: analyze(document, dialect, checks, sources) };
}

/** The statements without effect, as text. */
function uselessIn({ analysis }: FixContext): string[] {
  return analysis.problems
    .filter(({ code }) => code === 'redundant-rule' || code === 'shadowed-rule' || code === 'duplicate-name')
    .map(({ code, message }) => `${code}: ${message}`);
}

function filesOf({ id }: Dialect): string[] {
  const root = join(FIXTURES, id);
  return readdirSync(root, { recursive: true, withFileTypes: true }).flatMap((entry) =>
    entry.isFile() ? [join(entry.parentPath, entry.name)] : [],
  );
}

describe.each([...ASKED.keys()])('$id', (dialect) => {
  test.each(filesOf(dialect).map((path) => path.slice(FIXTURES.length)))('%s', (name) => {
    const context = contextOf(dialect, FIXTURES + name);
    const findings = context.analysis.report.findings.filter(({ code }) => code.startsWith('requirement-'));
    for (const finding of findings) {
      for (const { title, edits } of fixesFor(context, finding)) {
        const after = reanalyse(context, edits);
        if (!after) throw new Error('the edited file cannot be read');
        expect({ title, useless: uselessIn(after).length }).toEqual({ title, useless: uselessIn(context).length });
        const left = after.analysis.report.findings.map(({ message }) => message);
        expect(left, title).not.toContain(finding.message);
      }
    }
  });
});
