// The interfaces between which traffic goes that a requirement may ask for, on Linux.
import { NameSet } from '../../model/names.js';
import { ANY_PACKET, type PacketBox } from '../../model/packets.js';

/** Packets that come from other hosts, or go there, never pass the loopback interface. */
const NOT_LOOPBACK: PacketBox = {
  ...ANY_PACKET,
  inInterface: NameSet.of('lo').complement(),
  outInterface: NameSet.of('lo').complement(),
};

export const REAL_PATHS = { outbound: [NOT_LOOPBACK], inbound: [NOT_LOOPBACK] };
