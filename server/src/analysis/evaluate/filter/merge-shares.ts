// Joins what a statement is responsible for on several ways, or in both address families.
import { distinctStatements } from '../../../model/evidence.js';
import { PacketSet } from '../../../model/packets.js';
import { type ClientNetworks, type MissingTraffic, type Share, shareKey } from '../evaluation.js';

/** The shares with one for each statement, where nothing else distinguishes them. */
export function mergeShares(shares: readonly Share[]): Share[] {
  const merged = new Map<string, Share>();
  for (const share of shares) {
    const key = shareKey(share);
    const known = merged.get(key);
    merged.set(key, known ? joined(known, share) : share);
  }
  return [...merged.values()];
}

function joined(one: Share, other: Share): Share {
  const aside = one.aside && other.aside ? { aside: joinNetworks(one.aside, other.aside) } : {};
  const ahead = distinctStatements([...(one.ahead ?? []), ...(other.ahead ?? [])]);
  return {
    ...one,
    ...aside,
    ...(ahead.length > 0 ? { ahead } : {}),
    decidedBy: distinctStatements([...one.decidedBy, ...other.decidedBy]),
    missing: joinMissing([one.missing, other.missing]),
  };
}

export function joinNetworks(one: ClientNetworks, other: ClientNetworks): ClientNetworks {
  return {
    unserved: one.unserved.union(other.unserved),
    served: one.served.union(other.served),
    within: one.within.union(other.within),
    isServed: one.isServed || other.isServed,
  };
}

/** All that several parts lack. */
export function joinMissing(parts: readonly MissingTraffic[]): MissingTraffic {
  const packets = parts.flatMap((part) => (part.kind === 'packets' ? [part] : []));
  const [first] = packets;
  if (!first) return parts[0] ?? { kind: 'none' };
  return {
    ...first,
    packets: PacketSet.join(packets.map((part) => part.packets)),
    replies: PacketSet.join(packets.map((part) => part.replies)),
    allowed: PacketSet.join(packets.map((part) => part.allowed)),
  };
}

/** What some shares certainly lack. Those of networks that are told aside count only where nothing else is missing. */
export function lackOf(shares: readonly Share[]): {
  readonly told: readonly Share[];
  readonly missing: MissingTraffic;
} {
  const certain = shares.filter(({ undecided }) => undecided === undefined);
  const counted = certain.filter(({ aside }) => !aside);
  return { told: counted.length > 0 ? counted : certain, missing: joinMissing(counted.map((share) => share.missing)) };
}
