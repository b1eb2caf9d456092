// The panel that shows reports: coverage, firewall plan and explanations, as the pages that the server writes.

import * as vscode from 'vscode';
import type { WayStep } from '../../shared/explanation.js';
import { COVERAGE, EXPLAIN, PLAN, SHOW_FIXES_COMMAND, SHOW_LINE_COMMAND } from '../../shared/protocol.js';
import { LitWay } from './lit-way.js';
import type { Server } from './server.js';
import type { WorkspaceFiles } from './workspace-files.js';

/** What a panel shows, as it is kept when the window is reloaded. */
export type Shown = { readonly kind: 'coverage' | 'workspace' | 'plan'; readonly uri: string } | Explained;

/** A question about a file, with the path that was chosen for it. */
export interface Explained {
  readonly kind: 'explanation';
  readonly uri: string;
  readonly question?: string;
  readonly log?: string;
  readonly path?: unknown;
}

const VIEW_TYPE = 'lintel.report';

const TITLES: Readonly<Record<Shown['kind'], string>> = {
  coverage: 'Coverage',
  workspace: 'Coverage of the Workspace',
  plan: 'Firewall Plan',
  explanation: 'Explanation',
};

const NOTHING = '<p>Lintel does not check this file, or it is not open.</p>';

/** One panel, which shows what was asked for last and follows what is edited. */
export class ReportPanel implements vscode.Disposable {
  private panel: vscode.WebviewPanel | undefined;
  private shown: Shown | undefined;
  private html = '';
  /** The way of an explanation stays lit as long as the explanation is shown. */
  private readonly lit = new LitWay();
  private readonly disposables: vscode.Disposable[];

  constructor(
    private readonly server: Server,
    private readonly files: WorkspaceFiles,
  ) {
    this.disposables = [
      this.lit,
      // The server publishes diagnostics after each analysis: what is shown may have changed.
      vscode.languages.onDidChangeDiagnostics(({ uris }) => {
        if (this.shown && isAffected(this.shown, uris)) void this.refresh();
      }),
      vscode.window.registerWebviewPanelSerializer(VIEW_TYPE, {
        deserializeWebviewPanel: async (panel, state: unknown) => {
          const shown = shownIn(state);
          if (!shown || this.panel) panel.dispose();
          else {
            this.adopt(panel);
            this.shown = shown;
            await this.refresh();
          }
        },
      }),
    ];
  }

  /** @param takesFocus whether what is shown is to be read now, or while somebody goes on with a file */
  async show(shown: Shown, takesFocus: boolean): Promise<void> {
    this.shown = shown;
    if (!this.panel) {
      const place = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: !takesFocus };
      this.adopt(vscode.window.createWebviewPanel(VIEW_TYPE, '', place));
    }
    await this.refresh();
    this.panel?.reveal(undefined, !takesFocus);
  }

  dispose(): void {
    this.panel?.dispose();
    for (const one of this.disposables) one.dispose();
  }

  private adopt(panel: vscode.WebviewPanel): void {
    panel.webview.options = {
      enableScripts: true,
      enableCommandUris: [SHOW_LINE_COMMAND, SHOW_FIXES_COMMAND],
      localResourceRoots: [],
    };
    this.html = '';
    this.panel = panel;
    panel.onDidDispose(() => {
      this.panel = undefined;
      this.shown = undefined;
      this.lit.show([]);
    });
  }

  private async refresh(): Promise<void> {
    const { panel, shown } = this;
    if (!panel || !shown) return;
    const { html = NOTHING, way = [] } = await this.pageOf(shown);
    if (panel !== this.panel || shown !== this.shown) return;
    this.lit.show(way);
    panel.title = titleOf(shown);
    // The same page again would lose the place where somebody reads.
    const page = html.replace('<body>', () => `<body data-shown="${encodeURIComponent(JSON.stringify(shown))}">`);
    if (page !== this.html) panel.webview.html = page;
    this.html = page;
  }

  private async pageOf(shown: Shown): Promise<Page> {
    const uri = vscode.Uri.parse(shown.uri, true);
    const { server } = this;
    switch (shown.kind) {
      case 'coverage':
        return { html: (await server.request(COVERAGE, uri, { format: 'html' }))?.text };
      case 'workspace': {
        const { uris } = await this.files.of(uri);
        return { html: (await server.request(COVERAGE, uri, { files: uris, format: 'html' }))?.text };
      }
      case 'plan':
        return { html: (await server.request(PLAN, uri, { format: 'html' })).text };
      case 'explanation': {
        const { question, log, path } = shown;
        const step = await server.request(EXPLAIN, uri, {
          ...(question === undefined ? {} : { question }),
          ...(log === undefined ? {} : { log }),
          path,
        });
        return step?.kind === 'answer' ? step : {};
      }
    }
  }
}

/** What is shown: a page of HTML, and the way that it tells of. */
interface Page {
  readonly html?: string | undefined;
  readonly way?: readonly WayStep[];
}

function titleOf(shown: Shown): string {
  if (shown.kind === 'explanation') return shown.question ?? 'Log Lines';
  const name = shown.uri.slice(shown.uri.lastIndexOf('/') + 1);
  return shown.kind === 'coverage' ? `${TITLES.coverage} of ${decodeURIComponent(name)}` : TITLES[shown.kind];
}

function isAffected({ kind, uri }: Shown, changed: readonly vscode.Uri[]): boolean {
  const isConfigured = changed.some(({ path }) => /\/lintel\.ya?ml$/.test(path));
  if (kind === 'plan') return isConfigured;
  if (kind === 'workspace') return true;
  return isConfigured || changed.some((one) => String(one) === uri);
}

/** What a panel of an earlier window showed; `undefined` where that cannot be read. */
function shownIn(state: unknown): Shown | undefined {
  const { shown }: { shown?: unknown } = Object(state);
  const { kind, uri, question, log, path }: Record<string, unknown> = Object(shown);
  if (typeof uri !== 'string') return undefined;
  if (kind === 'coverage' || kind === 'workspace' || kind === 'plan') return { kind, uri };
  if (kind !== 'explanation') return undefined;
  return {
    kind,
    uri,
    ...(typeof question === 'string' ? { question } : {}),
    ...(typeof log === 'string' ? { log } : {}),
    path,
  };
}
