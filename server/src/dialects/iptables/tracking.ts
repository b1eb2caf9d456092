import { IntervalSet } from '../../model/intervals.js';
import type { AddressFamily } from '../../model/ip.js';
import { ALL_PROTOCOLS, ANY_PACKET, type PacketBox } from '../../model/packets.js';
import { ALL_PORTS, type PortSet } from '../../model/ports.js';
import { protocolSet } from './protocols.js';

/** What connection tracking makes of packets that belong to no connection that it knows. */
export interface TrackingClass {
  readonly packets: PacketBox;
  /** The states that such a packet may have; where there are two, the file does not tell which. */
  readonly states: readonly ('NEW' | 'INVALID' | 'RELATED' | 'UNTRACKED')[];
}

const ICMP = 1;
const ICMP6 = 58;

function typed(protocol: number, types: PortSet): PacketBox {
  return { ...ANY_PACKET, protocols: protocolSet(protocol), destinationPorts: types };
}

/** Boxes of ICMP hold type and code in the place of the port. */
function typesOf(...types: readonly number[]): PortSet {
  return IntervalSet.from(types.map((type): [number, number] => [type * 256, type * 256 + 255]));
}

function classesOf(
  own: number,
  foreign: number,
  opening: PortSet,
  errors: PortSet,
  ignored: PortSet,
): readonly TrackingClass[] {
  const others = ALL_PORTS.subtract(opening).subtract(errors).subtract(ignored);
  const protocols = ALL_PROTOCOLS.subtract(protocolSet(ICMP)).subtract(protocolSet(ICMP6));
  return [
    { packets: { ...ANY_PACKET, protocols }, states: ['NEW'] },
    { packets: typed(own, opening), states: ['NEW'] },
    // An error belongs to the connection that it tells about, if that is known.
    { packets: typed(own, errors), states: ['INVALID', 'RELATED'] },
    { packets: typed(own, ignored), states: ['UNTRACKED'] },
    { packets: typed(own, others), states: ['INVALID'] },
    { packets: typed(foreign, ALL_PORTS), states: ['INVALID'] },
  ];
}

/**
 * All packets by what they are to connection tracking (Linux, nf_conntrack_proto_icmp.c and nf_conntrack_proto_icmpv6.c:
 * only requests open a connection; neighbour and multicast listener discovery is not tracked).
 */
export const TRACKING_CLASSES: Readonly<Record<AddressFamily, readonly TrackingClass[]>> = {
  4: classesOf(ICMP, ICMP6, typesOf(8, 13, 15, 17), typesOf(3, 4, 5, 11, 12), typesOf()),
  6: classesOf(
    ICMP6,
    ICMP,
    typesOf(128, 139),
    IntervalSet.range(0, 127 * 256 + 255),
    typesOf(130, 131, 132, 133, 134, 135, 136, 143),
  ),
};

/** Whether a box holds packets of ICMP at all, which are the only ones that do not all open a connection. */
export function mayBeIcmp({ protocols }: PacketBox): boolean {
  return protocols.has(ICMP) || protocols.has(ICMP6);
}
