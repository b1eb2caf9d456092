// Which source ports a new rule has to name.
import { type PacketBox, PacketSet } from '../../model/packets.js';
import { ALL_PORTS, type PortSet } from '../../model/ports.js';
import type { FilterChange } from '../dialect.js';

/**
 * The source ports that a rule for some packets of a change names: every port where the change leaves them to the client,
 * which then needs no condition; otherwise those of the packets.
 */
export function sourcePortsFor(box: PacketBox, { allowed }: Pick<FilterChange, 'allowed'>): PortSet {
  // Addresses may be translated on the way, so they are compared only where some packets have to come from certain ports.
  if (allowed.boxes.every(({ sourcePorts }) => sourcePorts.equals(ALL_PORTS))) return ALL_PORTS;
  return allowed.containsAll(PacketSet.of({ ...box, sourcePorts: ALL_PORTS })) ? ALL_PORTS : box.sourcePorts;
}
