// The shares of every file among the fixtures, see share-properties.ts.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { allDialects } from '../../../server/src/dialects/registry.js';
import { faultsOf, NETWORKS } from './share-properties.js';

const DIALECTS = await allDialects();

const FIXTURES = fileURLToPath(new URL('../../fixtures/', import.meta.url));

const files = DIALECTS.flatMap((dialect) => {
  const root = join(FIXTURES, dialect.id);
  if (!existsSync(root)) return [];
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => ({ dialect, path: join(entry.parentPath, entry.name) }))
    .map((file) => ({ ...file, name: file.path.slice(FIXTURES.length) }));
});

test('there are fixtures of every dialect', () => {
  expect(new Set(files.map(({ dialect }) => dialect.id)).size).toBe(DIALECTS.length);
});

describe.each(NETWORKS)('$title', ({ network }) => {
  test.each(files)(
    'what the statements of $name are responsible for is all that is missing, once',
    ({ dialect, path }) => {
      expect(faultsOf(dialect, path, network)).toEqual([]);
    },
  );
});
