// Makes statements that are known and not modelled, with their problem.
import { problemAt } from './cursor.js';
import type { Token, Unmodelled } from './tree.js';

/** A statement whose effect on packets is unknown; `filters` says whose packets it possibly denies in addition to the lists. */
export function unmodelled(
  token: Token,
  message: string,
  { filters = 'nothing', references = [], direction }: Partial<Omit<Unmodelled, 'kind' | 'problem'>> = {},
): Unmodelled {
  return {
    kind: 'unmodelled',
    problem: problemAt(token, message, 'unmodelled-statement'),
    filters,
    references,
    ...(direction ? { direction } : {}),
  };
}
