// Sets of packets, and lists of values, as text for messages.
import { IpSet, shortPrefixes } from './ip.js';
import { ALL_PROTOCOLS, type PacketSet, type ProtocolSet } from './packets.js';
import { ALL_PORTS, formatPorts, type PortSet } from './ports.js';
import { PROTOCOL_NAMES } from './protocols.js';

/** The first values of a list and how many others there are: `a, b and 3 more`. */
export function listed(values: readonly string[], limit: number): string {
  const shown = values.slice(0, limit).join(', ');
  return values.length > limit ? `${shown} and ${values.length - limit} more` : shown;
}

/** How many prefixes of one destination a text spells out. */
const PREFIX_LIMIT = 6;

/** Packets as short text, without their sources: `UDP 3478–3481 to 52.122.0.0/15`. */
export function describePackets(packets: PacketSet): string {
  // Groups by ports first, then by addresses.
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
  const texts = [...byDestination].map(
    ([destination, services]) => `${[...services.values()].map(serviceText).join(' and ')}${destination}`,
  );
  return texts.join('; ');
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
  return ` to ${listed(shortPrefixes(destination), PREFIX_LIMIT)}`;
}

/** How many prefixes of clients a text spells out. */
const CLIENTS_SHOWN = 4;

/** Clients as short text: their prefixes, the first few. */
export function prefixesOf(clients: IpSet): string {
  return listed(clients.toPrefixes(), CLIENTS_SHOWN);
}

/** Some of all clients, as a phrase; `undefined` where they are all. */
export function describeClients(some: IpSet, all: IpSet): string | undefined {
  const others = all.subtract(some);
  if (others.isEmpty) return undefined;
  const shorter = others.toPrefixes().length < some.toPrefixes().length;
  return shorter ? `for clients outside ${prefixesOf(others)}` : `for clients in ${prefixesOf(some)}`;
}
