// One verdict from the parts of a policy.
import type { Requirement } from '../../catalog/requirement.js';
import type { ModelPart } from '../../model/model.js';
import type { VerdictStatus } from '../report.js';
import { type Evaluation, notApplicable, RANK } from './evaluation.js';

/** The evaluation of a requirement by one part of a policy. */
export interface PartEvaluation {
  readonly kind: ModelPart['kind'];
  readonly evaluation: Evaluation;
}

/**
 * The order of verdicts of parts of different kinds, the preferred first. These see the same rules by addresses or by hosts;
 * a verdict of a part that decides takes precedence over that of a part that cannot.
 */
const RANK_BETWEEN_KINDS: Readonly<Record<VerdictStatus, number>> = {
  met: 0,
  partial: 1,
  blocked: 2,
  violated: 2,
  undecided: 3,
  'not-applicable': 4,
};

/** The best verdict among the parts that decide the requirement; where none does, the first one's reason. */
export function bestOfParts(requirement: Requirement, parts: readonly PartEvaluation[]): Evaluation {
  const best = new Map<ModelPart['kind'], Evaluation>();
  for (const { kind, evaluation } of parts) {
    const known = best.get(kind);
    if (!known || isBetterAlternative(evaluation, known)) best.set(kind, evaluation);
  }
  const [first] = [...best.values()].sort(
    (a, b) => RANK_BETWEEN_KINDS[a.verdict.status] - RANK_BETWEEN_KINDS[b.verdict.status],
  );
  return first ?? notApplicable(requirement, 'the file has no section that decides it');
}

function isBetterAlternative(one: Evaluation, known: Evaluation): boolean {
  if (one.verdict.status === 'not-applicable') return false;
  return known.verdict.status === 'not-applicable' || RANK[one.verdict.status] < RANK[known.verdict.status];
}
