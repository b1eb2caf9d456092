// The program on a terminal of 80 columns, which `script` of the Debian base system makes.
import { execFileSync } from 'node:child_process';
import { beforeAll, expect, it } from 'vitest';
import { buildProgram, programPath, temporaryFolders } from './program.js';

const PROGRAM = 'terminal';
const folderWith = temporaryFolders();
let run: Awaited<ReturnType<typeof buildProgram>>;
beforeAll(async () => {
  run = await buildProgram(PROGRAM);
});

/** The lines that a command shows on a terminal. */
function shown(folder: string, command: string): readonly string[] {
  const line = `stty cols 80; ${process.execPath} ${programPath(PROGRAM)} ${command} 2>/dev/null`;
  const output = execFileSync('script', ['-qec', line, '/dev/null'], { cwd: folder, encoding: 'utf8', input: '' });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what a terminal is told begins with an escape.
  return output.replace(/\u001b\[[0-9;]*[A-Za-z]/g, '').split(/\r*\n/);
}

const FILTER = ['*filter', ':INPUT DROP', ':FORWARD DROP', ':OUTPUT DROP', 'COMMIT', ''].join('\n');

it.each([
  ['catalog list', 'directly from meeting rooms and Surface Hubs'],
  ['coverage', 'm365-worldwide/11/udp (rules.v4:3): UDP 3478-3481 to 52.112.0.0/14'],
])('%s: entries are wrapped for a person, and whole for grep', async (command, entry) => {
  const folder = folderWith({ 'rules.v4': FILTER });
  const lines = shown(folder, command);
  expect(lines.length).toBeGreaterThan(50);
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
  expect(lines.map((line) => line.trim()).join(' ')).toContain(entry.slice(0, 20));
  const piped = (await run(folder, command.split(' '))).output.split('\n');
  expect(piped.some((line) => line.includes(entry))).toBe(true);
});
