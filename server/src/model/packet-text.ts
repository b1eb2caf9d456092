import type { IntervalSet } from './intervals.js';
import { IpSet } from './ip.js';
import { ALL_PROTOCOLS, type PacketBox, type PacketSet, TCP, UDP } from './packets.js';
import { ALL_PORTS, formatPorts } from './ports.js';

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
  const byService = new Map<string, { service: string; destination: IpSet }>();
  for (const box of packets.boxes) {
    const service = serviceOf(box);
    const known = byService.get(service);
    byService.set(service, { service, destination: (known?.destination ?? IpSet.empty).union(box.destination) });
  }
  const byDestination = new Map<string, string[]>();
  for (const { service, destination } of byService.values()) {
    const text = destinationText(destination);
    byDestination.set(text, [...(byDestination.get(text) ?? []), service]);
  }
  return [...byDestination].map(([destination, services]) => `${services.join(' and ')}${destination}`).join('; ');
}

function serviceOf(box: PacketBox): string {
  const ports = box.destinationPorts.equals(ALL_PORTS) ? '' : ` ${formatPorts(box.destinationPorts)}`;
  return `${protocolText(box.protocols)}${ports}`;
}

function protocolText(protocols: IntervalSet<number>): string {
  if (protocols.equals(ALL_PROTOCOLS)) return 'any protocol';
  return protocols.intervals
    .map(([low, high]) => (low === high ? (PROTOCOL_NAMES.get(low) ?? `protocol ${low}`) : `protocols ${low}–${high}`))
    .join(', ');
}

function destinationText(destination: IpSet): string {
  if (destination.equals(IpSet.all)) return '';
  const prefixes = destination.toPrefixes().map((prefix) => prefix.replace(/\/(?:32|128)$/, ''));
  const rest = prefixes.length > PREFIX_LIMIT ? ` and ${prefixes.length - PREFIX_LIMIT} more` : '';
  return ` to ${prefixes.slice(0, PREFIX_LIMIT).join(', ')}${rest}`;
}
