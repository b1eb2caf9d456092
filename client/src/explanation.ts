// The commands that explain a flow, a URL or lines of a log.

import * as vscode from 'vscode';
import type { ExplanationStep } from '../../shared/explanation.js';
import { EXPLAIN, type ExplainParams } from '../../shared/protocol.js';
import type { CurrentFile } from './current-file.js';
import type { ReportPanel } from './report-panel.js';
import type { Server } from './server.js';

/** A question about a file, with the path that was chosen for it. */
interface Question extends Omit<ExplainParams, 'uri'> {
  readonly source: vscode.Uri;
}

/** The commands that explain what a file does with a flow or a log, and show the answer with its links. */
export function registerExplanation(server: Server, panel: ReportPanel, current: CurrentFile): vscode.Disposable[] {
  return [
    vscode.commands.registerCommand('lintel.explainFlow', () => explainFlow(server, panel, current.document?.uri)),
    vscode.commands.registerCommand('lintel.explainFlowHere', () => {
      const editor = vscode.window.activeTextEditor;
      return explainFlow(server, panel, editor?.document.uri, editor?.selection.active);
    }),
    vscode.commands.registerCommand('lintel.explainLog', () => explainLog(server, panel)),
  ];
}

/** Shows an answer beside the file, in which somebody goes on. */
function show(panel: ReportPanel, { source, ...question }: Question): Promise<void> {
  return panel.show({ kind: 'explanation', uri: source.toString(), ...question }, false);
}

function ask(server: Server, { source, ...question }: Question): Promise<ExplanationStep | null> {
  return server.request(EXPLAIN, source, question);
}

async function explainFlow(
  server: Server,
  panel: ReportPanel,
  source: vscode.Uri | undefined,
  here?: vscode.Position,
): Promise<void> {
  const position = here && { line: here.line, character: here.character };
  const start = source && (await ask(server, { source, ...(position ? { position } : {}) }));
  if (!source || start?.kind !== 'ask') {
    void vscode.window.showInformationMessage('Open a firewall or proxy configuration to explain a flow.');
    return;
  }
  const question = await vscode.window.showInputBox({
    title: 'Explain a Flow',
    prompt: start.prompt,
    placeHolder: start.example,
    ...(start.suggestion === undefined ? {} : { value: start.suggestion }),
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
  if (step?.kind === 'answer') await show(panel, asked);
}

/**
 * Explains the selected lines of a log, or those in the clipboard. The file to ask is the one in the editor; where that is
 * the log itself, one of the others that are shown.
 */
async function explainLog(server: Server, panel: ReportPanel): Promise<void> {
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
    if (step?.kind === 'answer') return show(panel, asked);
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
