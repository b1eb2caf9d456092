// Demonstrates Lintel: checks examples/ in the terminal, then opens VS Code on it.
// @ts-check
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installDependencies } from './install.mjs';
import { run } from './run.mjs';
import { installExtension, installVSCode, isVSCodeInstalled, startVSCode } from './vscode-in-browser.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const examples = join(root, 'examples');

/** What to do in the window that is open then. */
const NEXT_STEPS = `What to do there:
  1. Rest the pointer on the return that is underlined in proxy.pac: it sends Teams to the proxy.
  2. Press Ctrl+. on it, and choose the fix.
  3. Open the view Lintel at the left: which service is met by which file.`;

try {
  await installDependencies();
  await packExtension();
  await showExamples();
  if (!process.argv.includes('--no-open')) await open();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

async function packExtension() {
  console.log('Building …');
  await run(process.execPath, ['scripts/package.mjs'], { cwd: root, quiet: true });
}

async function showExamples() {
  console.log('\n$ lintel check examples/\n');
  await run(process.execPath, ['dist/cli.js', 'check', '--fail-on', 'never', 'examples/'], { cwd: root });
  console.log('\n$ lintel plan --require telephony examples/\n');
  await run(process.execPath, ['dist/cli.js', 'plan', '--require', 'telephony', 'examples/'], { cwd: root });
}

async function open() {
  console.log();
  if (!(await openDesktop())) await openInBrowser();
}

/** Opens the user's own VS Code with the extension for this one window, which leaves their setup alone. */
async function openDesktop() {
  // Inside a remote terminal `code` is another program, which cannot do this; without a display it opens nothing.
  const isRemote = process.env.VSCODE_IPC_HOOK_CLI !== undefined;
  const hasDisplay = process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
  if (isRemote || !hasDisplay) return false;
  try {
    const args = [`--extensionDevelopmentPath=${root}`, examples, join(examples, 'proxy/proxy.pac')];
    await run('code', args, { cwd: root, quiet: true, shell: process.platform === 'win32' });
    console.log(`VS Code opens with proxy/proxy.pac.\n\n${NEXT_STEPS}`);
    return true;
  } catch {
    return false;
  }
}

async function openInBrowser() {
  console.log('No desktop VS Code was found: starting VS Code in the browser.');
  if (!isVSCodeInstalled()) {
    console.log('Installing it from npm (600 MB) …');
    await installVSCode();
  }
  const profile = { directory: join(root, '.cache/vscode') };
  await installExtension(profile, join(root, 'lintel.vsix'));
  const server = await startVSCode(profile, '8420-8499');
  const url = new URL(server.url);
  url.searchParams.set('folder', examples);
  const first = `vscode-remote://${url.host}${examples}/proxy/proxy.pac`;
  url.searchParams.set('payload', JSON.stringify([['openFile', first]]));
  console.log(`\nVS Code runs here:\n\n${url}\n\n${NEXT_STEPS}\nCtrl+C ends it.`);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => void server.stop());
  await server.ended;
}
