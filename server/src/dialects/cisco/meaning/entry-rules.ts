import type { FilterRule, OpaqueCondition, Phase } from '../../../model/filter.js';
import type { IntervalSet } from '../../../model/intervals.js';
import { IpSet } from '../../../model/ip.js';
import { ALL_PROTOCOLS, ANY_PACKET, type PacketBox } from '../../../model/packets.js';
import { ALL_PORTS } from '../../../model/ports.js';
import type { Definitions, Resolved } from '../program/groups.js';
import type { Ace, AceForm, Operand, PhaseLimit } from '../syntax/ace.js';
import type { ServiceBox } from '../syntax/group-members.js';

/** What one entry matches, without its place. An entry that is partly unknown gives a certain and a possible rule. */
export type RuleCore = Pick<FilterRule, 'match' | 'phases' | 'opaque'>;

const NO_CONDITIONS: readonly OpaqueCondition[] = [];
const BOTH_PHASES: readonly Phase[] = ['first', 'reply'];
const FIRST_ONLY: readonly Phase[] = ['first'];
const REPLY_ONLY: readonly Phase[] = ['reply'];

class Compiled {
  constructor(
    readonly definitions: Definitions | undefined,
    readonly cores: readonly RuleCore[],
  ) {}
}

/** The rules of an entry, certain ones first. */
export function coresOf(ace: Ace, definitions: Definitions): readonly RuleCore[] {
  const used = ace.references.length > 0 ? definitions : undefined;
  if (ace.compiled instanceof Compiled && ace.compiled.definitions === used) return ace.compiled.cores;
  const cores = compile(ace, definitions);
  ace.compiled = new Compiled(used, cores);
  return cores;
}

/** A side of an entry: what it certainly holds, and what it may hold beside. */
interface Side {
  readonly certain: IpSet;
  readonly possible: IpSet;
  readonly unknown: readonly string[];
}

function compile(ace: Ace, definitions: Definitions): readonly RuleCore[] {
  const [source, sourcePorts, destination, destinationPorts, more] = arrange(ace, definitions);
  const unknown = [...ace.opaque, ...sourcePorts.unknown, ...destinationPorts.unknown, ...more.unknown];
  let services = servicesOf(ace, definitions, unknown);
  services = services.map((service) => ({
    protocols: service.protocols,
    sourcePorts: service.sourcePorts.intersect(sourcePorts.set),
    destinationPorts: service.destinationPorts.intersect(destinationPorts.set).intersect(more.set),
  }));
  const boxes = (from: IpSet, to: IpSet): PacketBox[] =>
    services.map((service) => ({ ...ANY_PACKET, source: from, destination: to, ...shared(service) }));
  const conditions = (texts: readonly string[]) =>
    texts.length === 0 ? NO_CONDITIONS : [...new Set(texts)].map((text) => ({ text }));
  const cores: RuleCore[] = [];
  const add = (match: readonly PacketBox[], texts: readonly string[]) => {
    for (const { phases, unknownFlags } of phasesOf(ace.phases)) {
      if (phases.length > 0)
        cores.push({ match, phases, opaque: conditions(unknownFlags ? [...texts, 'the TCP flags'] : texts) });
    }
  };
  const sides = [...source.unknown, ...destination.unknown];
  if (!source.certain.isEmpty && !destination.certain.isEmpty) add(boxes(source.certain, destination.certain), unknown);
  if (sides.length > 0) add(boxes(source.possible, destination.possible), [...unknown, ...sides]);
  return cores;
}

/** Keeps the whole sets identical, which the packet algebra compares first. */
function shared({ protocols, sourcePorts, destinationPorts }: ServiceBox): ServiceBox {
  return {
    protocols: protocols.equals(ALL_PROTOCOLS) ? ALL_PROTOCOLS : protocols,
    sourcePorts: sourcePorts.equals(ALL_PORTS) ? ALL_PORTS : sourcePorts,
    destinationPorts: destinationPorts.equals(ALL_PORTS) ? ALL_PORTS : destinationPorts,
  };
}

