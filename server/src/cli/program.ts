// The program: a command line of this process, or a thread of one that checks many files.

import { availableParallelism } from 'node:os';
import { reasonOf } from '../system/system.js';
import { runCommandLine } from './command-line.js';
import { setEngineFlags } from './engine-flags.js';
import { progressOn } from './progress.js';
import { writableSystem } from './replace-file.js';
import { EXIT, ownError, type Terminal, UsageError, wantsColours } from './terminal.js';
import { answerAsThread, threadsOf } from './worker-threads.js';

// A terminal that has no size says 0.
const width = Math.min(process.stdout.columns || 80, 100);

const terminal: Terminal = {
  system: writableSystem,
  folder: process.cwd(),
  width,
  listWidth: process.stdout.isTTY ? width : Number.POSITIVE_INFINITY,
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
  threads: { processors: availableParallelism(), load: () => threadsOf(__filename) },
  // Twice what is in use (see main.ts) is little for one file; of thousands, what is told of all of them stays in use.
  spareMemory: () => setEngineFlags('--heap-growing-percent=40'),
  ...(process.stderr.isTTY && process.env.TERM !== 'dumb'
    ? { progress: progressOn((text) => process.stderr.write(text), Date.now) }
    : {}),
};

/** Ends with the command; a thread begins with this file, and a command line with another one. Exported, because esbuild takes what exports nothing for CommonJS, whose modules are not flat. */
export const run: Promise<void> = process.argv[1] === __filename ? answerAsThread(terminal) : runHere();

function runHere(): Promise<void> {
  // A reader that closes the pipe early, such as head, is not an error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return;
    process.stderr.write(`lintel: standard output cannot be written (${reasonOf(error)})\n`);
    process.exit(EXIT.unusable);
  });

  return runCommandLine(process.argv.slice(2), terminal).then(
    (status) => {
      process.exitCode = status;
    },
    (error: unknown) => {
      process.stderr.write(`lintel: ${error instanceof UsageError ? error.message : ownError(error)}\n`);
      process.exitCode = EXIT.unusable;
    },
  );
}
