// The extension in a browser.

import { type ExtensionContext, Uri } from 'vscode';
import { BrowserMessageReader, BrowserMessageWriter, LanguageClient } from 'vscode-languageclient/browser';
import { start, stop } from './client.js';
import { WebRequests } from './web.js';

/** The browser's own; its type library would bring names into the whole project that Node.js does not have. */
declare class Worker extends MessagePort {
  constructor(script: string);
}

/** All that a browser lets a script know is that the request failed. */
const LIMITATION =
  'In a browser Lintel reaches only services that permit it; VS Code on the desktop and "lintel catalog update" reach every one';

export function activate(context: ExtensionContext): void {
  const script = Uri.joinPath(context.extensionUri, 'dist/server-browser.js').toString(true);
  // Not the worker itself: VS Code replaces it by a class of its own, which the client does not recognise.
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
