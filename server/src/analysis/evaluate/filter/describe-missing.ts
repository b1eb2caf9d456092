// What shares of packets lack, as text.

import type { Requirement } from '../../../catalog/requirement.js';
import { addTo } from '../../../kept/lists.js';
import { IpSet, shortPrefixes } from '../../../model/ip.js';
import { describePackets, describeReplies, listed, type Spelled } from '../../../model/packet-text.js';
import { PacketSet } from '../../../model/packets.js';
import type { MissingTraffic, Share } from '../evaluation.js';

/** What some shares lack: the packets, then the replies to others, then for whom. */
export function describeMissing(shares: readonly Share[]): string {
  const byWay = new Map<string | undefined, MissingTraffic[]>();
  for (const { only, missing } of shares) addTo(byWay, only, missing);
  return [...byWay]
    .map(([only, parts]) => `${describeTraffic(parts)}${only === undefined ? describeSenders(parts) : ` ${only}`}`)
    .join('; ');
}

/** What some shares lack of a requirement: that something passes, or that it does not. */
export function describeLack({ kind }: Pick<Requirement, 'kind'>, shares: readonly Share[]): string {
  return kind === 'forbid' ? `passes, and must not: ${describeMissing(shares)}` : describeMissing(shares);
}

/** Packets that are missing, and replies that are, as text. */
export function describeTraffic(parts: readonly MissingTraffic[], spelled?: Spelled): string {
  const lacking = parts.flatMap((part) => (part.kind === 'packets' ? [part] : []));
  const packets = PacketSet.join(lacking.map((part) => part.packets));
  const replies = PacketSet.join(lacking.map((part) => part.replies));
  if (packets.isEmpty) return `replies ${describeReplies(replies, spelled)}`;
  if (replies.isEmpty) return describePackets(packets, spelled);
  // The replies to what is denied itself need no list of their own.
  const others = replies.subtract(packets.replies());
  const own = describePackets(packets, spelled);
  // What is about several lists stands behind all of them.
  const both = own.includes('; ') ? '; all in both directions' : ' in both directions';
  if (others.isEmpty) return own + both;
  // The same ports and addresses, whatever else is told apart in them.
  if (describeReplies(others).replaceAll(' from ', ' to ') === describePackets(packets)) return own + both;
  return `${others === replies ? own : own + both}; replies ${describeReplies(others, spelled)}`;
}

/** How many prefixes of senders a text spells out. */
const SENDERS_SHOWN = 3;

/** The senders that something is missing for, where others that are asked for lack nothing: ` for 10.20.128.0/17`. */
export function describeSenders(parts: readonly MissingTraffic[]): string {
  const own = parts.flatMap((part) => (part.kind === 'packets' ? [part] : []));
  const listedSenders = sendersOf(own.map(({ allowed }) => allowed));
  const senders = sendersOf(own.flatMap(({ packets, replies }) => [packets, replies.replies()]));
  const families = ([4, 6] as const).filter((family) => !senders.ofFamily(family).isEmpty);
  const isPart = families.some((family) => !senders.containsAll(listedSenders.ofFamily(family)));
  return isPart && listedSenders.containsAll(senders) && isDeclared(listedSenders)
    ? ` for ${listed(shortPrefixes(senders), SENDERS_SHOWN)}`
    : '';
}

function sendersOf(sets: readonly PacketSet[]): IpSet {
  return IpSet.join(sets.flatMap(({ boxes }) => boxes.map(({ source }) => source)));
}

/** Whether somebody says who sends, so that all of these are asked. */
function isDeclared(senders: IpSet): boolean {
  return ([4, 6] as const).every((family) => !senders.containsAll(IpSet.all.ofFamily(family)));
}
