// The read-only reports about a file: coverage and firewall plan.

import * as vscode from 'vscode';
import {
  COVERAGE,
  type FileParams,
  type MarkdownResult,
  PLAN,
  type Request,
  SHOW_COVERAGE_COMMAND,
} from '../../shared/protocol.js';
import type { Server } from './server.js';

/** A read-only document that the server writes about a file, shown by a command. */
interface Report {
  readonly command: string;
  /** The scheme of its documents: `lintel-` and this word, which also stands in the title of the tab. */
  readonly name: string;
  readonly request: Request<FileParams, MarkdownResult | null>;
  /** The file for a command without an argument. */
  source(): vscode.Uri | undefined;
  /** The message where there is none. */
  readonly missing: string;
  /** Whether it may have changed when these files have new diagnostics. */
  isAffected(source: vscode.Uri, analysed: ReadonlySet<string>): boolean;
}

const COVERAGE_REPORT: Report = {
  command: SHOW_COVERAGE_COMMAND,
  name: 'coverage',
  request: COVERAGE,
  source: () => vscode.window.activeTextEditor?.document.uri,
  missing: 'Open a file that Lintel checks, such as a proxy.pac or squid.conf, to see what it covers.',
  isAffected: (source, analysed) => analysed.has(String(source)),
};

const PLAN_REPORT: Report = {
  command: 'lintel.showPlan',
  name: 'firewall plan',
  request: PLAN,
  source: () => {
    const edited = vscode.window.activeTextEditor?.document.uri;
    if (edited && vscode.workspace.getWorkspaceFolder(edited)) return edited;
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    return folder ? vscode.Uri.joinPath(folder.uri, 'lintel.yaml') : edited;
  },
  missing: 'Open a folder first: its lintel.yaml declares the addresses of the roles in the network.',
  isAffected: (_, analysed) => [...analysed].some((uri) => /\/lintel\.ya?ml$/.test(uri)),
};

export function registerReports(server: Server): vscode.Disposable[] {
  return [COVERAGE_REPORT, PLAN_REPORT].flatMap((report) => registerReport(server, report));
}

function registerReport(server: Server, report: Report): vscode.Disposable[] {
  const { command, name, request } = report;
  const scheme = `lintel-${name.replaceAll(' ', '-')}`;
  const changed = new vscode.EventEmitter<vscode.Uri>();
  return [
    changed,
    vscode.workspace.registerTextDocumentContentProvider(scheme, {
      onDidChange: changed.event,
      provideTextDocumentContent: async (shown) => {
        const result = await server.request(request, sourceOf(shown), {});
        return result?.markdown ?? 'Lintel does not check this file, or it is not open.';
      },
    }),
    // The server publishes diagnostics after each analysis: a report that is on screen may have changed as well.
    vscode.languages.onDidChangeDiagnostics(({ uris }) => {
      const analysed = new Set(uris.map(String));
      for (const { uri } of vscode.workspace.textDocuments) {
        if (uri.scheme === scheme && report.isAffected(sourceOf(uri), analysed)) changed.fire(uri);
      }
    }),
    vscode.commands.registerCommand(command, async (chosen?: vscode.Uri | string) => {
      // A lens of the server names a file by its URI.
      const source = (typeof chosen === 'string' ? vscode.Uri.parse(chosen, true) : chosen) ?? report.source();
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
