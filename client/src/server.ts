// The connection to the server: start, restart, stop and requests.

import * as vscode from 'vscode';
import {
  type BaseLanguageClient,
  DidChangeWatchedFilesNotification,
  ErrorAction,
  type ErrorHandler,
  FileChangeType,
  type LanguageClientOptions,
  State,
  WorkDoneProgress,
} from 'vscode-languageclient';
import type { ClientOptions, FileParams, Request } from '../../shared/protocol.js';
import { answerFileRequests } from './files.js';
import type { WebRequests } from './web.js';

/** Creates the client for one host: a process on the desktop, a worker in a browser. */
export type CreateClient = (options: LanguageClientOptions) => BaseLanguageClient;

/** The URI schemes of documents that are checked; not those of read-only views such as the sides of a diff. */
export const SCHEMES = ['file', 'untitled', 'vscode-remote', 'vscode-vfs', 'vscode-test-web'];

/** The server, whichever of its instances runs. The client library restarts one that dies. */
export class Server {
  private client: BaseLanguageClient;
  private latest: Promise<void> | undefined;
  private readonly documentSelector: { readonly language: string; readonly scheme: string }[];
  private readonly started = new vscode.EventEmitter<void>();
  private readonly told = new vscode.EventEmitter<vscode.Uri>();
  /** Fires for each file that the server tells what it found in, be it nothing. */
  readonly onDidCheck = this.told.event;
  private readonly ran = new vscode.EventEmitter<void>();
  /** Fires whenever an instance is ready, which knows nothing of what an earlier one was asked for. */
  readonly onDidRun = this.ran.event;
  /** Fires when the server is started for the first time. */
  readonly onDidStart = this.started.event;

  /**
   * Does not start the server: VS Code opens plain text documents of its own, which activate the extension but do not need
   * the server.
   */
  constructor(
    private readonly createClient: CreateClient,
    /** The web access of the server. */
    readonly web: WebRequests,
    languages: readonly string[],
    private readonly output: vscode.LogOutputChannel,
  ) {
    this.documentSelector = languages.flatMap((language) => SCHEMES.map((scheme) => ({ language, scheme })));
    this.client = this.create();
  }

  get isStarted(): boolean {
    return this.latest !== undefined;
  }

  /** Starts the server, once, if it checks one of these documents. Does not wait: opening a file must not wait for Lintel. */
  startFor(documents: readonly vscode.TextDocument[]): void {
    if (documents.some((document) => vscode.languages.match(this.documentSelector, document) > 0)) void this.start();
  }

  private start(): Promise<void> {
    if (this.latest) return this.latest;
    const launched = this.launch();
    this.latest = launched;
    this.started.fire();
    return launched;
  }

  /** Restarts with a new client, because one that failed to start or stopped restarting cannot be reused. */
  restart(): Promise<void> {
    if (!this.latest) return this.start();
    this.latest = this.latest.then(async () => {
      await this.stop();
      this.client = this.create();
      await this.launch();
    });
    return this.latest;
  }

  async stop(): Promise<void> {
    try {
      await this.client.dispose();
    } catch (error) {
      // Fails for a client that never started.
      this.output.debug(String(error));
    }
  }

  /** Sends a request that is about a file or folder. */
  request<Params extends FileParams, Result>(
    request: Request<Params, Result>,
    file: vscode.Uri,
    more: Omit<Params, 'uri'>,
    token?: vscode.CancellationToken,
  ): Promise<Result> {
    void this.start();
    const params = { uri: this.client.code2ProtocolConverter.asUri(file), ...more };
    // A token that is not there would be sent as one more parameter.
    return this.client.sendRequest<Result>(request.method, params, ...(token ? [token] : []));
  }

  /** Follows how far a request is that was sent with this token. */
  onProgress(token: string, listener: (percentage: number, message: string) => void): vscode.Disposable {
    return this.client.onProgress(WorkDoneProgress.type, token, (progress) => {
      if (progress.kind === 'report') listener(progress.percentage ?? 0, progress.message ?? '');
    });
  }

  /** Writes why a request failed to the output channel. */
  logFailure(error: unknown): void {
    this.output.error(error instanceof Error ? error : String(error));
  }

  /** Reports to the server that a file on disk has been written. */
  fileChanged(file: vscode.Uri): Promise<void> {
    const changes = [{ uri: this.client.code2ProtocolConverter.asUri(file), type: FileChangeType.Changed }];
    return this.client.sendNotification(DidChangeWatchedFilesNotification.method, { changes });
  }

  private create(): BaseLanguageClient {
    let restarts: ErrorHandler | undefined;
    const client: BaseLanguageClient = this.createClient({
      errorHandler: {
        // A server that dies is told as an error and as a closed connection, in no certain order. The client would give up at
        // an error that comes first; only what is closed is started again, a few times.
        error: () => ({ action: ErrorAction.Continue, handled: true }),
        closed: () => {
          restarts ??= client.createDefaultErrorHandler();
          return restarts.closed();
        },
      },
      documentSelector: this.documentSelector,
      outputChannel: this.output,
      initializationOptions: { uriScheme: vscode.env.uriScheme } satisfies ClientOptions,
      middleware: {
        handleDiagnostics: (uri, diagnostics, next) => {
          next(uri, diagnostics);
          this.told.fire(uri);
        },
      },
    });
    client.onDidChangeState(({ newState }) => {
      if (newState === State.Running) this.ran.fire();
    });
    answerFileRequests(client);
    this.web.answer(client);
    return client;
  }

  private async launch(): Promise<void> {
    try {
      await this.client.start();
    } catch (error) {
      this.output.error(error instanceof Error ? error : String(error));
      void this.reportFailure();
    }
  }

  private async reportFailure(): Promise<void> {
    const show = 'Show Output';
    const answer = await vscode.window.showErrorMessage('The Lintel server could not be started.', show);
    if (answer === show) this.output.show();
  }
}
