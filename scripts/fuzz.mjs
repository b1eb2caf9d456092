// Damages the fixtures of every language in other ways than `npm test` does, for as many minutes as are given (10).
// @ts-check
import { fileURLToPath } from 'node:url';
import { run } from './run.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const minutes = Number(process.argv[2] ?? 10);
const end = Date.now() + minutes * 60_000;

for (let seed = Date.now() % 1_000_000; Date.now() < end; seed++) {
  console.log(`\nLINTEL_FUZZ_SEED=${seed}`);
  await run(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', '--project', 'unit', 'test/fuzz'], {
    cwd: root,
    env: { ...process.env, LINTEL_FUZZ_SEED: String(seed), LINTEL_FUZZ_HISTORIES: '100' },
  });
}
