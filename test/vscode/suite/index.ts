// The suite that runs in the extension host of VS Code, against the packaged extension.
import { strict as assert } from 'node:assert';
import { execFileSync, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import * as vscode from 'vscode';
import { CASES, type CaseName, OUTCOMES_FILE, type Outcomes } from './cases.js';

/** How long one case may take on a busy machine, in milliseconds. */
const PATIENCE = 30_000;

function workspaceFolder(): vscode.Uri {
  const folder = vscode.workspace.workspaceFolders?.[0];
  assert(folder, 'a workspace is open');
  return folder.uri;
}

function file(...path: string[]): vscode.Uri {
  return vscode.Uri.joinPath(workspaceFolder(), ...path);
}

const PAC = () => file('proxy', 'proxy.pac');
const WORKSPACE_FILE = () => file('lintel.yaml');
const SQUID = () => file('squid', 'squid.conf');

async function show(uri: vscode.Uri): Promise<vscode.TextDocument> {
  return (await vscode.window.showTextDocument(uri)).document;
}

/** The panel of a report with this title. */
function report(title: string): Promise<vscode.Tab> {
  return when(vscode.window.tabGroups.onDidChangeTabs, () =>
    vscode.window.tabGroups.all
      .flatMap(({ tabs }) => tabs)
      .find(({ input, label }) => input instanceof vscode.TabInputWebview && label === title),
  );
}

/** Resolves with the first truthy answer of `look`, asked now and after each event. */
function when<T>(event: vscode.Event<unknown>, look: () => T | undefined | false): Promise<T> {
  return new Promise((resolve) => {
    let listener: vscode.Disposable | undefined;
    const check = () => {
      const answer = look();
      if (!answer) return;
      listener?.dispose();
      resolve(answer);
    };
    listener = event(check);
    check();
  });
}

function codeOf({ code }: vscode.Diagnostic): string {
  return String(typeof code === 'object' ? code.value : code);
}

function findings(uri: vscode.Uri, code: string): vscode.Diagnostic[] {
  return vscode.languages.getDiagnostics(uri).filter((diagnostic) => codeOf(diagnostic) === code);
}

/** The first finding of a code in a file, once there is one. */
function finding(uri: vscode.Uri, code: string): Promise<vscode.Diagnostic> {
  return when(vscode.languages.onDidChangeDiagnostics, () => findings(uri, code)[0]);
}

function noFinding(uri: vscode.Uri, code: string): Promise<true> {
  return when(vscode.languages.onDidChangeDiagnostics, () => findings(uri, code).length === 0);
}

/** Asks a language feature, which the editor offers as a command that answers with `Result`. */
function ask<Result>(command: string, ...args: unknown[]): Promise<Result> {
  return Promise.resolve(vscode.commands.executeCommand<Result>(command, ...args));
}

async function hoverText(uri: vscode.Uri, position: vscode.Position): Promise<string> {
  const hovers = await ask<vscode.Hover[]>('vscode.executeHoverProvider', uri, position);
  return hovers
    .flatMap(({ contents }) => contents)
    .map((content) => (typeof content === 'string' ? content : content.value))
    .join('\n');
}

/** The position of the first character of `text` in a document. */
function at(document: vscode.TextDocument, text: string): vscode.Position {
  const offset = document.getText().indexOf(text);
  assert(offset >= 0, `${document.uri.path} contains ${text}`);
  return document.positionAt(offset);
}

/** Lists every process as its number, its parent's and its command line. */
const PROCESS_LIST: readonly string[] =
  process.platform === 'win32'
    ? [
        'powershell.exe',
        '-NoProfile',
        '-Command',
        'Get-CimInstance Win32_Process | ForEach-Object { "$($_.ProcessId) $($_.ParentProcessId) $($_.CommandLine)" }',
      ]
    : ['ps', '-A', '-ww', '-o', 'pid=,ppid=,command='];

/** The running servers: children of this process whose command line names the server's bundle. */
function serverProcesses(): number[] {
  const [program = '', ...args] = PROCESS_LIST;
  return execFileSync(program, args, { encoding: 'utf8', maxBuffer: 1e8 })
    .split('\n')
    .flatMap((line) => {
      const [, id, parent, command = ''] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
      return parent === String(process.pid) && /dist[\\/]server\.js/.test(command) ? [Number(id)] : [];
    });
}

/** Edits a file so that a new server has to analyse it, and waits for what it finds. */
async function findsAgain(uri: vscode.Uri, code: string): Promise<void> {
  const document = await show(uri);
  const original = document.getText();
  await replaceAll(document, '');
  await noFinding(uri, code);
  await replaceAll(document, original);
  await finding(uri, code);
}

async function replaceAll(document: vscode.TextDocument, text: string): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  edit.replace(document.uri, document.validateRange(new vscode.Range(0, 0, Number.MAX_SAFE_INTEGER, 0)), text);
  assert(await vscode.workspace.applyEdit(edit), 'the edit was applied');
}

