// The packaged extension, installed by VS Code's own command line somewhere else: nothing of the project's folder is needed.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type CodeAction,
  createProtocolConnection,
  type Diagnostic,
  type ProtocolConnection,
  type PublishDiagnosticsParams,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';
import manifest from '../../package.json' with { type: 'json' };
import { installExtension, isVSCodeInstalled } from '../../scripts/vscode-in-browser.mjs';
import { packagedExtension } from './vscode.js';

const CLOSED = '*filter\n:INPUT ACCEPT [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n';

let elsewhere: string;
let extension: string;

beforeAll(async () => {
  if (!isVSCodeInstalled()) throw new Error('VS Code is not installed: node scripts/vscode-in-browser.mjs');
  elsewhere = realpathSync(mkdtempSync(join(tmpdir(), 'lintel-smoke-')));
  const vsix = join(elsewhere, 'lintel.vsix');
  copyFileSync(packagedExtension(), vsix);
  const extensions = join(elsewhere, 'extensions');
  await installExtension({ directory: join(elsewhere, 'profile'), extensions }, vsix);
  rmSync(vsix);
  const [folder, ...others] = readdirSync(extensions).filter((name) => name.startsWith('lintel.lintel-'));
  expect([folder, others]).toEqual([`lintel.lintel-${manifest.version}`, []]);
  extension = join(extensions, folder ?? '');
});

afterAll(() => rmSync(elsewhere, { recursive: true, force: true }));

/** Starts the installed server in a folder of its own, with nothing of this process's environment but where programs are. */
function start(folder: string, ...args: readonly string[]): ChildProcessWithoutNullStreams {
  mkdirSync(folder);
  const env = { PATH: process.env.PATH, SystemRoot: process.env.SystemRoot };
  return spawn(process.execPath, [join(extension, 'dist/server.js'), ...args], { cwd: folder, env });
}

function diagnosticsFrom(connection: ProtocolConnection): Promise<readonly Diagnostic[]> {
  return new Promise((resolve) => {
    connection.onNotification('textDocument/publishDiagnostics', (published: PublishDiagnosticsParams) => {
      if (published.diagnostics.length > 0) resolve(published.diagnostics);
    });
  });
}

test('has all that its manifest names, and no package beside it', () => {
  const files = readdirSync(extension, { recursive: true }).map((path) => String(path).replaceAll('\\', '/'));
  for (const path of [manifest.main, manifest.browser, manifest.icon]) expect(files).toContain(path.replace('./', ''));
  expect(files.filter((path) => path.includes('node_modules'))).toEqual([]);
});

test('its server finds what a file lacks, and offers the fix', async () => {
  const folder = join(elsewhere, 'network');
  const server = start(folder, '--stdio');
  const ended = new Promise((resolve) => server.once('exit', resolve));
  const connection = createProtocolConnection(
    new StreamMessageReader(server.stdout),
    new StreamMessageWriter(server.stdin),
  );
  connection.listen();
  const uri = pathToFileURL(join(folder, 'rules.v4')).href;
  writeFileSync(join(folder, 'rules.v4'), CLOSED);
  writeFileSync(join(folder, 'lintel.yaml'), 'files:\n  - match: rules.v4\n    require: [m365-worldwide/11/udp]\n');
  const { serverInfo } = await connection.sendRequest<{ serverInfo: object }>('initialize', {
    processId: process.pid,
    rootUri: pathToFileURL(folder).href,
    capabilities: {},
    initializationOptions: { uriScheme: 'vscode' },
  });
  expect(serverInfo).toEqual({ name: 'Lintel', version: manifest.version });
  await connection.sendNotification('initialized', {});
  const found = diagnosticsFrom(connection);
  await connection.sendNotification('textDocument/didOpen', {
    textDocument: { uri, languageId: 'iptables', version: 1, text: CLOSED },
  });
  const diagnostics = await found;
  const blocked = diagnostics.find(({ code }) => code === 'requirement-blocked');
  expect(blocked?.message).toContain('Teams');
  const actions = await connection.sendRequest<readonly CodeAction[]>('textDocument/codeAction', {
    textDocument: { uri },
    range: blocked?.range,
    context: { diagnostics },
  });
  const edits = actions.flatMap(({ edit }) => JSON.stringify(edit ?? {}));
  expect(edits[0]).toContain('-A FORWARD -d 52.112.0.0/14');
  await connection.sendRequest('shutdown');
  await connection.sendNotification('exit');
  await ended;
  connection.dispose();
});
