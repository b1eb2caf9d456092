// A declared role in several networks, in files that name interfaces only in their rules: each network may come in by another.
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { evaluateAll } from '../../../server/src/analysis/evaluate/evaluate.js';
import { Catalog } from '../../../server/src/catalog/catalog.js';
import type { Dialect } from '../../../server/src/dialects/dialect.js';
import { iptables } from '../../../server/src/dialects/iptables/index.js';
import { nftables } from '../../../server/src/dialects/nftables/index.js';
import { IpSet } from '../../../server/src/model/ip.js';

const FIXTURES = fileURLToPath(new URL('../../fixtures/', import.meta.url));
const TEAMS = Catalog.builtIn().select(['m365-worldwide/11/udp']).requirements;
const NO_FILES = { read: () => 'missing' as const, list: () => [], roots: [] };

function verdictFor(dialect: Dialect, name: string, ...clients: string[]) {
  const text = readFileSync(`${FIXTURES}${dialect.id}/several-networks/${name}`, 'utf8');
  const source = { uri: `file:///${basename(name)}`, text };
  const { model } = dialect.lower(source, dialect.parse(source), NO_FILES);
  return evaluateAll(model, TEAMS, { roles: new Map([['clients', IpSet.parse(...clients)]]) })[0]?.verdict;
}

test.each([
  [iptables, 'by-their-interfaces.v4'],
  [nftables, 'by-their-interfaces.nft'],
])('$id: neighbouring networks are each served by the rule for their own interface', (dialect, name) => {
  const verdict = verdictFor(dialect, name, '10.20.0.0/16', '10.21.0.0/16');
  expect(verdict?.status).toBe('met');
  expect(verdict?.reason).toMatch(/10\.20\.0\.0\/16 in on office0/);
  expect(verdict?.reason).toMatch(/10\.21\.0\.0\/16 in on plant0/);
});

test.each([
  [iptables, 'by-their-interfaces.v4'],
  [nftables, 'by-their-interfaces.nft'],
])('$id: a network that no rule names is the only one that is told', (dialect, name) => {
  const verdict = verdictFor(dialect, name, '10.20.0.0/16', '10.21.0.0/16', '10.99.0.0/16');
  expect(verdict?.status).toBe('partial');
  expect(verdict?.missing?.()).toMatch(/for 10\.99\.0\.0\/16$/);
});

test('one network is asked by the interface that serves most of it, the other one is served', () => {
  const verdict = verdictFor(iptables, 'one-is-shut.v4', '10.20.0.0/16', '10.21.0.0/16');
  expect(verdict?.status).toBe('partial');
  expect(verdict?.missing?.()).toMatch(/^UDP 3480-3481 to \S+, \S+ for 10\.21\.0\.0\/16$/);
  expect(verdict?.decidedBy.map(({ text }) => text)).toEqual([':FORWARD DROP [0:0]']);
});
