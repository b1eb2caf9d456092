#!/usr/bin/env node
// Replaces a desktop VS Code where none is available: takes its command line as @vscode/test-electron writes it, and runs
// the extension tests in the VS Code of the npm package code-server, in a headless browser. Ends with the status of the tests.
// @ts-check
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { CHROMIUM_FLAGS, CHROMIUM_NAMES, findChromium } from './chromium.mjs';
import { startVSCode } from './vscode-in-browser.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  // The flags that only a desktop window knows are passed over.
  strict: false,
  options: {
    extensionDevelopmentPath: { type: 'string' },
    extensionTestsPath: { type: 'string' },
    'user-data-dir': { type: 'string' },
    'extensions-dir': { type: 'string' },
  },
});

/** @param {string} name */
function option(name) {
  const value = values[name];
  if (typeof value !== 'string') throw new Error(`--${name}=PATH is missing`);
  return value;
}

const [folder] = positionals;
if (folder === undefined) throw new Error('the folder to open is missing');
const settings = join(option('user-data-dir'), 'User/settings.json');
const directory = mkdtempSync(join(tmpdir(), 'lintel-vscode-'));
const server = await startVSCode({
  directory,
  extensions: option('extensions-dir'),
  settings: existsSync(settings) ? JSON.parse(readFileSync(settings, 'utf8')) : {},
});
try {
  process.exitCode = await runTests(server.url, folder);
} finally {
  await server.stop();
  rmSync(directory, { recursive: true, force: true });
}

/**
 * Opens a window on a folder, which runs the tests that its address names.
 * @param {string} url of VS Code's server
 * @param {string} workspace
 * @returns {Promise<number>} the status that the tests ended with
 */
async function runTests(url, workspace) {
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error(`none of ${CHROMIUM_NAMES.join(', ')} is on PATH`);
  const browser = await chromium.launch({ executablePath, args: CHROMIUM_FLAGS });
  try {
    const page = await browser.newPage();
    /** @type {Promise<number>} */
    const ended = new Promise((resolve) => void page.exposeFunction('codeAutomationExit', resolve));
    /** @type {string[]} */
    const log = [];
    await page.exposeFunction('codeAutomationLog', (/** @type {string} */ type, /** @type {unknown[]} */ args) => {
      log.push(`${type}: ${args.join(' ')}`);
    });
    const payload = ['extensionDevelopmentPath', 'extensionTestsPath'].map((name) => [
      name,
      `vscode-remote://${new URL(url).host}${option(name)}`,
    ]);
    await page.goto(`${url}?${new URLSearchParams({ folder: workspace, payload: JSON.stringify(payload) })}`);
    const status = await ended;
    if (status !== 0) console.error(log.slice(-20).join('\n'));
    return status;
  } finally {
    await browser.close();
  }
}
