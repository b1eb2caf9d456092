import { IpSet, shortPrefix } from './ip.js';
import { ALL_PROTOCOLS, type PacketSet, type ProtocolSet, TCP, UDP } from './packets.js';
import { ALL_PORTS, formatPorts, type PortSet } from './ports.js';

/** Names of protocols as people write them; others are shown by number (IANA Protocol Numbers). */
const PROTOCOL_NAMES: ReadonlyMap<number, string> = new Map([
  [1, 'ICMP'],
  [TCP, 'TCP'],
  [UDP, 'UDP'],
  [50, 'ESP'],
  [51, 'AH'],
  [58, 'ICMPv6'],
]);

/** How many prefixes of one destination a text spells out. */
const PREFIX_LIMIT = 6;

/** Packets in the smallest form that a person would write: `UDP 3478–3481 to 52.122.0.0/15`. Sources are left out. */
export function describePackets(packets: PacketSet): string {
  // What goes to the same ports is told together, then what goes to the same addresses.
  const byService = new Map<string, Service & { readonly destination: IpSet }>();
  for (const { protocols, destinationPorts: ports, destination } of packets.boxes) {
    const key = `${protocols.key} ${ports.key}`;
    const known = byService.get(key);
    byService.set(key, { protocols, ports, destination: (known?.destination ?? IpSet.empty).union(destination) });
  }
  const byDestination = new Map<string, Map<string, Service>>();
  for (const { protocols, ports, destination } of byService.values()) {
    const text = destinationText(destination);
    const services = byDestination.get(text) ?? new Map<string, Service>();
    const known = services.get(protocols.key);
    services.set(protocols.key, { protocols, ports: known ? known.ports.union(ports) : ports });
    byDestination.set(text, services);
  }
  const told = [...byDestination].map(
    ([destination, services]) => `${[...services.values()].map(serviceText).join(' and ')}${destination}`,
  );
  return told.join('; ');
}

interface Service {
  readonly protocols: ProtocolSet;
  readonly ports: PortSet;
}

function serviceText({ protocols, ports }: Service): string {
  return `${protocolText(protocols)}${ports.equals(ALL_PORTS) ? '' : ` ${formatPorts(ports)}`}`;
}

function protocolText(protocols: ProtocolSet): string {
  if (protocols.equals(ALL_PROTOCOLS)) return 'any protocol';
  return protocols.intervals
    .map(([low, high]) => (low === high ? (PROTOCOL_NAMES.get(low) ?? `protocol ${low}`) : `protocols ${low}–${high}`))
    .join(', ');
}

function destinationText(destination: IpSet): string {
  if (destination.equals(IpSet.all)) return '';
  const prefixes = destination.toPrefixes().map(shortPrefix);
  const rest = prefixes.length > PREFIX_LIMIT ? ` and ${prefixes.length - PREFIX_LIMIT} more` : '';
  return ` to ${prefixes.slice(0, PREFIX_LIMIT).join(', ')}${rest}`;
}
