import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { builtInPacks, Catalog } from '../../../server/src/catalog/catalog.js';
import { loadPack } from '../../../server/src/catalog/pack-file.js';
import type { Requirement } from '../../../server/src/catalog/requirement.js';
import { packOf, readEndpointFile } from '../../../server/src/catalog/update.js';
import { endOf, exceptOf, handWrittenPacks as packs, portsOf } from './pack-lines.js';
import { recording } from './recorded-service.js';

const ROOT = new URL('../../../', import.meta.url);
/** A requirement on one line, as a reviewer compares it with its document. */
function lineOf({ id, kind, required, flow }: Requirement): string {
  const need = required ? 'required' : 'optional';
  return [
    id,
    kind,
    need,
    flow.direction,
    endOf(flow.from),
    endOf(flow.to),
    flow.protocol,
    portsOf(flow),
    ...exceptOf(flow),
  ].join('\t');
}

test('every file of the catalog is a pack of its own name', () => {
  const files = readdirSync(new URL('catalog/', ROOT)).filter((name) => name.endsWith('.yaml'));
  expect([...packs.keys()].map((id) => `${id}.yaml`).sort()).toEqual(files.sort());
});

test('no row of a pack goes missing or changes unnoticed', () => {
  const reviewed = readFileSync(new URL('test/fixtures/catalog/packs.tsv', ROOT), 'utf8').trimEnd().split('\n');
  // The others are compared with tables of their own.
  const tables = readdirSync(new URL('test/fixtures/catalog/tables/', ROOT));
  const listed = [...packs.values()].filter(({ id }) => !tables.includes(`${id}.tsv`));
  const lines = listed.flatMap(({ requirements }) => requirements.map(lineOf));
  expect(lines.sort()).toEqual(reviewed.sort());
});

test('what is only advised is never required', () => {
  const advice = [...packs.values()].flatMap(({ requirements }) =>
    requirements.filter(({ kind }) => kind === 'advice'),
  );
  expect(advice.filter(({ required }) => required)).toEqual([]);
});

test('ranges are written with hyphens, as every program takes them when they are pasted', () => {
  const texts = (value: unknown): string[] =>
    typeof value === 'string' ? [value] : value && typeof value === 'object' ? Object.values(value).flatMap(texts) : [];
  const files = readdirSync(new URL('catalog/', ROOT), { recursive: true, encoding: 'utf8' });
  const raw = files.filter((name) => /\.(?:yaml|json)$/.test(name));
  expect(raw.length).toBeGreaterThan(10);
  const written = raw.map((name) => readFileSync(new URL(`catalog/${name}`, ROOT), 'utf8'));
  const made = [...packs.values()].flatMap(({ title, requirements }) => [title, ...requirements.flatMap(texts)]);
  expect([...written, ...made].flatMap((text) => text.match(/.*\d\s?[–—‑−]\s?\d.*/g) ?? [])).toEqual([]);
});

describe('packs that refer to endpoint sets', () => {
  const prefixesOf = (catalog: Catalog, id: string) => {
    const flow = catalog.byId(id)?.flow;
    return [...(flow?.from.prefixes ?? []), ...(flow?.to.prefixes ?? [])];
  };

  test('have the addresses of the endpoint list', () => {
    const catalog = Catalog.builtIn('worldwide');
    const mail = prefixesOf(catalog, 'm365-worldwide/10/tcp');
    expect(mail.length).toBeGreaterThan(0);
    expect(prefixesOf(catalog, 'exchange-hybrid/mail/25-tcp-in')).toEqual(mail);
    expect(prefixesOf(catalog, 'exchange-hybrid/mail/25-tcp-out')).toEqual(mail);
    expect(prefixesOf(catalog, 'exchange-hybrid/web/443-tcp-in')).toEqual(prefixesOf(catalog, 'm365-worldwide/1/tcp'));
    expect(prefixesOf(catalog, 'm365-additional/6/tcp')).toEqual(expect.arrayContaining(mail));
  });

  test('follow an updated list, and keep what it does not say', () => {
    const name = 'worldwide_2026100100.json';
    const list = readEndpointFile(recording(name), name);
    if (typeof list === 'string') throw new Error(list);
    const before = Catalog.builtIn('worldwide');
    const after = before.withVersion(packOf(list));
    const media = prefixesOf(after, 'm365-worldwide/11/udp');
    expect(media).not.toEqual(prefixesOf(before, 'm365-worldwide/11/udp'));
    expect(prefixesOf(after, 'teams-media-ports/media/udp')).toEqual(media);
    expect(list.endpoints.map(({ id }) => id)).not.toContain(10);
    const mail = 'exchange-hybrid/mail/25-tcp-in';
    expect(after.byId(mail)).toBe(before.byId(mail));
  });

  test('may be those of an organisation', () => {
    const text = readFileSync(new URL('test/fixtures/catalog/packs/ok/own-relay.yaml', ROOT), 'utf8');
    const { pack, problems } = loadPack(text, 'file:///network/own-relay.yaml');
    expect(problems).toEqual([]);
    const catalog = Catalog.of([...builtInPacks('worldwide'), ...(pack ? [pack] : [])]);
    expect(prefixesOf(catalog, 'own-relay/mail/25-tcp')).toEqual(prefixesOf(catalog, 'm365-worldwide/10/tcp'));
  });
});
