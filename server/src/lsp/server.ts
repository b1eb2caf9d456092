// The language server: the handlers of the protocol's requests.

import {
  type ClientCapabilities,
  CodeActionKind,
  type Connection,
  DidChangeConfigurationNotification,
  DidChangeWatchedFilesNotification,
  type FileSystemWatcher,
  type InitializeParams,
  type InitializeResult,
  LogTraceNotification,
  LSPErrorCodes,
  type Location as ProtocolLocation,
  ResponseError,
  SetTraceNotification,
  type TextDocumentPositionParams,
  type TraceValue,
} from 'vscode-languageserver';
import type { ClientOptions } from '../../../shared/protocol.js';
import { ENDPOINTS_FOLDER } from '../configuration/stored-endpoints.js';
import { pageUriOf as codePageUri } from '../model/code-page.js';
import type { FileAccess } from '../service/files/file-access.js';
import { canonicalUri } from '../service/files/uris.js';
import { LanguageService } from '../service/language-service.js';
import type { Location } from '../text/range.js';
import { ByteOrderMarks } from './byte-order-marks.js';
import { CheckTrace } from './check-trace.js';
import { Checker, isTooLarge } from './checker.js';
import { codeActions, FIX_ALL_KIND } from './code-actions.js';
import { answerCompletions, SIGNATURE_CHARACTERS, TRIGGER_CHARACTERS } from './completion-requests.js';
import { type PageUriOf, toDocumentEdits, toRange, toSymbol } from './convert.js';
import { answerEditingRequests, EDITING_CAPABILITIES, refreshShown } from './editing-requests.js';
import { answerEndpointChecks } from './endpoint-updates.js';
import { type CheckedDocument, type OpenDocument, OpenDocuments } from './open-documents.js';
import { answerOwnRequests } from './own-requests.js';
import { ProofRequests, resolvesEdits } from './proof-requests.js';
import { PublishedDiagnostics } from './published-diagnostics.js';
import { DIAGNOSTIC_OPTIONS, PulledDiagnostics, refreshPulled } from './pulled-diagnostics.js';
import { Scheduler } from './scheduler.js';
import { answerSelectionRequests } from './selection-requests.js';
import { SettingsStore } from './settings-store.js';
import { Survey } from './survey.js';
import { UnopenedFiles } from './unopened-files.js';
import { WatchedFolders } from './watched-folders.js';
import { WorkspaceCheck } from './workspace-check.js';

/** What a server needs of the process or worker that it runs in. */
export interface ServerHost {
  readonly files: FileAccess;
  readonly version: string;
  /** The time of a monotonic clock, in milliseconds. */
  now(): number;
  /** Resolves after the messages that have arrived are handled. */
  yieldToEvents(): Promise<void>;
  /** Writes a line about each check, in addition to the trace that the client requests with `$/setTrace`. */
  readonly log?: (line: string) => void;
}

