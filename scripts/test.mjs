// Runs every check and every test. On a fresh clone it first installs what they need.
// @ts-check
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hasBrowser, installEngines } from './engines.mjs';
import { installDependencies } from './install.mjs';
import { run } from './run.mjs';
import { installVSCode, isVSCodeInstalled } from './vscode-in-browser.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const results = join(root, '.cache/test-results.json');

await installDependencies();
await installEngines();
if (hasBrowser() && !isVSCodeInstalled()) {
  console.log('Installing VS Code from npm (600 MB) …');
  await installVSCode();
}

/** @type {{ passed: number, failed: number, skipped: number }} */
const total = { passed: 0, failed: 0, skipped: 0 };

/**
 * @param {string} title
 * @param {readonly string[]} args of Node.js
 */
async function check(title, args) {
  console.log(`\n${title}`);
  try {
    await run(process.execPath, args, { cwd: root });
    total.passed++;
  } catch {
    console.error(`FAILED: ${title}`);
    total.failed++;
  }
}

await check('Generate', ['scripts/generate.mjs']);
await check('Format and lint', ['node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.']);
await check('Types', ['node_modules/typescript/bin/tsc', '--noEmit']);
await check('Package', ['scripts/package.mjs']);
await runTests();

const { passed, failed, skipped } = total;
console.log(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exitCode = failed > 0 ? 1 : 0;

async function runTests() {
  console.log('\nTests');
  mkdirSync(join(root, '.cache'), { recursive: true });
  rmSync(results, { force: true });
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${results}`];
  const ended = await run(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', ...reporters], {
    cwd: root,
  }).then(
    () => true,
    () => false,
  );
  const failedBefore = total.failed;
  try {
    countTests(JSON.parse(readFileSync(results, 'utf8')));
  } catch {
    console.error('FAILED: the test runner left no results');
  }
  // An error outside any test fails the run as well.
  if (!ended && total.failed === failedBefore) total.failed++;
}

/** @param {{ testResults: { status: string, assertionResults: { status: string }[] }[] }} report of Vitest */
function countTests({ testResults }) {
  for (const { status, assertionResults } of testResults) {
    const count = (/** @type {string} */ wanted) => assertionResults.filter((test) => test.status === wanted).length;
    const failures = count('failed');
    total.passed += count('passed');
    // A file that cannot be loaded has no tests to fail.
    total.failed += status === 'failed' && failures === 0 ? 1 : failures;
    total.skipped += assertionResults.length - count('passed') - failures;
  }
}
