// The commands of the program.

import type { Command } from './command.js';
import { catalogCommand } from './commands/catalog.js';
import { check } from './commands/check.js';
import { completionOf } from './commands/completion.js';
import { coverage } from './commands/coverage.js';
import { dump } from './commands/dump.js';
import { explainCommand } from './commands/explain.js';
import { fix } from './commands/fix.js';
import { init } from './commands/init.js';
import { lsp } from './commands/lsp.js';
import { mcp } from './commands/mcp.js';
import { plan } from './commands/plan.js';

/** In the order of the help. */
export const COMMANDS: readonly Command[] = [
  check,
  explainCommand,
  fix,
  coverage,
  plan,
  catalogCommand,
  init,
  lsp,
  mcp,
  completionOf(() => COMMANDS),
];

/** Commands for developers of Lintel, which the help does not list. */
export const HIDDEN_COMMANDS: readonly Command[] = [dump];

export const DESCRIPTION = 'Checks proxy and firewall configuration against documented requirements.';

export const EXIT_STATUS = '0 nothing to report, 1 findings, 2 wrong usage or unreadable input.';