function phasesOf(limit: PhaseLimit): { phases: readonly Phase[]; unknownFlags: boolean }[] {
  if (limit.first === limit.answer) {
    if (limit.first === 'never') return [];
    return [{ phases: BOTH_PHASES, unknownFlags: limit.first === 'unknown' }];
  }
  return [
    { phases: limit.first === 'never' ? [] : FIRST_ONLY, unknownFlags: limit.first === 'unknown' },
    { phases: limit.answer === 'never' ? [] : REPLY_ONLY, unknownFlags: limit.answer === 'unknown' },
  ];
}

interface Ports {
  readonly set: IntervalSet<number>;
  readonly unknown: readonly string[];
}

const ANY_PORT: Ports = { set: ALL_PORTS, unknown: [] };
const NOWHERE: Side = { certain: IpSet.empty, possible: IpSet.all, unknown: ['an entry that cannot be read'] };

/** Gives operands their roles: a group between two addresses is one of ports if its definition says so. */
function arrange({ operands, form }: Ace, definitions: Definitions): [Side, Ports, Side, Ports, Ports] {
  let at = 0;
  const portsNext = (): Ports => {
    const operand = operands[at];
    if (!operand || operand.kind === 'addresses') return ANY_PORT;
    if (operand.kind === 'ports') {
      at++;
      return { set: operand.set, unknown: operand.unknown === undefined ? [] : [operand.unknown] };
    }
    if (operand.reference.kind === 'alias') return ANY_PORT;
    const definition = definitions.definition(operand.reference.name);
    // An unknown name is one of addresses while the destination is still to come.
    const isPorts = definition ? definition.group !== 'network' : at >= addressesAt(operands);
    if (!isPorts) return ANY_PORT;
    at++;
    const { ports, services, unknown } = definitions.resolve(operand.reference, 'service');
    const listed = services.reduce((all, service) => all.union(service.destinationPorts), ports);
    return { set: listed, unknown };
  };
  const sideNext = (): Side => {
    const operand = operands[at];
    if (!operand || operand.kind === 'ports') return NOWHERE;
    at++;
    if (operand.kind === 'addresses') {
      return operand.unknown === undefined
        ? { certain: operand.set, possible: operand.set, unknown: [] }
        : { certain: IpSet.empty, possible: operand.set, unknown: [operand.unknown] };
    }
    const { addresses, possible, unknown } = definitions.resolve(operand.reference, 'network');
    return { certain: inFamily(addresses, form), possible: inFamily(possible, form), unknown };
  };
  const source = sideNext();
  const sourcePorts = portsNext();
  const destination = sideNext();
  return [source, sourcePorts, destination, portsNext(), portsNext()];
}

/** A group may hold addresses of both families; a list of one family sees only its own. */
function inFamily(addresses: IpSet, form: AceForm): IpSet {
  return form === 'asa' ? addresses : addresses.ofFamily(form === 'ipv6' ? 6 : 4);
}

/** The index behind the second operand that can be addresses. */
function addressesAt(operands: readonly Operand[]): number {
  let found = 0;
  for (const [index, { kind }] of operands.entries()) {
    if (kind !== 'ports') found++;
    if (found === 2) return index + 1;
  }
  return operands.length;
}

function servicesOf(ace: Ace, definitions: Definitions, unknown: string[]): readonly ServiceBox[] {
  if (ace.protocol.kind === 'protocols') {
    const destinationPorts = ace.icmp ?? ALL_PORTS;
    return [{ protocols: ace.protocol.set, sourcePorts: ALL_PORTS, destinationPorts }];
  }
  const resolved: Resolved = definitions.resolve(ace.protocol.reference, 'service');
  unknown.push(...resolved.unknown);
  return resolved.services;
}
