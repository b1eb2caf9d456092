// What a template of a proxy's file decides: that in which all files that may be made from it agree.
import { type Assumption, NO_STEPS } from '../../../model/evidence.js';
import { HostSet } from '../../../model/hosts.js';
import type { Verdict } from '../../report.js';
import { type Evaluation, RANK, sharesOf } from '../evaluation.js';
import type { JudgedCase } from './judgement.js';

/** The cases of one file that may be made from a template, and what that file alone comes to. */
interface Alternative {
  readonly branches: readonly Assumption[];
  readonly evaluation: Evaluation;
}

/**
 * The evaluation of a template. The cases of all its files together say which hosts are refused in each of them, and not how
 * much of the requirement that is: a file that refuses a part of it may meet the rest, or not have it.
 * @param evaluate decides by some of the cases
 */
export function agreedByAll(
  cases: readonly JudgedCase[],
  evaluate: (cases: readonly JudgedCase[]) => Evaluation,
): Evaluation {
  const together = evaluate(cases);
  const { status } = together.verdict;
  if (RANK[status] <= RANK.undecided) return together;
  const groups = groupedByBranches(cases);
  if (groups.length < 2) return together;
  const alternatives = groups
    .map(({ branches, own }): Alternative => ({ branches, evaluation: evaluate(own) }))
    .filter(({ evaluation }) => evaluation.verdict.status !== 'not-applicable');
  const others = alternatives.filter(({ evaluation }) => evaluation.verdict.status !== status);
  return others.length === 0 ? together : undecidedBetween(together, alternatives);
}

function groupedByBranches(cases: readonly JudgedCase[]) {
  const groups = new Map<string, { readonly branches: readonly Assumption[]; readonly own: JudgedCase[] }>();
  for (const judged of cases) {
    const branches = judged.assumptions.filter(({ isBranch }) => isBranch);
    const key = JSON.stringify(branches.map(({ unknown, phrase }) => [unknown, phrase]));
    const group = groups.get(key) ?? { branches, own: [] };
    group.own.push(judged);
    groups.set(key, group);
  }
  return [...groups.values()];
}

function undecidedBetween(together: Evaluation, alternatives: readonly Alternative[]): Evaluation {
  const ranked = [...alternatives].sort((a, b) => rankOf(b) - rankOf(a));
  const [worst] = ranked;
  const branch = worst && decidingBranch(worst, ranked);
  const reason = branch ? `${howMuch(ranked)} if ${branch.phrase}` : 'it depends on a branch of the template';
  const { requirement, missing } = together;
  const decidedBy = branch ? [branch.statement] : together.verdict.decidedBy;
  const verdict: Verdict = { requirement: requirement.id, status: 'undecided', decidedBy, reason };
  // What no file meets is told of the statements that refuse it.
  const isNeverMet = alternatives.every(({ evaluation }) => RANK[evaluation.verdict.status] > RANK.undecided);
  if (isNeverMet) {
    const shares = sharesOf(together);
    return { requirement, verdict, missing, shares, trace: together.trace };
  }
  if (missing.kind !== 'hosts') return { requirement, verdict, missing, trace: NO_STEPS };
  const hosts = HostSet.union([missing.hosts, ...(missing.undecided ? [missing.undecided] : [])]);
  const { undecided: _, ...rest } = missing;
  return { requirement, verdict, missing: { ...rest, hosts }, trace: NO_STEPS };
}

/** What the worst file makes of the requirement, as far as others do not. */
function howMuch(ranked: readonly Alternative[]): string {
  const statuses = ranked.map(({ evaluation }) => evaluation.verdict.status);
  if (statuses.includes('met')) return 'not met';
  return statuses[0] === 'blocked' ? 'not met in any part' : 'met only in part';
}

function rankOf({ evaluation }: Alternative): number {
  return RANK[evaluation.verdict.status];
}

/** The branch that the worst file takes, and the most similar one of those with another verdict does not. */
function decidingBranch(worst: Alternative, alternatives: readonly Alternative[]): Assumption | undefined {
  let fewest: readonly Assumption[] = [];
  for (const other of alternatives) {
    if (rankOf(other) === rankOf(worst)) continue;
    const differing = worst.branches.filter(({ unknown, phrase }) =>
      other.branches.some((one) => one.unknown === unknown && one.phrase !== phrase),
    );
    if (differing.length > 0 && (fewest.length === 0 || differing.length < fewest.length)) fewest = differing;
  }
  return fewest[0];
}
