// What a command needs of the process that it runs in.

import type { System, WritableFiles } from '../system/system.js';
import type { StartThread } from './check-job.js';

/** The input and output of a command: those of the process, or a stand-in for tests. */
export interface Terminal {
  /** The machine of the files. */
  readonly system: System<WritableFiles>;
  /** The folder that relative paths start from. */
  readonly folder: string;
  /** Characters per line for prose. */
  readonly width: number;
  /** Characters per line for lists with an entry a line: without end where no person reads them, so that grep finds whole entries. */
  readonly listWidth: number;
  readonly hasColours: boolean;
  /** The clock, in milliseconds. */
  now(): number;
  write(text: string): void;
  /** Writes what is no text, such as a patch of a file in an old encoding. */
  writeBytes(bytes: Uint8Array): void;
  writeError(text: string): void;
  /** All of standard input. */
  readInput(): Promise<Uint8Array>;
  /** How many processors there are, and how files are checked on them; absent where one thread does everything. */
  readonly threads?: { readonly processors: number; readonly load: () => Promise<StartThread> };
  /** Keeps the memory of a long run small, at the price of some processor time; absent where nothing is known to do that. */
  readonly spareMemory?: () => void;
  /** Shows how many of some files are done, to somebody who waits; nothing more of 0 files. Absent where nobody does. */
  readonly progress?: (done: number, total: number) => void;
}

/** All of standard input as a text, in UTF-8. */
export async function inputText(terminal: Terminal): Promise<string> {
  return new TextDecoder().decode(await terminal.readInput());
}

/** Wrong usage or unusable input: the message is printed on standard error and the exit status is 2. */
export class UsageError extends Error {}

/** An exception as it is told: a defect of Lintel, whose place is of interest to its developers only. */
export function ownError(error: unknown): string {
  const text = error instanceof Error ? (process.env.LINTEL_DEBUG ? error.stack : error.message) : undefined;
  return `an error in Lintel itself: ${text ?? String(error)}`;
}

/** Whether text is coloured: see no-color.org and force-color.org, and terminals that cannot. */
export function wantsColours({ NO_COLOR, FORCE_COLOR, TERM }: NodeJS.ProcessEnv, isTerminal: boolean): boolean {
  if (NO_COLOR) return false;
  if (FORCE_COLOR) return FORCE_COLOR !== '0';
  return isTerminal && TERM !== 'dumb';
}

/** The exit statuses of the program. */
export const EXIT = { clean: 0, findings: 1, unusable: 2 } as const;

export type ExitStatus = (typeof EXIT)[keyof typeof EXIT];
