// What is told of some destinations because a filter treats all of the internet alike is what is told of them when they are asked for alone.
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Evaluation, MissingTraffic } from '../../../server/src/analysis/evaluate/evaluation.js';
import { evaluationOfAlike } from '../../../server/src/analysis/evaluate/filter/alike-destinations.js';
import { evaluateFilter } from '../../../server/src/analysis/evaluate/filter/evaluate-filter.js';
import { type NetworkContext, UNKNOWN_NETWORK } from '../../../server/src/analysis/evaluate/network-context.js';
import { Catalog, DEFAULT_SELECTORS } from '../../../server/src/catalog/catalog.js';
import { cisco } from '../../../server/src/dialects/cisco/index.js';
import type { Dialect, Sources } from '../../../server/src/dialects/dialect.js';
import { iptables } from '../../../server/src/dialects/iptables/index.js';
import { nftables } from '../../../server/src/dialects/nftables/index.js';
import { windowsFirewall } from '../../../server/src/dialects/windows-firewall/index.js';
import { IpSet } from '../../../server/src/model/ip.js';
import type { PacketSet } from '../../../server/src/model/packets.js';

const FIXTURES = new URL('../../fixtures/', import.meta.url);
const NO_SOURCES: Sources = { read: () => 'missing', list: () => [], roots: [] };
const REQUIREMENTS = Catalog.builtIn().select(DEFAULT_SELECTORS).requirements;

const NETWORKS: readonly NetworkContext[] = [
  UNKNOWN_NETWORK,
  { ...UNKNOWN_NETWORK, roles: new Map([['clients', IpSet.parse('10.20.0.0/16', '203.0.113.0/24', 'fd00:20::/32')]]) },
];

function boxesOf({ boxes }: PacketSet): string[] {
  return boxes
    .map((box) =>
      Object.values(box)
        .map(({ key }) => key)
        .join(' '),
    )
    .sort();
}

function lackOf(missing: MissingTraffic) {
  if (missing.kind !== 'packets') return missing.kind;
  const { packets, replies, allowed, point } = missing;
  return [boxesOf(packets), boxesOf(replies), boxesOf(allowed), point];
}

/** All that is told of an evaluation, and that fixes are made from. */
function told({ verdict, shares, missing, permittedBy, trace }: Evaluation) {
  return {
    ...verdict,
    missing: verdict.missing?.(),
    lack: lackOf(missing),
    shares: shares?.map((share) => ({ ...share, missing: lackOf(share.missing), trace: share.trace() })),
    permittedBy: permittedBy?.rules.map(({ statement }) => statement.range.start),
    trace: trace(),
  };
}

test.each<Dialect>([iptables, nftables, cisco, windowsFirewall])('$id', (dialect) => {
  const folder = new URL(`${dialect.id}/`, FIXTURES);
  let made = 0;
  for (const [i, name] of readdirSync(folder, { recursive: true, encoding: 'utf8' }).entries()) {
    const text = readText(new URL(name, folder));
    if (text === undefined) continue;
    const source = { uri: `file:///net/${name.replace(/.*\//, '')}`, text };
    const { model } = dialect.lower(source, dialect.parse(source), NO_SOURCES);
    const network = NETWORKS[i % NETWORKS.length];
    if (model.kind !== 'filter' || !network) continue;
    for (const requirement of REQUIREMENTS) {
      const together = evaluateFilter(requirement, model, network, (...asked) => {
        const known = evaluationOfAlike(...asked);
        if (known) made++;
        return known;
      });
      const alone = evaluateFilter(requirement, model, network, () => undefined);
      expect({ name, ...told(together) }).toEqual({ name, ...told(alone) });
    }
  }
  expect(made).toBeGreaterThan(100);
});

function readText(url: URL): string | undefined {
  try {
    return readFileSync(url, 'utf8');
  } catch {
    return undefined;
  }
}
