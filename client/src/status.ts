// The status of the current file beside its language: what is required of it, and how much of that it meets.

import * as vscode from 'vscode';
import { STATUS, type StatusResult } from '../../shared/protocol.js';
import type { Server } from './server.js';
import { countsOf } from './views/statuses.js';

/** The command that the status leads to. */
const SHOW_COMMANDS = 'lintel.showCommands';

export function registerStatus(server: Server): vscode.Disposable[] {
  const status = new FileStatusItem(server);
  return [
    status,
    server.onDidStart(() => status.ask()),
    server.onDidCheck((uri) => status.checked(uri)),
    vscode.window.onDidChangeActiveTextEditor(() => status.ask()),
    vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      if (contentChanges.length > 0) status.edited(document);
    }),
    vscode.commands.registerCommand(SHOW_COMMANDS, () => showCommands(server)),
  ];
}

/** Shown for the file of the active editor as long as that is checked; busy from a change of its text until it is. */
class FileStatusItem implements vscode.Disposable {
  private item: vscode.LanguageStatusItem | undefined;
  /** Of the latest question: an answer to an earlier one is outdated. */
  private asked = 0;

  constructor(private readonly server: Server) {}

  checked(uri: vscode.Uri): void {
    if (String(vscode.window.activeTextEditor?.document.uri) === String(uri)) void this.ask();
  }

  edited(document: vscode.TextDocument): void {
    if (this.item && vscode.window.activeTextEditor?.document === document) this.item.busy = true;
  }

  async ask(): Promise<void> {
    const number = ++this.asked;
    const document = vscode.window.activeTextEditor?.document;
    if (!document || !this.server.isStarted) return this.dispose();
    try {
      // The answer waits for the check.
      if (this.item) this.item.busy = true;
      const status = await this.server.request(STATUS, document.uri, {});
      if (number !== this.asked) return;
      if (status) this.show(status);
      else this.dispose();
    } catch {
      // A server that does not start is reported by itself.
      if (number === this.asked) this.dispose();
    }
  }

  private show(status: StatusResult): void {
    const { language, verdicts } = status;
    // It is there only for a file that is checked, whatever the language of that is.
    this.item ??= vscode.languages.createLanguageStatusItem('lintel.status', '*');
    this.item.name = 'Lintel: what the file meets';
    this.item.text = verdicts.length === 0 ? `${language}: nothing is required` : `${language}: ${countsOf(verdicts)}`;
    this.item.detail = requiredText(status);
    this.item.command = { command: SHOW_COMMANDS, title: 'Commands' };
    this.item.busy = false;
  }

  dispose(): void {
    this.item?.dispose();
    this.item = undefined;
  }
}

/** `teams, network-basics (lintel.yaml)`. */
function requiredText({ selectors, selectedBy, configuration }: StatusResult): string {
  const by = {
    comment: 'a comment of the file',
    configuration: configuration === undefined ? 'lintel.yaml' : nameOf(configuration),
    setting: 'the setting lintel.require',
  }[selectedBy];
  return selectors.length === 0 ? `nothing (${by})` : `${selectors.join(', ')} (${by})`;
}

function nameOf(uri: string): string {
  const { path } = vscode.Uri.parse(uri, true);
  return path.slice(path.lastIndexOf('/') + 1);
}

interface CommandItem extends vscode.QuickPickItem {
  readonly command: string;
  readonly argument?: vscode.Uri;
}

/** What can be done with the current file, as a list; the words are those of package.json. */
async function showCommands(server: Server): Promise<void> {
  const uri = vscode.window.activeTextEditor?.document.uri;
  const status = uri && (await server.request(STATUS, uri, {}));
  const configuration = status?.configuration;
  const items: CommandItem[] = [
    { label: '$(checklist) Show Coverage for This File', command: 'lintel.showCoverage' },
    { label: '$(table) Show Coverage of the Workspace', command: 'lintel.showWorkspaceCoverage' },
    { label: '$(milestone) Explain a Flow…', command: 'lintel.explainFlow' },
    {
      label: '$(list-selection) Select Requirements…',
      ...(status ? { description: requiredText(status) } : {}),
      command: 'lintel.selectRequirements',
    },
    configuration === undefined
      ? { label: '$(new-file) Create lintel.yaml', command: 'lintel.createWorkspaceFile' }
      : {
          label: `$(go-to-file) Open ${nameOf(configuration)}`,
          command: 'vscode.open',
          argument: vscode.Uri.parse(configuration, true),
        },
    { label: '$(search) Search the Catalog…', command: 'lintel.searchCatalog' },
    { label: '$(cloud-download) Update Microsoft 365 Endpoints', command: 'lintel.updateEndpoints' },
  ];
  const chosen = await vscode.window.showQuickPick(items, {
    title: status ? `Lintel: ${status.language}` : 'Lintel',
    matchOnDescription: true,
  });
  if (chosen) await vscode.commands.executeCommand(chosen.command, ...(chosen.argument ? [chosen.argument] : []));
}
