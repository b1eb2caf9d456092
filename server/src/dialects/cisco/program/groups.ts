// The objects, object groups and address names of a file, and what each of them resolves to.

import type { Lineage } from '../../../kept/line-blocks.js';
import { addAll } from '../../../kept/lists.js';
import { LatestMemo } from '../../../kept/memo.js';
import { IntervalSet } from '../../../model/intervals.js';
import { IpSet } from '../../../model/ip.js';
import { ALL_PROTOCOLS } from '../../../model/packets.js';
import { ALL_PORTS, type PortSet } from '../../../model/ports.js';
import { prefixSet } from '../syntax/addresses.js';
import type { GroupMember, GroupMode, Line, Mode, NameReference, ServiceBox } from '../syntax/tree.js';
import type { GroupKind } from '../vocabulary/command-table.js';
import { isSameMember } from './same-entry.js';

/** Everything that one object or object group contains, and what is unknown of it. */
export interface GroupContent {
  readonly group: GroupKind;
  readonly addresses: IpSet;
  /** The addresses that it possibly contains: those of host names, of members that cannot be read. */
  readonly possible: IpSet;
  readonly services: readonly ServiceBox[];
  readonly ports: PortSet;
  /** Why the content is incomplete or not certain. */
  readonly unknown: readonly string[];
}

export interface GroupDefinition {
  readonly name: string;
  readonly group: GroupKind;
  readonly members: readonly GroupMember[];
}

const NO_PORTS: PortSet = IntervalSet.empty();

/** The content of a name that may resolve to anything. */
function unknownContent(group: GroupKind, reason: string): GroupContent {
  return {
    group,
    addresses: IpSet.empty,
    possible: IpSet.all,
    services: [{ protocols: ALL_PROTOCOLS, sourcePorts: ALL_PORTS, destinationPorts: ALL_PORTS }],
    ports: ALL_PORTS,
    unknown: [reason],
  };
}

/** How deep groups may nest before their content counts as unknown. */
const NESTING_LIMIT = 64;

export class Definitions {
  private readonly resolved = new Map<string, GroupContent>();
  /** The names that are being resolved, outermost first: groups may be nested in circles. */
  private readonly open = new Set<string>();
  /** The content of groups that were cut short while another is read, until that is done. */
  private readonly provisional = new Map<string, GroupContent>();

  constructor(
    private readonly groups: ReadonlyMap<string, GroupDefinition>,
    private readonly aliases: ReadonlyMap<string, string>,
    /** The addresses of the device by the names of its interfaces. */
    private readonly own: ReadonlyMap<string, IpSet>,
  ) {}

  has(reference: NameReference): boolean {
    return reference.kind === 'alias' ? this.aliases.has(reference.name) : this.groups.has(reference.name);
  }

  /** Whether there is any group: long lists often name none. */
  get hasGroups(): boolean {
    return this.groups.size > 0;
  }

  definition(name: string): GroupDefinition | undefined {
    return this.groups.get(name);
  }

  /** What a name resolves to. `group` is the kind that the statement expects, used where the file does not define the name. */
  resolve({ name, kind }: NameReference, group: GroupKind): GroupContent {
    if (kind === 'interface') return this.addressAt(name);
    if (kind === 'alias') return this.addressNamed(name);
    const known = this.resolved.get(name) ?? this.provisional.get(name);
    if (known) return known;
    const definition = this.groups.get(name);
    if (!definition) return undefinedName(name, group);
    if (this.open.size >= NESTING_LIMIT) {
      return unknownContent(definition.group, `${name}, which is nested too deeply`);
    }
    if (this.open.has(name)) return unknownContent(definition.group, `${name}, which contains itself`);
    this.open.add(name);
    const content = this.collect(definition);
    this.open.delete(name);
    if (this.open.size === 0 || content.unknown.length === 0) this.resolved.set(name, content);
    // What leads back to a group that is still open lacks its members, and says so: within that group it need not be read again.
    else this.provisional.set(name, content);
    if (this.open.size === 0) this.provisional.clear();
    return content;
  }

  private addressNamed(name: string): GroupContent {
    const set = prefixSet(this.aliases.get(name) ?? '');
    if (!set) return unknownContent('network', `the address of ${name}`);
    return { group: 'network', addresses: set, possible: set, services: [], ports: NO_PORTS, unknown: [] };
  }

  /** IPv6 addresses are left open: manuals say of the IPv4 address alone that `interface` stands for it. */
  private addressAt(name: string): GroupContent {
    const own = this.own.get(name);
    const unknown = unknownContent('network', `the address of interface ${name}`);
    if (!own || own.v4.isEmpty) return unknown;
    const addresses = own.ofFamily(4);
    return own.v6.isEmpty
      ? { ...unknown, addresses, possible: addresses, services: [], ports: NO_PORTS, unknown: [] }
      : { ...unknown, addresses, possible: own };
  }

