// The program: finds the command of a command line and runs it.

import { name, version } from '../../../package.json';
import { type Command, runCommand } from './command.js';
import { reasonOf } from './file-kinds.js';
import { EXIT, type ExitStatus, ownError, type Terminal, UsageError, wantsColours } from './terminal.js';

/** Each command is loaded only when it is run, so that the program starts fast. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  check: async () => (await import('./commands/check.js')).check,
  explain: async () => (await import('./commands/explain.js')).explainCommand,
  fix: async () => (await import('./commands/fix.js')).fix,
  coverage: async () => (await import('./commands/coverage.js')).coverage,
  plan: async () => (await import('./commands/plan.js')).plan,
  catalog: async () => (await import('./commands/catalog.js')).catalogCommand,
  lsp: async () => (await import('./commands/lsp.js')).lsp,
};

/** Commands for developers of Lintel, which the help does not list. */
const HIDDEN_COMMANDS: typeof COMMANDS = {
  dump: async () => (await import('./commands/dump.js')).dump,
};

async function main(argv: readonly string[], terminal: Terminal): Promise<ExitStatus> {
  const [first, ...rest] = argv;
  if (first === '--version') {
    terminal.write(`${name} ${version}\n`);
    return EXIT.clean;
  }
  if (first === undefined || first === '--help' || first === '-h' || (first === 'help' && rest.length === 0)) {
    const text = await overview();
    if (first === undefined) terminal.writeError(text);
    else terminal.write(text);
    return first === undefined ? EXIT.unusable : EXIT.clean;
  }
  if (first === 'help' && rest[0] !== undefined) {
    const { helpOfCode } = await import('./commands/help-code.js');
    const status = helpOfCode(rest[0], terminal);
    if (status !== undefined) return status;
  }
  const [wanted, args] = first === 'help' ? [rest[0] ?? '', ['--help']] : [first, rest];
  const load = new Map(Object.entries({ ...COMMANDS, ...HIDDEN_COMMANDS })).get(wanted);
  if (!load) throw new UsageError(`unknown command "${wanted}"; known are ${Object.keys(COMMANDS).join(', ')}`);
  return runCommand(await load(), args, terminal);
}

async function overview(): Promise<string> {
  const commands = await Promise.all(Object.values(COMMANDS).map((load) => load()));
  const width = Math.max(...commands.map((command) => command.name.length));
  const lines = commands.map((command) => `  ${command.name.padEnd(width)}  ${command.summary}`);
  return `Checks proxy and firewall configuration against documented requirements.

Usage:
  lintel COMMAND [OPTION…]
  lintel COMMAND --help
  lintel help CODE
  lintel --version

Commands:
${lines.join('\n')}

Exit status: 0 nothing to report, 1 findings, 2 wrong usage or unreadable input.
`;
}

const terminal: Terminal = {
  folder: process.cwd(),
  // A terminal that has no size says 0.
  width: Math.min(process.stdout.columns || 80, 100),
  hasColours: wantsColours(process.env, process.stdout.isTTY === true),
  write: (text) => process.stdout.write(text),
  writeBytes: (bytes) => process.stdout.write(bytes),
  writeError: (text) => process.stderr.write(text),
  async readInput() {
    process.stdin.setEncoding('utf8');
    let text = '';
    for await (const chunk of process.stdin) text += chunk;
    return text;
  },
};

// A reader that closes the pipe early, such as head, is not an error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') return;
  process.stderr.write(`lintel: standard output cannot be written (${reasonOf(error)})\n`);
  process.exit(EXIT.unusable);
});

main(process.argv.slice(2), terminal).then(
  (status) => {
    process.exitCode = status;
  },
  (error: unknown) => {
    process.stderr.write(`lintel: ${error instanceof UsageError ? error.message : ownError(error)}\n`);
    process.exitCode = EXIT.unusable;
  },
);
