// How a front end observes the work on a file. The front end has the clock; the service only names the phases.

/** The phases of the work on one file, in their order. */
export type Phase = 'parse' | 'lower' | 'evaluate' | 'findings';

/** A result that was reused because nothing that it depends on has changed. */
export type Reused = 'tree' | 'reading' | 'evaluations' | 'analysis';

export interface Trace {
  /** Does the work of a phase, and returns what it returns. */
  phase<Result>(uri: string, phase: Phase, work: () => Result): Result;
  reused(uri: string, what: Reused): void;
}

/** A trace that records nothing. */
export const NO_TRACE: Trace = { phase: (_uri, _phase, work) => work(), reused: () => undefined };
