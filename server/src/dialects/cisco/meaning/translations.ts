// What the translation rules of an ASA make of the destinations of packets.
import { Memo } from '../../../kept/memo.js';
import { IpSet, parsePrefix } from '../../../model/ip.js';
import { ALL_PROTOCOLS, type ProtocolSet } from '../../../model/packets.js';
import { ALL_PORTS, type PortSet } from '../../../model/ports.js';
import type { PlacedLine } from '../program/blocks.js';
import type { PlacedNat } from '../program/nat.js';
import { addressesOf } from '../program/own-addresses.js';
import type { Program } from '../program/program.js';
import type { NatAddress, NatServices } from '../syntax/tree.js';

/** What one rule makes of the packets that it matches. */
export interface Translation {
  readonly line: PlacedLine;
  /** The network object that it belongs to, and the interface of its real source; `any` for every one. */
  readonly object: string | undefined;
  readonly real: string;
  /** The interfaces where its packets come in and leave; `any` for every one. */
  readonly at: string;
  readonly out: string;
  readonly source: IpSet;
  readonly protocols: ProtocolSet;
  readonly sourcePorts: PortSet;
  /** The destinations that it matches, and those that the packets then have. */
  readonly from: IpSet;
  readonly fromPorts: PortSet;
  readonly to: IpSet;
  readonly toPorts: PortSet;
  /** Why it is not known what it matches or does. */
  readonly unknown: string | undefined;
  /** Whether its packets go to the real source of the rule, or come from there. */
  readonly isTowardsSource: boolean;
  /** Whether connections from inside make the addresses, so that others open none to them. */
  readonly isDynamic: boolean;
}

const known = new Memo<Program, readonly Translation[]>();

/**
 * "Section 1 rules are applied first, then section 2, and finally section 3, until a match is found" (*ASA Firewall CLI
 * Configuration Guide*, "NAT Rule Order"), each at the interface where a packet comes in.
 */
export function translationsOf(program: Program): readonly Translation[] {
  return known.of(program, () => {
    const { first, object, last } = program.nat.rules;
    const sorted = [...first, ...sortedObjects(program, object), ...last];
    return sorted.flatMap((placed) => new RuleReader(program, placed).translations());
  });
}

/**
 * "Static rules. Dynamic rules. … Quantity of real IP addresses – from smallest to largest. … The IP address number …, from
 * lowest to highest. … The name of the network object …, in alphabetical order." An object has one rule, the latest.
 */
function sortedObjects({ definitions }: Program, rules: readonly PlacedNat[]): PlacedNat[] {
  const latest = new Map(rules.map((placed) => [placed.object ?? '', placed] as const));
  const keyed = [...latest].map(([name, placed]) => {
    const { addresses } = definitions.resolve({ kind: 'object', name, token: NO_TOKEN }, 'network');
    const { first } = addresses;
    return { placed, name, size: addresses.size, lowest: BigInt(first?.value ?? 0) };
  });
  keyed.sort(
    (a, b) =>
      Number(b.placed.rule.isStatic) - Number(a.placed.rule.isStatic) ||
      compare(a.size, b.size) ||
      compare(a.lowest, b.lowest) ||
      compare(a.name, b.name),
  );
  return keyed.map(({ placed }) => placed);
}

const NO_TOKEN = { start: 0, end: 0, text: '' };

function compare<T extends bigint | string>(a: T, b: T): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** Sources that have other addresses where they leave, whatever they are for. */
export interface SourceTranslation {
  readonly line: PlacedLine;
  readonly object: string | undefined;
  /** The interface where they leave; `any` for every one. */
  readonly out: string;
  readonly real: IpSet;
  readonly mapped: IpSet;
  /** Whether they get the address of the interface itself, which nobody else has. */
  readonly isOwn: boolean;
}

/** The sources that rules of version 8.3 or later translate and whose addresses the file tells. */
export function translatedSources(program: Program): readonly SourceTranslation[] {
  const { first, object, last } = program.nat.rules;
  return [...first, ...object, ...last].flatMap((placed) => new RuleReader(program, placed).sources());
}

/** Addresses of a rule; where they are not known, all that it may have. */
interface RuleAddresses {
  readonly set: IpSet;
  readonly unknown: string | undefined;
}

/** The ports of a rule on its way from the real to the mapped interface. */
interface RulePorts {
  readonly protocols: ProtocolSet;
  readonly realSource: PortSet;
  readonly mappedSource: PortSet;
  readonly mappedDestination: PortSet;
  readonly realDestination: PortSet;
  readonly unknown: string | undefined;
}

const EVERY_PORT: RulePorts = {
  protocols: ALL_PROTOCOLS,
  realSource: ALL_PORTS,
  mappedSource: ALL_PORTS,
  mappedDestination: ALL_PORTS,
  realDestination: ALL_PORTS,
  unknown: undefined,
};

/**
 * The mapped addresses of a network object: for an address in the rule itself, "the netmask or range for the mapped network is
 * the same as that of the real network" (*ASA Firewall CLI Configuration Guide*, "Configure Static Network Object NAT").
 */
function asLargeAs(real: RuleAddresses, mapped: RuleAddresses, { kind }: NatAddress): RuleAddresses {
  const address = mapped.set.first;
  if (kind !== 'addresses' || address?.family !== 4 || real.set.size === 1n || real.unknown !== undefined)
    return mapped;
  const [only, ...others] = real.set.toPrefixes(2);
  const prefix = others.length === 0 && only !== undefined ? parsePrefix(only) : undefined;
  if (prefix?.address.family === 4) return { set: IpSet.of({ address, length: prefix.length }), unknown: undefined };
  const [[low, high] = [0, 0], ...more] = real.set.v4.intervals;
  const last = address.value + high - low;
  if (more.length > 0 || !real.set.v6.isEmpty || last > 0xffff_ffff) return { ...mapped, unknown: MAPPED_SIZE };
  return { set: IpSet.range(address, { family: 4, value: last }), unknown: undefined };
}

