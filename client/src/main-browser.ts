import { type ExtensionContext, Uri } from 'vscode';
import { LanguageClient } from 'vscode-languageclient/browser';
import { start, stop } from './client.js';

/** The browser's own; its type library would bring names into the whole project that Node.js does not have. */
declare class Worker {
  constructor(script: string);
}

export function activate(context: ExtensionContext): void {
  const script = Uri.joinPath(context.extensionUri, 'dist/server-browser.js').toString(true);
  start(context, (options) => new LanguageClient('lintel', 'Lintel', async () => new Worker(script), options));
}

export const deactivate = stop;
