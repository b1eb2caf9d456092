import * as vscode from 'vscode';
import type { Server } from './server.js';

/** The language of workspace files: when one is saved, others may have got a language. */
const WORKSPACE_FILE = 'lintel-config';

/** Gives files that do not look like one of the languages the one that lintel.yaml says they are written in. */
export function adoptDeclaredLanguages(server: Server, languages: readonly string[]): vscode.Disposable[] {
  // Each file once: who then chooses another language has the last word.
  const asked = new Set<string>();
  const adopt = async (document: vscode.TextDocument) => {
    const { uri, languageId } = document;
    if (languages.includes(languageId) || asked.has(String(uri)) || !vscode.workspace.getWorkspaceFolder(uri)) return;
    asked.add(String(uri));
    const declared = await server.request<string | null>('lintel/language', uri).catch(() => null);
    if (declared !== null && !document.isClosed) await vscode.languages.setTextDocumentLanguage(document, declared);
  };
  const adoptAll = () => {
    for (const document of vscode.workspace.textDocuments) void adopt(document);
  };
  adoptAll();
  return [
    vscode.workspace.onDidOpenTextDocument(adopt),
    vscode.workspace.onDidSaveTextDocument(({ languageId }) => {
      if (languageId !== WORKSPACE_FILE) return;
      asked.clear();
      adoptAll();
    }),
  ];
}