/** A server that the extension offers to agents. */
interface AgentServer {
  readonly label: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

async function agentServers(): Promise<readonly AgentServer[]> {
  const extension = vscode.extensions.getExtension<{ agentServers(): readonly AgentServer[] }>('lintel.lintel');
  assert(extension, 'the extension is installed');
  return (await extension.activate()).agentServers();
}

const IMPLEMENTATIONS: Readonly<Record<CaseName, () => Promise<void>>> = {
  async 'starts no server before a file of its languages is opened'() {
    const extension = vscode.extensions.getExtension('lintel.lintel');
    assert(extension, 'the extension is installed');
    await show(file('README.md'));
    // VS Code itself writes plain text in places, which activates it at one time or another.
    await extension.activate();
    assert.deepEqual(serverProcesses(), []);
    await show(PAC());
    await finding(PAC(), 'not-bypassed');
    assert.equal(serverProcesses().length, 1);
  },

  async 'reports what a PAC file does not meet, with a code that leads to its documentation'() {
    const document = await show(PAC());
    const { code, message, range, source } = await finding(PAC(), 'not-bypassed');
    assert.equal(source, 'lintel');
    assert.match(document.lineAt(range.start.line).text, /return PROXY/);
    assert.match(message, /Teams/i);
    assert(typeof code === 'object' && code.target.scheme === 'https', 'the code is a link');
  },

  async 'reports what a squid.conf does not meet, included files considered'() {
    const document = await show(SQUID());
    const { range } = await finding(SQUID(), 'tls-inspected');
    assert.equal(document.lineAt(range.start.line).text, 'ssl_bump bump all');
    assert.deepEqual(findings(SQUID(), 'undefined-name'), [], 'blocked_sites is defined in conf.d/');
  },

  async 'explains at the deciding statement, and links the document'() {
    const { range } = await finding(SQUID(), 'tls-inspected');
    const text = await hoverText(SQUID(), range.start);
    assert.match(text, /\]\(https:\/\/learn\.microsoft\.com\//);
  },

  async 'offers a fix that removes what it was offered for'() {
    const uri = PAC();
    const document = await show(uri);
    const original = document.getText();
    const before = await finding(uri, 'not-bypassed');
    const actions = await ask<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      uri,
      before.range,
      undefined,
      // That many are resolved.
      10,
    );
    const fixes = actions.filter(({ edit, kind }) => edit && kind?.value === vscode.CodeActionKind.QuickFix.value);
    assert(fixes[0]?.edit, `a fix among ${actions.map(({ title }) => title).join(', ')}`);
    assert(await vscode.workspace.applyEdit(fixes[0].edit));
    await when(
      vscode.languages.onDidChangeDiagnostics,
      () => !findings(uri, 'not-bypassed').some(({ message }) => message === before.message),
    );
    await replaceAll(document, original);
    await when(vscode.languages.onDidChangeDiagnostics, () =>
      findings(uri, 'not-bypassed').some(({ message }) => message === before.message),
    );
  },

  async 'follows an acl into the included file that defines it'() {
    const document = await show(SQUID());
    const found = await ask<(vscode.Location | vscode.LocationLink)[]>(
      'vscode.executeDefinitionProvider',
      SQUID(),
      at(document, 'blocked_sites'),
    );
    const paths = found.map((place) => ('uri' in place ? place.uri : place.targetUri).path);
    assert.deepEqual(paths, [file('squid', 'conf.d', '10-categories.conf').path]);
  },

  async 'finds every use of an acl'() {
    const document = await show(SQUID());
    const found = await ask<vscode.Location[]>('vscode.executeReferenceProvider', SQUID(), at(document, 'offices'));
    const lines = found.map(({ range }) => document.lineAt(range.start.line).text.trim());
    assert(lines.includes('http_access allow offices staff'), lines.join('\n'));
    assert(
      lines.some((line) => line.startsWith('acl offices src')),
      lines.join('\n'),
    );
  },

  async 'completes the directives of squid.conf'() {
    const document = await show(SQUID());
    const position = at(document, 'http_access').translate(0, 'http_'.length);
    const { items } = await ask<vscode.CompletionList>('vscode.executeCompletionItemProvider', SQUID(), position);
    const labels = items.map(({ label }) => (typeof label === 'string' ? label : label.label));
    // A directive that the file does not contain: VS Code itself proposes the words that are there.
    assert(labels.includes('http_reply_access'), labels.join(' '));
  },

  async 'lists the symbols of a file'() {
    await show(PAC());
    const symbols = await ask<vscode.DocumentSymbol[]>('vscode.executeDocumentSymbolProvider', PAC());
    assert(symbols.some(({ name }) => name === 'FindProxyForURL'));
  },

  async 'hushes a finding that the settings turn off'() {
    await show(PAC());
    await finding(PAC(), 'not-bypassed');
    const settings = vscode.workspace.getConfiguration('lintel');
    await settings.update('severity', { 'not-bypassed': 'off' }, vscode.ConfigurationTarget.Workspace);
    await noFinding(PAC(), 'not-bypassed');
    await settings.update('severity', undefined, vscode.ConfigurationTarget.Workspace);
    await finding(PAC(), 'not-bypassed');
  },

  async 'shows the coverage of a file'() {
    await show(PAC());
    await finding(PAC(), 'not-bypassed');
    await vscode.commands.executeCommand('lintel.showCoverage');
    await report('Coverage of proxy.pac');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  },

  async 'checks lintel.yaml as it is typed, and files with it'() {
    await show(PAC());
    await finding(PAC(), 'not-bypassed');
    const document = await show(WORKSPACE_FILE());
    assert.equal(document.languageId, 'lintel-config');
    const original = document.getText();
    await replaceAll(document, 'cloud: wordwide\nseverity: { not-bypassed: off }\n');
    const fault = await finding(WORKSPACE_FILE(), 'invalid-configuration');
    assert.equal(document.getText(fault.range), 'wordwide');
    await noFinding(PAC(), 'not-bypassed');
    await replaceAll(document, original);
    await finding(PAC(), 'not-bypassed');
    await noFinding(WORKSPACE_FILE(), 'invalid-configuration');
  },

  async 'shows the firewall plan of the workspace'() {
    await show(WORKSPACE_FILE());
    await vscode.commands.executeCommand('lintel.showPlan');
    await report('Firewall Plan');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  },

  async 'gives a file the language that lintel.yaml names'() {
    const rules = file('edge', 'rules.txt');
    await vscode.workspace.fs.writeFile(rules, new TextEncoder().encode('http_port 3128\nhttp_access deny al\n'));
    const document = await show(WORKSPACE_FILE());
    const original = document.getText();
    await replaceAll(document, 'files: [{ match: edge/*.txt, dialect: squid }]\n');
    await document.save();
    await show(rules);
    await finding(rules, 'undefined-name');
    assert.equal(vscode.window.activeTextEditor?.document.languageId, 'squid');
    await replaceAll(document, original);
    await document.save();
    await vscode.workspace.fs.delete(rules);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  },

  async 'restarts the server on command'() {
    await show(PAC());
    const [before] = serverProcesses();
    assert(before, 'a server runs');
    await vscode.commands.executeCommand('lintel.restartServer');
    await findsAgain(PAC(), 'not-bypassed');
    const after = serverProcesses();
    assert(after.length === 1 && after[0] !== before, 'another server runs, alone');
  },

  async 'restarts the server when it dies'() {
    await show(PAC());
    const [before] = serverProcesses();
    assert(before, 'a server runs');
    process.kill(before, 'SIGKILL');
    await findsAgain(PAC(), 'not-bypassed');
    assert(!serverProcesses().includes(before), 'another server runs');
  },

  async 'answers agents with its tools, where the editor has agents'() {
    // Later than the types of the oldest version.
    const models = vscode.lm as unknown as {
      readonly tools?: readonly { readonly name: string }[];
      invokeTool?(
        name: string,
        options: object,
        token?: vscode.CancellationToken,
      ): Promise<{ readonly content: readonly { readonly value?: string }[] }>;
    };
    if (!models.tools || !models.invokeTool) return;
    const names = models.tools.map(({ name }) => name).filter((name) => name.startsWith('lintel_'));
    assert.deepEqual(
      names.sort(),
      ['check', 'coverage', 'explain', 'find', 'plan', 'propose_fix'].map((one) => `lintel_${one}`),
    );
    const ask = async (name: string, input: object) => {
      const result = await models.invokeTool?.(name, { input, toolInvocationToken: undefined });
      return result?.content.map(({ value }) => value ?? '').join('') ?? '';
    };
    const found = JSON.parse(await ask('lintel_find', { what: 'udp/3478' }));
    assert(found.listings.length > 0, 'documents list the port');
    assert.match(await ask('lintel_check', { paths: ['../outside'] }), /outside of the workspace/);
    const cancelled = new vscode.CancellationTokenSource();
    cancelled.cancel();
    const options = { input: {}, toolInvocationToken: undefined };
    await assert.rejects(async () => models.invokeTool?.('lintel_check', options, cancelled.token), /cancel/i);
    const { files } = JSON.parse(await ask('lintel_check', { paths: ['proxy/proxy.pac'] }));
    assert(files[0].findings.length > 0, 'the PAC file has findings');
  },

  async 'gives agents a server that starts and answers'() {
    const [server, ...others] = await agentServers();
    assert(server && others.length === 0, 'one server for the one folder');
    assert.equal(server.label, 'Lintel');
    const child = spawn(server.command, server.args, { env: { ...process.env, ...server.env }, stdio: 'pipe' });
    try {
      const answers = createInterface(child.stdout)[Symbol.asyncIterator]();
      const ask = async (id: number, method: string, params: object) => {
        child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`);
        return JSON.parse((await answers.next()).value).result;
      };
      const clientInfo = { name: 'test', version: '1' };
      const { serverInfo } = await ask(1, 'initialize', {
        protocolVersion: '2025-06-18',
        capabilities: {},
        clientInfo,
      });
      assert.equal(serverInfo.name, 'lintel');
      child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' })}\n`);
      const { tools } = await ask(2, 'tools/list', {});
      const names: readonly string[] = tools.map(({ name }: { readonly name: string }) => name);
      assert.deepEqual([...names].sort(), ['check', 'coverage', 'explain', 'find', 'plan', 'propose_fix']);
      // A file of its own: VS Code may just be writing what another case has edited.
      const own = file('agents.pac');
      const text = 'function FindProxyForURL(url, host) { return "PROXY proxy.example.com:8080"; }';
      await vscode.workspace.fs.writeFile(own, new TextEncoder().encode(text));
      const { content } = await ask(3, 'tools/call', { name: 'check', arguments: { paths: ['agents.pac'] } });
      await vscode.workspace.fs.delete(own);
      assert.match(content[0].text, /not-bypassed/);
    } finally {
      child.kill();
    }
  },

  async 'links a finding that cites no document to the page of its code'() {
    const uri = file('squid', 'broken.squid.conf');
    await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode('http_access deny nobody\n'));
    await show(uri);
    const { code } = await finding(uri, 'undefined-name');
    assert(typeof code === 'object', 'the code is a link');
    assert.equal(String(code.target), `${vscode.env.uriScheme}://lintel.lintel/finding/undefined-name`);
    await vscode.workspace.fs.delete(uri);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  },

