// Builds and runs the command-line program in tests.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';
import { build } from '../../../scripts/build.mjs';

const root = fileURLToPath(new URL('../../..', import.meta.url));

export interface Run {
  readonly status: number | null;
  readonly output: string;
  readonly errors: string;
}

/** Where {@link buildProgram} puts a program. */
export function programPath(name: string): string {
  return join(root, outdirOf(name), 'cli.js');
}

function outdirOf(name: string): string {
  return join('.cache', `cli-${name}`);
}

/** Builds the program as it is shipped, into a folder of its own; returns a way to run it. */
export async function buildProgram(name: string) {
  await build({ outdir: outdirOf(name), only: ['cli', 'server'] });
  const program = programPath(name);
  return (
    folder: string,
    args: readonly string[],
    input = '',
    endOfInput: 'at once' | 'after the first output' = 'at once',
    interruption?: Promise<unknown>,
  ): Promise<Run> =>
    new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [program, ...args], { cwd: folder });
      let output = '';
      let errors = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        output += text;
        child.stdin.end();
      });
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        errors += text;
      });
      child.once('error', reject);
      child.once('close', (status) => resolve({ status, output, errors }));
      void interruption?.then(() => child.kill('SIGINT'));
      // A program that has refused its arguments does not wait for input.
      child.stdin.on('error', () => undefined);
      child.stdin.write(input);
      if (endOfInput === 'at once') child.stdin.end();
    });
}

/** A folder with some files, below the project's own cache. */
export function folderWith(files: Readonly<Record<string, string | Uint8Array>>): string {
  mkdirSync(join(root, '.cache'), { recursive: true });
  const folder = mkdtempSync(join(root, '.cache', 'files-'));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}

/** A way to make folders, which are removed after the tests of the file. */
export function temporaryFolders(): typeof folderWith {
  const made: string[] = [];
  afterAll(() => {
    for (const folder of made) rmSync(folder, { recursive: true, force: true });
  });
  return (files) => {
    const folder = folderWith(files);
    made.push(folder);
    return folder;
  };
}
