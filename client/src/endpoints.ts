// The command that updates the endpoints of Microsoft 365.

import * as vscode from 'vscode';
import { CHECK_ENDPOINTS, type EndpointUpdateResult } from '../../shared/protocol.js';
import { readServiceUrl, SERVICE_URL } from '../../shared/service-url.js';
import type { Server } from './server.js';

const SCHEME = 'lintel-endpoints';

/** The command that brings the endpoints of a workspace up to date, and the read-only document of what changes. */
export function registerEndpointUpdates(server: Server, state: vscode.Memento): vscode.Disposable[] {
  const changes = new EndpointChanges();
  return [
    changes,
    vscode.commands.registerCommand('lintel.updateEndpoints', (options?: { readonly from?: unknown }) =>
      updateEndpoints(server, state, changes, options?.from),
    ),
  ];
}

/** What the last update changes, as a document for reading. */
class EndpointChanges implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  private readonly uri = vscode.Uri.from({ scheme: SCHEME, path: '/Changes of the endpoints' });
  private markdown = '';
  private readonly registration = vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
    onDidChange: this.changed.event,
    provideTextDocumentContent: () => this.markdown,
  });

  async show(markdown: string): Promise<void> {
    this.markdown = markdown;
    this.changed.fire(this.uri);
    await vscode.commands.executeCommand('markdown.showPreview', this.uri);
  }

  dispose(): void {
    this.registration.dispose();
    this.changed.dispose();
  }
}

/** @param from the address of another service than Microsoft's, as whoever runs the command gives it */
async function updateEndpoints(
  server: Server,
  state: vscode.Memento,
  changes: EndpointChanges,
  from: unknown = SERVICE_URL,
): Promise<void> {
  const file = fileToUpdateFor();
  if (!file) {
    void vscode.window.showErrorMessage('Open a folder first: it keeps the endpoints that its files are checked with.');
    return;
  }
  const service = readServiceUrl(String(from));
  if (service.kind === 'invalid') {
    void vscode.window.showErrorMessage(service.message);
    return;
  }
  const { baseUrl } = service;
  if (baseUrl !== SERVICE_URL && !(await agreesToAsk(baseUrl))) return;
  const clientRequestId = await clientRequestIdIn(state);
  const progress = {
    location: vscode.ProgressLocation.Notification,
    title: `Asking ${baseUrl} for newer endpoints`,
    cancellable: true,
  };
  const result = await vscode.window.withProgress(progress, (_, token) =>
    server.web.during(baseUrl, () => server.request(CHECK_ENDPOINTS, file, { from: baseUrl, clientRequestId }, token)),
  );
  switch (result?.kind) {
    case undefined:
      void vscode.window.showInformationMessage('Lintel is asking for newer endpoints already.');
      return;
    case 'cancelled':
      return;
    case 'failed':
      void vscode.window.showErrorMessage(result.message);
      return;
    case 'up-to-date':
      void vscode.window.showInformationMessage(result.message);
      return;
    case 'update':
      await changes.show(result.markdown);
      if (await agreesToApply(result)) await apply(server, result);
  }
}

/** A file around which endpoints are to be updated: that which is being edited, otherwise any of the first folder. */
function fileToUpdateFor(): vscode.Uri | undefined {
  const edited = vscode.window.activeTextEditor?.document.uri;
  if (edited && vscode.workspace.getWorkspaceFolder(edited)) return edited;
  const [first] = vscode.workspace.workspaceFolders ?? [];
  return first && vscode.Uri.joinPath(first.uri, 'lintel.yaml');
}

/** A key binding, a link or another extension may have named the service: nothing is asked before the user has read it. */
async function agreesToAsk(baseUrl: string): Promise<boolean> {
  const ask = 'Ask It';
  const detail = `It is not Microsoft's own, ${SERVICE_URL}. What it answers decides what your files are checked with.`;
  const question = `Ask ${baseUrl} for the endpoints of Microsoft 365?`;
  return (await vscode.window.showWarningMessage(question, { modal: true, detail }, ask)) === ask;
}

/** Not a notification: it would go while the changes are still being read. */
async function agreesToApply({ title }: EndpointUpdateResult): Promise<boolean> {
  const apply: vscode.QuickPickItem = { label: '$(check) Apply', description: 'check files with the newer endpoints' };
  const leave: vscode.QuickPickItem = { label: '$(close) Leave', description: 'keep the endpoints as they are' };
  const options = { title, placeHolder: 'Apply the changes below?', ignoreFocusOut: true };
  return (await vscode.window.showQuickPick([apply, leave], options)) === apply;
}

async function apply(server: Server, { uri, text }: EndpointUpdateResult): Promise<void> {
  const list = vscode.Uri.parse(uri, true);
  try {
    await write(list, text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    void vscode.window.showErrorMessage(`The endpoints stay as they are: ${list.path} cannot be written (${reason}).`);
    return;
  }
  // Not left to a watcher alone: the folder may be new.
  await server.fileChanged(list);
  const path = vscode.workspace.asRelativePath(list);
  void vscode.window.showInformationMessage(`The endpoints are written to ${path}; files are checked with them now.`);
}

/** The GUID that this machine presents itself with: made once, kept with the user's own data. */
async function clientRequestIdIn(state: vscode.Memento): Promise<string> {
  const key = 'clientRequestId';
  const known = state.get<string>(key);
  if (known !== undefined) return known;
  const made = crypto.randomUUID();
  await state.update(key, made);
  return made;
}

/** Replaces the text of a file, as a whole or not at all. */
async function write(target: vscode.Uri, text: string): Promise<void> {
  const draft = target.with({ path: `${target.path}.${crypto.randomUUID()}.tmp` });
  try {
    await vscode.workspace.fs.writeFile(draft, new TextEncoder().encode(text));
    await vscode.workspace.fs.rename(draft, target, { overwrite: true });
  } catch (error) {
    await Promise.resolve(vscode.workspace.fs.delete(draft)).catch(() => undefined);
    throw error;
  }
}