const MAPPED_SIZE = 'which addresses stand for those of the object';

class RuleReader {
  constructor(
    private readonly program: Program,
    private readonly placed: PlacedNat,
  ) {}

  /** What it does to packets towards its mapped source, then to those that come from its real one. */
  translations(): Translation[] {
    const { rule, object } = this.placed;
    const { interfaces, destination, isStatic, unidirectional, section } = rule;
    const { real, mapped } = this.ends();
    const to = destination && { mapped: this.addresses(destination.mapped), real: this.addresses(destination.real) };
    const ports = this.ports(rule.services);
    const unread = rule.unread === undefined ? undefined : `what '${rule.unread}' does in a translation`;
    const unknown = unread ?? mapped.unknown ?? real.unknown ?? to?.mapped.unknown ?? to?.real.unknown ?? ports.unknown;
    const { line } = this.placed;
    const base = { line, object, real: interfaces.real, protocols: ports.protocols, unknown, isDynamic: !isStatic };
    const found: Translation[] = [];
    const towards = {
      ...base,
      at: interfaces.mapped,
      out: 'any',
      source: to?.real.set ?? IpSet.all,
      sourcePorts: ports.realDestination,
      from: mapped.set,
      to: real.set,
    };
    if (isStatic && !unidirectional) {
      found.push({ ...towards, fromPorts: ports.mappedSource, toPorts: ports.realSource, isTowardsSource: true });
    } else if (!isStatic && rule.source.mapped.kind !== 'interface') {
      const reason = 'which connection has the translated address';
      const dynamic = { ...towards, sourcePorts: ALL_PORTS, fromPorts: ALL_PORTS, toPorts: ALL_PORTS };
      found.push({ ...dynamic, unknown: unknown ?? reason, isTowardsSource: true });
    }
    // A rule for network objects, or of before 8.3, is about one end of a packet; of the others one decides both ends.
    if (section === 'object' || !rule.since83) return found;
    found.push({
      ...base,
      at: interfaces.real,
      out: to ? 'any' : interfaces.mapped,
      source: real.set,
      sourcePorts: isStatic ? ports.realSource : ALL_PORTS,
      from: to?.mapped.set ?? IpSet.all,
      fromPorts: ports.mappedDestination,
      to: to?.real.set ?? IpSet.all,
      toPorts: ports.realDestination,
      unknown: to ? unknown : (unread ?? real.unknown ?? ports.unknown),
      isTowardsSource: false,
    });
    return found;
  }

  /** What a rule makes of its sources; none where it depends on more than these. */
  sources(): SourceTranslation[] {
    const { rule, object, line } = this.placed;
    const { source, destination, services, unread, interfaces, since83 } = rule;
    if (!since83 || destination || services || unread !== undefined) return [];
    const { real, mapped } = this.ends();
    if (real.unknown !== undefined || mapped.unknown !== undefined) return [];
    const isOwn = source.mapped.kind === 'interface';
    return [{ line, object, out: interfaces.mapped, real: real.set, mapped: mapped.set, isOwn }];
  }

  /** The real sources, and those that they become. */
  private ends(): { readonly real: RuleAddresses; readonly mapped: RuleAddresses } {
    const { rule, object } = this.placed;
    const own: NatAddress = { kind: 'name', reference: { kind: 'object', name: object ?? '', token: NO_TOKEN } };
    const real = this.addresses(rule.source.real ?? own);
    const written = this.addresses(rule.source.mapped);
    const isOfObject = rule.isStatic && rule.section === 'object';
    return { real, mapped: isOfObject ? asLargeAs(real, written, rule.source.mapped) : written };
  }

  private addresses(address: NatAddress): RuleAddresses {
    switch (address.kind) {
      case 'any':
        return { set: IpSet.all, unknown: undefined };
      case 'addresses':
        return { set: address.set, unknown: undefined };
      case 'interface':
        return this.ownAddress(this.placed.rule.interfaces.mapped);
      case 'name': {
        const { addresses, possible, unknown } = this.program.definitions.resolve(address.reference, 'network');
        return unknown.length === 0 ? { set: addresses, unknown: undefined } : { set: possible, unknown: unknown[0] };
      }
    }
  }

  private ownAddress(name: string): RuleAddresses {
    const one = this.program.interfaces.find((other) => other.name === name);
    const own = one && addressesOf(one).find((address) => !address.own.v4.isEmpty);
    return own ? { set: own.own, unknown: undefined } : { set: IpSet.all, unknown: `the address of interface ${name}` };
  }

  private ports(services: NatServices | undefined): RulePorts {
    if (!services) return EVERY_PORT;
    if (services.kind === 'ports') {
      const { protocols, real, mapped } = services;
      return { ...EVERY_PORT, protocols, realSource: real, mappedSource: mapped };
    }
    const [first, second] = [services.first, services.second].map((reference) => {
      const content = this.program.definitions.resolve(reference, 'service');
      return content.services.length === 1 && content.unknown.length === 0 ? content.services[0] : undefined;
    });
    if (!first || !second || !first.protocols.equals(second.protocols)) {
      return { ...EVERY_PORT, unknown: `the ports of ${services.first.name} and ${services.second.name}` };
    }
    return {
      protocols: first.protocols,
      realSource: first.sourcePorts,
      mappedSource: second.sourcePorts,
      mappedDestination: first.destinationPorts,
      realDestination: second.destinationPorts,
      unknown: undefined,
    };
  }
}
