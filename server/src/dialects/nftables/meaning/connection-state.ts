// The conditions of tests of `ct state`.
import type { ConnectionLimit } from '../../../model/filter.js';
import { ICMP_TRACKING } from '../../../model/icmp.js';
import { IntervalSet } from '../../../model/intervals.js';
import { IpSet } from '../../../model/ip.js';
import { ANY_PACKET, type PacketBox, PacketSet, protocolSet } from '../../../model/packets.js';
import type { PortSet } from '../../../model/ports.js';
import type { RegisterTest } from '../../../model/registers.js';
import {
  CONNECTED,
  EXCLUDED,
  NOT_ICMP,
  STRAY,
  STRAY_CLASSES,
  TRACKED,
  type Untracked,
} from '../../shared/untracked.js';
import { STATE_BITS } from '../vocabulary/data-types.js';
import {
  type Alternative,
  BOTH,
  both,
  type Condition,
  FIRST,
  inPhases,
  NEVER,
  NO_RESTRICTION,
  NO_TEXTS,
  OTHERS,
  opaqueCondition,
  REPLY,
  type Restriction,
  restrictionOf,
} from './condition.js';

/** Why the state of an ICMP error is unknown. */
const ICMP_ERROR = 'whether the ICMP error belongs to a connection';

/** The condition that the state of a packet is one for which `test` holds; `test` gets its bit. */
export function stateCondition(test: (bits: number) => boolean, { packets, strays }: Untracked): Condition {
  const condition = trackedCondition(test);
  if (packets.isEmpty && strays.isEmpty) return condition;
  const states = STATES.filter((state) => test(STATE_BITS[state]));
  const limit = { states: new Set<string>(states) };
  const within = (alternatives: Condition, own: PacketSet) =>
    both(alternatives, inPhases(BOTH, own.boxes.map(restrictionOf)));
  const all = test(STATE_BITS.untracked) ? inPhases(BOTH, packets.boxes.map(restrictionOf), limit) : NEVER;
  const replies = within(strayCondition(test, limit), strays);
  const tracked = within(condition, PacketSet.all.subtract(packets));
  const known = strays.isEmpty
    ? tracked
    : [...inPhase(tracked, FIRST), ...within(inPhase(tracked, REPLY | OTHERS), PacketSet.all.subtract(strays))];
  return [...all, ...known, ...replies];
}

/** The condition that the state of a packet is one for which `test` holds, where packets carry whether they are tracked. */
export function followedStateCondition(test: (bits: number) => boolean): Condition {
  const condition = trackedCondition(test);
  const limit = { states: new Set<string>(STATES.filter((state) => test(STATE_BITS[state]))) };
  const untracked = test(STATE_BITS.untracked) ? inPhases(BOTH, NO_RESTRICTION, limit) : NEVER;
  return [
    ...both(inPhase(condition, FIRST), trackingCondition(TRACKED)),
    ...both(inPhase(condition, REPLY | OTHERS), trackingCondition(CONNECTED)),
    ...both(strayCondition(test, limit), trackingCondition(STRAY)),
    ...both(untracked, trackingCondition(EXCLUDED)),
  ];
}

/** The condition that a test of what a packet carries of tracking holds. */
export function trackingCondition(test: RegisterTest): Condition {
  const tests = [{ text: 'whether the packet is tracked', test }];
  return [{ restrictions: NO_RESTRICTION, phases: BOTH, opaque: NO_TEXTS, tests }];
}

/** The condition of replies that belong to no connection that is known. */
function strayCondition(test: (bits: number) => boolean, limit: ConnectionLimit): Condition {
  return STRAY_CLASSES.flatMap(({ protocols, states }): Condition => {
    const values = states.map((state) => test(state === 'NEW' ? STATE_BITS.new : STATE_BITS.invalid));
    if (!values.includes(true)) return NEVER;
    const stray = inPhases(REPLY | OTHERS, [{ protocols }], limit);
    return values.includes(false) ? both(stray, opaqueCondition(UNKNOWN_CONNECTION)) : stray;
  });
}

function inPhase(condition: Condition, phases: number): Condition {
  return both(condition, inPhases(phases, NO_RESTRICTION));
}

const STATES = Object.keys(STATE_BITS) as (keyof typeof STATE_BITS)[];

/** Why the state of a reply is unknown. */
const UNKNOWN_CONNECTION = 'whether the reply opens a connection, since its first packet is not tracked';

/** ICMP with the addresses that it is for. Between others it is invalid (`nf_conntrack_icmp_packet` and its like for IPv6). */
const ICMP_OF_FAMILIES = ([4, 6] as const).map((family) => ({
  ...ICMP_TRACKING[family],
  source: IpSet.all.ofFamily(family),
}));

/** The condition where everything is tracked. */
function trackedCondition(test: (bits: number) => boolean): Condition {
  const first: Restriction[] = [];
  const open: Restriction[] = [];
  if (test(STATE_BITS.new)) first.push({ protocols: NOT_ICMP });
  for (const { protocol, source, opening, errors, untracked, invalid } of ICMP_OF_FAMILIES) {
    const protocols = protocolSet(protocol);
    let ports: PortSet = IntervalSet.empty<number>();
    if (test(STATE_BITS.new)) ports = ports.union(opening);
    if (test(STATE_BITS.untracked)) ports = ports.union(untracked);
    if (test(STATE_BITS.invalid)) ports = ports.union(invalid);
    if (test(STATE_BITS.invalid) && test(STATE_BITS.related)) ports = ports.union(errors);
    else if (test(STATE_BITS.invalid) || test(STATE_BITS.related))
      open.push({ source, protocols, destinationPorts: errors });
    if (!ports.isEmpty) first.push({ source, protocols, destinationPorts: ports });
    if (test(STATE_BITS.invalid)) first.push({ source: IpSet.all.subtract(source), protocols });
  }
  const states = Object.entries(STATE_BITS).flatMap(([state, bit]) => (test(bit) ? [state] : []));
  const limit = { states: new Set(states) };
  const condition: Alternative[] = [...inPhases(FIRST, first, limit)];
  if (test(STATE_BITS.established))
    condition.push({ restrictions: NO_RESTRICTION, phases: REPLY | OTHERS, limit, opaque: NO_TEXTS });
  if (open.length > 0) {
    const tests = [{ text: ICMP_ERROR, related: test(STATE_BITS.related) }];
    condition.push({ restrictions: open, phases: FIRST, limit, opaque: NO_TEXTS, tests });
  }
  return condition;
}

/** The packets that open a connection. */
export const OPENING_PACKETS: readonly PacketBox[] = [
  { ...ANY_PACKET, protocols: NOT_ICMP },
  ...ICMP_OF_FAMILIES.map(({ protocol, source, opening }) => {
    return { ...ANY_PACKET, source, protocols: protocolSet(protocol), destinationPorts: opening };
  }),
];

/** Those packets as restrictions, and the ICMP errors, which are about a connection of other packets. */
export const NEW_CONNECTIONS: readonly Restriction[] = OPENING_PACKETS.map(restrictionOf);
export const ICMP_ERRORS: readonly Restriction[] = ICMP_OF_FAMILIES.map(({ source, protocol, errors }) => {
  return { source, protocols: protocolSet(protocol), destinationPorts: errors };
});
