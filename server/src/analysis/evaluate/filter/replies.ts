// What a filter that does not track connections does with the replies to packets.
import { type FilterCase, type FilterModel, type FilterPoint, oppositeOf } from '../../../model/filter.js';
import { decidePackets } from '../../../model/filter-walk.js';
import type { PacketSet } from '../../../model/packets.js';

/** What happens to the replies, as cases of the packets that they reply to; none where the filter is stateful. */
export function decideReplies(model: FilterModel, point: FilterPoint, packets: PacketSet): FilterCase[] {
  // For a list that is bound to no interface, it is unknown which list the replies pass.
  if (point.stateful || point.hook === undefined) return [];
  const back = oppositeOf(model, point);
  if (!back) return [];
  const cases = decidePackets(model, back, packets.replies(), 'reply');
  return cases.map((one) => ({ ...one, packets: one.packets.replies() }));
}
