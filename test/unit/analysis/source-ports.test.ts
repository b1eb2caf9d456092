// A fix names the source ports that a document names. Every file of the folders `source-ports` has the file beside it, under
// `fixed-`, that "fix everything" makes of it. `npx vitest run test/unit/analysis/source-ports.test.ts -u` writes them.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { explainFlow } from '../../../server/src/analysis/explain/flow.js';
import { cisco } from '../../../server/src/dialects/cisco/index.js';
import type { Dialect, Sources } from '../../../server/src/dialects/dialect.js';
import { iptables } from '../../../server/src/dialects/iptables/index.js';
import { nftables } from '../../../server/src/dialects/nftables/index.js';
import { windowsFirewall } from '../../../server/src/dialects/windows-firewall/index.js';
import { parseAddress } from '../../../server/src/model/ip.js';
import { UDP } from '../../../server/src/model/packets.js';
import type { CheckRequest } from '../../../server/src/service/checks.js';
import { LanguageService } from '../../../server/src/service/language-service.js';
import { applyEdits } from '../../../server/src/text/edit.js';
import { MemoryFiles } from '../service/toy.js';

const WORKSPACE = 'roles:\n  clients: [10.20.0.0/16]\n  dhcp-servers: [10.1.0.53]\n';
const REQUEST: CheckRequest = {
  require: ['sfb-server/clients/67-udp', 'sfb-server/clients/68-udp', 'teams-media-ports/media/udp'],
  severity: {},
  cloud: 'worldwide',
};

/** Packets of these requirements, but for their source ports, and next to them. */
const OTHERS = [
  ['10.20.0.9', 67, '10.1.0.53', 67],
  ['10.20.0.9', 49_999, '10.1.0.53', 67],
  ['10.1.0.53', 68, '10.20.0.9', 68],
  ['10.20.0.9', 49_999, '52.112.0.1', 3478],
  ['10.20.0.9', 50_060, '52.123.255.255', 3481],
  ['10.20.0.9', 50_000, '52.112.0.1', 3482],
] as const;

async function open(dialect: Dialect, name: string, text: string) {
  const uri = `file:///network/${name}`;
  const service = new LanguageService(new MemoryFiles(new Map([['file:///network/lintel.yaml', WORKSPACE]])));
  service.setFolders(['file:///network']);
  service.put(uri, dialect, text);
  const examined = await service.examine(uri, REQUEST);
  if (!examined) throw new Error('not examined');
  const { report, evaluations } = examined.analysis;
  const { model } = dialect.lower({ uri, text }, dialect.parse({ uri, text }), NO_SOURCES);
  if (model.kind !== 'filter') throw new Error('not a filter');
  const decided = model.points.map(({ name: point }) =>
    OTHERS.map(([source, sourcePort, destination, destinationPort]) => {
      const [from, to] = [parseAddress(source), parseAddress(destination)];
      if (!from || !to) throw new Error('not an address');
      const flow = { protocol: UDP, source: from, sourcePort, destination: to, destinationPort };
      return explainFlow(model, flow, { point }).verdict;
    }),
  );
  return { uri, service, report, statuses: evaluations.map(({ verdict }) => verdict.status), decided };
}

const NO_SOURCES: Sources = { roots: [], read: () => 'missing', list: () => [] };

function folderOf({ id }: Dialect): string {
  return fileURLToPath(new URL(`../../fixtures/${id}/source-ports/`, import.meta.url));
}

function filesOf(dialect: Dialect): string[] {
  const folder = folderOf(dialect);
  return existsSync(folder) ? readdirSync(folder).filter((name) => !name.startsWith('fixed-')) : [];
}

describe.each([
  { dialect: nftables as Dialect },
  { dialect: iptables as Dialect },
  { dialect: cisco as Dialect },
  { dialect: windowsFirewall as Dialect },
])('fixes of $dialect.id', ({ dialect }) => {
  test.each(filesOf(dialect))('of %s permit what comes from the documented ports, and nothing else', async (name) => {
    const text = readFileSync(join(folderOf(dialect), name), 'utf8');
    const before = await open(dialect, name, text);
    expect(before.statuses.filter((status) => status === 'blocked' || status === 'partial')).not.toEqual([]);
    const all = await before.service.fixAll(before.uri, REQUEST);
    const fixed = applyEdits(text, all?.edits ?? []);
    await expect(fixed).toMatchFileSnapshot(join(folderOf(dialect), `fixed-${name}`));
    const after = await open(dialect, name, fixed);
    expect(after.statuses.filter((status) => status !== 'met' && status !== 'not-applicable')).toEqual([]);
    expect(after.decided).toEqual(before.decided);
  });
});
