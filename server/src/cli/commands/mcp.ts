// `lintel mcp`: answers agents.

import { InputError } from '../../library/input-error.js';
import type { Command } from '../command.js';
import { EXIT, UsageError } from '../terminal.js';

export const mcp: Command = {
  name: 'mcp',
  summary: 'Serve an agent over the Model Context Protocol.',
  usage: ['mcp [FOLDER]'],
  options: [],
  async run(args, terminal) {
    const [folder = '.', ...others] = args.positionals;
    if (others.length > 0) throw new UsageError('mcp serves one folder (see lintel mcp --help)');
    // What agents are answered with is loaded for them alone.
    const { serveAgents } = await import('../mcp/start.js');
    try {
      await serveAgents(terminal.system.path.resolve(terminal.folder, folder));
    } catch (error) {
      throw error instanceof InputError ? new UsageError(error.message) : error;
    }
    return EXIT.clean;
  },
};
