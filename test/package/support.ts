// The packages as they are shipped, built from the sources, and programs that use them.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';
import { build } from '../../scripts/build.mjs';
import { packForNpm } from '../../scripts/npm-package.mjs';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** A way to make empty folders outside of the project, which are removed after the tests of the file. */
export function elsewhere(): () => string {
  const made: string[] = [];
  afterAll(() => {
    for (const folder of made) rmSync(folder, { recursive: true, force: true });
  });
  return () => {
    const folder = mkdtempSync(join(tmpdir(), 'lintel-package-'));
    made.push(folder);
    return folder;
  };
}

/** Builds the npm package anew, in a folder. */
export async function buildNpmPackage(folder: string): Promise<string> {
  const dist = join(folder, 'dist');
  await build({ outdir: dist, production: true, only: ['cli', 'server', 'library'] });
  return packForNpm({ dist, to: folder });
}

export interface Ended {
  readonly status: number | null;
  readonly output: string;
  readonly errors: string;
}

/** Runs a program to its end. */
export function runProgram(
  command: string,
  args: readonly string[],
  { cwd, env = {}, input = '' }: { readonly cwd: string; readonly env?: NodeJS.ProcessEnv; readonly input?: string },
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    // On Windows, npm and npx are scripts.
    const shell = process.platform === 'win32' && command !== process.execPath;
    const child = spawn(command, args, { cwd, shell, env: { ...process.env, ...env } });
    let output = '';
    let errors = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      errors += text;
    });
    child.once('error', reject);
    child.once('close', (status) => resolve({ status, output, errors }));
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}

/** Installs a package into an empty folder, without a network. */
export async function installOffline(tarball: string, folder: string): Promise<void> {
  const args = ['install', '--offline', '--no-audit', '--no-fund', '--prefix', '.', tarball];
  const { status, errors } = await runProgram('npm', args, { cwd: folder });
  if (status !== 0) throw new Error(errors);
}
