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
import { SELECT_COMMAND } from '../../../shared/protocol.js';
import { REASON } from '../analysis/fixes/ignore.js';
import type { Finding, Fix } from '../analysis/report.js';
import { canonicalUri } from '../service/files/uris.js';
import { PROVED_AT_ONCE } from '../service/fixes.js';
import type { LanguageService, Menu } from '../service/language-service.js';
import type { MenuEntry } from '../service/menu.js';
import { type PageUriOf, type Places, toDiagnostic, toDocumentEdits, toOffsets } from './convert.js';
import { toAction } from './menu-actions.js';
import type { CheckedDocument } from './open-documents.js';

/** What an action without an edit is about. */
interface ActionData {
  readonly does: Exclude<MenuEntry['does'], 'edit' | 'declare'>;
  readonly title: string;
  /** As the client spells it. */
  readonly uri: string;
  readonly version: number;
  readonly findings: readonly FindingKey[];
}

/** What tells a finding from the others of one version. */
interface FindingKey {
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
  /** Whether the client is Lintel's own, whose commands actions may run. */
  hasCommands(): boolean;
  /** Resolves after the messages that have arrived are handled. */
  yieldToEvents(): Promise<void>;
}

/** How many turns of events a message takes at most from when it has arrived until its answer is written. */
const TURNS = 4;

/** For how long a menu has to be the newest one before what it offers is proved in the background, in milliseconds. */
const REST = 100;

export class ProofRequests {
  /** The number of the newest request: only what the newest one for actions is about is proved in the background, unless an edit is awaited. */
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
    const ask = () => service.menuAt(uri, offsets, request, isAsked);
    const isAwaited = () => !token.isCancellationRequested;
    if (document.text.length <= PROVED_AT_ONCE) {
      await this.proveAll(open, provable(await ask()), isAwaited);
    }
    const menu = await ask();
    if (!menu) return [];
    const own = ++this.newest;
    const isNewest = () => own === this.newest;
    void this.afterRest(isNewest, () => this.proveAll(open, provable(menu), isNewest));
    return menu.entries.map((entry): CodeAction => {
      const diagnostics = entry.findings.map((finding) => toDiagnostic(finding, menu.catalog, places, pageUriOf));
      return 'fix' in entry
        ? toAction(entry, diagnostics, this.context)
        : { title: entry.title, kind: CodeActionKind.QuickFix, diagnostics, data: dataOf(entry, open) };
    });
  }

  /** An action with its edit. Where there is none after all, the client is told why, and its action does nothing. */
  async resolve(action: CodeAction, token: CancellationToken): Promise<CodeAction | ResponseError> {
    const data = action.data as ActionData | undefined;
    if (!data) return action;
    const open = await this.context.find(data.uri);
    if (open?.document.version !== data.version) return changed();
    // What somebody waits for is proved alone.
    this.newest++;
    const result = await this.work(open, data, token);
    if (token.isCancellationRequested) return new ResponseError(LSPErrorCodes.RequestCancelled, 'cancelled');
    const now = await this.context.find(data.uri);
    if (now?.document.version !== data.version) return changed();
    if ('fix' in result) return { ...action, ...this.edited(result.fix, data) };
    await this.show(result.instead);
    return action;
  }

  /** Works out what an entry does, or what to tell in its place. */
  private async work(
    { uri, request }: CheckedDocument,
    data: ActionData,
    token: CancellationToken,
  ): Promise<{ readonly fix: Fix } | { readonly instead: string }> {
    const { service } = this.context;
    const isMeant = isMeantBy(data);
    const or = (fix: Fix | undefined, instead: string) => (fix ? { fix } : { instead });
    switch (data.does) {
      case 'ignore':
        return or(await service.ignoring(uri, request, isMeant), 'A comment cannot ignore this here.');
      case 'fix-line':
      case 'fix-code': {
        const fix = await service.fixSeveral(uri, request, { does: data.does, title: data.title, isMeant });
        return or(fix, 'No quick fix: none of them is proved.');
      }
      case 'explain':
        return { instead: (await service.reasons(uri, request, isMeant)) ?? 'The finding is gone.' };
      case 'prove': {
        const pause = async () => {
          await this.answerOthers();
          return !token.isCancellationRequested;
        };
        // What was sent with it is answered before it.
        const remedies = (await pause()) ? await service.prove(uri, request, isMeant, pause) : undefined;
        return or(remedies?.fixes[0], `No quick fix: ${remedies?.obstacle ?? 'none is proved'}.`);
      }
    }
  }

  /** An edit; with it, in a client of ours, the reason of a comment is selected to be written over. */
  private edited(fix: Fix, { does, uri }: ActionData): Pick<CodeAction, 'edit' | 'command'> {
    const { places, hasCommands } = this.context;
    const edit = { documentChanges: toDocumentEdits(fix, places) };
    const [first] = fix.edits;
    const at = first?.newText.indexOf(REASON) ?? -1;
    if (does !== 'ignore' || !first || at < 0 || !hasCommands()) return { edit };
    const { line } = places(first.uri).positions.positionAt(first.range.start);
    const range = { start: { line, character: at }, end: { line, character: at + REASON.length } };
    return { edit, command: { title: 'Give a reason', command: SELECT_COMMAND, arguments: [uri, range] } };
  }

  /** An action can only be resolved to an edit; that there is none is told beside it. */
  private show(message: string): Promise<void> {
    return this.context.connection.sendNotification(ShowMessageNotification.type, { type: MessageType.Info, message });
  }

  /** Begins what nobody waits for once no other request has come for a while. */
  private async afterRest(isWanted: () => boolean, work: () => Promise<void>): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, REST));
    if (isWanted()) await work();
  }

  /** Lets what has arrived be answered, and what was answered be written: each takes some turns, in which no proof may go on. */
  private async answerOthers(): Promise<void> {
    for (let turn = 0; turn < TURNS; turn++) await this.context.yieldToEvents();
  }

  /** Proves what a menu will ask for next, as long as that is wanted and the file stays the same. */
  private async proveAll(open: CheckedDocument, findings: readonly Finding[], isWanted: () => boolean): Promise<void> {
    const { service, find } = this.context;
    const pause = async () => {
      if (!isWanted()) return false;
      await this.answerOthers();
      return (await find(open.document.uri))?.document.version === open.document.version;
    };
    for (const finding of findings) {
      if (!(await pause())) return;
      await service.prove(open.uri, open.request, (one) => one === finding, pause);
    }
  }
}

/** The findings of a menu of which a fix may be proved. */
function provable(menu: Menu | undefined): readonly Finding[] {
  return (menu?.entries ?? []).flatMap(({ does, findings }) => (does === 'prove' ? findings : []));
}

function dataOf({ does, title, findings }: MenuEntry, { document }: CheckedDocument): ActionData {
  const keys = findings.map(({ code, message, range }): FindingKey => ({ code, message, start: range.start }));
  return { does: does as ActionData['does'], title, uri: document.uri, version: document.version, findings: keys };
}

function isMeantBy({ findings, uri }: ActionData): (finding: Finding) => boolean {
  const own = canonicalUri(uri);
  return (one) =>
    one.uri === own &&
    findings.some(
      ({ code, message, start }) => one.code === code && one.message === message && one.range.start === start,
    );
}

function changed(): ResponseError {
  return new ResponseError(LSPErrorCodes.ContentModified, 'The file has changed since the action was offered.');
}
