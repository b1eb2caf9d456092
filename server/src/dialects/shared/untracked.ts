// The packets that rules exclude from connection tracking, and what becomes of the replies to them.
import { ICMP, ICMPV6 } from '../../model/icmp.js';
import { IntervalSet } from '../../model/intervals.js';
import { NameSet } from '../../model/names.js';
import {
  ALL_PROTOCOLS,
  type PacketBox,
  PacketSet,
  type ProtocolSet,
  protocolSet,
  TCP,
  UDP,
} from '../../model/packets.js';
import { ANSWERS_UNTRACKED, type RegisterExpression, type RegisterTest, UNTRACKED } from '../../model/registers.js';

/** All protocols but ICMP, the only one with packets that open no connection. */
export const NOT_ICMP: ProtocolSet = ALL_PROTOCOLS.subtract(protocolSet(ICMP)).subtract(protocolSet(ICMPV6));

/** Whether a box holds packets of ICMP. */
export function mayBeIcmp({ protocols }: PacketBox): boolean {
  return protocols.has(ICMP) || protocols.has(ICMPV6);
}

/** What connection tracking does not know at a place, because rules before it exclude packets (`notrack`). */
export interface Untracked {
  /** The excluded packets. */
  readonly packets: PacketSet;
  /** Replies to excluded packets that are not excluded themselves: they belong to no connection that is known. */
  readonly strays: PacketSet;
}

export const ALL_TRACKED: Untracked = { packets: PacketSet.none, strays: PacketSet.none };

/** A test of bits of the status of a packet. */
function statusTest(bits: number, value: number): RegisterTest {
  return { of: { operator: '&', left: 'status', right: bits }, values: IntervalSet.of([value, value]) };
}

/** Where packets carry it: that rules have not excluded a packet from tracking, or that they have. */
export const TRACKED = statusTest(UNTRACKED, 0);
export const EXCLUDED = statusTest(UNTRACKED, UNTRACKED);

/** The same of a reply, and of the packet that it answers. */
export const CONNECTED = statusTest((UNTRACKED | ANSWERS_UNTRACKED) >>> 0, 0);
export const STRAY = statusTest((UNTRACKED | ANSWERS_UNTRACKED) >>> 0, ANSWERS_UNTRACKED);

/** The status of a packet once a rule excludes it. */
export const EXCLUDING: RegisterExpression = { operator: '|', left: 'status', right: UNTRACKED };

/** A rule before connection tracking. */
export interface EarlyRule {
  readonly match: readonly PacketBox[];
  /** Whether it matches all packets of `match`, in both directions of a connection. */
  readonly isCertain: boolean;
  /** `ends`: the rules after it do not see the packets that it matches. */
  readonly does: 'untracks' | 'ends' | 'nothing';
}

/** The packets that a list of rules excludes; `undefined` where that is unknown. */
export function untrackedBy(rules: Iterable<EarlyRule>): PacketSet | undefined {
  let untracked = PacketSet.none;
  let ended = PacketSet.none;
  for (const { match, isCertain, does } of rules) {
    if (does === 'nothing') continue;
    if (!isCertain) return undefined;
    const packets = PacketSet.from(match);
    if (does === 'ends') ended = ended.union(packets);
    else untracked = untracked.union(packets.subtract(ended));
  }
  return untracked;
}

/** Where packets are excluded from tracking: what comes in, and what this host sends. */
export type TrackedAt = 'prerouting' | 'output';

/** For each hook, where its packets were excluded, and where those that they answer. */
const WAYS: Readonly<Record<string, { readonly own: readonly TrackedAt[]; readonly answered: readonly TrackedAt[] }>> =
  {
    prerouting: { own: ['prerouting'], answered: ['prerouting', 'output'] },
    input: { own: ['prerouting'], answered: ['output'] },
    forward: { own: ['prerouting'], answered: ['prerouting'] },
    output: { own: ['output'], answered: ['prerouting'] },
    postrouting: { own: ['prerouting', 'output'], answered: ['prerouting'] },
  };

/** What is not tracked of the packets at some hooks; `undefined` where that is unknown. */
export function untrackedAmong(
  hooks: Iterable<string>,
  excluded: ReadonlyMap<TrackedAt, PacketSet | undefined>,
): Untracked | undefined {
  if ([...excluded.values()].every((packets) => packets?.isEmpty)) return ALL_TRACKED;
  const ways = [...hooks].flatMap((hook) => WAYS[hook] ?? []);
  const [packets, answered] = (['own', 'answered'] as const).map((way) => {
    const places = new Set(ways.flatMap((one) => one[way]));
    if (places.size === 0) return PacketSet.none;
    const [first, ...others] = [...places].map((place) => excluded.get(place));
    return others.every((other) => other === first || (other?.isEmpty && first?.isEmpty)) ? first : undefined;
  });
  if (!packets || !answered) return undefined;
  const strays = answered.replies().subtract(packets);
  const isForwarded = [...hooks].every((hook) => hook === 'forward');
  // Only of what is forwarded, both interfaces are known.
  if (!isForwarded && strays.boxes.some(namesInterface)) return undefined;
  return { packets, strays };
}

function namesInterface({ inInterface, outInterface }: PacketBox): boolean {
  return inInterface !== NameSet.any || outInterface !== NameSet.any;
}

/**
 * The state of a reply of which the connection is not known. A datagram opens one; a SYN-ACK or an answer of ICMP is invalid
 * (`tcp_new`, `icmp_new` in Linux). Of other protocols it may be either.
 */
export const STRAY_CLASSES: readonly {
  readonly protocols: ProtocolSet;
  readonly states: readonly ('NEW' | 'INVALID')[];
}[] = (() => {
  const protocols = (...numbers: readonly number[]) =>
    IntervalSet.from(numbers.map((number): [number, number] => [number, number]));
  const invalid = protocols(ICMP, TCP, ICMPV6);
  const opening = protocols(UDP);
  return [
    { protocols: opening, states: ['NEW'] },
    { protocols: invalid, states: ['INVALID'] },
    { protocols: ALL_PROTOCOLS.subtract(invalid).subtract(opening), states: ['NEW', 'INVALID'] },
  ];
})();
