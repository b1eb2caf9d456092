// The states that connection tracking assigns to packets that open no connection or belong to none, and whether they are tracked.
import { ICMP, ICMP_TRACKING, ICMPV6 } from '../../../model/icmp.js';
import type { AddressFamily } from '../../../model/ip.js';
import { ANY_PACKET, intersectBoxes, type PacketBox, protocolSet } from '../../../model/packets.js';
import { ALL_PORTS, type PortSet } from '../../../model/ports.js';
import { NOT_ICMP, STRAY_CLASSES, type Untracked } from '../../shared/untracked.js';
import { type Meaning, withUnknown } from './parts.js';

/** Packets that belong to no known connection and get the same states. */
export interface TrackingClass {
  readonly packets: PacketBox;
  /** The states that such a packet may get; of two, it is unknown which. */
  readonly states: readonly ('NEW' | 'INVALID' | 'RELATED' | 'UNTRACKED')[];
}

function messages(protocol: number, types: PortSet): PacketBox {
  return { ...ANY_PACKET, protocols: protocolSet(protocol), destinationPorts: types };
}

function classesOf(family: AddressFamily): readonly TrackingClass[] {
  const { protocol, opening, errors, untracked, invalid } = ICMP_TRACKING[family];
  return [
    { packets: { ...ANY_PACKET, protocols: NOT_ICMP }, states: ['NEW'] },
    { packets: messages(protocol, opening), states: ['NEW'] },
    { packets: messages(protocol, errors), states: ['INVALID', 'RELATED'] },
    { packets: messages(protocol, untracked), states: ['UNTRACKED'] },
    { packets: messages(protocol, invalid), states: ['INVALID'] },
    // The ICMP of the other family is not tracked here.
    { packets: messages(protocol === ICMP ? ICMPV6 : ICMP, ALL_PORTS), states: ['INVALID'] },
  ];
}

/** All packets, by the states that connection tracking assigns to them. */
export const TRACKING_CLASSES: Readonly<Record<AddressFamily, readonly TrackingClass[]>> = {
  4: classesOf(4),
  6: classesOf(6),
};

/** With more boxes of untracked packets than this, tracking is treated as unknown. */
export const BOX_LIMIT = 64;

export function isTooMuch({ packets }: Untracked): boolean {
  return packets.boxes.length > BOX_LIMIT;
}

/** Replies that belong to no connection that is known. */
export function withStrayState(part: Meaning, has: (state: string) => boolean, text: string): Meaning[] {
  return STRAY_CLASSES.flatMap(({ protocols, states }): Meaning[] => {
    const values = states.map(has);
    if (!values.includes(true)) return [];
    const match = part.match.flatMap((box) => intersectBoxes(box, { ...ANY_PACKET, protocols }) ?? []);
    if (match.length === 0) return [];
    const own = { ...part, match };
    return [values.includes(false) ? withUnknown(own, text) : own];
  });
}
