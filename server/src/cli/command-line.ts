// Finds the command of a command line and runs it.

import { largest } from '../kept/lists.js';
import { runCommand } from './command.js';
import { helpOfCode } from './commands/help-code.js';
import { COMMANDS, DESCRIPTION, EXIT_STATUS, HIDDEN_COMMANDS } from './commands.js';
import { EXIT, type ExitStatus, type Terminal, UsageError } from './terminal.js';

/** Runs a command line, without the name of the program. Throws a UsageError where it is wrong. */
export async function runCommandLine(argv: readonly string[], terminal: Terminal): Promise<ExitStatus> {
  const [first, ...rest] = argv;
  if (first === undefined || first === '--help' || first === '-h' || (first === 'help' && rest.length === 0)) {
    const text = overview();
    if (first === undefined) terminal.writeError(text);
    else terminal.write(text);
    return first === undefined ? EXIT.unusable : EXIT.clean;
  }
  const [wanted, args] = first === 'help' ? [rest[0] ?? '', ['--help']] : [first, rest];
  const command = [...COMMANDS, ...HIDDEN_COMMANDS].find((one) => one.name === wanted);
  if (command) return runCommand(command, args, terminal);
  const status = first === 'help' ? helpOfCode(wanted, terminal) : undefined;
  if (status !== undefined) return status;
  const known = COMMANDS.map((one) => one.name).join(', ');
  throw new UsageError(
    first === 'help'
      ? `no command or finding "${wanted}"; commands are ${known}`
      : `unknown command "${wanted}"; known are ${known}`,
  );
}

function overview(): string {
  const width = largest(COMMANDS.map((command) => command.name.length));
  const lines = COMMANDS.map((command) => `  ${command.name.padEnd(width)}  ${command.summary}`);
  return `${DESCRIPTION}

Usage:
  lintel COMMAND [OPTION…]
  lintel COMMAND --help
  lintel help CODE
  lintel --version

Commands:
${lines.join('\n')}

Exit status: ${EXIT_STATUS}
`;
}
