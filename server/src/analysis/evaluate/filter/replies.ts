// What a filter that does not track connections does with the replies to packets.
import type { FilterCase, FilterModel, FilterPoint, Hook } from '../../../model/filter.js';
import { decidePackets } from '../../../model/filter-walk.js';
import type { PacketSet } from '../../../model/packets.js';

/** The hook that the replies pass in a filter that does not track connections. */
const OPPOSITE: Readonly<Record<Hook, Hook>> = { forward: 'forward', input: 'output', output: 'input' };

/** What happens to the replies, as cases of the packets that they reply to; none where the filter is stateful. */
export function decideReplies(model: FilterModel, point: FilterPoint, packets: PacketSet): FilterCase[] {
  // For a list that is bound to no interface, it is unknown which list the replies pass.
  if (point.stateful || point.hook === undefined) return [];
  const opposite = OPPOSITE[point.hook];
  const back = opposite === point.hook ? point : model.points.find(({ hook }) => hook === opposite);
  if (!back) return [];
  const cases = decidePackets(model, back, packets.replies(), 'reply');
  return cases.map((one) => ({ ...one, packets: one.packets.replies() }));
}
