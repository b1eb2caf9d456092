// The extension on the desktop.

import type { ExtensionContext } from 'vscode';
import { LanguageClient, type LanguageClientOptions, TransportKind } from 'vscode-languageclient/node';
import { type AgentServer, agentServers, registerAgentTools } from './agents.js';
import { start, stop } from './client.js';
import { registerTasks } from './tasks.js';
import { WebRequests } from './web.js';

/** What other extensions can ask of this one. */
export interface Exports {
  /** The servers that it offers to agents, for editors and agents that do not ask VS Code for them. */
  agentServers(): readonly AgentServer[];
}

export function activate(context: ExtensionContext): Exports {
  const run = { module: context.asAbsolutePath('dist/server.js'), transport: TransportKind.ipc };
  // Where the extension itself is debugged, a debugger can attach to its server as well (.vscode/launch.json).
  const debug = { ...run, options: { execArgv: ['--nolazy', '--inspect=6009'] } };
  const createClient = (options: LanguageClientOptions) =>
    new LanguageClient('lintel', 'Lintel', { run, debug }, options);
  const server = start(context, createClient, new WebRequests());
  context.subscriptions.push(registerTasks(), ...registerAgentTools(context, server));
  return { agentServers: () => agentServers(context) };
}

export const deactivate = stop;
