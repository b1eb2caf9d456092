// The language server as a Node.js process.

import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { version } from '../../package.json';
import { clientFiles } from './lsp/client-files.js';
import { startServer } from './lsp/server.js';
import { fileAccessOf } from './system/file-access.js';
import { nodeSystem } from './system/node-system.js';

const connection = createConnection(ProposedFeatures.all);
const local = fileAccessOf(nodeSystem);
const remote = clientFiles(connection);
const filesOf = (uri: string) => (uri.startsWith('file:') ? local : remote);

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
