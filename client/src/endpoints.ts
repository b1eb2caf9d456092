// The command that updates the endpoints of Microsoft 365 and the feeds of packs in use.

import * as vscode from 'vscode';
import { CHECK_ENDPOINTS, ENDPOINTS_IN_USE, type FeedsInUse, type StoredText } from '../../shared/protocol.js';
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
  const { feeds } = await server.request(ENDPOINTS_IN_USE, file, {});
  const meant = await confirmsFeeds(
    feeds.filter(({ urls }) => urls.length > 0),
    server.web.limitation,
  );
  if (!meant) return;
  const clientRequestId = await clientRequestIdIn(state);
  const progress = {
    location: vscode.ProgressLocation.Notification,
    title: `Requesting newer endpoints from ${baseUrl}`,
    cancellable: true,
  };
  const result = await vscode.window.withProgress(progress, (_, token) =>
    server.web.during([baseUrl, ...meant.flatMap(({ urls }) => urls)], () => {
      const asked = { from: baseUrl, clientRequestId, feeds: meant.map(({ pack }) => pack) };
      return server.request(CHECK_ENDPOINTS, file, asked, token);
    }),
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
      if (await write(server, result.files)) void vscode.window.showInformationMessage(result.message);
      return;
    case 'update':
      await changes.show(result.markdown);
      if (await confirmsChanges(result.title)) await apply(server, result.files);
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

/**
 * The packs whose feeds may be asked as well; `undefined` where the user goes back. Each is a service of its own, which learns
 * from where it is asked.
 */
async function confirmsFeeds(
  feeds: readonly FeedsInUse[],
  limitation: string | undefined,
): Promise<readonly FeedsInUse[] | undefined> {
  if (feeds.length === 0) return [];
  const [request, leave] = ['Request', 'Microsoft 365 Only'];
  const lines = feeds.map(({ title, urls }) => `${title}: ${urls.join(', ')}`);
  const question = `Request newer networks from ${joined(feeds.flatMap(({ urls }) => urls.map(hostOf)))} as well?`;
  const detail = [...lines, ...(limitation === undefined ? [] : [limitation])].join('\n');
  const answer = await vscode.window.showInformationMessage(question, { modal: true, detail }, request, leave);
  return answer === request ? feeds : answer === leave ? [] : undefined;
}

function hostOf(url: string): string {
  return vscode.Uri.parse(url, true).authority;
}

function joined(texts: readonly string[]): string {
  const distinct = [...new Set(texts)];
  const last = distinct.pop() ?? '';
  return distinct.length === 0 ? last : `${distinct.join(', ')} and ${last}`;
}

/** Not a notification, which would disappear while the user still reads the changes. */
async function confirmsChanges(title: string): Promise<boolean> {
  const apply: vscode.QuickPickItem = {
    label: '$(check) Apply',
    description: 'check files against the newer endpoints',
  };
  const leave: vscode.QuickPickItem = { label: '$(close) Leave', description: 'keep the endpoints as they are' };
  const options = { title, placeHolder: 'Apply the changes below?', ignoreFocusOut: true };
  return (await vscode.window.showQuickPick([apply, leave], options)) === apply;
}

async function apply(server: Server, files: readonly StoredText[]): Promise<void> {
  if (!(await write(server, files))) return;
  const paths = files.map(({ uri }) => vscode.workspace.asRelativePath(vscode.Uri.parse(uri, true)));
  void vscode.window.showInformationMessage(
    `The endpoints were written to ${joined(paths)}; files are now checked against them.`,
  );
}

/** Writes files that the server reads; tells where one cannot be written, and stops there. */
async function write(server: Server, files: readonly StoredText[]): Promise<boolean> {
  for (const { uri, text } of files) {
    const file = vscode.Uri.parse(uri, true);
    try {
      await replace(file, text);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      void vscode.window.showErrorMessage(`The endpoints are unchanged: ${file.path} cannot be written (${reason}).`);
      return false;
    }
    // Watchers do not cover a folder that was just created.
    await server.fileChanged(file);
  }
  return true;
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
async function replace(target: vscode.Uri, text: string): Promise<void> {
  const draft = target.with({ path: `${target.path}.${crypto.randomUUID()}.tmp` });
  try {
    await vscode.workspace.fs.writeFile(draft, new TextEncoder().encode(text));
    await vscode.workspace.fs.rename(draft, target, { overwrite: true });
  } catch (error) {
    await Promise.resolve(vscode.workspace.fs.delete(draft)).catch(() => undefined);
    throw error;
  }
}
