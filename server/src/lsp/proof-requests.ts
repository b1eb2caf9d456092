// Code actions for clients that resolve them: titles at once, the edit when it is wanted. Until then proofs are done in the background.

import {
  type CancellationToken,
  type ClientCapabilities,
  type CodeAction,
  CodeActionKind,
  type CodeActionParams,
  type Connection,
  LSPErrorCodes,
  MessageType,
  ResponseError,
  ShowMessageNotification,
} from 'vscode-languageserver';
import { ignoreTitle } from '../analysis/fixes/ignore.js';
import type { Finding } from '../analysis/report.js';
import { canonicalUri } from '../service/files/uris.js';
import { type OpenProof, PROVED_AT_ONCE } from '../service/fixes.js';
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

/** What an action without an edit is about. */
interface ActionData {
  readonly does: 'fix' | 'ignore';
  /** As the client spells it. */
  readonly uri: string;
  readonly version: number;
  readonly code: string;
  readonly message: string;
  readonly start: number;
}

/** Whether a client asks for the edit of an action when it is chosen, and keeps what the server needs for that (LSP 3.17). */
export function resolvesEdits({ textDocument }: ClientCapabilities): boolean {
  const { dataSupport, resolveSupport } = textDocument?.codeAction ?? {};
  return dataSupport === true && resolveSupport?.properties.includes('edit') === true;
}

/** What the requests depend on. */
export interface ProofContext {
  readonly connection: Connection;
  readonly service: LanguageService;
  readonly places: Places;
  readonly pageUriOf: PageUriOf;
  find(clientUri: string): Promise<CheckedDocument | undefined>;
  /** Resolves after the messages that have arrived are handled. */
  yieldToEvents(): Promise<void>;
}

export class ProofRequests {
  /** The number of the newest request for actions: only what that is about is proved in the background. */
  private newest = 0;

  constructor(private readonly context: ProofContext) {}

  /** The actions of the diagnostics that were asked about; those of a large file are not proved for this request. */
  async actions(
    open: CheckedDocument,
    { range, context }: CodeActionParams,
    token: CancellationToken,
  ): Promise<CodeAction[]> {
    const { service, places, pageUriOf } = this.context;
    const { uri, document, request } = open;
    const isAsked = ({ code, message }: Finding) =>
      context.diagnostics.length === 0 ||
      context.diagnostics.some((one) => one.code === code && one.message === message);
    const offsets = toOffsets(range, document);
    const ask = () => service.knownFixesAt(uri, offsets, request, isAsked);
    const isAwaited = () => !token.isCancellationRequested;
    if (document.getText().length <= PROVED_AT_ONCE) await this.proveAll(open, (await ask())?.open ?? [], isAwaited);
    const known = await ask();
    if (!known) return [];
    const diagnosticOf = (finding: Finding) => toDiagnostic(finding, known.catalog, places, pageUriOf);
    const toOpen = (does: ActionData['does'], finding: Finding, title: string): CodeAction => ({
      title,
      kind: CodeActionKind.QuickFix,
      diagnostics: [diagnosticOf(finding)],
      data: dataOf(does, finding, open),
    });
    const offered = known.proved.flatMap(({ finding, fixes }) =>
      fixes.map((fix, i) => toQuickFix(fix, i === 0, diagnosticOf(finding), places)),
    );
    const declared = known.declarations.flatMap(({ finding, fixes }) =>
      fixes.map((fix) =>
        creatingFiles(
          toQuickFix(fix, false, diagnosticOf(finding), places),
          (uri) => service.textOf(uri) !== undefined,
        ),
      ),
    );
    const own = ++this.newest;
    void this.proveAll(open, known.open, () => own === this.newest);
    return [
      ...offered,
      ...known.open.map(({ finding, title }) => toOpen('fix', finding, title)),
      ...declared,
      ...known.ignored.map((finding) => toOpen('ignore', finding, ignoreTitle(finding))),
    ];
  }

  /** An action with its edit. Where there is none after all, the client is told why, and its action does nothing. */
  async resolve(action: CodeAction, token: CancellationToken): Promise<CodeAction | ResponseError> {
    const data = action.data as ActionData | undefined;
    if (!data) return action;
    const { service, places } = this.context;
    const open = await this.context.find(data.uri);
    if (open?.document.version !== data.version) return changed();
    if (data.does === 'ignore') {
      const fix = await service.ignoring(open.uri, open.request, isMeantBy(data));
      if (fix) return { ...action, edit: { documentChanges: toDocumentEdits(fix, places) } };
      await this.show('A comment cannot ignore this here.');
      return action;
    }
    const remedies = await service.prove(open.uri, open.request, isMeantBy(data), async () => {
      await this.context.yieldToEvents();
      return !token.isCancellationRequested;
    });
    if (token.isCancellationRequested) return new ResponseError(LSPErrorCodes.RequestCancelled, 'cancelled');
    const fix = remedies?.fixes[0];
    const now = await this.context.find(data.uri);
    if (now?.document.version !== data.version) return changed();
    if (fix) return { ...action, edit: { documentChanges: toDocumentEdits(fix, places) } };
    await this.show(`No quick fix: ${remedies?.obstacle ?? 'none is proved'}.`);
    return action;
  }

  /** An action can only be resolved to an edit; that there is none is told beside it. */
  private show(message: string): Promise<void> {
    return this.context.connection.sendNotification(ShowMessageNotification.type, { type: MessageType.Info, message });
  }

  /** Proves what a menu will ask for next, as long as that is wanted and the file stays the same. */
  private async proveAll(open: CheckedDocument, proofs: readonly OpenProof[], isWanted: () => boolean): Promise<void> {
    const { service, find, yieldToEvents } = this.context;
    const pause = async () => {
      if (!isWanted()) return false;
      await yieldToEvents();
      return (await find(open.document.uri))?.document.version === open.document.version;
    };
    for (const { finding } of proofs) {
      if (!(await pause())) return;
      await service.prove(open.uri, open.request, (one) => one === finding, pause);
    }
  }
}

function dataOf(
  does: ActionData['does'],
  { code, message, range }: Finding,
  { document }: CheckedDocument,
): ActionData {
  return { does, uri: document.uri, version: document.version, code, message, start: range.start };
}

function isMeantBy({ code, message, start, uri }: ActionData): (finding: Finding) => boolean {
  return (one) =>
    one.code === code && one.message === message && one.range.start === start && one.uri === canonicalUri(uri);
}

function changed(): ResponseError {
  return new ResponseError(LSPErrorCodes.ContentModified, 'The file has changed since the action was offered.');
}
