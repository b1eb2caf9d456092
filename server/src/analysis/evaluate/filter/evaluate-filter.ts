// Evaluates requirements for packet filters.
import type { Requirement } from '../../../catalog/requirement.js';
import type { FilterCase, FilterModel } from '../../../model/filter.js';
import { decidePackets } from '../../../model/filter-walk.js';
import { HostSet } from '../../../model/hosts.js';
import type { AddressFamily } from '../../../model/ip.js';
import { ANY_PACKET, type PacketBox, PacketSet } from '../../../model/packets.js';
import { type Evaluation, NOTHING_MISSING, notApplicable, sharesOf } from '../evaluation.js';
import type { NetworkContext } from '../network-context.js';
import { evaluationOfAlike, type JudgedFamily } from './alike-destinations.js';
import { evaluateMessages } from './control-messages.js';
import { divideWay } from './divide-way.js';
import { destinationPortsOf, type End, endOf, protocolsOf, sourcePortsOf } from './ends.js';
import { evaluateForbidden } from './forbidden.js';
import { evaluateHosts, isDenied } from './hosts-only.js';
import { joinFamilies } from './join-families.js';
import { type JudgedWay, joinWays, statusOfWays } from './join-ways.js';
import { asPublishing, ipsecPoint, pointFor } from './points.js';
import type { FilterQuestion } from './question.js';
import { decideReplies } from './replies.js';
import { markShut } from './shut-families.js';
import { verdictOf } from './verdict.js';
import { waysOf } from './ways.js';

/** Decides whether a packet filter permits what a requirement lists, at the point that its packets pass. */
export function evaluateFilter(requirement: Requirement, model: FilterModel, network: NetworkContext): Evaluation {
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
  // A client uses IPv4 or IPv6, so each address family that both ends have is evaluated by itself.
  const judgeFamily = (to: End, family: AddressFamily): JudgedFamily | undefined => {
    const asked: PacketBox = {
      ...ANY_PACKET,
      source: from.addresses.ofFamily(family),
      destination: to.addresses.ofFamily(family),
      protocols: protocolsOf(requirement),
      sourcePorts: sourcePortsOf(requirement),
      destinationPorts: ports,
    };
    const passage = {
      asked,
      from,
      to,
      direction: flow.direction === 'inbound' ? 'inbound' : 'outbound',
      roles: { from: flow.from.role, to: flow.to.role },
    } as const;
    const ways = waysOf(passage, point, network);
    if (ways.length === 0) return undefined;
    const packets = PacketSet.join(ways.map((way) => way.packets));
    const cases = decidePackets(model, point, packets, 'first', hosts);
    const replies = decideReplies(model, point, packets);
    const judged = ways.flatMap((way): JudgedWay[] => {
      const question: FilterQuestion = {
        requirement,
        model,
        point,
        asked: way.network ? { ...asked, source: way.network } : asked,
        packets: way.packets,
        isBound: way.isBound,
        from: way.network ? { addresses: way.network, everyAddress: false, isKnown: true } : from,
        to,
        ...(way.network ? { network: way.network } : {}),
      };
      const isOnly = ways.length === 1;
      const [own, ownReplies] = isOnly ? [cases, replies] : [within(cases, way.packets), within(replies, way.packets)];
      const parts = divideWay(way, question, own, ownReplies);
      if (parts.length === 1) return [{ way, verdict: verdictOf(question, own, ownReplies) }];
      return parts.map((part) => {
        const { packets } = part;
        const verdict = verdictOf({ ...question, packets }, within(own, packets), within(ownReplies, packets));
        return { way: part, verdict };
      });
    });
    return { family, judged, cases: [...cases, ...replies] };
  };
  const evaluateFamily = ({ family, judged }: JudgedFamily) => {
    const joined = joinWays({ requirement, model, point }, judged);
    // Who names addresses of clients, or has them at an interface, uses the family.
    const isUsed = from.isKnown || judged.some(({ way }) => way.network !== undefined);
    return isUsed ? joined : markShut(joined, { model, point, family });
  };
  const joinEvaluations = (evaluations: readonly Evaluation[]) => {
    // For an exemption, an undecided family makes the verdict of both undecided.
    const undecided = isExemption ? evaluations.find(({ verdict }) => verdict.status === 'undecided') : undefined;
    const nothing = 'the file does not filter the addresses that it lists';
    return withOpenPorts(undecided ?? joinFamilies(evaluations) ?? notApplicable(requirement, nothing));
  };
  const judgeFamilies = (end: End) => model.families.flatMap((family) => judgeFamily(end, family) ?? []);
  const question = { requirement, model, point, network, from };
  const alike = { ...question, judge: judgeFamily, evaluate: evaluateFamily };
  const evaluateTo = (end: End) =>
    joinEvaluations(
      model.families.flatMap((family) => {
        const known = hosts ? undefined : evaluationOfAlike(alike, end, family);
        if (known) return known;
        const judged = judgeFamily(end, family);
        return judged ? [evaluateFamily(judged)] : [];
      }),
    );
  if (to) return evaluateTo(to);
  const isServed = (end: End) => {
    const families = judgeFamilies(end);
    const [only] = families;
    const status = only && families.length === 1 ? statusOfWays(only.judged) : undefined;
    if (status === 'undecided') return undefined;
    if (status === 'met' || status === 'blocked') return status === 'met';
    const evaluation = joinEvaluations(families.map(evaluateFamily));
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

/** The cases of some of the packets. */
function within(cases: readonly FilterCase[], packets: PacketSet): FilterCase[] {
  return cases.flatMap((one) => {
    const own = one.packets.intersect(packets);
    return own.isEmpty ? [] : [{ ...one, packets: own }];
  });
}
