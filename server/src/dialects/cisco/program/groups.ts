import { IntervalSet } from '../../../model/intervals.js';
import { IpSet } from '../../../model/ip.js';
import { ALL_PROTOCOLS } from '../../../model/packets.js';
import { ALL_PORTS, type PortSet } from '../../../model/ports.js';
import type { Member, ServiceBox } from '../syntax/group-members.js';
import type { GroupKind } from '../syntax/statements.js';
import { type NameReference, prefixSet } from '../syntax/words.js';

/** Everything that one object or object group collects, and what of it no file tells. */
export interface Resolved {
  readonly group: GroupKind;
  readonly addresses: IpSet;
  /** Where addresses may lie that the file does not give: host names, members that cannot be read. */
  readonly possible: IpSet;
  readonly services: readonly ServiceBox[];
  readonly ports: PortSet;
  /** Why what is collected is not all, or not certain. */
  readonly unknown: readonly string[];
}

export interface GroupDefinition {
  readonly name: string;
  readonly group: GroupKind;
  readonly object: boolean;
  readonly members: readonly Member[];
}

const NO_PORTS: PortSet = IntervalSet.empty();

/** A name that the file does not define could stand for anything. */
function undefinedName(name: string, group: GroupKind): Resolved {
  return {
    group,
    addresses: IpSet.empty,
    possible: IpSet.all,
    services: [{ protocols: ALL_PROTOCOLS, sourcePorts: ALL_PORTS, destinationPorts: ALL_PORTS }],
    ports: ALL_PORTS,
    unknown: [`${name}, which this file does not define`],
  };
}

/** How deep groups may nest before their content counts as unknown. */
const NESTING_LIMIT = 64;

/** The objects, object groups and address names of one file. */
export class Definitions {
  private readonly resolved = new Map<string, Resolved>();
  /** The names that are being resolved, outermost first: groups may be nested in circles. */
  private readonly open = new Set<string>();

  constructor(
    private readonly groups: ReadonlyMap<string, GroupDefinition>,
    private readonly aliases: ReadonlyMap<string, string>,
  ) {}

  has(reference: NameReference): boolean {
    return reference.kind === 'alias' ? this.aliases.has(reference.name) : this.groups.has(reference.name);
  }

  definition(name: string): GroupDefinition | undefined {
    return this.groups.get(name);
  }

  /** What a name stands for. `group` is what the place asks for where the file does not define it. */
  resolve(reference: NameReference, group: GroupKind): Resolved {
    const { name } = reference;
    if (reference.kind === 'alias') {
      const set = prefixSet(this.aliases.get(name) ?? '');
      if (!set) return { ...undefinedName(name, 'network'), unknown: [`the address of ${name}`] };
      return { group: 'network', addresses: set, possible: set, services: [], ports: NO_PORTS, unknown: [] };
    }
    const known = this.resolved.get(name);
    if (known) return known;
    const definition = this.groups.get(name);
    if (!definition) return undefinedName(name, group);
    if (this.open.size >= NESTING_LIMIT) {
      return { ...undefinedName(name, definition.group), unknown: [`${name}, which is nested too deeply`] };
    }
    if (this.open.has(name))
      return { ...undefinedName(name, definition.group), unknown: [`${name}, which contains itself`] };
    this.open.add(name);
    const made = this.collect(definition);
    this.open.delete(name);
    if (this.open.size === 0 || made.unknown.length === 0) this.resolved.set(name, made);
    return made;
  }

  private collect(definition: GroupDefinition): Resolved {
    const v4: [number, number][] = [];
    const v6: [bigint, bigint][] = [];
    let possible = IpSet.empty;
    const services: ServiceBox[] = [];
    const ports: (readonly [number, number])[] = [];
    const unknown: string[] = [];
    for (const member of definition.members) {
      switch (member.kind) {
        case 'addresses':
          if (member.unknown === undefined) {
            for (const [low, high] of member.set.v4.intervals) v4.push([low, high]);
            for (const [low, high] of member.set.v6.intervals) v6.push([low, high]);
          } else {
            possible = possible.union(member.set);
            unknown.push(member.unknown);
          }
          break;
        case 'service':
          services.push(...member.services);
          if (member.unknown !== undefined) unknown.push(member.unknown);
          break;
        case 'ports':
          ports.push(...member.set.intervals);
          if (member.unknown !== undefined) unknown.push(member.unknown);
          break;
        case 'name': {
          const nested = this.resolve(member.reference, definition.group);
          for (const [low, high] of nested.addresses.v4.intervals) v4.push([low, high]);
          for (const [low, high] of nested.addresses.v6.intervals) v6.push([low, high]);
          possible = possible.union(nested.possible);
          for (const one of nested.services) services.push(one);
          for (const interval of nested.ports.intervals) ports.push(interval);
          for (const reason of nested.unknown) unknown.push(reason);
        }
      }
    }
    const addresses = new IpSet(IntervalSet.from(v4), IntervalSet.from(v6));
    return {
      group: definition.group,
      addresses,
      possible: possible.union(addresses),
      services,
      ports: IntervalSet.from(ports),
      unknown,
    };
  }
}
