// The VS Code extension: starts the server and registers the commands.

import * as vscode from 'vscode';
import { keepCheckedFiles } from './checked-files.js';
import { CurrentFile } from './current-file.js';
import { showEndpointAge } from './endpoint-age.js';
import { registerEndpointUpdates } from './endpoints.js';
import { registerExplanation } from './explanation.js';
import { registerFindingCommands } from './finding-commands.js';
import { registerFindingPages } from './finding-pages.js';
import { adoptLanguages, VAGUE_LANGUAGES } from './languages.js';
import { registerNewWorkspaceFile } from './new-workspace-file.js';
import { registerReportCommands } from './report-commands.js';
import { ReportPanel } from './report-panel.js';
import { registerRequirementSelection } from './select-requirements.js';
import { registerSelection } from './selection.js';
import { type CreateClient, Server } from './server.js';
import { registerStatus } from './status.js';
import { registerViews } from './views/views.js';
import type { WebRequests } from './web.js';
import { WorkspaceCheck } from './workspace-check.js';
import { type DeclaredLanguage, patternOf, WorkspaceFiles } from './workspace-files.js';

/** The parts of the extension's package.json that it reads. */
interface Manifest {
  readonly activationEvents: readonly string[];
  readonly contributes: { readonly languages: readonly DeclaredLanguage[] };
}

let server: Server | undefined;

export function start(context: vscode.ExtensionContext, createClient: CreateClient, web: WebRequests): Server {
  const { activationEvents, contributes }: Manifest = context.extension.packageJSON;
  const languages = contributes.languages.map(({ id }) => id);
  // Scripts in languages of other extensions may contain a known dialect: the server looks at their content.
  const attached = activationEvents
    .flatMap((event) => /^onLanguage:(.+)$/.exec(event)?.[1] ?? [])
    .filter((id) => !VAGUE_LANGUAGES.includes(id));
  // Menus in package.json use it, so that each language is named only once there. Files that configure Lintel itself
  // are checked against nothing.
  const checked = languages.filter((id) => !id.startsWith('lintel-'));
  void vscode.commands.executeCommand('setContext', 'lintel.languages', checked);
  const output = vscode.window.createOutputChannel('Lintel', { log: true });
  const started = new Server(createClient, web, attached, output);
  server = started;
  const files = new WorkspaceFiles(patternOf(contributes.languages));
  const current = new CurrentFile();
  const panel = new ReportPanel(started, files);
  context.subscriptions.push(
    output,
    vscode.commands.registerCommand('lintel.restartServer', () => started.restart()),
    current,
    ...keepCheckedFiles(started, current, checked),
    registerSelection(),
    panel,
    files,
    new WorkspaceCheck(started, files),
    ...registerReportCommands(panel, current),
    ...registerExplanation(started, panel, current),
    ...registerViews(started, files, current, context.workspaceState),
    ...registerFindingCommands(current),
    ...registerFindingPages(started),
    ...adoptLanguages(started, languages),
    ...registerEndpointUpdates(started, context.globalState),
    ...showEndpointAge(started, checked),
    ...registerStatus(started),
    registerRequirementSelection(started, current),
    registerNewWorkspaceFile(started, files, current),
    vscode.workspace.onDidOpenTextDocument((document) => started.startFor([document])),
  );
  started.startFor(vscode.workspace.textDocuments);
  return started;
}

export async function stop(): Promise<void> {
  await server?.stop();
}
