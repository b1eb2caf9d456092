// The extension in a browser.

import { type ExtensionContext, Uri } from 'vscode';
import { BrowserMessageReader, BrowserMessageWriter, LanguageClient } from 'vscode-languageclient/browser';
import { start, stop } from './client.js';
import { WebRequests } from './web.js';

/** The browser's Worker. Declared here, because the browser's type library would add its globals to every file. */
declare class Worker extends MessagePort {
  constructor(script: string);
}

/** Appended to failures, because a browser does not report why a cross-origin request failed. */
const LIMITATION =
  'In a browser Lintel can access only services that allow requests from web pages; VS Code on the desktop and "lintel catalog update" can access all';

export function activate(context: ExtensionContext): void {
  const script = Uri.joinPath(context.extensionUri, 'dist/server.js').toString(true);
  // Not the worker itself: VS Code replaces the class, which the client then does not recognise.
  const startServer = async () => {
    const worker = new Worker(script);
    return { reader: new BrowserMessageReader(worker), writer: new BrowserMessageWriter(worker) };
  };
  start(
    context,
    (options) => new LanguageClient('lintel', 'Lintel', startServer, options),
    new WebRequests(LIMITATION),
  );
}

export const deactivate = stop;
