// Packs with a table of their own: each requirement beside the figures, the document, its revision and the section of the row.
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { endOf, handWrittenPacks, portsOf } from './pack-lines.js';

const FOLDER = new URL('../../fixtures/catalog/tables/', import.meta.url);

test.each(readdirSync(FOLDER))('%s: every row, and nothing else', (name) => {
  const pack = handWrittenPacks.get(name.slice(0, -'.tsv'.length));
  const [, ...rows] = readFileSync(new URL(name, FOLDER), 'utf8').trimEnd().split('\n');
  const lines = pack?.requirements.map(({ id, kind, required, flow, source }) =>
    [
      id.slice(pack.id.length + 1),
      kind,
      required ? 'required' : 'optional',
      flow.direction,
      endOf(flow.from),
      endOf(flow.to),
      flow.protocol,
      portsOf(flow),
      source.url,
      source.revision,
      source.section ?? '',
    ].join('\t'),
  );
  expect(lines?.sort()).toEqual(rows.sort());
});
