// The program: finds the command of a command line and runs it.

import { runCommand } from './command.js';
import { helpOfCode } from './commands/help-code.js';
import { COMMANDS, DESCRIPTION, EXIT_STATUS, HIDDEN_COMMANDS } from './commands.js';
import { reasonOf } from './file-kinds.js';
import { EXIT, type ExitStatus, ownError, type Terminal, UsageError, wantsColours } from './terminal.js';

async function main(argv: readonly string[]): Promise<ExitStatus> {
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
  const width = Math.max(...COMMANDS.map((command) => command.name.length));
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

const terminal: Terminal = {
  folder: process.cwd(),
  // A terminal that has no size says 0.
  width: Math.min(process.stdout.columns || 80, 100),
  hasColours: wantsColours(process.env, process.stdout.isTTY === true),
  now: Date.now,
  write: (text) => process.stdout.write(text),
  writeBytes: (bytes) => process.stdout.write(bytes),
  writeError: (text) => process.stderr.write(text),
  async readInput() {
    const chunks: Uint8Array[] = [];
    for await (const chunk of process.stdin) chunks.push(chunk);
    return Buffer.concat(chunks);
  },
};

// A reader that closes the pipe early, such as head, is not an error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') return;
  process.stderr.write(`lintel: standard output cannot be written (${reasonOf(error)})\n`);
  process.exit(EXIT.unusable);
});

main(process.argv.slice(2)).then(
  (status) => {
    process.exitCode = status;
  },
  (error: unknown) => {
    process.stderr.write(`lintel: ${error instanceof UsageError ? error.message : ownError(error)}\n`);
    process.exitCode = EXIT.unusable;
  },
);
