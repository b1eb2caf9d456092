import { expect, test } from 'vitest';
import { words } from '../../../server/src/dialects/pac/vocabulary/words.js';
import { decide } from './helpers.js';

const { words: known } = words;

test('a name is listed once for each place', () => {
  const keys = known.map(({ name, place }) => `${place} ${name}`);
  expect(keys).toEqual([...new Set(keys)]);
});

const globals = known.filter(
  ({ name, place }) => /^(?:helper|global)/.test(place) && !['undefined', 'arguments'].includes(name),
);

test.each(globals)('the sandbox has $name where the table says so', ({ name, treatment }) => {
  const [only] = decide(
    `function FindProxyForURL(url, host) { return "${name}" in globalThis ? "DIRECT" : "PROXY a.test:1"; }`,
    'www.example.com',
  );
  expect(only?.outcome).toMatchObject({ route: treatment === 'opaque' ? 'proxy' : 'direct' });
});
