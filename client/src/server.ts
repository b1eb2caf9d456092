// The connection to the server: start, restart, stop and requests.

import * as vscode from 'vscode';
import {
  type BaseLanguageClient,
  DidChangeWatchedFilesNotification,
  FileChangeType,
  type LanguageClientOptions,
} from 'vscode-languageclient';
import type { FileParams, Request } from '../../shared/protocol.js';
import { answerFileRequests } from './files.js';
import type { WebRequests } from './web.js';

/** Creates the client for one host: a process on the desktop, a worker in a browser. */
export type CreateClient = (options: LanguageClientOptions) => BaseLanguageClient;

/** Where people edit. The two sides of a diff and the like would only repeat what the file itself shows. */
export const SCHEMES = ['file', 'untitled', 'vscode-remote', 'vscode-vfs', 'vscode-test-web'];

/** The server as the extension sees it, whichever of its instances runs. The client restarts one that dies. */
export class Server {
  private client: BaseLanguageClient;
  private latest: Promise<void> | undefined;
  private readonly documentSelector: { readonly language: string; readonly scheme: string }[];
  private readonly started = new vscode.EventEmitter<void>();
  /** It has something to do for the first time. */
  readonly onDidStart = this.started.event;

  /**
   * Starts nothing yet: VS Code opens plain text documents of its own, which activate the extension and do not need the
   * server.
   */
  constructor(
    private readonly createClient: CreateClient,
    /** What the server may ask of the network. */
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

  /** Starts the server, once, where one of these files is for it. Nobody waits: opening a file never waits for Lintel. */
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

  /** A new client, since one that failed to start or gave up restarting cannot be used again. */
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
      // A client that never came up cannot be shut down in order.
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
    return this.client.sendRequest<Result>(request.method, params, token);
  }

  /** Reports to the server that a file on disk has been written. */
  fileChanged(file: vscode.Uri): Promise<void> {
    const changes = [{ uri: this.client.code2ProtocolConverter.asUri(file), type: FileChangeType.Changed }];
    return this.client.sendNotification(DidChangeWatchedFilesNotification.method, { changes });
  }

  private create(): BaseLanguageClient {
    const client = this.createClient({
      documentSelector: this.documentSelector,
      outputChannel: this.output,
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
    const answer = await vscode.window.showErrorMessage('Lintel could not start its server.', show);
    if (answer === show) this.output.show();
  }
}
