// ICMP messages, and what connection tracking does with them.
import { IntervalSet } from './intervals.js';
import type { AddressFamily } from './ip.js';
import { ALL_PORTS, type PortSet } from './ports.js';

/** IP protocol numbers (IANA Protocol Numbers). */
export const ICMP = 1;
export const ICMPV6 = 58;

/** What connection tracking makes of ICMP messages that belong to no connection that it knows. */
export interface IcmpTracking {
  readonly protocol: number;
  /** Requests, with which a connection begins. */
  readonly opening: PortSet;
  /** Errors, which are related to the connection that they report about, if that is known, and otherwise invalid. */
  readonly errors: PortSet;
  /** Discovery of neighbours and of multicast listeners, which it does not look at. */
  readonly untracked: PortSet;
  /** All others. */
  readonly invalid: PortSet;
}

/** Boxes of ICMP hold `type × 256 + code` as their destination port. */
function messagesOf(types: readonly number[]): PortSet {
  return IntervalSet.from(types.map((type): [number, number] => [type * 256, type * 256 + 255]));
}

/** Messages as `135,3/4`: types, or types with codes; `undefined` for other texts. */
export function parseMessages(text: string): PortSet | undefined {
  const intervals: [number, number][] = [];
  for (const part of text.split(',')) {
    const [, type, code] = /^(\d{1,3})(?:\/(\d{1,3}))?$/.exec(part.trim()) ?? [];
    if (type === undefined || Number(type) > 255 || Number(code ?? 0) > 255) return undefined;
    const first = Number(type) * 256;
    intervals.push(code === undefined ? [first, first + 255] : [first + Number(code), first + Number(code)]);
  }
  return IntervalSet.from(intervals);
}

function tracking(protocol: number, opening: PortSet, errors: PortSet, untracked: PortSet): IcmpTracking {
  const invalid = ALL_PORTS.subtract(opening).subtract(errors).subtract(untracked);
  return { protocol, opening, errors, untracked, invalid };
}

/** ICMP of each address family in Linux (`nf_conntrack_proto_icmp.c` and `nf_conntrack_proto_icmpv6.c`). */
export const ICMP_TRACKING: Readonly<Record<AddressFamily, IcmpTracking>> = {
  4: tracking(ICMP, messagesOf([8, 13, 15, 17]), messagesOf([3, 4, 5, 11, 12]), messagesOf([])),
  6: tracking(
    ICMPV6,
    messagesOf([128, 139]),
    IntervalSet.of([0, 127 * 256 + 255]),
    messagesOf([130, 131, 132, 133, 134, 135, 136, 143]),
  ),
};
