// Says of each check what it took: the phases of the work on each file with their times, and what was kept from before.

import type { Phase, Reused, Trace } from '../service/files/trace.js';

/** A report about one check. */
export interface CheckReport {
  /** The file, its dialect and how long the check took, in a line. */
  readonly summary: string;
  /** A line for each file that was worked on: `rules.v4: parse 3.1 ms, lower 12.0 ms; kept: tree`. */
  readonly details: readonly string[];
}

/** Why a file has no findings of this check. */
const UNCHECKED = 'in no known language, too large, or changed meanwhile';

/** What was done for one file. */
interface Work {
  /** Milliseconds of each phase; of one that was done several times, their sum. */
  readonly phases: Map<Phase, number>;
  readonly reused: Set<Reused>;
}

export class CheckTrace implements Trace {
  private work = new Map<string, Work>();

  /**
   * @param isListening whether anybody reads the reports; otherwise no time is taken
   * @param now milliseconds of a clock that never goes back
   */
  constructor(
    private readonly isListening: () => boolean,
    private readonly now: () => number,
    private readonly report: (report: CheckReport) => void,
  ) {}

  phase<Result>(uri: string, phase: Phase, work: () => Result): Result {
    if (!this.isListening()) return work();
    const start = this.now();
    try {
      return work();
    } finally {
      const { phases } = this.workOn(uri);
      phases.set(phase, (phases.get(phase) ?? 0) + this.now() - start);
    }
  }

  reused(uri: string, what: Reused): void {
    if (this.isListening()) this.workOn(uri).reused.add(what);
  }

  /**
   * Does a check and reports it.
   * @param check returns the id of the dialect that the file was read in; `undefined` where it gave up
   */
  async check(uri: string, check: () => Promise<string | undefined>): Promise<void> {
    if (!this.isListening()) {
      await check();
      return;
    }
    const start = this.now();
    const dialect = await check();
    const took = this.now() - start;
    const { work } = this;
    this.work = new Map();
    this.report({
      summary: `${dialect === undefined ? `gave up ${uri} (${UNCHECKED})` : `checked ${uri} (${dialect})`} in ${milliseconds(took)}`,
      details: [...work].map(([file, one]) => `${file}: ${describe(one)}`),
    });
  }

  private workOn(uri: string): Work {
    const known = this.work.get(uri) ?? { phases: new Map(), reused: new Set() };
    this.work.set(uri, known);
    return known;
  }
}

function describe({ phases, reused }: Work): string {
  const done = [...phases].map(([phase, took]) => `${phase} ${milliseconds(took)}`);
  const kept = reused.size > 0 ? [`kept: ${[...reused].join(', ')}`] : [];
  return [...(done.length > 0 ? [done.join(', ')] : []), ...kept].join('; ');
}

function milliseconds(time: number): string {
  return `${time.toFixed(1)} ms`;
}
