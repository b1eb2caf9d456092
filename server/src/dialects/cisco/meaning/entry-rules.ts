// What one entry matches once its names are resolved.
import type { OpaqueCondition, Phase } from '../../../model/filter.js';
import type { IntervalSet } from '../../../model/intervals.js';
import { IpSet } from '../../../model/ip.js';
import { ALL_PROTOCOLS, ANY_PACKET, type PacketBox } from '../../../model/packets.js';
import { ALL_PORTS, type PortSet } from '../../../model/ports.js';
import type { Definitions } from '../program/groups.js';
import { ALWAYS } from '../syntax/entry-options.js';
import type { AclEntry, EntryMatch, Operand, PhaseLimit, ServiceBox } from '../syntax/tree.js';
import type { ListForm } from '../vocabulary/command-table.js';

const NO_CONDITIONS: readonly OpaqueCondition[] = [];
const BOTH_PHASES: readonly Phase[] = ['first', 'reply'];
const FIRST_ONLY: readonly Phase[] = ['first'];
const REPLY_ONLY: readonly Phase[] = ['reply'];

/** What an entry matches, definite matches first. */
export function matchesOf(entry: AclEntry, definitions: Definitions): readonly EntryMatch[] {
  const used = entry.references.length > 0 ? definitions : undefined;
  return entry.matches.of(used, () => plainMatches(entry) ?? resolve(entry, definitions));
}

/**
 * The same as {@link resolve} gives, for an entry of known addresses and ports that holds without conditions: nearly all entries of
 * long lists are of this kind.
 */
export function plainMatches({
  protocol,
  operands,
  icmp,
  opaque,
  phases,
}: AclEntry): readonly EntryMatch[] | undefined {
  if (protocol.kind === 'name' || icmp || opaque.length > 0 || phases !== ALWAYS) return undefined;
  let at = 0;
  const nextAddresses = (): IpSet | undefined => {
    const operand = operands[at];
    if (operand?.kind !== 'addresses' || operand.unknown !== undefined || operand.set.isEmpty) return undefined;
    at++;
    return operand.set;
  };
  const nextPorts = (): PortSet | undefined => {
    const operand = operands[at];
    if (operand?.kind !== 'ports') return ALL_PORTS;
    if (operand.unknown !== undefined) return undefined;
    at++;
    return operand.set;
  };
  const source = nextAddresses();
  const sourcePorts = source && nextPorts();
  const destination = sourcePorts && nextAddresses();
  const destinationPorts = destination && nextPorts();
  if (!destinationPorts || at < operands.length) return undefined;
  const box: PacketBox = {
    source,
    destination,
    protocols: shared(protocol.set, ALL_PROTOCOLS),
    sourcePorts: shared(sourcePorts, ALL_PORTS),
    destinationPorts: shared(destinationPorts, ALL_PORTS),
    inInterface: ANY_PACKET.inInterface,
    outInterface: ANY_PACKET.outInterface,
  };
  return [{ match: [box], phases: BOTH_PHASES, opaque: NO_CONDITIONS }];
}

/** The addresses at one end of an entry: those that it definitely names, and all that it possibly names. */
interface EntryAddresses {
  readonly certain: IpSet;
  readonly possible: IpSet;
  readonly unknown: readonly string[];
}

interface EntryPorts {
  readonly set: PortSet;
  readonly unknown: readonly string[];
}

interface EntryOperands {
  readonly source: EntryAddresses;
  readonly sourcePorts: EntryPorts;
  readonly destination: EntryAddresses;
  readonly destinationPorts: EntryPorts;
  /** A second group of ports, which limits the destination ports further. */
  readonly morePorts: EntryPorts;
}

export function resolve(entry: AclEntry, definitions: Definitions): readonly EntryMatch[] {
  const { source, sourcePorts, destination, destinationPorts, morePorts } = operandsOf(entry, definitions);
  const named = servicesOf(entry, definitions);
  const unknown = [
    ...entry.opaque,
    ...sourcePorts.unknown,
    ...destinationPorts.unknown,
    ...morePorts.unknown,
    ...named.unknown,
  ];
  const services = named.services.map((service) => ({
    protocols: service.protocols,
    sourcePorts: service.sourcePorts.intersect(sourcePorts.set),
    destinationPorts: service.destinationPorts.intersect(destinationPorts.set).intersect(morePorts.set),
  }));
  const boxes = (from: IpSet, to: IpSet): PacketBox[] =>
    services.map((service) => ({ ...ANY_PACKET, source: from, destination: to, ...withSharedSets(service) }));
  const matches: EntryMatch[] = [];
  const add = (match: readonly PacketBox[], conditions: readonly string[]) => {
    for (const { phases, areFlagsUnknown } of phasesOf(entry.phases)) {
      const opaque = opaqueOf(areFlagsUnknown ? [...conditions, 'the TCP flags'] : conditions);
      if (phases.length > 0) matches.push({ match, phases, opaque });
    }
  };
  const unknownAddresses = [...source.unknown, ...destination.unknown];
  if (!source.certain.isEmpty && !destination.certain.isEmpty) add(boxes(source.certain, destination.certain), unknown);
  if (unknownAddresses.length > 0) {
    add(boxes(source.possible, destination.possible), [...unknown, ...unknownAddresses]);
  }
  return matches;
}

