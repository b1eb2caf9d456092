// The commands about a finding at the cursor: copy it, open what its code leads to.

import * as vscode from 'vscode';
import { DIAGNOSTIC_SOURCE } from '../../shared/protocol.js';
import type { CurrentFile } from './current-file.js';

/** The words of `lintel check` for severities. */
const SEVERITIES: Readonly<Record<vscode.DiagnosticSeverity, string>> = {
  [vscode.DiagnosticSeverity.Error]: 'error',
  [vscode.DiagnosticSeverity.Warning]: 'warning',
  [vscode.DiagnosticSeverity.Information]: 'info',
  [vscode.DiagnosticSeverity.Hint]: 'hint',
};

export function registerFindingCommands(current: CurrentFile): vscode.Disposable[] {
  return [
    vscode.commands.registerCommand('lintel.copyFinding', async () => {
      const { document } = current;
      const finding = document && (await choose(document, 'Copy Finding'));
      if (!finding) return;
      await vscode.env.clipboard.writeText(asText(document.uri, finding));
      vscode.window.setStatusBarMessage('The finding is in the clipboard.', 5_000);
    }),
    vscode.commands.registerCommand('lintel.openDocumentation', async () => {
      const { document } = current;
      const finding = document && (await choose(document, 'Open Documentation'));
      const page = finding && pageOf(finding);
      if (page) await vscode.env.openExternal(page);
    }),
  ];
}

/** The finding at the cursor, otherwise one of those in its line; of several, the one that a person chooses. */
async function choose(document: vscode.TextDocument, title: string): Promise<vscode.Diagnostic | undefined> {
  const editor = vscode.window.visibleTextEditors.find((one) => one.document === document);
  const cursor = editor?.selection.active ?? new vscode.Position(0, 0);
  const own = vscode.languages.getDiagnostics(document.uri).filter(({ source }) => source === DIAGNOSTIC_SOURCE);
  const exact = own.filter(({ range }) => range.contains(cursor));
  const found = exact.length > 0 ? exact : own.filter(({ range }) => range.intersection(lineOf(cursor)));
  const [first, another] = found;
  if (!first) {
    void vscode.window.showInformationMessage('Lintel has no finding here: put the cursor on an underlined statement.');
    return undefined;
  }
  if (!another) return first;
  const items = found.map((finding) => ({ label: finding.message, description: codeOf(finding), finding }));
  return (await vscode.window.showQuickPick(items, { title, matchOnDescription: true }))?.finding;
}

function lineOf({ line }: vscode.Position): vscode.Range {
  return new vscode.Range(line, 0, line, Number.MAX_SAFE_INTEGER);
}

/** As `lintel check` prints it, and below it where it is explained. */
function asText(uri: vscode.Uri, finding: vscode.Diagnostic): string {
  const { line, character } = finding.range.start;
  const place = `${vscode.workspace.asRelativePath(uri)}:${line + 1}:${character + 1}`;
  const page = pageOf(finding);
  // Only an address on the web means something to others.
  const link = page?.scheme === 'https' ? `\n${page.toString(true)}` : '';
  return `${place}: ${SEVERITIES[finding.severity]}: ${finding.message} [${codeOf(finding)}]${link}`;
}

function codeOf({ code }: vscode.Diagnostic): string {
  return String(typeof code === 'object' ? code.value : (code ?? ''));
}

function pageOf({ code }: vscode.Diagnostic): vscode.Uri | undefined {
  return typeof code === 'object' ? code.target : undefined;
}
