import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { copyProject } from '../project-copy.js';

/** Building in the project itself would take the extension away from the tests of its windows. */
const copy = copyProject('start', /^test\/(?!vscode\/package)/, ['node_modules', 'test/vscode/node_modules']);

afterAll(() => rmSync(copy, { recursive: true, force: true }));

test('npm start shows the examples, and ends with the address alone on its line and what to do there', async () => {
  // Without a display, as in a remote terminal, VS Code opens in the browser.
  const { DISPLAY, WAYLAND_DISPLAY, ...env } = process.env;
  const start = spawn(process.execPath, ['scripts/start.mjs'], {
    cwd: copy,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(start, 'close');
  onTestFinished(async () => {
    start.kill('SIGINT');
    await ended;
  });
  const lines: string[] = [];
  for await (const line of createInterface(start.stdout)) {
    lines.push(line);
    if (line === 'Ctrl+C ends it.') break;
  }
  const told = lines.slice(lines.indexOf('VS Code runs here:'));
  expect(lines).toContainEqual(expect.stringMatching(/^examples\/proxy\/proxy\.pac:\d+:\d+ .*requirement-/));
  const [, before, address = '', after, ...steps] = told;
  expect([before, after]).toEqual(['', '']);
  const url = new URL(address);
  expect([url.hostname, url.searchParams.get('folder')]).toEqual(['127.0.0.1', join(copy, 'examples')]);
  expect(steps).toEqual([
    'What to do there:',
    expect.stringMatching(/^ {2}1\. .*proxy\.pac/),
    expect.stringMatching(/^ {2}2\. .*Ctrl\+\./),
    expect.stringMatching(/^ {2}3\. .*Lintel/),
    'Ctrl+C ends it.',
  ]);
  const page = await fetch(address);
  expect([page.status, await page.text()]).toEqual([
    200,
    expect.stringContaining('vscode-workbench-web-configuration'),
  ]);
  start.kill('SIGINT');
  await ended;
  await expect(fetch(address)).rejects.toThrow();
});