  async 'survives files that are none'() {
    const hostile = {
      empty: '',
      noise: '\u0001\u0002\ufffd\u{10ffff}'.repeat(5000),
      cut: 'function FindProxyForURL(url, host) { return "',
    };
    for (const [name, text] of Object.entries(hostile)) {
      const uri = file('proxy', `${name}.pac`);
      await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
      await vscode.workspace.openTextDocument(uri);
    }
    await finding(file('proxy', 'cut.pac'), 'syntax-error');
    await findsAgain(PAC(), 'not-bypassed');
  },
};

async function outcomeOf(run: () => Promise<void>): Promise<{ readonly failure?: string }> {
  let timer: NodeJS.Timeout | undefined;
  const outOfTime = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`waited ${PATIENCE} ms without success${shown()}`)), PATIENCE);
  });
  try {
    await Promise.race([run(), outOfTime]);
    return {};
  } catch (error) {
    return { failure: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  } finally {
    clearTimeout(timer);
  }
}

/** All that is shown as diagnostics, for a failure message. */
function shown(): string {
  return vscode.languages
    .getDiagnostics()
    .flatMap(([uri, diagnostics]) =>
      diagnostics.map((one) => `\n${uri.path}:${one.range.start.line + 1} ${codeOf(one)} ${one.message}`),
    )
    .join('');
}

/** Entry point for VS Code's `extensionTestsPath`. */
export async function run(): Promise<void> {
  const outcomes: Outcomes = {};
  for (const name of CASES) outcomes[name] = await outcomeOf(IMPLEMENTATIONS[name]);
  writeFileSync(join(dirname(workspaceFolder().fsPath), OUTCOMES_FILE), JSON.stringify(outcomes));
}
