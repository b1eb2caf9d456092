// Sets of packets, and lists of values, as text for messages.
import { IpSet, shortPrefixes } from './ip.js';
import { ALL_PROTOCOLS, answering, type PacketBox, type PacketSet, type ProtocolSet } from './packets.js';
import { ALL_PORTS, EPHEMERAL_PORTS, type PortSet, portTexts } from './ports.js';
import { PROTOCOL_NAMES } from './protocols.js';

/** The first values of a list and how many others there are: `a, b and 3 more`. */
export function listed(values: readonly string[], limit: number): string {
  return counted(values.slice(0, limit), values.length);
}

/** The first values of a list, and how many there are besides. */
function counted(shown: readonly string[], count: number): string {
  const text = shown.join(', ');
  return count > shown.length ? `${text} and ${count - shown.length} more` : text;
}

/** The first of some lists that stand one behind the other, and how many others there are. */
export function listedParts(parts: readonly string[], limit: number): string {
  const rest = parts.length - limit;
  if (rest <= 0) return parts.join('; ');
  return `${parts.slice(0, limit).join('; ')}; and ${rest} more ${rest === 1 ? 'list' : 'lists'}`;
}

/** How much of packets a text spells out: prefixes of one destination, and lists of ports with destinations. */
export interface Spelled {
  /** None: several are only counted. */
  readonly names: number;
  readonly lists: number;
}

const TITLE: Spelled = { names: 0, lists: 2 };

const ALL_LISTS: Spelled = { names: 6, lists: Number.POSITIVE_INFINITY };

/** Packets as short text, without their sources: `UDP 3478-3481 to 52.122.0.0/15`. */
export function describePackets(packets: PacketSet, spelled = ALL_LISTS): string {
  return describe(packets.boxes, 'to', spelled);
}

/** Packets for a title, whose addresses are counted where there are several: `UDP 3478-3481 to 2 networks`. */
export function summarizePackets(packets: PacketSet): string {
  return describe(packets.boxes, 'to', TITLE);
}

/** Replies for a title: `UDP 3478-3481 from 2 networks`. */
export function summarizeReplies(replies: PacketSet): string {
  return describe(replies.boxes.map(answering), 'from', TITLE);
}

/** Replies as short text, without their destinations: `UDP 3478-3481 from 52.122.0.0/15`. */
export function describeReplies(replies: PacketSet, spelled = ALL_LISTS): string {
  return describe(replies.boxes.map(answering), 'from', spelled);
}

function describe(boxes: readonly PacketBox[], preposition: 'to' | 'from', { names, lists }: Spelled): string {
  // Groups by ports first, then by addresses.
  const byService = new Map<string, Service & { readonly destination: IpSet }>();
  for (const { protocols, sourcePorts, destinationPorts: ports, destination } of boxes) {
    const key = `${protocols.key} ${sourcePorts.key} ${ports.key}`;
    const known = byService.get(key);
    const both = (known?.destination ?? IpSet.empty).union(destination);
    byService.set(key, { protocols, sourcePorts, ports, destination: both });
  }
  const byDestination = new Map<string, { readonly text: string; readonly services: Map<string, Service> }>();
  for (const { protocols, sourcePorts, ports, destination } of byService.values()) {
    const { services } = byDestination.get(destination.key) ?? { services: new Map<string, Service>() };
    const key = `${protocols.key} ${sourcePorts.key}`;
    const known = services.get(key);
    services.set(key, { protocols, sourcePorts, ports: known ? known.ports.union(ports) : ports });
    byDestination.set(destination.key, { text: destinationText(destination, preposition, names), services });
  }
  const texts = [...byDestination.values()].map(
    ({ text, services }) => `${[...services.values()].map(serviceText).join(' and ')}${text}`,
  );
  return listedParts(texts, lists);
}

interface Service {
  readonly protocols: ProtocolSet;
  readonly sourcePorts: PortSet;
  readonly ports: PortSet;
}

function serviceText({ protocols, sourcePorts, ports }: Service): string {
  const service = `${protocolText(protocols)}${ports.equals(ALL_PORTS) ? '' : ` ${portsText(ports)}`}`;
  // That a client sends from a port of its own choice goes without saying.
  const isAnyPort = sourcePorts.containsAll(EPHEMERAL_PORTS);
  return isAnyPort
    ? service
    : `${service} from source port${sourcePorts.count > 1 || !isSingle(sourcePorts) ? 's' : ''} ${portsText(sourcePorts)}`;
}

/** How many ports and ranges a text spells out. */
const PORTS_SHOWN = 24;

function portsText(ports: PortSet): string {
  return listed(portTexts(ports), PORTS_SHOWN);
}

function isSingle({ intervals: [first] }: PortSet): boolean {
  return first !== undefined && first[0] === first[1];
}

function protocolText(protocols: ProtocolSet): string {
  if (protocols.equals(ALL_PROTOCOLS)) return 'any protocol';
  return protocols.intervals
    .map(([low, high]) => (low === high ? (PROTOCOL_NAMES.get(low) ?? `protocol ${low}`) : `protocols ${low}-${high}`))
    .join(', ');
}

function destinationText(destination: IpSet, preposition: 'to' | 'from', names: number): string {
  if (destination.equals(IpSet.all)) return '';
  if (names === 0 && destination.prefixCount > 1) return ` ${preposition} ${destination.prefixCount} networks`;
  return ` ${preposition} ${counted(shortPrefixes(destination, Math.max(names, 1)), destination.prefixCount)}`;
}

/** How many prefixes of clients, and of others that are one end of packets, a text spells out. */
const CLIENTS_SHOWN = 4;

/** Addresses as short text: their prefixes, the first few, and how many there are besides. */
export function prefixesOf(addresses: IpSet): string {
  return counted(addresses.toPrefixes(CLIENTS_SHOWN), addresses.prefixCount);
}

/** Some of all clients, as a phrase; `undefined` where they are all. */
export function describeClients(some: IpSet, all: IpSet): string | undefined {
  const others = all.subtract(some);
  if (others.isEmpty) return undefined;
  const shorter = others.prefixCount < some.prefixCount;
  return shorter ? `for clients outside ${prefixesOf(others)}` : `for clients in ${prefixesOf(some)}`;
}
