// Files that are being replaced are whole at every moment, whatever ends the program and when.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { beforeAll, expect, it } from 'vitest';
import { temporaryFolders } from './program.js';

const NAMES = ['a.conf', 'b.conf', 'c.conf'];
/** Longer than it takes to replace all of them, in milliseconds. */
const LONGEST_WAIT = 25;

const folder = temporaryFolders();
const writer = join(fileURLToPath(new URL('../../../.cache/interrupts/', import.meta.url)), 'writer.cjs');

beforeAll(async () => {
  await build({
    entryPoints: [fileURLToPath(new URL('interrupted-writer.ts', import.meta.url))],
    outfile: writer,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    logLevel: 'silent',
  });
});

/** Begins to write, and ends that by a signal after some time. Returns the folder. */
async function interruptedBy(signal: 'SIGINT' | 'SIGTERM' | 'SIGKILL', wait: number): Promise<string> {
  const at = folder({});
  const child = spawn(process.execPath, [writer, at, ...NAMES], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'close');
  const [first] = await Promise.race([once(child.stdout, 'data'), ended]);
  expect(String(first)).toBe('writing\n');
  // A moment that nobody has chosen is what the test is about.
  await setTimeout(wait);
  // A signal that comes in the very moment in which nobody listens any more is lost: people press the key again.
  const again = setInterval(() => child.kill(signal), 1_000);
  child.kill(signal);
  await ended;
  clearInterval(again);
  return at;
}

it.each(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)('%s, at 67 moments, tears no file', async (signal) => {
  for (let round = 0; round < 67; round++) {
    const at = await interruptedBy(signal, (round * LONGEST_WAIT) / 67);
    for (const name of NAMES) {
      const lines = readFileSync(join(at, name), 'utf8').trimEnd().split('\n');
      expect(new Set(lines).size).toBe(1);
      expect(lines.length * `${lines[0]}\n`.length).toBeGreaterThanOrEqual(1_000_000);
    }
    // A program that is killed outright cannot clear away what it was writing.
    if (signal !== 'SIGKILL') expect(readdirSync(at).sort()).toEqual(NAMES);
  }
});
