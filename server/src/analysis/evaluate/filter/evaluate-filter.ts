// Evaluates requirements for packet filters.
import type { Requirement } from '../../../catalog/requirement.js';
import type { FilterModel } from '../../../model/filter.js';
import { HostSet } from '../../../model/hosts.js';
import { type Evaluation, NOTHING_MISSING, notApplicable, sharesOf } from '../evaluation.js';
import type { NetworkContext } from '../network-context.js';
import { evaluationOfAlike } from './alike-destinations.js';
import { evaluateMessages } from './control-messages.js';
import { destinationPortsOf, type End, endOf } from './ends.js';
import { evaluateForbidden } from './forbidden.js';
import { evaluateHosts, isDenied } from './hosts-only.js';
import { joinFamilies } from './join-families.js';
import { statusOfWays } from './join-ways.js';
import { evaluateFamily, type FamilyQuestion, judgeFamily } from './judge-family.js';
import { asPublishing, ipsecPoint, pointFor } from './points.js';

/**
 * Decides whether a packet filter permits what a requirement lists, at the point that its packets pass.
 * @param alike what is known of destinations because others are treated alike
 */
export function evaluateFilter(
  requirement: Requirement,
  model: FilterModel,
  network: NetworkContext,
  alike = evaluationOfAlike,
): Evaluation {
  if (requirement.kind === 'control-messages') return evaluateMessages(requirement, model, network);
  if (requirement.kind === 'forbid') return evaluateForbidden(requirement, model, network);
  const isExemption = requirement.kind === 'no-ipsec';
  if (requirement.kind !== 'reach' && !isExemption)
    return notApplicable(requirement, 'a packet filter does not decide it');
  const { flow } = requirement;
  const [from, to] = [flow.from, flow.to].map((end) => endOf(end, network, isExemption));
  if (!to && !flow.to.hosts) return notApplicable(requirement, 'its document lists no addresses any more');
  if (!to && (isExemption || model.namesHosts)) {
    return notApplicable(requirement, 'its document names hosts only, and this filter matches addresses');
  }
  if (!from)
    return notApplicable(requirement, 'its document names the source by host name, and this filter matches addresses');
  const found = isExemption ? ipsecPoint(model, flow, network) : pointFor(model, requirement, network);
  if (!found.ok) return notApplicable(requirement, found.reason);
  const point = asPublishing(found.value, flow.direction === 'inbound');
  const ports = destinationPortsOf(flow);
  if (!ports) return notApplicable(requirement, `its ports are invalid: ${flow.ports}`);
  const hosts = model.namesHosts && flow.to.hosts ? HostSet.union(flow.to.hosts.map(HostSet.pattern)) : undefined;
  const question: FamilyQuestion = { requirement, model, point, network, from, ports, ...(hosts ? { hosts } : {}) };
  const joinEvaluations = (evaluations: readonly Evaluation[]) => {
    // For an exemption, an undecided family makes the verdict of both undecided.
    const undecided = isExemption ? evaluations.find(({ verdict }) => verdict.status === 'undecided') : undefined;
    const nothing = 'the file does not filter the addresses that it lists';
    return withOpenPorts(undecided ?? joinFamilies(evaluations) ?? notApplicable(requirement, nothing));
  };
  const evaluateTo = (end: End) =>
    joinEvaluations(
      model.families.flatMap(
        (family) => alike(question, end, family) ?? evaluateFamily(question, judgeFamily(question, end, family)),
      ),
    );
  if (to) return evaluateTo(to);
  const isServed = (end: End) => {
    const families = model.families.flatMap((family) => judgeFamily(question, end, family) ?? []);
    const [only] = families;
    const status = only && families.length === 1 ? statusOfWays(only.judged) : undefined;
    if (status === 'undecided') return undefined;
    if (status === 'met' || status === 'blocked') return status === 'met';
    const evaluation = joinEvaluations(families.flatMap((family) => evaluateFamily(question, family)));
    if (evaluation.verdict.status === 'met') return true;
    return isDenied(evaluation) ? false : undefined;
  };
  return evaluateHosts({ ...question, evaluateTo, isServed });
}

/** What holds for a part of the source ports is open where it is not declared which of them clients use. */
function withOpenPorts(evaluation: Evaluation): Evaluation {
  const { requirement, verdict } = evaluation;
  if (requirement.flow.sourcePortsSetting === undefined || verdict.status !== 'partial') return evaluation;
  const reason = `it holds for some of the source ports ${requirement.flow.sourcePorts}; ${requirement.flow.sourcePortsSetting} in lintel.yaml declares those that clients use`;
  const { missing: _, ...known } = verdict;
  return {
    ...evaluation,
    verdict: { ...known, status: 'undecided', reason },
    missing: NOTHING_MISSING,
    shares: sharesOf(evaluation).map((share) => ({ ...share, missing: NOTHING_MISSING, undecided: reason })),
  };
}