/** Serves one client until it disconnects. */
export function startServer(connection: Connection, host: ServerHost): void {
  let traceValue: TraceValue = 'off';
  const trace = new CheckTrace(
    () => traceValue !== 'off' || host.log !== undefined,
    host.now,
    ({ summary, details }) => {
      if (traceValue !== 'off') {
        const verbose = traceValue === 'verbose' ? { verbose: details.join('\n') } : {};
        // The client may have disconnected.
        connection.sendNotification(LogTraceNotification.type, { message: summary, ...verbose }).catch(() => undefined);
      }
      for (const line of [summary, ...details.map((detail) => `  ${detail}`)]) host.log?.(line);
    },
  );
  const service = new LanguageService(host.files, trace, host.yieldToEvents);
  const settings = new SettingsStore(connection);
  let capabilities: ClientCapabilities = {};
  let uriScheme: string | undefined;
  const pageUriOf: PageUriOf = (code) => (uriScheme === undefined ? undefined : codePageUri(code, uriScheme));
  const watched = new WatchedFolders(connection, () => {
    const { dynamicRegistration, relativePatternSupport } = capabilities.workspace?.didChangeWatchedFiles ?? {};
    return dynamicRegistration === true && relativePatternSupport === true;
  });

  /** Whether the client is our own. */
  const hasCommands = () => uriScheme !== undefined;

  const put = (open: OpenDocument) => {
    const { uri, dialect, document } = open;
    const affected = service.put(uri, dialect, document.text, false, marks.has(uri));
    unopened.opened(open);
    for (const one of [uri, ...affected]) scheduler.request(one);
  };
  const marks = new ByteOrderMarks(host.files, (uri) => {
    const open = documents.get(uri);
    if (open) put(open);
  });
  const documents = new OpenDocuments(service, {
    changed(open) {
      marks.opened(open.uri);
      put(open);
    },
    saved: (uri) => marks.written(uri),
    closed(uri, clientUri) {
      marks.closed(uri);
      scheduler.cancel(uri);
      pulled.closed(uri);
      settings.forget(clientUri);
      const affected = service.close(uri);
      void checker.clear(uri, clientUri, workspaceCheck.covers(uri));
      unopened.closed(uri);
      for (const one of affected) scheduler.request(one);
    },
  });
  let arePulled = false;
  const published = new PublishedDiagnostics(connection, documents, () => arePulled);
  const checker = new Checker(connection, {
    service,
    documents,
    settings,
    pageUriOf,
    published,
    yieldToEvents: host.yieldToEvents,
  });
  const pulled = new PulledDiagnostics((uri) => checker.own(uri));
  const { files, yieldToEvents } = host;
  const unopened = new UnopenedFiles(files, yieldToEvents);
  const survey = new Survey({ service, documents, files, unopened, yieldToEvents });
  const workspaceCheck = new WorkspaceCheck({
    connection,
    files,
    documents,
    unopened,
    settings,
    published,
    pageUriOf,
    filesRead: () => watchFolders(),
    yieldToEvents,
  });
  const watchFolders = () => {
    void watched.watch(new Set([...service.watchedFolders, ...unopened.service.watchedFolders]));
  };
  const scheduler = new Scheduler(async (uri, isCurrent) => {
    await trace.check(uri, () => checker.check(uri, isCurrent));
    watchFolders();
  }, host);

  const setFolders = (folders: readonly string[]) => {
    service.setFolders(folders);
    unopened.setFolders(folders);
    void workspaceCheck.setFolders(folders);
  };

  /** Has the client ask anew for what an edit of a document changes in others. */
  const refresh = () => {
    refreshShown(connection, capabilities);
    if (arePulled) refreshPulled(connection, capabilities);
  };

  const checkAll = () => {
    for (const { uri } of documents.values) scheduler.request(uri);
    refresh();
  };

  /** An open document that a request is about, with its settings; `undefined` where it is not checked. */
  const find = async (clientUri: string): Promise<CheckedDocument | undefined> => {
    const open = documents.get(canonicalUri(clientUri));
    if (!open) return undefined;
    const own = await settings.settingsFor(open.document.uri);
    return isTooLarge(open, own) ? undefined : { ...open, request: own };
  };
  const findAt = async ({ textDocument, position }: TextDocumentPositionParams) => {
    const open = await find(textDocument.uri);
    return open && { ...open, offset: open.document.offsetAt(position) };
  };
  const proofs = new ProofRequests({
    connection,
    service,
    places: documents.places,
    pageUriOf,
    find,
    hasCommands,
    yieldToEvents: host.yieldToEvents,
  });
  const toLocation = ({ uri, range }: Location): ProtocolLocation => {
    const place = documents.places(uri);
    return { uri: place.uri, range: toRange(range, place.positions) };
  };

  connection.onInitialize((params): InitializeResult => {
    capabilities = params.capabilities;
    ({ uriScheme, arePulled } = optionsOf(params));
    traceValue = params.trace ?? 'off';
    setFolders(foldersOf(params));
    settings.setClientAnswers(capabilities.workspace?.configuration === true);
    return {
      serverInfo: { name: 'Lintel', version: host.version },
      capabilities: {
        textDocumentSync: { openClose: true, change: OpenDocuments.syncKind, save: true },
        hoverProvider: true,
        completionProvider: { triggerCharacters: TRIGGER_CHARACTERS, resolveProvider: true },
        signatureHelpProvider: { triggerCharacters: SIGNATURE_CHARACTERS },
        definitionProvider: true,
        referencesProvider: true,
        renameProvider: { prepareProvider: true },
        documentSymbolProvider: true,
        foldingRangeProvider: true,
        codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix, FIX_ALL_KIND], resolveProvider: true },
        workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
        ...(arePulled ? { diagnosticProvider: DIAGNOSTIC_OPTIONS } : {}),
        ...EDITING_CAPABILITIES,
      },
    };
  });

  connection.onInitialized(() => {
    if (capabilities.workspace?.didChangeConfiguration?.dynamicRegistration)
      void connection.client.register(DidChangeConfigurationNotification.type, { section: 'lintel' });
    if (capabilities.workspace?.didChangeWatchedFiles?.dynamicRegistration)
      void connection.client.register(DidChangeWatchedFilesNotification.type, { watchers: WORKSPACE_FILES });
    if (capabilities.workspace?.workspaceFolders) {
      connection.workspace.onDidChangeWorkspaceFolders(async () => {
        const folders = (await connection.workspace.getWorkspaceFolders()) ?? [];
        setFolders(folders.map(({ uri }) => uri));
        settings.changed(undefined);
        checkAll();
      });
    }
  });

  connection.onNotification(SetTraceNotification.type, ({ value }) => {
    traceValue = value;
  });

  connection.onDidChangeConfiguration((change) => {
    settings.changed(change.settings);
    workspaceCheck.settingsChanged();
    checkAll();
  });

  connection.onDidChangeWatchedFiles(({ changes }) => {
    const uris = changes.map((change) => canonicalUri(change.uri));
    const affected = service.filesChanged(uris);
    unopened.filesChanged(uris);
    workspaceCheck.filesChanged(uris);
    for (const uri of affected) scheduler.request(uri);
    if (affected.length > 0) refresh();
  });

  connection.onHover(async (params) => {
    const open = await findAt(params);
    const hover = open && (await service.hover(open.uri, open.offset, open.request, pageUriOf));
    if (!open || !hover) return null;
    return { contents: { kind: 'markdown', value: hover.markdown }, range: toRange(hover.range, open.document) };
  });

  const takesSnippets = () => capabilities.textDocument?.completion?.completionItem?.snippetSupport === true;
  answerCompletions(connection, service, findAt, takesSnippets);

  connection.onDefinition(async (params) => {
    const open = await findAt(params);
    return open ? (await service.definitions(open.uri, open.offset)).map(toLocation) : null;
  });

  connection.onReferences(async (params) => {
    const open = await findAt(params);
    if (!open) return null;
    return (await service.references(open.uri, open.offset, params.context.includeDeclaration)).map(toLocation);
  });

  connection.onPrepareRename(async (params) => {
    const open = await findAt(params);
    const found = open && (await service.renamable(open.uri, open.offset, open.request));
    return open && found ? { range: toRange(found.range, open.document), placeholder: found.name } : null;
  });

  connection.onRenameRequest(async (params) => {
    const open = await findAt(params);
    const renaming = open && (await service.rename(open.uri, open.offset, params.newName, open.request));
    if (!renaming) return null;
    // Editors show the message of a request that failed beside the name.
    if ('refusal' in renaming) return new ResponseError(LSPErrorCodes.RequestFailed, renaming.refusal);
    return { documentChanges: toDocumentEdits(renaming, documents.places) };
  });

  connection.onDocumentSymbol(async ({ textDocument }) => {
    const open = await find(textDocument.uri);
    return open ? (await service.outline(open.uri)).map((item) => toSymbol(item, open.document)) : null;
  });

  connection.onFoldingRanges(async ({ textDocument }) => {
    const open = await find(textDocument.uri);
    if (!open) return null;
    return (await service.foldingRanges(open.uri)).map((range) => {
      const { start, end } = toRange(range, open.document);
      return { startLine: start.line, endLine: end.line };
    });
  });

  connection.onCodeAction(async (params, token) => {
    const open = await find(params.textDocument.uri);
    const context = { service, places: documents.places, pageUriOf };
    return open ? codeActions(context, open, params, token, resolvesEdits(capabilities) ? proofs : undefined) : null;
  });

  connection.onCodeActionResolve((action, token) => proofs.resolve(action, token));

  answerEditingRequests(connection, { service, documents, find, hasCommands });
  const own = { service, documents, settings, survey, workspaceCheck, find };
  answerOwnRequests(connection, own);
  answerSelectionRequests(connection, own);
  answerEndpointChecks(connection, host.files, { service, settings, find });

  pulled.answer(connection);
  documents.listen(connection);
  connection.listen();
}

/** What may configure any file of a workspace once it appears. */
const WORKSPACE_FILES: FileSystemWatcher[] = [
  { globPattern: '**/lintel.{yaml,yml}' },
  { globPattern: `**/${ENDPOINTS_FOLDER}/*.json` },
];

/**
 * The scheme of the editor's own URIs, where it is our client that tells it, and whether diagnostics of open documents are asked for. Many
 * clients that can ask show what they are sent beside it, so that only who says so is not sent them.
 */
function optionsOf({ initializationOptions, capabilities }: InitializeParams) {
  const { uriScheme, diagnostics }: Partial<Record<keyof ClientOptions, unknown>> = Object(initializationOptions);
  const isScheme = typeof uriScheme === 'string' && /^[a-z][a-z0-9+.-]*$/.test(uriScheme);
  return {
    uriScheme: isScheme ? uriScheme : undefined,
    arePulled: diagnostics === 'pull' && capabilities.textDocument?.diagnostic !== undefined,
  };
}

function foldersOf({ workspaceFolders, rootUri }: InitializeParams): string[] {
  if (workspaceFolders) return workspaceFolders.map(({ uri }) => uri);
  return rootUri ? [rootUri] : [];
}
