// Sets the language of documents by lintel.yaml or by their content.

import * as vscode from 'vscode';
import { detectionWindow } from '../../shared/detection.js';
import { LANGUAGE } from '../../shared/protocol.js';
import { SCHEMES, type Server } from './server.js';

/** The language id of workspace files: saving one may change the language of other files. */
const WORKSPACE_FILE = 'lintel-config';

/** The language ids that VS Code gives to files with unspecific names, such as `*.cfg` and `*.txt`: their content decides. */
export const VAGUE_LANGUAGES: readonly string[] = ['plaintext', 'properties'];

/**
 * Sets the language of files as declared in lintel.yaml, and of files without a specific language as detected from their
 * content.
 */
export function adoptLanguages(server: Server, languages: readonly string[]): vscode.Disposable[] {
  // Each file once, so that a language that the user then chooses is kept.
  const asked = new Set<string>();
  const adopt = async (document: vscode.TextDocument) => {
    const { uri, languageId } = document;
    const isVague = VAGUE_LANGUAGES.includes(languageId);
    if (languages.includes(languageId) || asked.has(String(uri)) || !SCHEMES.includes(uri.scheme)) return;
    // Other files do not start the server; if it runs, lintel.yaml may declare their language.
    if (!isVague && !(server.isStarted && vscode.workspace.getWorkspaceFolder(uri))) return;
    asked.add(String(uri));
    const text = isVague ? document.getText() : '';
    const more = isVague ? { beginning: text.slice(0, detectionWindow(text)) } : {};
    const found = await server.request(LANGUAGE, uri, more).catch(() => null);
    if (found !== null && !document.isClosed) await vscode.languages.setTextDocumentLanguage(document, found);
  };
  const adoptAll = () => {
    for (const document of vscode.workspace.textDocuments) void adopt(document);
  };
  adoptAll();
  return [
    server.onDidStart(adoptAll),
    vscode.workspace.onDidOpenTextDocument(adopt),
    vscode.workspace.onDidSaveTextDocument(({ languageId }) => {
      if (languageId !== WORKSPACE_FILE) return;
      asked.clear();
      adoptAll();
    }),
  ];
}
