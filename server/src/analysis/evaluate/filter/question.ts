// What is evaluated of a requirement: one address family of its packets, at the point of the filter that they pass.
import type { Requirement } from '../../../catalog/requirement.js';
import type { FilterModel, FilterPoint } from '../../../model/filter.js';
import type { IpSet } from '../../../model/ip.js';
import type { PacketBox, PacketSet } from '../../../model/packets.js';
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
