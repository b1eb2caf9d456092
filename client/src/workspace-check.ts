// Has files checked that are not open: once somebody asks, or always where the setting says so.

import * as vscode from 'vscode';
import { CHECK_FILES, type CheckFilesResult } from '../../shared/protocol.js';
import { files as filesText, leftOutTexts } from './left-out.js';
import type { Server } from './server.js';
import type { WorkspaceFiles } from './workspace-files.js';

const SETTING = 'workspaceDiagnostics';

/** How long files may settle before the server is told which there are, in milliseconds. */
const DELAY = 300;

type Report = (percentage: number, message: string) => void;

/** What became of the files of a folder. */
interface Checked extends CheckFilesResult {
  readonly isCut: boolean;
}

/** Tells the server which files there are; it checks them again by itself when they change. */
export class WorkspaceCheck implements vscode.Disposable {
  /** The folders that somebody has asked to check in this window. */
  private readonly asked = new Set<string>();
  /** The folders whose files the server, or one before it in this window, was told. */
  private readonly told = new Set<string>();
  /** The folders whose limits somebody was told. */
  private readonly warned = new Set<string>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private running: Promise<unknown> = Promise.resolve();
  private readonly disposables: vscode.Disposable[];

  constructor(
    private readonly server: Server,
    private readonly files: WorkspaceFiles,
  ) {
    this.disposables = [
      vscode.commands.registerCommand('lintel.checkWorkspace', () => this.checkNow()),
      files.onDidChange((file) => {
        const folder = vscode.workspace.getWorkspaceFolder(file);
        if (!folder || !this.told.has(String(folder.uri))) return;
        this.server.fileChanged(file).catch((error: unknown) => this.server.logFailure(error));
      }),
      files.onDidChangeList(() => this.refreshSoon()),
      vscode.workspace.onDidChangeConfiguration((change) => this.configured(change)),
      server.onDidRun(() => this.refreshSoon()),
    ];
    this.refreshSoon();
  }

  dispose(): void {
    clearTimeout(this.timer);
    for (const one of this.disposables) one.dispose();
  }

  private configured(change: vscode.ConfigurationChangeEvent): void {
    for (const { uri } of vscode.workspace.workspaceFolders ?? []) {
      if (!change.affectsConfiguration(`lintel.${SETTING}`, uri)) continue;
      // Who switches it off wants nothing of files that are not open, whatever was asked before.
      if (!isAlwaysChecked(uri)) this.asked.delete(String(uri));
      this.refreshSoon();
    }
  }

  private refreshSoon(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.oneByOne(() => this.refresh()), DELAY);
  }

  /** Two runs at once would tell the server two lists of one folder. */
  private oneByOne<Result>(run: () => Promise<Result>): Promise<Result | undefined> {
    const done = this.running.then(run).catch((error: unknown) => {
      this.server.logFailure(error);
      return undefined;
    });
    this.running = done;
    return done;
  }

  private async refresh(): Promise<void> {
    const folders = vscode.workspace.workspaceFolders ?? [];
    const ended = folders.filter(({ uri }) => this.told.has(String(uri)) && !this.isChecked(uri));
    for (const { uri } of ended) await this.end(uri);
    const wanted = folders.filter(({ uri }) => this.isChecked(uri));
    if (wanted.length === 0) return;
    const title = 'Lintel: checking the workspace';
    await vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title }, async (progress) => {
      for (const { uri, name } of wanted) {
        const report: Report = (percentage) => progress.report({ message: `${percentage} %` });
        this.warn(uri, name, await this.check(uri, false, report));
      }
    });
  }

  private async checkNow(): Promise<void> {
    const folders = vscode.workspace.workspaceFolders ?? [];
    if (folders.length === 0) {
      void vscode.window.showInformationMessage('Open a folder first: its files are what is checked.');
      return;
    }
    for (const { uri } of folders) this.asked.add(String(uri));
    const options = {
      location: vscode.ProgressLocation.Notification,
      title: 'Lintel: checking the workspace',
      cancellable: true,
    };
    const checked = await vscode.window.withProgress(options, (progress, token) =>
      this.oneByOne(async () => {
        const results: Checked[] = [];
        let shown = 0;
        for (const [index, { uri }] of folders.entries()) {
          if (token.isCancellationRequested) break;
          const report: Report = (percentage, message) => {
            const reached = (index * 100 + percentage) / folders.length;
            progress.report({ increment: reached - shown, message });
            shown = reached;
          };
          results.push(await this.check(uri, true, report, token));
        }
        return results;
      }),
    );
    if (checked?.some(({ isCancelled }) => isCancelled) || checked?.length !== folders.length) this.stop();
    else await this.tell(checked);
  }

  private async tell(results: readonly Checked[]): Promise<void> {
    const sum = (count: (one: Checked) => number) => results.reduce((total, one) => total + count(one), 0);
    const leftOut = {
      ignored: sum((one) => one.leftOut.ignored),
      tooLarge: sum((one) => one.leftOut.tooLarge),
      beyondLimit: sum((one) => one.leftOut.beyondLimit),
    };
    const [show, stop] = ['Show Problems', 'Stop Checking'];
    const found = `Lintel checked ${filesText(sum((one) => one.checked))} and found something in ${sum((one) => one.withFindings)}.`;
    const limits = leftOutTexts(
      leftOut,
      results.some((one) => one.isCut),
    );
    const canStop = (vscode.workspace.workspaceFolders ?? []).some(({ uri }) => !isAlwaysChecked(uri));
    const choices = canStop ? [show, stop] : [show];
    const answer = await vscode.window.showInformationMessage([found, ...limits].join(' '), ...choices);
    if (answer === show) await vscode.commands.executeCommand('workbench.actions.view.problems');
    if (answer === stop) this.stop();
  }

  /** As if nobody had asked. */
  private stop(): void {
    this.asked.clear();
    this.refreshSoon();
  }

  /** Tells once what a check that nobody has asked for leaves out. */
  private warn(folder: vscode.Uri, name: string, { leftOut, isCut }: Checked): void {
    const limits = leftOutTexts({ ...leftOut, ignored: 0, tooLarge: 0 }, isCut);
    if (limits.length === 0 || this.warned.has(String(folder))) return;
    this.warned.add(String(folder));
    void vscode.window.showWarningMessage(`Lintel does not check all of ${name}. ${limits.join(' ')}`);
  }

  private isChecked(folder: vscode.Uri): boolean {
    return this.asked.has(String(folder)) || isAlwaysChecked(folder);
  }

  private async check(
    folder: vscode.Uri,
    isAnew: boolean,
    report: Report,
    token?: vscode.CancellationToken,
  ): Promise<Checked> {
    const { uris, isCut } = await this.files.of(folder);
    this.told.add(String(folder));
    const workDoneToken = crypto.randomUUID();
    const progress = this.server.onProgress(workDoneToken, report);
    try {
      const asked = { files: uris, isAnew, workDoneToken };
      return { ...(await this.server.request(CHECK_FILES, folder, asked, token)), isCut };
    } finally {
      progress.dispose();
    }
  }

  private async end(folder: vscode.Uri): Promise<void> {
    this.told.delete(String(folder));
    await this.server.request(CHECK_FILES, folder, { files: [], isAnew: false, workDoneToken: crypto.randomUUID() });
  }
}

/** Whether the setting says so. */
function isAlwaysChecked(folder: vscode.Uri): boolean {
  return vscode.workspace.getConfiguration('lintel', folder).get(SETTING) === true;
}
