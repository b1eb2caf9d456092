// Requirements whose document does not say who connects.

import type { Requirement } from '../../../catalog/requirement.js';
import { NO_STEPS } from '../../../model/evidence.js';
import type { FilterModel } from '../../../model/filter.js';
import { PRIVATE_SPACE } from '../../../model/ip.js';
import { listed } from '../../../model/packet-text.js';
import { type Evaluation, NOTHING_MISSING } from '../evaluation.js';
import type { NetworkContext } from '../network-context.js';
import { evaluateInEveryNetwork } from './other-networks.js';

/** How many roles a reason names. */
const ROLES_IN_REASON = 3;

/**
 * The evaluation of a requirement for a packet filter. Where its document leaves open who connects, what passes for some of the
 * declared roles and not for others is undecided: nobody knows whether the others need it.
 */
export function evaluateFromWhomever(
  requirement: Requirement,
  model: FilterModel,
  network: NetworkContext,
): Evaluation {
  const evaluation = evaluateInEveryNetwork(requirement, model, network);
  const { kind, flow } = requirement;
  const { role, prefixes, hosts } = flow.from;
  const isOpen = kind === 'reach' && role === undefined && prefixes === undefined && hosts === undefined;
  if (!isOpen || evaluation.verdict.status !== 'met') return evaluation;
  const others = [...network.roles].filter(([name, own]) => name !== flow.to.role && own.overlaps(PRIVATE_SPACE));
  const denied = others.flatMap(([name]) => {
    const own = evaluateInEveryNetwork({ ...requirement, flow: { ...flow, from: { role: name } } }, model, network);
    return own.verdict.status === 'blocked' || own.verdict.status === 'partial' ? [{ name, verdict: own.verdict }] : [];
  });
  const [first] = denied;
  if (!first) return evaluation;
  const names = listed(
    denied.map(({ name }) => name),
    ROLES_IN_REASON,
  );
  const { decidedBy } = first.verdict;
  const reason = `its document does not say who connects, and this denies ${names}`;
  return {
    requirement,
    verdict: { requirement: requirement.id, status: 'undecided', decidedBy, reason },
    missing: NOTHING_MISSING,
    trace: NO_STEPS,
  };
}
