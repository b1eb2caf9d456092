// The commands that explain a flow, a URL or lines of a log, and the view of their answers.

import * as vscode from 'vscode';
import type { ExplanationStep } from '../../shared/explanation.js';
import { EXPLAIN, type ExplainParams, SHOW_LINE_COMMAND } from '../../shared/protocol.js';
import type { Server } from './server.js';

/** A question about a file, with the path that was chosen for it. */
interface Question extends Omit<ExplainParams, 'uri'> {
  readonly source: vscode.Uri;
}

/** The commands that explain what a file does with a flow or a log, and the view of the answer with its links. */
export function registerExplanation(server: Server): vscode.Disposable[] {
  const view = new ExplanationView(server);
  return [
    view,
    vscode.commands.registerCommand('lintel.explainFlow', () => explainFlow(server, view)),
    vscode.commands.registerCommand('lintel.explainLog', () => explainLog(server, view)),
    // Only for the links of the view, so not declared in package.json.
    vscode.commands.registerCommand(SHOW_LINE_COMMAND, showLine),
  ];
}

function ask(server: Server, { source, ...question }: Question): Promise<ExplanationStep | null> {
  return server.request(EXPLAIN, source, question);
}

async function explainFlow(server: Server, view: ExplanationView): Promise<void> {
  const source = vscode.window.activeTextEditor?.document.uri;
  const start = source && (await ask(server, { source }));
  if (!source || start?.kind !== 'ask') {
    void vscode.window.showInformationMessage('Open a firewall or proxy configuration to explain a flow.');
    return;
  }
  const question = await vscode.window.showInputBox({
    title: 'Explain a Flow',
    prompt: start.prompt,
    placeHolder: start.example,
    ignoreFocusOut: true,
    validateInput: async (text) => {
      const step = text.trim() === '' ? undefined : await ask(server, { source, question: text });
      return step?.kind === 'invalid' ? step.message : undefined;
    },
  });
  if (question === undefined || question.trim() === '') return;
  let asked: Question = { source, question };
  let step = await ask(server, asked);
  while (step?.kind === 'choose') {
    const options = { title: question, placeHolder: step.prompt, matchOnDescription: true, ignoreFocusOut: true };
    const chosen = await vscode.window.showQuickPick(step.choices, options);
    if (!chosen) return;
    asked = { source, question, path: chosen.path };
    step = await ask(server, asked);
  }
  if (step?.kind === 'answer') await view.show(asked, step);
}

/**
 * Explains the selected lines of a log, or those in the clipboard. The file to ask is the one in the editor; where that is
 * the log itself, one of the others that are shown.
 */
async function explainLog(server: Server, view: ExplanationView): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  const selected = editor?.document.getText(editor.selection) ?? '';
  const active = editor?.document.uri;
  const isChecked = active !== undefined && (await ask(server, { source: active }))?.kind === 'ask';
  const source = isChecked ? active : await chooseFile(server, active);
  if (!source) return;
  // The selection may be of the file that is asked. The clipboard is read only where that is no log: a browser asks first.
  const clipboard = async () => {
    try {
      return await vscode.env.clipboard.readText();
    } catch {
      return '';
    }
  };
  for (const read of [() => selected, clipboard]) {
    const asked: Question = { source, log: await read() };
    const step = await ask(server, asked);
    if (step?.kind === 'answer') return view.show(asked, step);
    if (step?.kind === 'invalid' && read === clipboard) void vscode.window.showInformationMessage(step.message);
  }
}

/** One of the open files that can be asked. */
async function chooseFile(server: Server, except: vscode.Uri | undefined): Promise<vscode.Uri | undefined> {
  const others = vscode.workspace.textDocuments.filter(({ uri }) => String(uri) !== String(except));
  const steps = await Promise.all(others.map(({ uri }) => ask(server, { source: uri })));
  const files = others.filter((_, i) => steps[i]?.kind === 'ask').map(({ uri }) => uri);
  const [first, another] = files;
  if (!first) {
    void vscode.window.showInformationMessage('Open the firewall or proxy configuration that the log belongs to.');
    return undefined;
  }
  if (!another) return first;
  const choices = files.map((uri) => ({ label: vscode.workspace.asRelativePath(uri), uri }));
  const options = { title: 'Explain Log Lines', placeHolder: 'The file that the device runs', ignoreFocusOut: true };
  return (await vscode.window.showQuickPick(choices, options))?.uri;
}

/**
 * The view of the last answer, beside the file. A webview, because links in a Markdown preview do not work for a document
 * that is not on disk.
 */
class ExplanationView implements vscode.Disposable {
  private panel: vscode.WebviewPanel | undefined;
  private shown: Question | undefined;
  private readonly listener: vscode.Disposable;

  constructor(private readonly server: Server) {
    // The server publishes diagnostics after each analysis: the answer may have changed.
    this.listener = vscode.languages.onDidChangeDiagnostics(({ uris }) => {
      const { shown } = this;
      if (shown && uris.some((uri) => String(uri) === String(shown.source))) void this.refresh(shown);
    });
  }

  async show(question: Question, { title, markdown }: ExplanationStep & { kind: 'answer' }): Promise<void> {
    this.shown = question;
    const panel = this.panel ?? this.open();
    panel.title = title;
    const html = await vscode.commands.executeCommand<string>('markdown.api.render', markdown);
    if (panel === this.panel && question === this.shown) panel.webview.html = page(html);
    panel.reveal(undefined, true);
  }

  dispose(): void {
    this.listener.dispose();
    this.panel?.dispose();
  }

  private open(): vscode.WebviewPanel {
    const place = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
    const panel = vscode.window.createWebviewPanel('lintel.explanation', '', place, {
      enableCommandUris: [SHOW_LINE_COMMAND],
    });
    panel.onDidDispose(() => {
      this.panel = undefined;
      this.shown = undefined;
    });
    this.panel = panel;
    return panel;
  }

  private async refresh(question: Question): Promise<void> {
    const step = await ask(this.server, question);
    if (step?.kind !== 'answer') return;
    const html = await vscode.commands.executeCommand<string>('markdown.api.render', step.markdown);
    if (this.panel && question === this.shown) this.panel.webview.html = page(html);
  }
}

function page(body: string): string {
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<style>
body { line-height: 1.6; max-width: 60em; }
li { margin: 0.3em 0; }
h1 { font-size: 1.3em; font-weight: normal; }
h2 { font-size: 1.1em; }
code { font-family: var(--vscode-editor-font-family); overflow-wrap: anywhere; }
</style>
</head>
<body>${body}</body>
</html>`;
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
