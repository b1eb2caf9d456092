// A check and an explanation of the same packet are one answer, for every packet filter among the fixtures.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { evaluateAll } from '../../../server/src/analysis/evaluate/evaluate.js';
import type { Share } from '../../../server/src/analysis/evaluate/evaluation.js';
import { UNKNOWN_NETWORK } from '../../../server/src/analysis/evaluate/network-context.js';
import { explainFlow, type Flow, type FlowPath } from '../../../server/src/analysis/explain/flow.js';
import { Catalog, DEFAULT_SELECTORS } from '../../../server/src/catalog/catalog.js';
import type { Dialect, Sources } from '../../../server/src/dialects/dialect.js';
import { DIALECTS } from '../../../server/src/dialects/registry.js';
import { statementKey } from '../../../server/src/model/evidence.js';
import type { FilterModel } from '../../../server/src/model/filter.js';
import type { NameSet } from '../../../server/src/model/names.js';
import { type PacketBox, PacketSet } from '../../../server/src/model/packets.js';

const FIXTURES = fileURLToPath(new URL('../../fixtures/', import.meta.url));
const ROOT = 'file:///network/';
const { requirements } = Catalog.builtIn().select(DEFAULT_SELECTORS);

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

function modelOf(dialect: Dialect, path: string): FilterModel | undefined {
  const source = { uri: ROOT + basename(path), text: readFileSync(path, 'utf8') };
  const { model } = dialect.lower(source, dialect.parse(source), sourcesIn(dirname(path)));
  return model.kind === 'filter' ? model : undefined;
}

/** One packet of a box, as an engineer asks about it; `undefined` where it has none that can be named. */
function flowIn(box: PacketBox): { flow: Flow; path: FlowPath } | undefined {
  const source = box.source.first;
  const destination = box.destination.first;
  const protocol = box.protocols.min;
  if (!source || !destination || source.family !== destination.family || protocol === undefined) return undefined;
  const [sourcePort, destinationPort] = [box.sourcePorts.min, box.destinationPorts.min];
  const [inInterface, outInterface] = [nameIn(box.inInterface), nameIn(box.outInterface)];
  const path = {
    ...(inInterface === undefined ? {} : { inInterface }),
    ...(outInterface === undefined ? {} : { outInterface }),
  };
  return { flow: { protocol, source, sourcePort, destination, destinationPort }, path };
}

/** A name in a set, unless every name is in it. */
function nameIn(names: NameSet): string | undefined {
  const shown = names.mentioned().map((name) => name.replace(/\*$/, '0'));
  return shown.length === 0 ? undefined : (shown.find((name) => names.has(name)) ?? 'other0');
}

const files = DIALECTS.flatMap((dialect) => {
  const root = join(FIXTURES, dialect.id);
  if (!existsSync(root)) return [];
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .flatMap((entry) => {
      const path = join(entry.parentPath, entry.name);
      const model = modelOf(dialect, path);
      return model ? [{ name: path.slice(FIXTURES.length), model }] : [];
    });
});

/** How many packets of a share are asked about. */
const SAMPLES = 4;

function packetsOf({ missing }: Share): PacketSet {
  return missing.kind === 'packets' ? missing.packets : PacketSet.none;
}

test('there are fixtures of filters', () => {
  expect(files.length).toBeGreaterThan(50);
});

describe.each(files)('$name', ({ model }) => {
  const evaluations = evaluateAll(model, requirements, UNKNOWN_NETWORK);

  test('a packet that a statement is said to deny is denied by that statement', () => {
    for (const { shares = [] } of evaluations) {
      for (const share of shares.filter(({ undecided }) => undecided === undefined)) {
        const keys = share.decidedBy.map(statementKey);
        for (const box of packetsOf(share).boxes.slice(0, SAMPLES)) {
          const asked = flowIn(box);
          if (!asked) continue;
          const point = share.missing.kind === 'packets' ? share.missing.point : '';
          const { verdict, decidedBy } = explainFlow(model, asked.flow, { ...asked.path, point });
          expect({ asked, verdict }).toEqual({ asked, verdict: 'deny' });
          expect([decidedBy ? statementKey(decidedBy) : 'the default', ...keys]).toContain(keys[0] ?? 'the default');
        }
      }
    }
  });

  test('a permitted packet whose reply is said to be denied is explained so', () => {
    for (const { shares = [] } of evaluations) {
      for (const { missing, undecided } of shares) {
        if (missing.kind !== 'packets' || undecided !== undefined) continue;
        for (const box of missing.replies.replies().subtract(missing.packets).boxes.slice(0, SAMPLES)) {
          const asked = flowIn(box);
          if (!asked) continue;
          const { verdict, replies } = explainFlow(model, asked.flow, { ...asked.path, point: missing.point });
          if (verdict === 'permit') expect({ asked, replies: replies?.verdict }).toEqual({ asked, replies: 'deny' });
        }
      }
    }
  });

  test('an explanation without a path asks where the check asks', () => {
    for (const { shares = [], verdict } of evaluations) {
      if (verdict.status !== 'blocked') continue;
      for (const { missing, undecided } of shares) {
        if (missing.kind !== 'packets' || undecided !== undefined) continue;
        const [box] = missing.packets.boxes;
        const asked = box && flowIn(box);
        if (!asked) continue;
        expect(explainFlow(model, asked.flow, {}).passage?.point).toBe(missing.point);
      }
    }
  });
});