function opaqueOf(conditions: readonly string[]): readonly OpaqueCondition[] {
  return conditions.length === 0 ? NO_CONDITIONS : [...new Set(conditions)].map((text) => ({ text }));
}

/** Replaces unrestricted sets by the shared objects, which the packet algebra compares by identity first. */
function withSharedSets({ protocols, sourcePorts, destinationPorts }: ServiceBox): ServiceBox {
  return {
    protocols: shared(protocols, ALL_PROTOCOLS),
    sourcePorts: shared(sourcePorts, ALL_PORTS),
    destinationPorts: shared(destinationPorts, ALL_PORTS),
  };
}

function shared(set: IntervalSet<number>, all: IntervalSet<number>): IntervalSet<number> {
  return set.equals(all) ? all : set;
}

function phasesOf({ first, reply }: PhaseLimit): { phases: readonly Phase[]; areFlagsUnknown: boolean }[] {
  if (first === reply) {
    return first === 'never' ? [] : [{ phases: BOTH_PHASES, areFlagsUnknown: first === 'unknown' }];
  }
  return [
    { phases: first === 'never' ? [] : FIRST_ONLY, areFlagsUnknown: first === 'unknown' },
    { phases: reply === 'never' ? [] : REPLY_ONLY, areFlagsUnknown: reply === 'unknown' },
  ];
}

const ANY_PORT: EntryPorts = { set: ALL_PORTS, unknown: [] };
const UNREADABLE: EntryAddresses = {
  certain: IpSet.empty,
  possible: IpSet.all,
  unknown: ['an entry that cannot be read'],
};

/** Assigns operands to source, destination and ports: a group between two addresses is a group of ports if its definition says so. */
function operandsOf({ operands, form }: AclEntry, definitions: Definitions): EntryOperands {
  let at = 0;
  const nextPorts = (): EntryPorts => {
    const operand = operands[at];
    if (!operand || operand.kind === 'addresses') return ANY_PORT;
    if (operand.kind === 'ports') {
      at++;
      return { set: operand.set, unknown: operand.unknown === undefined ? [] : [operand.unknown] };
    }
    if (operand.reference.kind === 'alias' || operand.reference.kind === 'interface') return ANY_PORT;
    const definition = definitions.definition(operand.reference.name);
    // An unknown name is one of addresses while the destination is still to come.
    const isPorts = definition ? definition.group !== 'network' : at >= indexAfterAddresses(operands);
    if (!isPorts) return ANY_PORT;
    at++;
    const { ports, services, unknown } = definitions.resolve(operand.reference, 'service');
    return { set: services.reduce((all, service) => all.union(service.destinationPorts), ports), unknown };
  };
  const nextAddresses = (): EntryAddresses => {
    const operand = operands[at];
    if (!operand || operand.kind === 'ports') return UNREADABLE;
    at++;
    if (operand.kind === 'addresses') {
      const { set, unknown } = operand;
      if (unknown === undefined) return { certain: set, possible: set, unknown: [] };
      return { certain: IpSet.empty, possible: set, unknown: [unknown] };
    }
    const { addresses, possible, unknown } = definitions.resolve(operand.reference, 'network');
    return { certain: inFamily(addresses, form), possible: inFamily(possible, form), unknown };
  };
  return {
    source: nextAddresses(),
    sourcePorts: nextPorts(),
    destination: nextAddresses(),
    destinationPorts: nextPorts(),
    morePorts: nextPorts(),
  };
}

/** A group may hold addresses of both families; a list of one family sees only its own. */
function inFamily(addresses: IpSet, form: ListForm): IpSet {
  return form === 'asa' ? addresses : addresses.ofFamily(form === 'ipv6' ? 6 : 4);
}

/** The index after the second operand that can be addresses. */
function indexAfterAddresses(operands: readonly Operand[]): number {
  let found = 0;
  for (const [index, { kind }] of operands.entries()) {
    if (kind !== 'ports') found++;
    if (found === 2) return index + 1;
  }
  return operands.length;
}

const NO_UNKNOWN: readonly string[] = [];

function servicesOf({ protocol, icmp }: AclEntry, definitions: Definitions) {
  if (protocol.kind === 'name') return definitions.resolve(protocol.reference, 'service');
  const service = { protocols: protocol.set, sourcePorts: ALL_PORTS, destinationPorts: icmp ?? ALL_PORTS };
  return { services: [service], unknown: NO_UNKNOWN };
}
