// What shares of packets lack, as text.
import { describePackets, describeReplies } from '../../../model/packet-text.js';
import { PacketSet } from '../../../model/packets.js';
import type { MissingTraffic, Share } from '../evaluation.js';

/** What some shares lack: the packets, then the replies to others, then for whom. */
export function describeMissing(shares: readonly Share[]): string {
  const byWay = new Map<string | undefined, MissingTraffic[]>();
  for (const { only, missing } of shares) byWay.set(only, [...(byWay.get(only) ?? []), missing]);
  return [...byWay]
    .map(([only, parts]) => `${describeTraffic(parts)}${only === undefined ? '' : ` ${only}`}`)
    .join('; ');
}

/** Packets that are missing, and replies that are, as text. */
export function describeTraffic(parts: readonly MissingTraffic[]): string {
  const lacking = parts.flatMap((part) => (part.kind === 'packets' ? [part] : []));
  const packets = PacketSet.join(lacking.map((part) => part.packets));
  const replies = PacketSet.join(lacking.map((part) => part.replies));
  if (packets.isEmpty) return `replies ${describeReplies(replies)}`;
  if (replies.isEmpty) return describePackets(packets);
  // The replies to what is denied itself need no list of their own.
  const others = replies.subtract(packets.replies());
  const own = describePackets(packets);
  // What is about several lists stands behind all of them.
  const both = own.includes('; ') ? '; all in both directions' : ' in both directions';
  if (others.isEmpty) return own + both;
  const ofOthers = describeReplies(others);
  // The same ports and addresses, whatever else is told apart in them.
  if (ofOthers.replaceAll(' from ', ' to ') === own) return own + both;
  return `${others === replies ? own : own + both}; replies ${ofOthers}`;
}
