// A packet of the reference as a question to Lintel's model.
import { IntervalSet } from '../../../server/src/model/intervals.js';
import { type Address, IpSet } from '../../../server/src/model/ip.js';
import { NameSet } from '../../../server/src/model/names.js';
import { ANY_PACKET, PacketSet } from '../../../server/src/model/packets.js';
import type { Packet } from './reference.js';

/** The packet alone; by any interfaces where none are given. */
export function setOf(packet: Packet, from?: string, to?: string): PacketSet {
  const addressOf = (value: bigint): Address =>
    packet.v6 ? { family: 6, value } : { family: 4, value: Number(value) };
  const only = (value: number) => IntervalSet.of([value, value] as const);
  const [source, destination] = [addressOf(packet.source), addressOf(packet.destination)];
  return PacketSet.of({
    ...ANY_PACKET,
    source: IpSet.range(source, source),
    destination: IpSet.range(destination, destination),
    protocols: only(packet.protocol),
    sourcePorts: only(packet.sourcePort),
    destinationPorts: only(packet.destinationPort),
    ...(from === undefined ? {} : { inInterface: NameSet.of(from) }),
    ...(to === undefined ? {} : { outInterface: NameSet.of(to) }),
  });
}
