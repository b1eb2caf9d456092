// Offers the tools of `lintel mcp` to agents: as a server of the Model Context Protocol, and as tools of the editor itself.

import * as vscode from 'vscode';
import { TOOL } from '../../shared/protocol.js';
import type { Server } from './server.js';

/** What later versions of VS Code have than the oldest one that the extension runs in: 1.95 for tools, 1.101 for servers. */
interface LaterLanguageModels {
  registerTool?(
    name: string,
    tool: {
      invoke(
        options: { readonly input: Readonly<Record<string, unknown>> },
        token: vscode.CancellationToken,
      ): Promise<unknown>;
    },
  ): vscode.Disposable;
  registerMcpServerDefinitionProvider?(
    id: string,
    provider: { provideMcpServerDefinitions(): unknown[] },
  ): vscode.Disposable;
}

/** A server of the Model Context Protocol for one folder, as VS Code starts it. */
export interface AgentServer {
  readonly label: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

interface LaterClasses {
  readonly LanguageModelToolResult?: new (parts: readonly unknown[]) => unknown;
  readonly LanguageModelTextPart?: new (text: string) => unknown;
  readonly McpStdioServerDefinition?: new (
    label: string,
    command: string,
    args: readonly string[],
    env: Readonly<Record<string, string>>,
    version: string,
  ) => unknown;
}

/** The parts of the extension's package.json that it reads. */
interface Manifest {
  readonly version: string;
  readonly contributes: { readonly languageModelTools: readonly { readonly name: string }[] };
}

export function registerAgentTools(context: vscode.ExtensionContext, server: Server): vscode.Disposable[] {
  const models: LaterLanguageModels = 'lm' in vscode ? (vscode.lm as LaterLanguageModels) : {};
  // The type of the namespace is that of the oldest version.
  const { LanguageModelToolResult, LanguageModelTextPart, McpStdioServerDefinition } =
    vscode as unknown as LaterClasses;
  const { version, contributes }: Manifest = context.extension.packageJSON;
  const registered: vscode.Disposable[] = [];

  if (models.registerTool && LanguageModelToolResult && LanguageModelTextPart) {
    const answer = (text: string) => new LanguageModelToolResult([new LanguageModelTextPart(text)]);
    for (const { name } of contributes.languageModelTools) {
      const invoke = async (
        { input }: { readonly input: Readonly<Record<string, unknown>> },
        token: vscode.CancellationToken,
      ) => {
        const [folder] = localFolders();
        if (!folder) return answer('Lintel needs a folder that is open.');
        const asked = { name: name.replace(/^lintel_/, ''), input };
        return answer((await server.request(TOOL, folder.uri, asked, token)).text);
      };
      registered.push(models.registerTool(name, { invoke }));
    }
  }

  if (models.registerMcpServerDefinitionProvider && McpStdioServerDefinition) {
    const provideMcpServerDefinitions = () =>
      agentServers(context).map(
        ({ label, command, args, env }) => new McpStdioServerDefinition(label, command, args, env, version),
      );
    registered.push(models.registerMcpServerDefinitionProvider('lintel', { provideMcpServerDefinitions }));
  }
  return registered;
}

/** The servers of the open folders. */
export function agentServers(context: vscode.ExtensionContext): readonly AgentServer[] {
  return localFolders().map(({ name, uri }, index) => ({
    label: index === 0 ? 'Lintel' : `Lintel (${name})`,
    // The editor's own executable is Node.js when it is told so.
    command: process.execPath,
    args: [context.asAbsolutePath('dist/server.js'), '--mcp', uri.fsPath],
    env: { ELECTRON_RUN_AS_NODE: '1' },
  }));
}

function localFolders(): readonly vscode.WorkspaceFolder[] {
  return (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
}
