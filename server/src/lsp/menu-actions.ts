// Entries of a menu whose edit is known, as code actions of the protocol.
import { type CodeAction, CodeActionKind, type Diagnostic } from 'vscode-languageserver';
import type { Fix } from '../analysis/report.js';
import type { LanguageService } from '../service/language-service.js';
import type { MenuEntry } from '../service/menu.js';
import { creatingFiles, type Places, toDocumentEdits } from './convert.js';

type EditEntry = Extract<MenuEntry, { readonly fix: Fix }>;
type WithoutFindings<Entry> = Entry extends unknown ? Omit<Entry, 'findings'> : never;

/** An entry of a menu whose edit is known. */
export function toAction(
  entry: WithoutFindings<EditEntry>,
  diagnostics: Diagnostic[],
  { service, places }: { readonly service: LanguageService; readonly places: Places },
): CodeAction {
  const action: CodeAction = {
    title: entry.title,
    kind: CodeActionKind.QuickFix,
    diagnostics,
    isPreferred: entry.does === 'edit' && entry.isPreferred,
    edit: { documentChanges: toDocumentEdits(entry.fix, places) },
  };
  return entry.does === 'declare' ? creatingFiles(action, (uri) => service.textOf(uri) !== undefined) : action;
}
