// Gives documents the language that lintel.yaml or their content says.

import * as vscode from 'vscode';
import { DETECTION_WINDOW } from '../../shared/detection.js';
import { LANGUAGE } from '../../shared/protocol.js';
import { SCHEMES, type Server } from './server.js';

/** The language of workspace files: when one is saved, others may have got a language. */
const WORKSPACE_FILE = 'lintel-config';

/** What VS Code calls files whose names say little, `*.cfg` and `*.txt` among them: there the content decides. */
export const VAGUE_LANGUAGES: readonly string[] = ['plaintext', 'properties'];

/**
 * Gives files the language that lintel.yaml says they are written in, and those of no certain language the one that they
 * look like.
 */
export function adoptLanguages(server: Server, languages: readonly string[]): vscode.Disposable[] {
  // Each file once: who then chooses another language has the last word.
  const asked = new Set<string>();
  const adopt = async (document: vscode.TextDocument) => {
    const { uri, languageId } = document;
    const isVague = VAGUE_LANGUAGES.includes(languageId);
    if (languages.includes(languageId) || asked.has(String(uri)) || !SCHEMES.includes(uri.scheme)) return;
    // A file of no interest is no reason to start the server, only to ask one that runs what lintel.yaml says of it.
    if (!isVague && !(server.isStarted && vscode.workspace.getWorkspaceFolder(uri))) return;
    asked.add(String(uri));
    const more = isVague ? { beginning: document.getText().slice(0, DETECTION_WINDOW) } : {};
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
