import * as vscode from 'vscode';
import { registerCoverage } from './coverage.js';
import { registerEndpointUpdates } from './endpoints.js';
import { type CreateClient, Server } from './server.js';
import type { WebRequests } from './web.js';

let server: Server | undefined;

export function start(context: vscode.ExtensionContext, createClient: CreateClient, web: WebRequests): void {
  const contributed: readonly { readonly id: string }[] = context.extension.packageJSON.contributes.languages;
  const languages = contributed.map(({ id }) => id);
  // Menus in package.json ask for it, so that a language is named there in one place.
  void vscode.commands.executeCommand('setContext', 'lintel.languages', languages);
  const output = vscode.window.createOutputChannel('Lintel', { log: true });
  const started = new Server(createClient, web, languages, output);
  server = started;
  context.subscriptions.push(
    output,
    vscode.commands.registerCommand('lintel.restartServer', () => started.restart()),
    ...registerCoverage(started),
    ...registerEndpointUpdates(started, context.globalState),
  );
}

export async function stop(): Promise<void> {
  await server?.stop();
}
