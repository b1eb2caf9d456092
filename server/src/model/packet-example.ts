// One packet of a set, as a person would ask about it.
import { type Address, formatAddress, IpSet } from './ip.js';
import { type PacketBox, type PacketSet, TCP, UDP } from './packets.js';
import { EPHEMERAL_PORTS, type PortSet } from './ports.js';
import { PROTOCOL_NAMES } from './protocols.js';

/** Addresses for documentation (RFC 5737, RFC 3849): no example names somebody's host unless it has to. */
const SENDER = IpSet.parse('192.0.2.1', '2001:db8::2');
const RECEIVER = IpSet.parse('203.0.113.1', '2001:db8::1');

/** Some packet of a set in the form that `explain` takes: `tcp 10.0.0.1:49152 > 203.0.113.1:445`; `undefined` for an empty set. */
export function exampleFlow({ boxes }: PacketSet): string | undefined {
  for (const box of boxes) {
    for (const family of [4, 6] as const) {
      const source = exampleAddress(box.source.ofFamily(family), SENDER);
      const destination = exampleAddress(box.destination.ofFamily(family), RECEIVER);
      if (source && destination) return flowText(box, source, destination);
    }
  }
  return undefined;
}

function flowText({ protocols, sourcePorts, destinationPorts }: PacketBox, from: Address, to: Address): string {
  const protocol = [TCP, UDP].find((number) => protocols.has(number)) ?? protocols.min ?? TCP;
  const name = PROTOCOL_NAMES.get(protocol)?.toLowerCase() ?? `${protocol}`;
  const hasPorts = protocol === TCP || protocol === UDP;
  const end = (address: Address, ports: PortSet) => {
    const text = formatAddress(address);
    if (!hasPorts) return text;
    return `${address.family === 6 ? `[${text}]` : text}:${examplePort(ports)}`;
  };
  const ofClients = sourcePorts.intersect(EPHEMERAL_PORTS);
  return `${name} ${end(from, ofClients.isEmpty ? sourcePorts : ofClients)} > ${end(to, destinationPorts)}`;
}

function exampleAddress(addresses: IpSet, preferred: IpSet): Address | undefined {
  const { first } = addresses;
  const documented = addresses.intersect(preferred).first;
  if (documented || !first) return documented;
  // The first address of a network is nobody's.
  const next: Address =
    first.family === 4 ? { family: 4, value: first.value + 1 } : { family: 6, value: first.value + 1n };
  return addresses.has(next) ? next : first;
}

/** The first port, but for port 0, which nothing uses. */
function examplePort(ports: PortSet): number {
  const { min = 0 } = ports;
  return min === 0 && ports.has(443) ? 443 : min;
}
