// What comes of the packets of a requirement, of one address family and for some destinations: way by way.
import type { Requirement } from '../../../catalog/requirement.js';
import type { FilterCase, FilterModel, FilterPoint } from '../../../model/filter.js';
import { decidePackets } from '../../../model/filter-walk.js';
import type { HostSet } from '../../../model/hosts.js';
import type { AddressFamily } from '../../../model/ip.js';
import { ANY_PACKET, type PacketBox, PacketSet } from '../../../model/packets.js';
import type { PortSet } from '../../../model/ports.js';
import type { Evaluation } from '../evaluation.js';
import type { NetworkContext } from '../network-context.js';
import { divideWay } from './divide-way.js';
import { type End, protocolsOf, sourcePortsOf } from './ends.js';
import { type JudgedWay, joinWays } from './join-ways.js';
import type { FilterQuestion } from './question.js';
import { decideReplies } from './replies.js';
import { markShut } from './shut-families.js';
import { verdictOf } from './verdict.js';
import { waysOf } from './ways.js';

/** What is asked of a filter, but for the destinations. */
export interface FamilyQuestion {
  readonly requirement: Requirement;
  readonly model: FilterModel;
  readonly point: FilterPoint;
  readonly network: NetworkContext;
  readonly from: End;
  /** The destination ports. */
  readonly ports: PortSet;
  /** The hosts that the packets are for, where the filter knows them by name. */
  readonly hosts?: HostSet;
}

/** The ways of the packets of one address family, each with what comes of it. */
export interface JudgedFamily {
  readonly family: AddressFamily;
  readonly judged: readonly JudgedWay[];
  /** What becomes of the packets of all ways, and of the replies to them. */
  readonly cases: readonly FilterCase[];
}

/** `undefined` where nothing of it passes the point. A client uses IPv4 or IPv6, so each family that both ends have is judged by itself. */
export function judgeFamily(
  { requirement, model, point, network, from, ports, hosts }: FamilyQuestion,
  to: End,
  family: AddressFamily,
): JudgedFamily | undefined {
  const { flow } = requirement;
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
}

/** The evaluation of one address family; none where nothing of it passes the point. */
export function evaluateFamily(
  { requirement, model, point, from }: FamilyQuestion,
  family: JudgedFamily | undefined,
): readonly Evaluation[] {
  if (!family) return [];
  const joined = joinWays({ requirement, model, point }, family.judged);
  // Who names addresses of clients, or has them at an interface, uses the family.
  const isUsed = from.isKnown || family.judged.some(({ way }) => way.network !== undefined);
  return [isUsed ? joined : markShut(joined, { model, point, family: family.family })];
}

/** The cases of some of the packets. */
function within(cases: readonly FilterCase[], packets: PacketSet): FilterCase[] {
  return cases.flatMap((one) => {
    const own = one.packets.intersect(packets);
    return own.isEmpty ? [] : [{ ...one, packets: own }];
  });
}
