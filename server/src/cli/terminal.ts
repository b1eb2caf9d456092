// What a command needs of the process that it runs in.

/** The input and output of a command: those of the process, or a stand-in for tests. */
export interface Terminal {
  /** The folder that relative paths start from. */
  readonly folder: string;
  /** Characters per line for prose. */
  readonly width: number;
  readonly hasColours: boolean;
  write(text: string): void;
  writeError(text: string): void;
  /** All of standard input. */
  readInput(): Promise<string>;
}

/** Wrong usage or unusable input: the message is printed on standard error and the exit status is 2. */
export class UsageError extends Error {}

/** The exit statuses of the program. */
export const EXIT = { clean: 0, findings: 1, unusable: 2 } as const;

export type ExitStatus = (typeof EXIT)[keyof typeof EXIT];
