// The program over a tree of 5,000 files, as a whole process: what it tells of them, in which order, and what that costs.
import { spawn } from 'node:child_process';
import { beforeAll, describe, expect, it } from 'vitest';
import { readCost, TELLS_COST } from '../../../scripts/bench/measure.mjs';
import { writeTree } from '../../../scripts/bench/tree.mjs';
import { buildProgram, programPath, temporaryFolders } from './program.js';

const FILES = 5_000;
const PATIENCE = 1_800_000;

const folder = temporaryFolders();

interface Measured {
  readonly status: number | null;
  readonly output: string;
  readonly errors: readonly string[];
  /** In milliseconds. */
  readonly cpu: number;
  /** In megabytes. */
  readonly memory: number;
}

/** Runs the program to its end. */
function run(cwd: string, ...args: readonly string[]): Promise<Measured> {
  const child = spawn(process.execPath, ['--import', TELLS_COST, programPath('tree'), 'check', ...args], { cwd });
  const texts = { output: '', errors: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    texts.output += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    texts.errors += text;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) => {
      const errors = texts.errors.trimEnd().split('\n');
      const { cpu, memory } = readCost(errors.pop() ?? '');
      resolve({ status, output: texts.output, errors, cpu, memory });
    });
  });
}

describe('a tree of 5,000 files', () => {
  const root = folder({});
  const { files, ignored, damaged } = writeTree(root, FILES);
  let all: Measured;

  beforeAll(async () => {
    await buildProgram('tree');
    all = await run(root, '--format', 'text');
    const perFile = (all.cpu / files).toFixed(1);
    process.stderr.write(
      `${files} files: ${(all.cpu / 1_000).toFixed(0)} s of CPU, ${perFile} ms a file, ${all.memory.toFixed(0)} MB at most\n`,
    );
  }, PATIENCE);

  it('is told file by file, and how many there were', () => {
    expect(files).toBeGreaterThanOrEqual(FILES);
    const [, told] = /^(\d+) files: /m.exec(all.output) ?? [];
    // Some fixtures are parts of others, or are named as nothing that is known: those are not taken from a folder.
    expect(Number(told)).toBeGreaterThan(0.95 * files);
  });

  it('ends in 2 for what it could not read, each of which is told', () => {
    expect(all.errors.map((line) => line.replace(/^lintel: (.+?): .*/, '$1')).sort()).toEqual([...damaged].sort());
    expect(all.status).toBe(2);
  });

  it('passes over what .gitignore names', () => {
    const told = new Set(all.output.split('\n').map((line) => line.replace(/:\d+:\d+ .*/, '')));
    expect(ignored.filter((path) => told.has(path))).toEqual([]);
  });

  it(
    'is told in the same order and words again, whatever else there is beside a region',
    async () => {
      const one = await run(root, 'region-0', '--format', 'text');
      const told = one.output.slice(0, one.output.lastIndexOf('\n', one.output.lastIndexOf(' files: ')));
      expect(told.length).toBeGreaterThan(100_000);
      expect(all.output.startsWith(told)).toBe(true);
    },
    PATIENCE,
  );
});
