import { execFile, execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { copyProject } from '../../project-copy.js';

/** Holds the placeholder of the template, which must not be replaced in what was replaced. */
const NAME = 'sample-filter';
const VITEST = 'node_modules/vitest/vitest.mjs';

/** A copy of the project, in which the template has become a dialect. */
let copy = '';

beforeAll(async () => {
  copy = copyProject('new-dialect', /^(?:examples\/|test\/(?:conformance|docs|vscode)\/)/);
  // biome finds out through git which files are ignored.
  execFileSync('git', ['init', '--quiet'], { cwd: copy });
  await run('scripts/new-dialect.mjs', NAME);
});

afterAll(() => rmSync(copy, { recursive: true, force: true }));

/** Runs a program of Node.js in the copy; what it prints is in the error where it fails. */
async function run(...args: readonly string[]): Promise<void> {
  try {
    await promisify(execFile)(process.execPath, args, { cwd: copy, maxBuffer: 1e8 });
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string };
    throw new Error(`${args.join(' ')} fails:\n${stdout}\n${stderr}`);
  }
}

it.concurrent('a new dialect compiles', async () => {
  await run('node_modules/typescript/bin/tsc', '--noEmit');
});

it.concurrent('and is formatted and linted', async () => {
  await run(
    'node_modules/@biomejs/biome/bin/biome',
    'check',
    '--error-on-warnings',
    'server/src/dialects',
    `test/unit/${NAME}`,
    'package.json',
    'syntaxes',
    'language-configuration',
  );
});

it.concurrent('and passes its own tests, and those of the manifest and the pages', async () => {
  await run(VITEST, 'run', `test/unit/${NAME}/`, 'test/unit/manifest', 'test/unit/docs/pages');
});

it.concurrent('and passes the tests that every dialect has to pass', async () => {
  await run(VITEST, 'run', 'test/unit/architecture.test.ts');
  const tests = ['detection', 'fixtures', 'hostile-input', 'words'];
  await run(VITEST, 'run', ...tests.map((name) => `test/unit/dialects/${name}.test.ts`), '-t', NAME);
});

it('a name that is taken is refused, and one that is no name', async () => {
  await expect(run('scripts/new-dialect.mjs', 'squid')).rejects.toThrow('already exists');
  await expect(run('scripts/new-dialect.mjs', 'Tiny Filter')).rejects.toThrow('lower-case words');
});
