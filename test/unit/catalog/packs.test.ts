import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { builtInPacks } from '../../../server/src/catalog/catalog.js';
import type { Requirement } from '../../../server/src/catalog/requirement.js';
import { endOf, exceptOf, handWrittenPacks as packs, portsOf } from './pack-lines.js';

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

test('the pack for Exchange hybrid lists the addresses that Exchange Online has in the endpoint list', () => {
  const prefixesOf = (id: string) =>
    builtInPacks('worldwide')
      .flatMap(({ requirements }) => requirements)
      .filter((requirement) => requirement.id === id)
      .flatMap(({ flow }) => [...(flow.from.prefixes ?? []), ...(flow.to.prefixes ?? [])]);
  const mail = prefixesOf('m365-worldwide/10/tcp');
  expect(mail.length).toBeGreaterThan(0);
  expect(prefixesOf('exchange-hybrid/mail/25-tcp-in')).toEqual(mail);
  expect(prefixesOf('exchange-hybrid/mail/25-tcp-out')).toEqual(mail);
  expect(prefixesOf('exchange-hybrid/web/443-tcp-in')).toEqual(prefixesOf('m365-worldwide/1/tcp'));
});
