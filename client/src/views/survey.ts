// What the files of the workspace cover, and what lintel.yaml says of the network: the data of the views.

import * as vscode from 'vscode';
import type { CoverageFile } from '../../../shared/coverage.js';
import type { Overview } from '../../../shared/overview.js';
import { type LeftOut, OVERVIEW, SURVEY } from '../../../shared/protocol.js';
import type { Server } from '../server.js';
import type { WorkspaceFiles } from '../workspace-files.js';

/** One folder of the workspace. */
export interface SurveyedFolder {
  readonly folder: vscode.WorkspaceFolder;
  readonly files: readonly CoverageFile[];
  readonly leftOut: LeftOut;
  readonly overview: Overview;
}

/** How long what is typed may settle before the views follow, in milliseconds. */
const DELAY = 300;

/** Asks the server only while a view shows the answer. */
export class WorkspaceSurvey implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  /** Fires when there is a newer answer. */
  readonly onDidChange = this.changed.event;
  private surveyed: readonly SurveyedFolder[] = [];
  private readonly visible = new Set<string>();
  private isStale = true;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private running: Promise<void> | undefined;
  private readonly disposables: vscode.Disposable[];

  constructor(
    private readonly server: Server,
    private readonly files: WorkspaceFiles,
  ) {
    const stale = () => this.makeStale();
    this.disposables = [
      this.changed,
      files.onDidChange(stale),
      files.onDidChangeList(stale),
      // The server publishes diagnostics after each analysis.
      vscode.languages.onDidChangeDiagnostics(stale),
    ];
  }

  get folders(): readonly SurveyedFolder[] {
    return this.surveyed;
  }

  /** Keeps the data current while a view is visible. */
  attach(view: vscode.TreeView<unknown>, id: string): vscode.Disposable {
    const follow = (isVisible: boolean) => {
      if (isVisible) this.visible.add(id);
      else this.visible.delete(id);
      if (isVisible && this.isStale) void this.refresh();
    };
    follow(view.visible);
    return view.onDidChangeVisibility(({ visible }) => follow(visible));
  }

  /** Asks anew, once for all who ask meanwhile. */
  refresh(): Promise<void> {
    this.running ??= this.ask().finally(() => {
      this.running = undefined;
      if (this.isStale && this.visible.size > 0) this.makeStale();
    });
    return this.running;
  }

  dispose(): void {
    clearTimeout(this.timer);
    for (const one of this.disposables) one.dispose();
  }

  private makeStale(): void {
    this.isStale = true;
    if (this.visible.size === 0) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.refresh(), DELAY);
  }

  private async ask(): Promise<void> {
    this.isStale = false;
    const folders = vscode.workspace.workspaceFolders ?? [];
    const [view] = this.visible;
    const location = view === undefined ? vscode.ProgressLocation.Window : { viewId: view };
    try {
      this.surveyed = await vscode.window.withProgress({ location }, () =>
        Promise.all(folders.map((folder) => this.survey(folder))),
      );
    } catch (error) {
      this.server.logFailure(error);
      this.surveyed = [];
    }
    // What the views say where there is nothing.
    void vscode.commands.executeCommand('setContext', 'lintel.isSurveyed', true);
    this.changed.fire();
  }

  private async survey(folder: vscode.WorkspaceFolder): Promise<SurveyedFolder> {
    const { uris } = await this.files.of(folder.uri);
    const [{ files, leftOut }, overview] = await Promise.all([
      this.server.request(SURVEY, folder.uri, { files: uris }),
      this.server.request(OVERVIEW, folder.uri, {}),
    ]);
    return { folder, files, leftOut, overview };
  }
}
