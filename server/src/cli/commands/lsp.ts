// `lintel lsp`: starts the language server.

import { createRequire } from 'node:module';
import type { Command } from '../command.js';
import { EXIT, UsageError } from '../terminal.js';

export const lsp: Command = {
  name: 'lsp',
  summary: 'Serve an editor over the Language Server Protocol.',
  usage: ['lsp --stdio [--trace]'],
  options: [
    { name: 'stdio', help: 'Communicate over standard input and output.' },
    { name: 'trace', help: 'Print the duration of each check to standard error.' },
  ],
  async run(args) {
    if (!args.has('stdio')) throw new UsageError('lsp needs --stdio');
    // The server is a bundle of its own, so that the other commands need not load it. It reads its own options
    // and keeps the process alive until the client ends it.
    createRequire(__filename)('./server.js');
    return EXIT.clean;
  },
};
