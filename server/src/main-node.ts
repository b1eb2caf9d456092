// The language server as a Node.js process.

import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { version } from '../../package.json';
import { TOOL } from '../../shared/protocol.js';
import { serveAgents } from './cli/mcp/start.js';
import { runTool } from './cli/mcp/tools.js';
import { Workspace } from './cli/mcp/workspace.js';
import { clientFiles } from './lsp/client-files.js';
import { typed } from './lsp/requests.js';
import { startServer } from './lsp/server.js';
import { fileAccessOf } from './system/file-access.js';
import { nodeSystem } from './system/node-system.js';

/** As a server of agents: `server.js --mcp FOLDER`, which is how VS Code starts it. */
const [, , mode, folder] = process.argv;

if (mode === '--mcp') {
  serveAgents(folder ?? '.').catch((error: unknown) => {
    process.stderr.write(`lintel: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 2;
  });
} else {
  serveEditor();
}

function serveEditor(): void {
  const connection = createConnection(ProposedFeatures.all);
  const local = fileAccessOf(nodeSystem);
  const remote = clientFiles(connection);
  const filesOf = (uri: string) => (uri.startsWith('file:') ? local : remote);

  connection.onRequest(typed(TOOL), async ({ uri, name, input }) => ({ text: await answerAgent(uri, name, input) }));

  startServer(connection, {
    version,
    files: {
      read: (uri, limit) => filesOf(uri).read(uri, limit),
      hasByteOrderMark: async (uri) => filesOf(uri).hasByteOrderMark?.(uri) ?? false,
      realUri: async (uri) => filesOf(uri).realUri?.(uri) ?? uri,
      list: (folder) => filesOf(folder).list(folder),
      listFolders: (folder) => filesOf(folder).listFolders(folder),
    },
    now: () => performance.now(),
    yieldToEvents: () => new Promise((resolve) => setImmediate(resolve)),
    // Standard output is the protocol's.
    ...(process.argv.includes('--trace') ? { log: (line: string) => process.stderr.write(`${line}\n`) } : {}),
  });
}

/** What an agent in the editor is told about a folder: of the files on disk, as those of `lintel mcp`. */
async function answerAgent(folder: string, name: string, input: Readonly<Record<string, unknown>>): Promise<string> {
  try {
    const workspace = await Workspace.open(nodeSystem.pathOf(folder));
    return JSON.stringify(await runTool(name, input, workspace));
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
