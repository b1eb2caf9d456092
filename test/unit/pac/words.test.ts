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

test.each(globals)('$name is followed where the table says so', ({ name, treatment }) => {
  const [only] = decide(
    `function FindProxyForURL(url, host) { try { ${name}(1); } catch (e) {} return "DIRECT"; }`,
    'www.example.com',
  );
  const outcome =
    treatment === 'opaque'
      ? { kind: 'undecided', reason: expect.stringContaining('does not follow') as string }
      : { kind: 'selected', route: 'direct' };
  expect(only?.outcome).toMatchObject(outcome);
});
