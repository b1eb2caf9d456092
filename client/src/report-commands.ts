// The commands that show reports, and those that the links of reports run.

import * as vscode from 'vscode';
import { SHOW_COVERAGE_COMMAND, SHOW_FIXES_COMMAND, SHOW_LINE_COMMAND } from '../../shared/protocol.js';
import type { CurrentFile } from './current-file.js';
import type { ReportPanel } from './report-panel.js';

export function registerReportCommands(panel: ReportPanel, current: CurrentFile): vscode.Disposable[] {
  const show = async (kind: 'coverage' | 'workspace' | 'plan', uri: vscode.Uri | undefined, missing: string) => {
    if (uri) await panel.show({ kind, uri: uri.toString() }, true);
    else void vscode.window.showInformationMessage(missing);
  };
  return [
    vscode.commands.registerCommand(SHOW_COVERAGE_COMMAND, (chosen?: vscode.Uri | string) => {
      // A lens of the server names a file by its URI.
      const named = typeof chosen === 'string' ? vscode.Uri.parse(chosen, true) : chosen;
      const uri = named ?? current.document?.uri;
      return show(
        'coverage',
        uri,
        'Open a file that Lintel checks, such as a proxy.pac or squid.conf, to see what it covers.',
      );
    }),
    vscode.commands.registerCommand('lintel.showWorkspaceCoverage', () =>
      show('workspace', currentFolder(), 'Open a folder first: its files are what the report is about.'),
    ),
    vscode.commands.registerCommand('lintel.showPlan', (chosen?: vscode.Uri) =>
      show(
        'plan',
        chosen instanceof vscode.Uri ? chosen : planSource(),
        'Open a folder first: its lintel.yaml declares the addresses of the roles in the network.',
      ),
    ),
    // Only for links, so not declared in package.json.
    vscode.commands.registerCommand(SHOW_LINE_COMMAND, showLine),
    vscode.commands.registerCommand(SHOW_FIXES_COMMAND, async (uri: unknown, line: unknown) => {
      await showLine(uri, line);
      await vscode.commands.executeCommand('editor.action.quickFix');
    }),
  ];
}

/** The folder of the active editor, otherwise the first of the workspace. */
function currentFolder(): vscode.Uri | undefined {
  const edited = vscode.window.activeTextEditor?.document.uri;
  const own = edited && vscode.workspace.getWorkspaceFolder(edited);
  return (own ?? vscode.workspace.workspaceFolders?.[0])?.uri;
}

/** A file of the network that the plan is for; it need not exist. */
function planSource(): vscode.Uri | undefined {
  const edited = vscode.window.activeTextEditor?.document.uri;
  if (edited && vscode.workspace.getWorkspaceFolder(edited)) return edited;
  const folder = currentFolder();
  return folder ? vscode.Uri.joinPath(folder, 'lintel.yaml') : edited;
}

/** Shows a zero-based line of a file, in the editor that shows the file already if there is one. */
async function showLine(uri: unknown, line: unknown): Promise<void> {
  if (typeof uri !== 'string' || typeof line !== 'number') return;
  const file = vscode.Uri.parse(uri, true);
  const known = vscode.window.visibleTextEditors.find(({ document }) => String(document.uri) === String(file));
  const editor = await vscode.window.showTextDocument(file, {
    viewColumn: known?.viewColumn ?? vscode.ViewColumn.One,
  });
  const { range } = editor.document.lineAt(Math.min(line, editor.document.lineCount - 1));
  editor.selection = new vscode.Selection(range.start, range.start);
  editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}
