// A packet filter of which it is not known what the networks around it are: one of several that its file names.

import type { Requirement } from '../../../catalog/requirement.js';
import { NO_STEPS } from '../../../model/evidence.js';
import type { FilterModel } from '../../../model/filter.js';
import { type Evaluation, RANK } from '../evaluation.js';
import type { NetworkContext } from '../network-context.js';
import { evaluateFilter } from './evaluate-filter.js';

/** Decides a requirement where the verdict is the same whichever the networks are. */
export function evaluateInEveryNetwork(
  requirement: Requirement,
  model: FilterModel,
  network: NetworkContext,
): Evaluation {
  const { otherNetworks = [], ...filter } = model;
  const [first, ...others] = otherNetworks.map(({ reason, points }) => ({
    reason,
    evaluation: evaluateFilter(requirement, { ...filter, points }, network),
  }));
  if (!first) return evaluateFilter(requirement, model, network);
  const { status } = first.evaluation.verdict;
  const different = others.find(({ evaluation }) => evaluation.verdict.status !== status);
  if (!different) return first.evaluation;
  const evaluations = [first, ...others].map(({ evaluation }) => evaluation);
  const worst = evaluations.reduce((a, b) => (RANK[a.verdict.status] >= RANK[b.verdict.status] ? a : b));
  const { decidedBy } = worst.verdict;
  return {
    requirement,
    verdict: { requirement: requirement.id, status: 'undecided', decidedBy, reason: different.reason },
    missing: worst.missing,
    trace: NO_STEPS,
  };
}
