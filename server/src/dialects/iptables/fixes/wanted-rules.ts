// The rules that permit given packets, before they are written in the style of a file.
import { type AddressFamily, IpSet } from '../../../model/ip.js';
import { type PacketSet, type ProtocolSet, TCP, UDP } from '../../../model/packets.js';
import { ALL_PORTS, type PortSet } from '../../../model/ports.js';
import { sourcePortsFor } from '../../shared/source-ports.js';
import { MULTIPORT_LIMIT } from '../vocabulary/ports.js';

/** Ports as ranges, each first and last. */
export type PortRanges = readonly (readonly [number, number])[];

/** One rule to write. */
export interface WantedRule {
  readonly source: string | undefined;
  readonly destination: string | undefined;
  readonly protocol: number | undefined;
  /** Source ports; `undefined` for all. */
  readonly sourcePorts: PortRanges | undefined;
  /** Destination ports; `undefined` for all. */
  readonly ports: PortRanges | undefined;
}

/** Packets of some protocols to some ports between some networks. */
interface PacketGroup {
  readonly protocols: ProtocolSet;
  readonly sourcePorts: PortSet;
  readonly ports: PortSet;
  readonly destination: IpSet;
  readonly source: IpSet;
}

/** The rules that permit what is missing: for each protocol and list of ports, one for every two networks that need it. */
export function wantedRules(missing: PacketSet, allowed: PacketSet, family: AddressFamily): WantedRule[] {
  const all = IpSet.all.ofFamily(family);
  const anySource = allowed.boxes.some((other) => other.source.containsAll(all));
  const anyDestination = allowed.boxes.some((other) => other.destination.containsAll(all));
  let groups = missing.boxes.map((box): PacketGroup => {
    const { protocols, destinationPorts: ports, destination, source } = box;
    return {
      protocols,
      sourcePorts: sourcePortsFor(box, { allowed }),
      ports,
      destination: anyDestination ? all : destination.ofFamily(family),
      source: anySource ? all : source.ofFamily(family),
    };
  });
  // Each rule has one network at either end: of networks that lack different parts, only what these lack is written.
  for (const property of ['source', 'destination', 'ports'] as const) groups = joinedBy(groups, property);
  const wanted: WantedRule[] = [];
  for (const { protocols, sourcePorts: fromPorts, ports: toPorts, destination, source } of groups) {
    const sources = anySource ? [undefined] : source.toPrefixes();
    const destinations = anyDestination ? [undefined] : destination.toPrefixes();
    const lists = portLists(fromPorts).flatMap((own) =>
      portLists(toPorts).map((ports) => ({ sourcePorts: own, ports })),
    );
    for (const protocol of protocolNumbers(protocols)) {
      for (const ports of lists) {
        for (const from of sources) {
          for (const to of destinations) wanted.push({ source: from, destination: to, protocol, ...ports });
        }
      }
    }
  }
  return wanted;
}

/** Groups that differ in one property alone are one. */
function joinedBy(groups: readonly PacketGroup[], property: 'source' | 'destination' | 'ports'): PacketGroup[] {
  const joined = new Map<string, PacketGroup>();
  for (const group of groups) {
    const key = JSON.stringify(Object.entries(group).map(([name, set]) => (name === property ? '' : set.key)));
    const known = joined.get(key);
    joined.set(key, known ? both(known, group, property) : group);
  }
  return [...joined.values()];
}

function both(one: PacketGroup, other: PacketGroup, property: 'source' | 'destination' | 'ports'): PacketGroup {
  if (property === 'ports') return { ...one, ports: one.ports.union(other.ports) };
  return { ...one, [property]: one[property].union(other[property]) };
}

function protocolNumbers(protocols: ProtocolSet): (number | undefined)[] {
  if (protocols.intervals.length === 1 && protocols.has(0) && protocols.has(255)) return [undefined];
  return [TCP, UDP].filter((number) => protocols.has(number));
}

/** Splits ports into lists that fit in one match; a range counts as two. */
export function portLists(ports: PortSet): (PortRanges | undefined)[] {
  if (ports.equals(ALL_PORTS)) return [undefined];
  const lists: (readonly [number, number])[][] = [];
  let room = 0;
  for (const interval of ports.intervals) {
    const size = interval[0] === interval[1] ? 1 : 2;
    const current = lists[lists.length - 1];
    if (current && room >= size) {
      current.push(interval);
      room -= size;
    } else {
      lists.push([interval]);
      room = MULTIPORT_LIMIT - size;
    }
  }
  return lists;
}

/** Ports as `--dport` and `--dports` take them: `80,443,8000:8100`. */
export function portsText(ports: PortRanges): string {
  return ports.map(([low, high]) => (low === high ? `${low}` : `${low}:${high}`)).join(',');
}
