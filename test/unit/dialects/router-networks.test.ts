// Which networks the files of Linux routers show. Fixtures tell it in lines `#= INTERFACE SIDE NETWORKS`; `?` is an interface
// that the file does not name.
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Dialect, Sources } from '../../../server/src/dialects/dialect.js';
import { iptables } from '../../../server/src/dialects/iptables/index.js';
import { nftables } from '../../../server/src/dialects/nftables/index.js';
import type { Surroundings } from '../../../server/src/model/surroundings.js';

const FIXTURES = new URL('../../fixtures/', import.meta.url);
const NO_SOURCES: Sources = { read: () => 'missing', list: () => [], roots: [] };

function shown(surroundings: Surroundings | undefined): string[] {
  if (surroundings?.kind !== 'interfaces') return [];
  return surroundings.interfaces.map(({ name, side, networks }) =>
    [name === '' ? '?' : name, side, networks?.toPrefixes().join()].filter(Boolean).join(' '),
  );
}

const BOTH: readonly Dialect[] = [iptables, nftables];

describe.each(BOTH)('$id', (dialect) => {
  const folder = new URL(`${dialect.id}/networks/`, FIXTURES);
  test.each(readdirSync(folder))('%s', (name) => {
    const text = readFileSync(new URL(name, folder), 'utf8');
    const source = { uri: `file:///net/${name}`, text };
    const { model } = dialect.lower(source, dialect.parse(source), NO_SOURCES);
    if (model.kind !== 'filter') throw new Error('not a filter');
    const expected = [...text.matchAll(/^#= (.*)$/gm)].map(([, line]) => line);
    const forward = model.points.find(({ hook }) => hook === 'forward');
    expect(forward).toBeDefined();
    expect(shown(forward?.surroundings).sort()).toEqual(expected.sort());
    // Each is shown by a statement of the file.
    const { surroundings } = forward ?? {};
    for (const one of surroundings?.kind === 'interfaces' ? surroundings.interfaces : []) {
      if (one.networks) expect(one.statement?.text).toMatch(/\d/);
    }
  });
});
