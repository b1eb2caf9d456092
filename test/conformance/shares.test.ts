// The shares of real files, see share-properties.ts.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { allDialects } from '../../server/src/dialects/registry.js';
import { faultsOf, NETWORKS } from '../unit/analysis/share-properties.js';

const DIALECTS = await allDialects();

const CORPUS = fileURLToPath(new URL('../../../shared/corpus/', import.meta.url));
const isMissing = !existsSync(CORPUS);
if (isMissing) console.warn(`skipped: the shares of real files. There is no corpus beside the repository (${CORPUS})`);

const files = DIALECTS.flatMap((dialect) => {
  const folder = join(CORPUS, dialect.id);
  if (!existsSync(folder)) return [];
  return readdirSync(folder).map((name) => ({ dialect, path: join(folder, name), name: `${dialect.id}/${name}` }));
});

describe.skipIf(isMissing).each(NETWORKS)('$title', ({ network }) => {
  test.each(files)(
    'what the statements of $name are responsible for is all that is missing, once',
    ({ dialect, path }) => {
      expect(faultsOf(dialect, path, network)).toEqual([]);
    },
  );
});
