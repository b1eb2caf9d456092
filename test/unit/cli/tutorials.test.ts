// The tutorials are done as they are written: their files, their commands in a shell, and what these print.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildProgram, programPath, temporaryFolders } from './program.js';

const TUTORIALS = new URL('../../../docs/tutorials/', import.meta.url);
/** The name of a file in backquotes, then its text in a block. */
const FILE = /^`([^`\n]+)`:\n\n```\w*\n([\s\S]*?)^```$/gm;
/** Commands behind `$ `, each with what it prints below. */
const CONSOLE = /^```console\n([\s\S]*?)^```$/gm;

const folderWith = temporaryFolders();

beforeAll(async () => {
  await buildProgram('tutorials');
});

/** The page with what its commands print now. */
function done(page: string): string {
  const files = Object.fromEntries([...page.matchAll(FILE)].map(([, name = '', text = '']) => [name, text]));
  const folder = folderWith(files);
  const bin = join(folderWith({}), 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'lintel'), `#!/bin/sh\nexec '${process.execPath}' '${programPath('tutorials')}' "$@"\n`);
  chmodSync(join(bin, 'lintel'), 0o755);
  const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}`, NO_COLOR: '1' };
  const printed = (command: string) => {
    const { stdout, stderr } = spawnSync('sh', ['-c', command], { cwd: folder, env, encoding: 'utf8' });
    return `$ ${command}\n${stderr}${stdout}`;
  };
  return page.replace(CONSOLE, (_, block: string) => {
    const commands = block.split('\n').filter((line) => line.startsWith('$ '));
    return `\`\`\`console\n${commands.map((line) => printed(line.slice(2))).join('')}\`\`\``;
  });
}

// The commands are those of a POSIX shell.
describe.skipIf(process.platform === 'win32')('the tutorials print what they say (write it anew with -u)', () => {
  it.each(readdirSync(TUTORIALS))('%s', async (name) => {
    const path = fileURLToPath(new URL(name, TUTORIALS));
    await expect(done(readFileSync(path, 'utf8'))).toMatchFileSnapshot(path);
  });
});
