// How many verdicts of each kind there are, in words.

import type { CoverageStatus, CoverageVerdict } from '../../../../shared/coverage.js';
import { STATUS_ORDER } from '../coverage.js';
import { STATUS_WORDS } from '../html/signs.js';

/** How some verdicts are counted: what a file does not decide counts for nothing. */
export interface Tally {
  readonly decided: number;
  readonly counts: ReadonlyMap<CoverageStatus, number>;
  /** What needs work first; `not-applicable` where nothing is decided. */
  readonly worst: CoverageStatus;
}

export function tallyOf(verdicts: readonly CoverageVerdict[]): Tally {
  const counts = new Map<CoverageStatus, number>();
  for (const { status } of verdicts) counts.set(status, (counts.get(status) ?? 0) + 1);
  const worst = STATUS_ORDER.find((status) => status !== 'not-applicable' && counts.has(status)) ?? 'not-applicable';
  return { decided: verdicts.length - (counts.get('not-applicable') ?? 0), counts, worst };
}

/** `9 of 13 met`. */
export function metText({ decided, counts }: Tally): string {
  if (decided === 0) return STATUS_WORDS['not-applicable'];
  return `${counts.get('met') ?? 0} of ${decided} met`;
}

/** `3 blocked, 1 partly met`; empty where all is met. */
export function restText({ counts }: Tally): string {
  const rest = STATUS_ORDER.filter((status) => status !== 'met' && status !== 'not-applicable' && counts.has(status));
  return rest.map((status) => `${counts.get(status)} ${STATUS_WORDS[status]}`).join(', ');
}
