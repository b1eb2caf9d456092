// The command that writes the first lintel.yaml of a folder, for the files that are there.

import * as vscode from 'vscode';
import { NEW_WORKSPACE_FILE } from '../../shared/protocol.js';
import type { CurrentFile } from './current-file.js';
import type { Server } from './server.js';
import type { WorkspaceFiles } from './workspace-files.js';

const NAMES = ['lintel.yaml', 'lintel.yml'];

/** Files that may be packs of requirements: their content decides. */
const PACKS = '**/*.{yaml,yml}';

export function registerNewWorkspaceFile(
  server: Server,
  checked: WorkspaceFiles,
  current: CurrentFile,
): vscode.Disposable {
  return vscode.commands.registerCommand('lintel.createWorkspaceFile', () =>
    createWorkspaceFile(server, checked, current),
  );
}

async function createWorkspaceFile(server: Server, checked: WorkspaceFiles, current: CurrentFile): Promise<void> {
  const folder = await chooseFolder(current);
  if (!folder) return;
  for (const name of NAMES) {
    const known = vscode.Uri.joinPath(folder.uri, name);
    if (await exists(known)) {
      await vscode.window.showTextDocument(known);
      void vscode.window.showInformationMessage(`${name} is there already.`);
      return;
    }
  }
  const progress = { location: vscode.ProgressLocation.Notification, title: 'Looking at the files of the folder' };
  const { text, files } = await vscode.window.withProgress({ ...progress, cancellable: false }, async () => {
    const found = await Promise.all([checked.of(folder.uri), checked.of(folder.uri, PACKS)]);
    return server.request(NEW_WORKSPACE_FILE, folder.uri, { files: found.flatMap(({ uris }) => uris) });
  });
  const target = vscode.Uri.joinPath(folder.uri, 'lintel.yaml');
  await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(text));
  await server.fileChanged(target);
  await vscode.window.showTextDocument(target);
  const found = files === 1 ? '1 file' : `${files} files`;
  void vscode.window.showInformationMessage(
    `lintel.yaml was written for ${found}. Next, declare your networks in it: take the # from roles.`,
  );
}

/** The folder of the current file; of several folders without one, that which somebody chooses. */
async function chooseFolder(current: CurrentFile): Promise<vscode.WorkspaceFolder | undefined> {
  const edited = current.document && vscode.workspace.getWorkspaceFolder(current.document.uri);
  const [first, another] = vscode.workspace.workspaceFolders ?? [];
  if (!first) {
    void vscode.window.showInformationMessage('Open a folder first: lintel.yaml is about the files in it.');
    return undefined;
  }
  return edited ?? (another ? vscode.window.showWorkspaceFolderPick() : first);
}

async function exists(file: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(file);
    return true;
  } catch {
    return false;
  }
}
