import * as vscode from 'vscode';
import type { Server } from './server.js';

const SCHEME = 'lintel-coverage';

/** The answer to `lintel/coverage`: every selected requirement with its verdict, for reading. */
interface CoverageResult {
  readonly markdown: string;
}

/** The command that shows the coverage of a file, and the read-only document that it shows. */
export function registerCoverage(server: Server): vscode.Disposable[] {
  const changed = new vscode.EventEmitter<vscode.Uri>();
  return [
    changed,
    vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
      onDidChange: changed.event,
      provideTextDocumentContent: async (coverage) => {
        const result = await server.request<CoverageResult | null>('lintel/coverage', sourceOf(coverage));
        return result?.markdown ?? 'This file is not open as one that Lintel checks.';
      },
    }),
    // The server publishes diagnostics after each analysis: coverage that is on screen may have changed as well.
    vscode.languages.onDidChangeDiagnostics(({ uris }) => {
      const analysed = new Set(uris.map(String));
      for (const document of vscode.workspace.textDocuments) {
        if (document.uri.scheme === SCHEME && analysed.has(String(sourceOf(document.uri)))) changed.fire(document.uri);
      }
    }),
    vscode.commands.registerCommand('lintel.showCoverage', (chosen?: vscode.Uri) => showCoverage(chosen)),
  ];
}

async function showCoverage(chosen: vscode.Uri | undefined): Promise<void> {
  const source = chosen ?? vscode.window.activeTextEditor?.document.uri;
  if (!source) {
    void vscode.window.showInformationMessage('Open a proxy.pac or squid.conf to see what it covers.');
    return;
  }
  await vscode.commands.executeCommand('markdown.showPreview', coverageOf(source));
}

/** The path names the tab; the query says which file it is about. */
function coverageOf(source: vscode.Uri): vscode.Uri {
  return vscode.Uri.from({ scheme: SCHEME, path: `${source.path} (coverage)`, query: source.toString() });
}

function sourceOf(coverage: vscode.Uri): vscode.Uri {
  return vscode.Uri.parse(coverage.query, true);
}
