// What a thread that checks files is told, and what it answers: plain values, which can be sent from one thread to another.

import type { Finding, Fix, ToldVerdict } from '../analysis/report.js';
import type { FailOnByCode } from '../configuration/lintel-file.js';
import type { CheckRequest } from '../service/checks.js';

/** A file to check, or one that others may be checked together with. */
export interface JobFile {
  readonly path: string;
  readonly uri: string;
  readonly text: string;
  readonly byteOrderMark: boolean;
  /** The id of its language. */
  readonly dialect: string;
}

/** What is told beside findings and the status of each requirement: what is not told takes no time, and no memory of many files. */
export interface Tells {
  /** The proved fixes of findings. */
  readonly fixes: boolean;
  /** The statements that decided about each requirement, and what is missing. */
  readonly decisions: boolean;
}

export const FINDINGS_ALONE: Tells = { fixes: false, decisions: false };

/** The run that the files belong to. Each thread knows all of them, as any may include or configure another one. */
export interface CheckJob {
  readonly folder: string;
  /** The folders that includes may reach into, as URIs. */
  readonly roots: readonly string[];
  readonly request: CheckRequest;
  /** The id of the language that the command line forces on files. */
  readonly forced: string | undefined;
  readonly files: readonly JobFile[];
  readonly tells: Tells;
}

/** What came of the check of one file. */
export interface CheckAnswer {
  readonly uri: string;
  /** Absent where it could not be checked. */
  readonly told?: {
    readonly root: string;
    readonly findings: readonly (readonly [uri: string, findings: readonly Finding[]])[];
    readonly coverage: readonly ToldVerdict[];
    readonly common: { readonly dialect: string; readonly failOn: FailOnByCode };
  };
  readonly errors: readonly string[];
  readonly fixes: readonly (readonly [finding: string, fixes: readonly Fix[]])[];
  /** The texts of files that are not among those of the job and were read for this one, as far as something is told of them. */
  readonly texts: readonly (readonly [uri: string, text: string])[];
}

/** A thread that checks files of a job, some at a time. */
export interface CheckThread {
  check(uris: readonly string[]): void;
  stop(): void;
}

/** What is told of a thread. */
export interface ThreadEvents {
  answered(answer: CheckAnswer): void;
  /** It has ended before it was stopped. */
  ended(error: unknown): void;
}

export type StartThread = (job: CheckJob, events: ThreadEvents) => CheckThread;
