// Random damage to the fixtures of every language, some of it in `npm test` and as much as one likes by `npm run fuzz`.
// A fault prints the shortest history that shows it; it becomes a fixture.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { LANGUAGES } from '../../server/src/configuration/languages.js';
import type { Language } from '../../server/src/dialects/dialect.js';
import { Random } from '../random.js';
import { faultOf, type History, minimised } from './history.js';
import { damaged } from './mutations.js';

const FIXTURES = fileURLToPath(new URL('../fixtures/', import.meta.url));
const FOLDERS = ['ok', 'findings', 'fixes', 'verdicts', 'refused'];

/** The fixtures of the languages whose folders are not named as they are. */
const FOLDER_OF: Readonly<Record<string, string>> = {
  'lintel-config': 'configuration',
  'lintel-pack': 'catalog/packs',
};

const SEED = Number(process.env.LINTEL_FUZZ_SEED ?? 1);
const HISTORIES = Number(process.env.LINTEL_FUZZ_HISTORIES ?? 3);
const VERSIONS = 4;

/** In milliseconds: whoever looks for faults for long waits, and the shortest history of a fault takes many tries. */
const PATIENCE = 3_600_000;

interface Fixture {
  readonly name: string;
  readonly text: string;
}

function fixturesOf({ id }: Language): readonly Fixture[] {
  const root = join(FIXTURES, FOLDER_OF[id] ?? id);
  return FOLDERS.flatMap((folder) => {
    const path = join(root, folder);
    if (!existsSync(path)) return [];
    const files = readdirSync(path, { withFileTypes: true }).filter((entry) => entry.isFile());
    return files.map(({ name }) => ({ name, text: readFileSync(join(path, name), 'utf8') }));
  });
}

function historyOf(language: Language, fixtures: readonly Fixture[], random: Random): History {
  const { name, text } = random.pick(fixtures);
  const others = fixtures.map((fixture) => fixture.text);
  const versions = [text];
  while (versions.length < VERSIONS) {
    let next = random.below(6) === 0 ? text : (versions.at(-1) ?? text);
    for (let times = 1 + random.below(3); times > 0; times--) next = damaged(next, others, random);
    versions.push(next);
  }
  return { name, language, versions };
}

describe.each(LANGUAGES)('$id', (language) => {
  const fixtures = fixturesOf(language);

  test(
    'every history of a file is answered, as a fresh copy of it is',
    async () => {
      expect(fixtures.length).toBeGreaterThan(0);
      const random = new Random(SEED);
      for (let round = 0; round < HISTORIES; round++) {
        const history = historyOf(language, fixtures, random);
        if ((await faultOf(history)) === undefined) continue;
        const { name, versions } = await minimised(history);
        expect.fail(
          `${name}, round ${round}: ${await faultOf({ name, language, versions })}\n${JSON.stringify(versions, null, 1)}`,
        );
      }
    },
    PATIENCE,
  );
});
