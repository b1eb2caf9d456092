import * as vscode from 'vscode';
import type { Server } from './server.js';

/** A read-only document that the server writes about a file, shown by a command. */
interface Report {
  readonly command: string;
  /** The scheme of its documents: `lintel-` and this word, which also stands in the title of the tab. */
  readonly name: string;
  /** The request that answers with `{ markdown }`, or with `null` for a file that is not known. */
  readonly method: string;
  /** The file that it is about where the command was given none. */
  source(): vscode.Uri | undefined;
  /** Told where there is no such file. */
  readonly missing: string;
  /** Whether it may have changed when these files have new diagnostics. */
  isAffected(source: vscode.Uri, analysed: ReadonlySet<string>): boolean;
}

const COVERAGE: Report = {
  command: 'lintel.showCoverage',
  name: 'coverage',
  method: 'lintel/coverage',
  source: () => vscode.window.activeTextEditor?.document.uri,
  missing: 'Open a file that Lintel checks, such as a proxy.pac or squid.conf, to see what it covers.',
  isAffected: (source, analysed) => analysed.has(String(source)),
};

const PLAN: Report = {
  command: 'lintel.showPlan',
  name: 'firewall plan',
  method: 'lintel/plan',
  source: () => {
    const edited = vscode.window.activeTextEditor?.document.uri;
    if (edited && vscode.workspace.getWorkspaceFolder(edited)) return edited;
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    return folder ? vscode.Uri.joinPath(folder.uri, 'lintel.yaml') : edited;
  },
  missing: 'Open a folder first: its lintel.yaml says where the roles of the network are.',
  isAffected: (_, analysed) => [...analysed].some((uri) => /\/lintel\.ya?ml$/.test(uri)),
};

export function registerReports(server: Server): vscode.Disposable[] {
  return [COVERAGE, PLAN].flatMap((report) => registerReport(server, report));
}

function registerReport(server: Server, report: Report): vscode.Disposable[] {
  const { command, name, method } = report;
  const scheme = `lintel-${name.replaceAll(' ', '-')}`;
  const changed = new vscode.EventEmitter<vscode.Uri>();
  return [
    changed,
    vscode.workspace.registerTextDocumentContentProvider(scheme, {
      onDidChange: changed.event,
      provideTextDocumentContent: async (shown) => {
        const result = await server.request<{ readonly markdown: string } | null>(method, sourceOf(shown));
        return result?.markdown ?? 'This file is not open as one that Lintel checks.';
      },
    }),
    // The server publishes diagnostics after each analysis: a report that is on screen may have changed as well.
    vscode.languages.onDidChangeDiagnostics(({ uris }) => {
      const analysed = new Set(uris.map(String));
      for (const { uri } of vscode.workspace.textDocuments) {
        if (uri.scheme === scheme && report.isAffected(sourceOf(uri), analysed)) changed.fire(uri);
      }
    }),
    vscode.commands.registerCommand(command, async (chosen?: vscode.Uri) => {
      const source = chosen ?? report.source();
      if (!source) {
        void vscode.window.showInformationMessage(report.missing);
        return;
      }
      // The path names the tab; the query says which file it is about.
      const shown = vscode.Uri.from({ scheme, path: `${source.path} (${name})`, query: source.toString() });
      await vscode.commands.executeCommand('markdown.showPreview', shown);
    }),
  ];
}

function sourceOf(shown: vscode.Uri): vscode.Uri {
  return vscode.Uri.parse(shown.query, true);
}
