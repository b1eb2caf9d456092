// The extension on the desktop.

import type { ExtensionContext } from 'vscode';
import { LanguageClient, TransportKind } from 'vscode-languageclient/node';
import { start, stop } from './client.js';
import { WebRequests } from './web.js';

export function activate(context: ExtensionContext): void {
  const server = { module: context.asAbsolutePath('dist/server.js'), transport: TransportKind.ipc };
  start(context, (options) => new LanguageClient('lintel', 'Lintel', server, options), new WebRequests());
}

export const deactivate = stop;
