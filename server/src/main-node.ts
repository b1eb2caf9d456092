// The language server as a Node.js process.

import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { version } from '../../package.json';
import { clientFiles } from './lsp/client-files.js';
import { nodeFiles } from './lsp/node-files.js';
import { startServer } from './lsp/server.js';

const connection = createConnection(ProposedFeatures.all);
const remote = clientFiles(connection);

startServer(connection, {
  version,
  files: {
    read: (uri, limit) => (uri.startsWith('file:') ? nodeFiles : remote).read(uri, limit),
    hasByteOrderMark: async (uri) => (uri.startsWith('file:') ? nodeFiles : remote).hasByteOrderMark?.(uri) ?? false,
    list: (folder) => (folder.startsWith('file:') ? nodeFiles : remote).list(folder),
    listFolders: (folder) => (folder.startsWith('file:') ? nodeFiles : remote).listFolders(folder),
  },
  now: () => performance.now(),
  yieldToEvents: () => new Promise((resolve) => setImmediate(resolve)),
  // Standard output is the protocol's.
  ...(process.argv.includes('--trace') ? { log: (line: string) => process.stderr.write(`${line}\n`) } : {}),
});
