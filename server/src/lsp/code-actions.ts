// Offers proved fixes, and the comments that ignore findings, as code actions of the protocol.

import { type CancellationToken, type CodeAction, CodeActionKind, type CodeActionParams } from 'vscode-languageserver';
import type { FindingFixes } from '../service/fixes.js';
import type { LanguageService } from '../service/language-service.js';
import {
  creatingFiles,
  type PageUriOf,
  type Places,
  toDiagnostic,
  toDocumentEdits,
  toOffsets,
  toQuickFix,
} from './convert.js';
import type { CheckedDocument } from './open-documents.js';
import type { ProofRequests } from './proof-requests.js';

/** Applies every fix of a file; also offered on save. */
export const FIX_ALL_KIND = `${CodeActionKind.SourceFixAll}.lintel`;

/** What code actions are made with. */
export interface ActionContext {
  readonly service: LanguageService;
  readonly places: Places;
  readonly pageUriOf: PageUriOf;
}

export async function codeActions(
  context: ActionContext,
  open: CheckedDocument,
  params: CodeActionParams,
  token: CancellationToken,
  /** For clients that ask for the edit of an action when it is chosen. */
  proofs?: ProofRequests,
): Promise<CodeAction[]> {
  const isAsked = isWanted(CodeActionKind.QuickFix, params.context.only);
  const quick = !isAsked
    ? []
    : proofs
      ? await proofs.actions(open, params, token)
      : await quickFixes(context, open, params);
  return [...quick, ...(await fixAll(context, open, params))];
}

async function quickFixes(
  { service, places, pageUriOf }: ActionContext,
  { uri, document, request }: CheckedDocument,
  { range }: CodeActionParams,
): Promise<CodeAction[]> {
  const { fixes, ignores, declarations, catalog } = await service.fixesAt(uri, toOffsets(range, document), request);
  const actionsOf = (isPreferred: (index: number) => boolean) => (one: FindingFixes) => {
    const diagnostic = toDiagnostic(one.finding, catalog, places, pageUriOf);
    return one.fixes.map((fix, i) => toQuickFix(fix, isPreferred(i), diagnostic, places));
  };
  return [
    ...fixes.flatMap(actionsOf((i) => i === 0)),
    ...declarations
      .flatMap(actionsOf(() => false))
      .map((action) => creatingFiles(action, (uri) => service.textOf(uri) !== undefined)),
    ...ignores.flatMap(actionsOf(() => false)),
  ];
}

async function fixAll(
  { service, places }: ActionContext,
  { uri, request }: CheckedDocument,
  { context }: CodeActionParams,
): Promise<CodeAction[]> {
  // Proving every fix of a file is slow: it is done only for a request of this kind, as editors send on save.
  if (!context.only || !isWanted(FIX_ALL_KIND, context.only)) return [];
  const fix = await service.fixAll(uri, request);
  if (!fix) return [];
  return [{ title: fix.title, kind: FIX_ALL_KIND, edit: { documentChanges: toDocumentEdits(fix, places) } }];
}

/** Whether a kind of code action, or one that contains it, was asked for. */
function isWanted(kind: string, only: readonly string[] | undefined): boolean {
  return only === undefined || only.some((wanted) => kind === wanted || kind.startsWith(`${wanted}.`));
}
