// The extension on the desktop.

import type { ExtensionContext } from 'vscode';
import { LanguageClient, TransportKind } from 'vscode-languageclient/node';
import { start, stop } from './client.js';
import { registerTasks } from './tasks.js';
import { WebRequests } from './web.js';

export function activate(context: ExtensionContext): void {
  const run = { module: context.asAbsolutePath('dist/server.js'), transport: TransportKind.ipc };
  // Where the extension itself is debugged, a debugger can attach to its server as well (.vscode/launch.json).
  const debug = { ...run, options: { execArgv: ['--nolazy', '--inspect=6009'] } };
  start(context, (options) => new LanguageClient('lintel', 'Lintel', { run, debug }, options), new WebRequests());
  context.subscriptions.push(registerTasks());
}

export const deactivate = stop;
