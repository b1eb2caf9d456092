// What is evaluated of a requirement: one address family of its packets, at the point of the filter that they pass.
import type { Requirement, RequirementFlow } from '../../../catalog/requirement.js';
import type { FilterModel, FilterPoint, Hook } from '../../../model/filter.js';
import type { IpSet } from '../../../model/ip.js';
import type { PacketBox, PacketSet } from '../../../model/packets.js';
import { failure, type Result, success } from '../../../model/result.js';
import type { NetworkContext } from '../network-context.js';
import type { End } from './ends.js';

/** One address family of a requirement, at one point of a filter. */
export interface FilterQuestion {
  readonly requirement: Requirement;
  readonly model: FilterModel;
  readonly point: FilterPoint;
  /** The packets that the requirement lists, with every address and interface that may be chosen. */
  readonly asked: PacketBox;
  /** The same on one way, between the interfaces that the point filters. */
  readonly packets: PacketSet;
  /** Whether the addresses say by which interfaces they come and go, so that these cannot be chosen. */
  readonly isBound: boolean;
  /** Set for the network of some clients: each of its addresses may be one of them. */
  readonly network?: IpSet;
  readonly from: End;
  readonly to: End;
}

/** The point that decides what is exempt from IPsec; a reason where there is none, or where the file is another host's. */
export function ipsecPoint(model: FilterModel, flow: RequirementFlow, { role }: NetworkContext): Result<FilterPoint> {
  const isOwn = role === undefined || flow.to.role === role || flow.from.role === role;
  if (!isOwn) return failure(`it is not about the role ${role}`);
  return pointOr(
    model.points.find(({ about }) => about === 'ipsec'),
    'IPsec is not decided by this file',
  );
}

/**
 * The point that the traffic passes: on a host with a role its own input or output, otherwise through a router first and
 * then from or to the host itself. A reason where there is none.
 */
export function pointFor(model: FilterModel, flow: RequirementFlow, network: NetworkContext): Result<FilterPoint> {
  const { role, hook, point: name } = network;
  const receives = role !== undefined && flow.to.role === role;
  const sends = role !== undefined && flow.from.role === role;
  if (role !== undefined && !receives && !sends) return failure(`it is not about the role ${role}`);
  if (name !== undefined) {
    return pointOr(
      model.points.find((point) => point.name === name),
      `the file has no ${name}`,
    );
  }
  const usual: readonly Hook[] = flow.direction === 'inbound' ? ['input', 'forward'] : ['forward', 'output'];
  const ofRole: readonly Hook[] = receives ? ['input'] : ['output'];
  const hooks = hook ? [hook] : role === undefined ? usual : ofRole;
  for (const wanted of hooks) {
    const found = model.points.find((point) => point.hook === wanted && !point.byNameOnly);
    if (found) return success(found);
  }
  const unbound = hook ? undefined : model.points.find((point) => point.hook === undefined && !point.byNameOnly);
  return pointOr(unbound, 'the file filters no traffic in this direction');
}

function pointOr(point: FilterPoint | undefined, reason: string): Result<FilterPoint> {
  return point ? success(point) : failure(reason);
}
