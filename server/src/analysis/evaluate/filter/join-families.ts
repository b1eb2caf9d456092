// One evaluation for both address families of a requirement.
import { distinctStatements } from '../../../model/evidence.js';
import { type Evaluation, lackText, RANK } from '../evaluation.js';
import { describeLack } from './describe-missing.js';
import { lackOf, mergeShares } from './merge-shares.js';

/** One evaluation of both: both families have to be permitted, and what is missing in either is missing. */
export function joinFamilies(evaluations: readonly Evaluation[]): Evaluation | undefined {
  const [worst, other] = [...evaluations].sort((a, b) => RANK[b.verdict.status] - RANK[a.verdict.status]);
  if (!worst || !other) return worst;
  const permitting = [worst, other].flatMap(({ permittedBy }) => permittedBy ?? []);
  const [first] = permitting;
  const joined = first
    ? { ...worst, permittedBy: { point: first.point, rules: permitting.flatMap(({ rules }) => rules) } }
    : worst;
  const { verdict } = worst;
  if (verdict.status === 'met') return joined;
  const shares = mergeShares([...(worst.shares ?? []), ...(other.shares ?? [])]);
  const decidedBy = distinctStatements(shares.flatMap((share) => share.decidedBy));
  if (verdict.status === 'undecided') return { ...joined, verdict: { ...verdict, decidedBy }, shares };
  const { told, missing } = lackOf(shares);
  return {
    ...joined,
    // Denied in one family only is denied in part.
    verdict: {
      ...verdict,
      status: other.verdict.status === 'blocked' ? verdict.status : 'partial',
      decidedBy,
      missing: lackText(() => describeLack(worst.requirement, told)),
    },
    missing,
    shares,
  };
}
