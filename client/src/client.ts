import * as vscode from 'vscode';
import { registerCoverage } from './coverage.js';
import { type CreateClient, Server } from './server.js';

let server: Server | undefined;

export function start(context: vscode.ExtensionContext, createClient: CreateClient): void {
  const languages: readonly { readonly id: string }[] = context.extension.packageJSON.contributes.languages;
  const output = vscode.window.createOutputChannel('Lintel', { log: true });
  const started = new Server(
    createClient,
    languages.map(({ id }) => id),
    output,
  );
  server = started;
  context.subscriptions.push(
    output,
    vscode.commands.registerCommand('lintel.restartServer', () => started.restart()),
    ...registerCoverage(started),
  );
}

export async function stop(): Promise<void> {
  await server?.stop();
}
