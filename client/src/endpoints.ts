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
    void vscode.window.showErrorMessage('Open a folder first: the endpoints are stored in it.');
    return;
  }
  const service = readServiceUrl(String(from));
  if (service.kind === 'invalid') {
    void vscode.window.showErrorMessage(service.message);
    return;
  }
  const { baseUrl } = service;
  if (baseUrl !== SERVICE_URL && !(await confirmsService(baseUrl))) return;
  const clientRequestId = await clientRequestIdIn(state);
  const progress = {
    location: vscode.ProgressLocation.Notification,
    title: `Requesting newer endpoints from ${baseUrl}`,
    cancellable: true,
  };
  const result = await vscode.window.withProgress(progress, (_, token) =>
    server.web.during(baseUrl, () => server.request(CHECK_ENDPOINTS, file, { from: baseUrl, clientRequestId }, token)),
  );
  switch (result?.kind) {
    case undefined:
      void vscode.window.showInformationMessage('Lintel is already requesting newer endpoints.');
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
      if (await confirmsChanges(result)) await apply(server, result);
  }
}

/** The file whose workspace is updated: the file in the active editor, otherwise lintel.yaml of the first folder. */
function fileToUpdateFor(): vscode.Uri | undefined {
  const edited = vscode.window.activeTextEditor?.document.uri;
  if (edited && vscode.workspace.getWorkspaceFolder(edited)) return edited;
  const [first] = vscode.workspace.workspaceFolders ?? [];
  return first && vscode.Uri.joinPath(first.uri, 'lintel.yaml');
}

/** A key binding, a link or another extension may have set the URL: the user has to confirm it before any request. */
async function confirmsService(baseUrl: string): Promise<boolean> {
  const request = 'Request';
  const detail = `This is not Microsoft's own service, ${SERVICE_URL}. Your files are then checked against the endpoints that it returns.`;
  const question = `Request the endpoints of Microsoft 365 from ${baseUrl}?`;
  return (await vscode.window.showWarningMessage(question, { modal: true, detail }, request)) === request;
}

/** Not a notification, which would disappear while the user still reads the changes. */
async function confirmsChanges({ title }: EndpointUpdateResult): Promise<boolean> {
  const apply: vscode.QuickPickItem = {
    label: '$(check) Apply',
    description: 'check files against the newer endpoints',
  };
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
    void vscode.window.showErrorMessage(`The endpoints are unchanged: ${list.path} cannot be written (${reason}).`);
    return;
  }
  // Watchers do not cover a folder that was just created.
  await server.fileChanged(list);
  const path = vscode.workspace.asRelativePath(list);
  void vscode.window.showInformationMessage(
    `The endpoints were written to ${path}; files are now checked against them.`,
  );
}

/** The GUID that identifies this machine to the service: generated once, stored in the extension's global state. */
async function clientRequestIdIn(state: vscode.Memento): Promise<string> {
  const key = 'clientRequestId';
  const known = state.get<string>(key);
  if (known !== undefined) return known;
  const made = crypto.randomUUID();
  await state.update(key, made);
  return made;
}

/** Replaces the text of a file atomically. */
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
