// What a front end may hear of the work on a file. It has the clock; below it only the phases are named.

/** The work on one file, in the order in which it is done. */
export type Phase = 'parse' | 'lower' | 'evaluate' | 'findings';

/** What was not done again because nothing that it depends on has changed. */
export type Reused = 'tree' | 'reading' | 'evaluations' | 'analysis';

export interface Trace {
  /** Does the work of a phase, and returns what it returns. */
  phase<Result>(uri: string, phase: Phase, work: () => Result): Result;
  reused(uri: string, what: Reused): void;
}

/** Nobody listens. */
export const NO_TRACE: Trace = { phase: (_uri, _phase, work) => work(), reused: () => undefined };
