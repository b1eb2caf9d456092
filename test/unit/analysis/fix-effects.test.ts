// What every fix of a requirement's finding leaves behind: its finding is gone, and no rule has lost its effect.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { analyze, type Checks } from '../../../server/src/analysis/analyze.js';
import { type NetworkContext, UNKNOWN_NETWORK } from '../../../server/src/analysis/evaluate/network-context.js';
import { type FixContext, reanalyse } from '../../../server/src/analysis/fixes/edited-copy.js';
import { fixesFor } from '../../../server/src/analysis/fixes/remedies.js';
import type { Finding } from '../../../server/src/analysis/report.js';
import { Catalog } from '../../../server/src/catalog/catalog.js';
import type { Dialect, Sources } from '../../../server/src/dialects/dialect.js';
import { iptables } from '../../../server/src/dialects/iptables/index.js';
import { nftables } from '../../../server/src/dialects/nftables/index.js';
import { squid } from '../../../server/src/dialects/squid/index.js';
import { IpSet } from '../../../server/src/model/ip.js';

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

/** Where clients are: not known, or in two networks. */
const NETWORKS: readonly NetworkContext[] = [
  UNKNOWN_NETWORK,
  { roles: new Map([['clients', IpSet.parse('10.20.0.0/16', '10.30.0.0/16')]]) },
];

function contextOf(dialect: Dialect, path: string, network: NetworkContext): FixContext {
  const source = { uri: ROOT + basename(path), text: readFileSync(path, 'utf8') };
  const sources = sourcesIn(dirname(path));
  const document = dialect.lower(source, dialect.parse(source), sources);
  const { requirements } = catalog.select(ASKED.get(dialect) ?? []);
  const checks: Checks = { requirements, retired: [], severity: {}, network };
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
    for (const network of NETWORKS) {
      const context = contextOf(dialect, FIXTURES + name, network);
      const findings = context.analysis.report.findings.filter(({ code }) => code.startsWith('requirement-'));
      for (const finding of findings) {
        for (const { title, edits } of fixesFor(context, finding)) {
          const after = reanalyse(context, edits);
          if (!after) throw new Error('the edited file cannot be read');
          expect({ title, useless: uselessIn(after).length }).toEqual({ title, useless: uselessIn(context).length });
          expect(timesTold(finding, after), title).toBeLessThan(timesTold(finding, context));
        }
      }
    }
  });
});

/** How often a file has findings that say the same, as of networks that are told apart by their line. */
function timesTold({ message }: Finding, { analysis }: FixContext): number {
  return analysis.report.findings.filter((other) => other.message === message).length;
}

/** The texts that the fixes of a fixture insert, with declared clients. */
function insertedIn(dialect: Dialect, name: string): string {
  const context = contextOf(dialect, FIXTURES + name, NETWORKS[1] ?? UNKNOWN_NETWORK);
  const [finding] = context.analysis.report.findings.filter(({ code }) => code.startsWith('requirement-'));
  const [fix] = finding ? fixesFor(context, finding) : [];
  return fix?.edits.map(({ newText }) => newText).join('') ?? '';
}

describe('a fix for declared clients', () => {
  test('opens to these alone what a rule denies to others than some', () => {
    const text = insertedIn(squid, 'squid/fixes/others-denied.conf');
    expect(text).toContain('acl clients src 10.20.0.0/16 10.30.0.0/16');
    expect(text).not.toContain('everywhere');
  });

  test('names the smallest acl that holds them, however often another one is named', () => {
    expect(insertedIn(squid, 'squid/fixes/small-and-large.conf')).toMatch(/http_access allow offices teams_hosts/);
  });

  test('writes for each network what that one lacks', () => {
    const lines = insertedIn(iptables, 'iptables/several-networks/two-networks.v4').trim().split('\n');
    expect(lines).toEqual([
      '-A FORWARD -s 10.20.0.0/16 -d 52.122.0.0/15 -p udp --dport 3478:3481 -j ACCEPT',
      '-A FORWARD -s 10.30.0.0/16 -d 52.112.0.0/14 -p udp --dport 3478:3481 -j ACCEPT',
    ]);
  });
});
