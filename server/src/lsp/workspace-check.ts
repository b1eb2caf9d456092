// Checks files that are not open, and again whenever they or what they depend on change.

import {
  type CancellationToken,
  type Connection,
  type Diagnostic,
  WorkDoneProgress,
  type WorkDoneProgressReport,
} from 'vscode-languageserver';
import type { CheckFilesParams, CheckFilesResult } from '../../../shared/protocol.js';
import { LINTEL_FILE_NAMES } from '../configuration/lintel-config.js';
import type { Examined } from '../service/examination.js';
import type { FileAccess } from '../service/files/file-access.js';
import { canonicalFolder, folderOf, isInside, nameOf } from '../service/files/uris.js';
import type { PageUriOf, Places } from './convert.js';
import { failure, toDiagnostics } from './diagnostics.js';
import type { OpenDocuments } from './open-documents.js';
import type { PublishedDiagnostics } from './published-diagnostics.js';
import type { SettingsStore } from './settings-store.js';
import type { UnopenedFiles } from './unopened-files.js';
import { chooseFiles } from './workspace-files.js';

/** How long changes may settle before files are checked again, in milliseconds. */
const DELAY = 300;

/** What the check depends on. */
export interface WorkspaceCheckContext {
  readonly connection: Connection;
  readonly files: FileAccess;
  readonly documents: OpenDocuments;
  readonly unopened: UnopenedFiles;
  readonly settings: SettingsStore;
  readonly published: PublishedDiagnostics;
  readonly pageUriOf: PageUriOf;
  /** Files were read that others depend on: their folders have to be watched. */
  filesRead(): void;
  /** Resolves after the messages that have arrived are handled. */
  yieldToEvents(): Promise<void>;
}

/** A file that is checked. */
interface CheckedFile {
  readonly clientUri: string;
  /** The folder of the workspace that it is in, as the client spells it: its settings apply. */
  readonly folder: string;
  /** Rises whenever it is to be checked again, so that an older result is not told after a newer one. */
  version: number;
  state: 'new' | 'loaded' | 'checked' | 'too-large' | 'unchecked';
}

type Found = ReadonlyMap<string, Diagnostic[]>;

export class WorkspaceCheck {
  private readonly checked = new Map<string, CheckedFile>();
  /** What the check of each file has found, in it and in what it includes. */
  private readonly found = new Map<string, Found>();
  private readonly waiting = new Set<string>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private isRunning = false;

  constructor(private readonly context: WorkspaceCheckContext) {
    context.unopened.onChange((uris) => this.request(uris));
  }

  /** Whether what is found in a file is told while it is not open. */
  covers(uri: string): boolean {
    return this.checked.has(uri);
  }

  /** Ends the check of folders that are no longer part of the workspace. */
  async setFolders(folders: readonly string[]): Promise<void> {
    const roots = folders.map(canonicalFolder);
    await this.drop((uri) => !roots.some((root) => isInside(uri, root)));
  }

  settingsChanged(): void {
    this.request([...this.checked.keys()]);
  }

  /** A workspace file may give files a language that had none. */
  filesChanged(uris: readonly string[]): void {
    const folders = uris.filter((uri) => LINTEL_FILE_NAMES.some((name) => name === nameOf(uri))).map(folderOf);
    if (folders.length === 0) return;
    this.request([...this.checked.keys()].filter((uri) => folders.some((folder) => isInside(uri, folder))));
  }

  /** Checks the files of a folder, and from now on these. */
  async check(params: CheckFilesParams, token: CancellationToken): Promise<CheckFilesResult> {
    const { uri: folder, isAnew, workDoneToken } = params;
    const { files, leftOut } = await chooseFiles(folder, params.files, this.context.files);
    const root = canonicalFolder(folder);
    await this.drop((uri, file) => canonicalFolder(file.folder) === root && !files.has(uri));
    for (const [uri, clientUri] of files) {
      if (isAnew || !this.checked.has(uri)) this.checked.set(uri, { clientUri, folder, version: 0, state: 'new' });
    }
    const due = [...files.keys()].filter((uri) => this.checked.get(uri)?.state === 'new');
    const report = this.reporter(workDoneToken, due.length * 2);
    // First all are read, so that each is seen with those that include it.
    for (const work of [this.load, this.examine]) {
      for (const uri of due) {
        if (token.isCancellationRequested) break;
        await work.call(this, uri);
        report(nameOf(uri));
        await this.context.yieldToEvents();
      }
    }
    const isCancelled = token.isCancellationRequested;
    if (isCancelled) {
      const left = new Set(due);
      await this.drop((uri, { state }) => left.has(uri) && (state === 'new' || state === 'loaded'));
    }
    await this.checkConfigurations();
    const own = [...files.keys()].flatMap((uri) => {
      const file = this.checked.get(uri);
      return file ? [{ uri, state: this.context.documents.get(uri) ? 'checked' : file.state }] : [];
    });
    const checked = own.filter(({ state }) => state === 'checked');
    return {
      checked: checked.length,
      withFindings: checked.filter(({ uri }) => this.context.published.shows(uri)).length,
      leftOut: { ...leftOut, tooLarge: own.filter(({ state }) => state === 'too-large').length },
      isCancelled,
    };
  }

