// Which files are checked, for the menus of package.json: scripts in languages of other extensions may hold rules as well.

import * as vscode from 'vscode';
import type { CurrentFile } from './current-file.js';
import type { Server } from './server.js';

/**
 * Keeps two contexts: the files that the server has told something of, for the menus of an editor; and whether the current file is
 * one, for the command palette, which may be opened from anywhere in the window.
 * @param languages the languages whose files are always checked
 */
export function keepCheckedFiles(
  server: Server,
  current: CurrentFile,
  languages: readonly string[],
): vscode.Disposable[] {
  const checked = new Set<string>();
  const showActive = () => {
    const { document } = current;
    const isChecked =
      document !== undefined && (languages.includes(document.languageId) || checked.has(document.uri.toString()));
    void vscode.commands.executeCommand('setContext', 'lintel.isActiveChecked', isChecked);
  };
  showActive();
  return [
    server.onDidCheck((uri) => {
      if (checked.has(uri.toString())) return;
      checked.add(uri.toString());
      void vscode.commands.executeCommand('setContext', 'lintel.checkedFiles', [...checked]);
      showActive();
    }),
    current.onDidChange(showActive),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => checked.delete(uri.toString())),
  ];
}
