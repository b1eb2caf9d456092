// Runs types, lint and the unit tests in parallel: the check after every small change.
// Arguments go to the test runner: `npm run check -- squid` runs the unit tests whose path names squid.
// @ts-check
import { fileURLToPath } from 'node:url';
import { generate } from './generate.mjs';
import { run } from './run.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

await generate();
/** @type {readonly (readonly [string, readonly string[]])[]} */
const steps = [
  ['Types', ['node_modules/typescript/bin/tsc', '--noEmit']],
  ['Format and lint', ['node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.']],
  ['Unit tests', ['node_modules/vitest/vitest.mjs', 'run', '--project', 'unit', ...process.argv.slice(2)]],
];
const outcomes = await Promise.allSettled(steps.map(([, args]) => run(process.execPath, args, { cwd: root })));
for (const [index, { status }] of outcomes.entries()) {
  if (status === 'fulfilled') continue;
  console.error(`FAILED: ${steps[index]?.[0]}`);
  process.exitCode = 1;
}
