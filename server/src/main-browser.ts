// The language server as a browser worker.

import { BrowserMessageReader, BrowserMessageWriter, createConnection } from 'vscode-languageserver/browser';
import { version } from '../../package.json';
import { clientFiles } from './lsp/client-files.js';
import { startServer } from './lsp/server.js';

/** This worker. Declared here, because the browser's type library would add its globals to every file. */
declare const self: ConstructorParameters<typeof BrowserMessageReader>[0];
declare const MessageChannel: new () => {
  readonly port1: { onmessage: () => void; close(): void };
  readonly port2: { postMessage(message: unknown): void };
};

const connection = createConnection(new BrowserMessageReader(self), new BrowserMessageWriter(self));

startServer(connection, { version, files: clientFiles(connection), now: () => performance.now(), yieldToEvents });

/** A message instead of a timer: browsers delay nested timers by at least four milliseconds. */
function yieldToEvents(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}
