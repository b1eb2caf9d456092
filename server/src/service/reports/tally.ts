// How many verdicts of each kind there are, in words.

import { type CoverageStatus, type CoverageVerdict, STATUS_ORDER, STATUS_WORDS } from '../../../../shared/coverage.js';
import { countByStatus } from '../coverage.js';

/** How some verdicts are counted: what a file does not decide counts for nothing. */
export interface Tally {
  readonly decided: number;
  readonly counts: ReadonlyMap<CoverageStatus, number>;
  /** What needs work first; `not-applicable` where nothing is decided. */
  readonly worst: CoverageStatus;
}

export function tallyOf(verdicts: readonly CoverageVerdict[]): Tally {
  const counts = countByStatus(verdicts);
  const worst = STATUS_ORDER.find((status) => status !== 'not-applicable' && counts.get(status)) ?? 'not-applicable';
  return { decided: verdicts.length - (counts.get('not-applicable') ?? 0), counts, worst };
}

/** `9 of 13 met`. */
export function metText({ decided, counts }: Tally): string {
  if (decided === 0) return STATUS_WORDS['not-applicable'];
  return `${counts.get('met') ?? 0} of ${decided} met`;
}

/** `3 blocked, 1 partly met`; empty where all is met. */
export function restText({ counts }: Tally): string {
  const rest = STATUS_ORDER.filter((status) => status !== 'met' && status !== 'not-applicable' && counts.get(status));
  return rest.map((status) => `${counts.get(status)} ${STATUS_WORDS[status]}`).join(', ');
}
