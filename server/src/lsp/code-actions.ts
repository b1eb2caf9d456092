// Offers proved fixes, and the comments that ignore findings, as code actions of the protocol.

import { type CancellationToken, type CodeAction, CodeActionKind, type CodeActionParams } from 'vscode-languageserver';
import type { LanguageService } from '../service/language-service.js';
import { type PageUriOf, type Places, toDiagnostic, toDocumentEdits, toOffsets } from './convert.js';
import { toAction } from './menu-actions.js';
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

/** For clients that want every edit at once: what fixes one finding, or ignores it. */
async function quickFixes(
  context: ActionContext,
  { uri, document, request }: CheckedDocument,
  { range }: CodeActionParams,
): Promise<CodeAction[]> {
  const { service, places, pageUriOf } = context;
  const offsets = toOffsets(range, document);
  await service.proveAt(uri, offsets, request);
  const menu = await service.menuAt(uri, offsets, request);
  const actions: CodeAction[] = [];
  for (const entry of menu?.entries ?? []) {
    const [finding] = entry.findings;
    const fix = entry.does === 'ignore' ? await service.ignoring(uri, request, (one) => one === finding) : undefined;
    const diagnostics = entry.findings.flatMap((one) =>
      menu ? toDiagnostic(one, menu.catalog, places, pageUriOf) : [],
    );
    if ('fix' in entry) actions.push(toAction(entry, diagnostics, context));
    else if (fix)
      actions.push(toAction({ does: 'edit', title: entry.title, fix, isPreferred: false }, diagnostics, context));
  }
  return actions;
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
