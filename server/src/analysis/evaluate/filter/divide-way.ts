// Clients in several networks need not come in by the same interface.
import { addAll } from '../../../kept/lists.js';
import type { FilterCase } from '../../../model/filter.js';
import { IpSet } from '../../../model/ip.js';
import { ANY_PACKET, PacketSet } from '../../../model/packets.js';
import { choicesOf } from './free-choice.js';
import type { FilterQuestion } from './question.js';
import { definitelyDeniedIn, packetsOf } from './verdict.js';
import type { Way } from './ways.js';

/** Into how many ways one is divided; the rest of the sources are asked together. */
const PART_LIMIT = 64;

/**
 * A way as one or several, each with the sources that come in by the same interface: where the file does not say which one
 * that is, any will do for an address if it serves that one. Only sources of a role are at places of their own; what a
 * document lists comes from the internet, by one line.
 * @param replies what happens to the replies, as cases of the packets of the way
 */
export function divideWay(
  way: Way,
  question: FilterQuestion,
  cases: readonly FilterCase[],
  replies: readonly FilterCase[],
): readonly Way[] {
  const { requirement, from } = question;
  const isOpen =
    requirement.kind === 'reach' && requirement.flow.from.role !== undefined && from.isKnown && !way.isBound;
  const all = [...cases, ...replies];
  if (!isOpen || !all.some(({ packets }) => namesInterface(packets))) return [way];
  const sources = IpSet.join(way.packets.boxes.map(({ source }) => source));
  const parts = sourcesByInterface(way.packets, sources, question, cases, replies);
  if (parts.length < 2) return [way];
  return parts.map((source) => ({
    ...way,
    packets: way.packets.intersect(PacketSet.of({ ...ANY_PACKET, source })),
  }));
}

function namesInterface({ boxes }: PacketSet): boolean {
  return boxes.some(({ inInterface }) => inInterface.mentioned().length > 0);
}

/** Sources that have the same choices: first of what serves all they ask for, then of what may, then of what serves some. */
function sourcesByInterface(
  packets: PacketSet,
  sources: IpSet,
  question: FilterQuestion,
  cases: readonly FilterCase[],
  replies: readonly FilterCase[],
): readonly IpSet[] {
  const bySource = { ...question, from: { ...question.from, everyAddress: false } };
  const others = [...cases, ...replies].filter(({ outcome }) => outcome.kind !== 'accept');
  const denied = definitelyDeniedIn(cases).union(definitelyDeniedIn(replies));
  const accepted = packetsOf(cases.filter(({ outcome }) => outcome.kind === 'accept'));
  const stages = [
    () => packets.subtract(choicesOf(packetsOf(others), bySource)),
    () => packets.subtract(choicesOf(denied, bySource)),
    () => accepted.subtract(denied),
  ];
  const parts: IpSet[] = [];
  let left = sources;
  for (const stage of stages) {
    const own = new Map<string, IpSet>();
    if (left.isEmpty) break;
    for (const { source, destination, inInterface, outInterface } of stage().boxes) {
      const part = source.intersect(left);
      if (part.isEmpty) continue;
      const key = `${inInterface.key} ${outInterface.key} ${question.to.everyAddress ? '' : destination.key}`;
      const known = own.get(key);
      if (!known && parts.length + own.size >= PART_LIMIT) continue;
      own.set(key, known ? known.union(part) : part);
      left = left.subtract(part);
    }
    addAll(parts, own.values());
  }
  return left.isEmpty ? parts : [...parts, left];
}