  private collect({ group, members }: GroupDefinition): GroupContent {
    const v4: [number, number][] = [];
    const v6: [bigint, bigint][] = [];
    const addAddresses = (set: IpSet) => {
      for (const [low, high] of set.v4.intervals) v4.push([low, high]);
      for (const [low, high] of set.v6.intervals) v6.push([low, high]);
    };
    let possible = IpSet.empty;
    // Groups that are reached in several ways add the same once.
    const services = new Set<ServiceBox>();
    const ports: (readonly [number, number])[] = [];
    const unknown = new Set<string>();
    for (const member of members) {
      if (member.kind === 'name') {
        const nested = this.resolve(member.reference, group);
        addAddresses(nested.addresses);
        possible = possible.union(nested.possible);
        for (const service of nested.services) services.add(service);
        for (const interval of nested.ports.intervals) ports.push(interval);
        for (const reason of nested.unknown) unknown.add(reason);
        continue;
      }
      if (member.unknown !== undefined) unknown.add(member.unknown);
      if (member.kind === 'service') for (const service of member.services) services.add(service);
      else if (member.kind === 'ports') addAll(ports, member.set.intervals);
      else if (member.unknown === undefined) addAddresses(member.set);
      else possible = possible.union(member.set);
    }
    const addresses = new IpSet(IntervalSet.from(v4), IntervalSet.from(v6));
    const everywhere = possible.union(addresses);
    return {
      group,
      addresses,
      possible: everywhere,
      services: [...services],
      ports: IntervalSet.from(ports),
      unknown: [...unknown],
    };
  }
}

function undefinedName(name: string, group: GroupKind): GroupContent {
  return unknownContent(group, `${name}, which this file does not define`);
}

interface KeptDefinitions {
  readonly lines: readonly Line[];
  readonly definitions: Definitions;
}

/** The definitions of the previous version, with their lines. */
const definitionsByLineage = new LatestMemo<Lineage, readonly Line[], KeptDefinitions>();

/** Each of the members is possibly not in its group. */
function leaveOpen(members: GroupMember[], unknown: string): void {
  members.forEach((member, index) => {
    if (member.kind === 'addresses' || member.kind === 'service') members[index] = { ...member, unknown };
  });
  // What the others hold is possible as long as anything is unknown.
  members.push({ kind: 'addresses', set: IpSet.empty, unknown });
}

/** Collects definitions while a file is read. */
export class DefinitionReader {
  private readonly groups = new Map<string, GroupDefinition & { readonly members: GroupMember[] }>();
  private readonly aliases = new Map<string, string>();
  private readonly lines: Line[] = [];

  openGroup({ name, group }: GroupMode, line: Line): void {
    this.lines.push(line);
    if (!this.groups.has(name)) this.groups.set(name, { name, group, members: [] });
  }

  addMember(mode: Mode, member: GroupMember | undefined, line: Line): void {
    this.lines.push(line);
    const { name, object } = mode.kind === 'group' ? mode : {};
    const members = name === undefined ? undefined : this.groups.get(name)?.members;
    // An object has one value: another one takes its place (*Cisco ASA Series Command Reference*, `object network`).
    if (members && member && object) members.splice(0, 1, member);
    else if (member) members?.push(member);
  }

  /** Takes the member out that is the same; which one has a number is not kept, so that any may be gone. */
  removeMember(groupName: string | undefined, member: GroupMember | undefined, line: Line): void {
    this.lines.push(line);
    const members = groupName === undefined ? undefined : this.groups.get(groupName)?.members;
    if (!members) return;
    const at = member ? members.findIndex((own) => isSameMember(own, member)) : -1;
    if (at >= 0) members.splice(at, 1);
    else if (!member) leaveOpen(members, 'which members the file removes');
  }

  /** The device refuses to remove a group that is in use, so that its members are possibly still there. */
  removeGroup(name: string, line: Line): void {
    this.lines.push(line);
    const members = this.groups.get(name)?.members;
    if (members) leaveOpen(members, `whether ${name} is removed`);
  }

  addAlias(name: string, address: string, line: Line): void {
    this.lines.push(line);
    this.aliases.set(name, address);
  }

  /** A line on which the addresses of the device depend. */
  addInterfaceLine(line: Line): void {
    this.lines.push(line);
  }

  /** The definitions; the same object as in the previous version where none of their lines has changed. */
  finish(lineage: Lineage, own: ReadonlyMap<string, IpSet>): Definitions {
    const { lines } = this;
    const kept = definitionsByLineage.of(lineage, lines, (previous) => {
      const isSame = previous?.lines.length === lines.length && previous.lines.every((line, i) => line === lines[i]);
      return isSame ? previous : { lines, definitions: new Definitions(this.groups, this.aliases, own) };
    });
    return kept.definitions;
  }
}
