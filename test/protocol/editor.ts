// A client of the language server for tests: an editor with a workspace, talking to a real server process.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import {
  type ClientCapabilities,
  type CodeAction,
  type CodeActionClientCapabilities,
  type CodeActionContext,
  createProtocolConnection,
  type Diagnostic,
  type InitializeResult,
  type Position,
  type ProtocolConnection,
  type PublishDiagnosticsParams,
  type RegistrationParams,
  type ShowMessageParams,
  StreamMessageReader,
  StreamMessageWriter,
  type TextEdit,
  type WorkspaceEdit,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { build } from '../../scripts/build.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Builds the server as it is shipped, into a folder of its own; returns the program. */
export async function buildServer(name: string): Promise<string> {
  const outdir = join('.cache', `protocol-${name}`);
  await build({ outdir, only: ['server'] });
  return join(root, outdir, 'server.js');
}

/** An editor as the server sees it, in a workspace of its own, talking to a real server process. */
export class Editor {
  private readonly documents = new Map<string, TextDocument>();
  private readonly waiting = new Set<(published: PublishDiagnosticsParams) => void>();
  /** Everything that was published, oldest first. */
  readonly published: PublishDiagnosticsParams[] = [];
  /** The messages that the editor was asked to show. */
  readonly shown: string[] = [];
  readonly watchers: RegistrationParams['registrations'] = [];
  settings: unknown = null;
  initialized: InitializeResult | undefined;

  private constructor(
    readonly folder: string,
    readonly server: ChildProcess,
    readonly connection: ProtocolConnection,
  ) {
    connection.onNotification('textDocument/publishDiagnostics', (published: PublishDiagnosticsParams) => {
      this.published.push(published);
      for (const settle of [...this.waiting]) settle(published);
    });
    connection.onRequest('workspace/configuration', ({ items }: { items: readonly unknown[] }) =>
      items.map(() => this.settings),
    );
    connection.onNotification('window/showMessage', ({ message }: ShowMessageParams) => {
      this.shown.push(message);
    });
    connection.onRequest('client/registerCapability', ({ registrations }: RegistrationParams) => {
      this.watchers.push(...registrations);
    });
    connection.onRequest('client/unregisterCapability', () => undefined);
    connection.listen();
  }