  private reporter(token: string, total: number): (name: string) => void {
    let done = 0;
    let told = 0;
    return (message) => {
      const percentage = Math.floor((++done * 100) / total);
      if (percentage === told) return;
      told = percentage;
      const progress: WorkDoneProgressReport = { kind: 'report', percentage, message };
      // The client may have disconnected.
      this.context.connection.sendProgress(WorkDoneProgress.type, token, progress).catch(() => undefined);
    };
  }

  /** Has files checked again, as far as they are checked at all. */
  private request(uris: readonly string[]): void {
    for (const uri of uris) {
      const file = this.checked.get(uri);
      // An open document is checked by itself.
      if (!file || this.context.documents.get(uri)) continue;
      file.version++;
      this.waiting.add(uri);
    }
    if (this.waiting.size === 0 || this.isRunning) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.checkWaiting(), DELAY);
  }

  private async checkWaiting(): Promise<void> {
    this.isRunning = true;
    try {
      // Others may be requested until the last statement is through.
      while (this.waiting.size > 0) {
        const uris = [...this.waiting];
        this.waiting.clear();
        for (const work of [this.load, this.examine]) {
          for (const uri of uris) {
            await work.call(this, uri);
            await this.context.yieldToEvents();
          }
        }
        await this.checkConfigurations();
      }
    } catch (error) {
      this.log(error);
    } finally {
      this.isRunning = false;
    }
  }

  private async load(uri: string): Promise<void> {
    const { documents, unopened, settings } = this.context;
    const file = this.checked.get(uri);
    if (!file || documents.get(uri)) return;
    const loaded = await unopened.load(uri, await settings.settingsFor(file.folder));
    file.state = loaded.kind === 'configuration' ? 'unchecked' : loaded.kind;
  }

  private async examine(uri: string): Promise<void> {
    const { documents, unopened, settings } = this.context;
    const file = this.checked.get(uri);
    // An open document is checked by itself.
    if (!file || documents.get(uri)) return;
    const { version } = file;
    let found: Found = new Map();
    if (file.state === 'loaded') {
      try {
        const examined = await unopened.service.examine(uri, await settings.settingsFor(file.folder));
        found = new Map([[uri, []], ...(examined ? this.diagnosticsOf(uri, examined) : [])]);
      } catch (error) {
        this.log(error);
        found = new Map([[uri, [failure(error)]]]);
      }
      unopened.service.release(uri);
      file.state = 'checked';
    }
    if (this.checked.get(uri) === file && file.version === version) await this.publish(uri, found);
  }

  private diagnosticsOf(uri: string, examined: Examined): (readonly [string, Diagnostic[]])[] {
    const { unopened, pageUriOf } = this.context;
    const { catalog } = examined.checks;
    return [...unopened.service.findings(uri, examined)].map(([file, findings]) => [
      file,
      toDiagnostics(findings, catalog, this.places, pageUriOf),
    ]);
  }

  /** What is wrong in the workspace files that apply, as far as these are not open. */
  private async checkConfigurations(): Promise<void> {
    const { unopened, settings } = this.context;
    const applying = new Map<string, readonly [uri: string, file: CheckedFile]>();
    for (const [uri, file] of this.checked) {
      if (file.state !== 'checked') continue;
      applying.set((await unopened.service.configurationFor(uri)).uri, [uri, file]);
    }
    for (const [configuration, [uri, file]] of applying) {
      const examined = await unopened.service.examineConfigurationOf(uri, await settings.settingsFor(file.folder));
      await this.publish(configuration, new Map(examined ? this.diagnosticsOf(configuration, examined) : []));
      await this.context.yieldToEvents();
    }
    for (const root of [...this.found.keys()]) {
      if (!this.checked.has(root) && !applying.has(root)) await this.publish(root, undefined);
    }
    this.context.filesRead();
  }

  private async drop(isMeant: (uri: string, file: CheckedFile) => boolean): Promise<void> {
    for (const [uri, file] of [...this.checked]) {
      if (!isMeant(uri, file)) continue;
      this.checked.delete(uri);
      this.waiting.delete(uri);
      await this.publish(uri, undefined);
    }
  }

  /** Replaces what the check of a file has found; `undefined` where it is not checked any longer. */
  private async publish(root: string, found: Found | undefined): Promise<void> {
    const earlier = this.found.get(root);
    if (found) this.found.set(root, found);
    else this.found.delete(root);
    for (const uri of new Set([root, ...(earlier?.keys() ?? []), ...(found?.keys() ?? [])]))
      await this.context.published.byWorkspace(uri, this.places(uri).uri, this.foundIn(uri));
  }

  /** What its own check says of a file, otherwise that of one which includes it. */
  private foundIn(uri: string): Diagnostic[] {
    const own = this.found.get(uri)?.get(uri);
    if (own) return own;
    for (const found of this.found.values()) {
      const diagnostics = found.get(uri);
      if (diagnostics) return diagnostics;
    }
    return [];
  }

  private log(error: unknown): void {
    const text = error instanceof Error ? error.stack : String(error);
    this.context.connection.console.error(`Checking the workspace failed: ${text}`);
  }

  private readonly places: Places = (uri) => {
    const { documents, unopened } = this.context;
    const place = documents.places(uri);
    if (documents.get(uri)) return place;
    const positions = unopened.service.linesOf(uri) ?? place.positions;
    return { uri: this.checked.get(uri)?.clientUri ?? place.uri, positions, version: null };
  };
}