  static async start(
    program: string,
    files: Readonly<Record<string, string>>,
    settings: unknown = null,
    /** The folders of the workspace, below that of the files. */
    roots: readonly string[] = [''],
    /** What it can do with code actions. */
    codeAction: CodeActionClientCapabilities = {},
    /** What it tells of itself beyond the protocol. */
    initializationOptions?: Readonly<Record<string, unknown>>,
    /** What else it can do. */
    more: ClientCapabilities = {},
  ): Promise<Editor> {
    const folder = mkdtempSync(join(root, '.cache', 'workspace-'));
    for (const [path, text] of Object.entries(files)) write(join(folder, path), text);
    const server = spawn(process.execPath, [program, '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
    const connection = createProtocolConnection(
      new StreamMessageReader(server.stdout),
      new StreamMessageWriter(server.stdin),
    );
    const editor = new Editor(folder, server, connection);
    editor.settings = settings;
    editor.initialized = await connection.sendRequest('initialize', {
      processId: process.pid,
      rootUri: null,
      initializationOptions,
      workspaceFolders: roots.map((root) => ({ uri: pathToFileURL(join(folder, root)).href, name: root || 'network' })),
      capabilities: {
        ...more,
        workspace: {
          ...more.workspace,
          configuration: true,
          workspaceFolders: true,
          didChangeConfiguration: { dynamicRegistration: true },
          didChangeWatchedFiles: { dynamicRegistration: true, relativePatternSupport: true },
        },
        textDocument: {
          ...more.textDocument,
          codeAction,
          publishDiagnostics: { versionSupport: true, relatedInformation: true },
        },
      },
    });
    await connection.sendNotification('initialized', {});
    return editor;
  }

  async stop(): Promise<void> {
    if (this.server.exitCode === null && this.server.signalCode === null) {
      const ended = new Promise((resolve) => this.server.once('exit', resolve));
      await this.connection.sendRequest('shutdown');
      await this.connection.sendNotification('exit');
      await ended;
    }
    this.connection.dispose();
    rmSync(this.folder, { recursive: true, force: true });
  }

  uri(path: string): string {
    return pathToFileURL(join(this.folder, path)).href;
  }

  text(path: string): string {
    return this.document(path).getText();
  }

  /** Opens a document and waits for its diagnostics. */
  async open(path: string, languageId: string, text: string): Promise<readonly Diagnostic[]> {
    const uri = this.uri(path);
    this.documents.set(uri, TextDocument.create(uri, languageId, 1, text));
    const published = this.diagnosticsOf(path, 1);
    await this.connection.sendNotification('textDocument/didOpen', {
      textDocument: { uri, languageId, version: 1, text },
    });
    return published;
  }

  /** Makes some edits, as one version, and waits for nothing. Returns the new version. */
  async edit(path: string, ...edits: readonly TextEdit[]): Promise<number> {
    const before = this.document(path);
    const version = before.version + 1;
    // Later edits first, so that no edit moves another.
    const ordered = [...edits].sort((a, b) => before.offsetAt(b.range.start) - before.offsetAt(a.range.start));
    const contentChanges = ordered.map(({ range, newText }) => ({ range, text: newText }));
    this.documents.set(before.uri, TextDocument.update(before, contentChanges, version));
    await this.connection.sendNotification('textDocument/didChange', {
      textDocument: { uri: before.uri, version },
      contentChanges,
    });
    return version;
  }

  /** Replaces the only occurrence of some text and waits for the diagnostics of the new version. */
  async replace(path: string, found: string, newText: string): Promise<readonly Diagnostic[]> {
    const version = await this.edit(path, { range: this.rangeOf(path, found), newText });
    return this.diagnosticsOf(path, version);
  }

  async close(path: string): Promise<void> {
    this.documents.delete(this.uri(path));
    await this.connection.sendNotification('textDocument/didClose', { textDocument: { uri: this.uri(path) } });
  }

  /** Writes a file on disk, not through the editor, and notifies the server as a watcher would. */
  async writeWatched(path: string, text: string): Promise<void> {
    write(join(this.folder, path), text);
    await this.connection.sendNotification('workspace/didChangeWatchedFiles', {
      changes: [{ uri: this.uri(path), type: 2 }],
    });
  }

  /** The diagnostics of one version of a file, once they are published; those published already count. */
  async diagnosticsOf(path: string, version: number): Promise<readonly Diagnostic[]> {
    const wanted = await this.seen((one) => one.uri === this.uri(path) && one.version === version);
    return wanted.diagnostics;
  }

  /** The first published diagnostics that are as wanted; those published already count. */
  async seen(isWanted: (published: PublishDiagnosticsParams) => boolean): Promise<PublishDiagnosticsParams> {
    return this.published.find(isWanted) ?? this.next(isWanted);
  }

  /** The next published diagnostics that are as wanted. */
  next(isWanted: (published: PublishDiagnosticsParams) => boolean): Promise<PublishDiagnosticsParams> {
    return new Promise((resolve) => {
      const settle = (published: PublishDiagnosticsParams) => {
        if (!isWanted(published)) return;
        this.waiting.delete(settle);
        resolve(published);
      };
      this.waiting.add(settle);
    });
  }

  /** Asks something about the place where some text begins, or `after` it. */
  ask<Result>(method: string, path: string, found: string, more: object = {}): Promise<Result> {
    return this.connection.sendRequest(method, {
      textDocument: { uri: this.uri(path) },
      position: this.rangeOf(path, found).start,
      ...more,
    });
  }

  codeActions(path: string, diagnostic: Diagnostic, only?: readonly string[]): Promise<CodeAction[]> {
    const context: CodeActionContext = { diagnostics: [diagnostic], ...(only ? { only: [...only] } : {}) };
    return this.connection.sendRequest('textDocument/codeAction', {
      textDocument: { uri: this.uri(path) },
      range: diagnostic.range,
      context,
    });
  }

  /** Applies the edit of a code action to the open documents; returns the new versions by URI. */
  async apply(edit: WorkspaceEdit): Promise<ReadonlyMap<string, number>> {
    const versions = new Map<string, number>();
    for (const change of edit.documentChanges ?? []) {
      if (!('textDocument' in change)) throw new Error('only edits of texts are expected');
      const open = this.documents.get(change.textDocument.uri);
      if (!open) throw new Error(`${change.textDocument.uri} is not open`);
      if (change.textDocument.version !== open.version) throw new Error('the edit is for another version');
      const path = decodeURIComponent(open.uri.slice(this.uri('').length));
      const edits = change.edits.filter((one): one is TextEdit => 'newText' in one);
      versions.set(open.uri, await this.edit(path, ...edits));
    }
    return versions;
  }

  private document(path: string): TextDocument {
    const document = this.documents.get(this.uri(path));
    if (!document) throw new Error(`${path} is not open`);
    return document;
  }

  rangeOf(path: string, found: string): { start: Position; end: Position } {
    const document = this.document(path);
    const offset = document.getText().indexOf(found);
    if (offset < 0) throw new Error(`${path} has no "${found}"`);
    return { start: document.positionAt(offset), end: document.positionAt(offset + found.length) };
  }
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
