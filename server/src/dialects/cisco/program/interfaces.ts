// The interfaces of a configuration, with the lists that are applied to them.
import type { InterfaceProperty, ListBinding } from '../syntax/tree.js';
import type { PlacedLine } from './blocks.js';

export interface Interface {
  /** As in the file: `GigabitEthernet0/0`, or the name that `nameif` gives it. */
  readonly name: string;
  readonly header: PlacedLine;
  readonly level: number | undefined;
  readonly levelLine: PlacedLine | undefined;
  readonly shutdown: boolean;
  /** Whether it serves the management of the device alone. */
  readonly management: boolean;
  /** The routing table that it belongs to; `undefined` for the global one. */
  readonly vrf: string | undefined;
  readonly nat: 'inside' | 'outside' | undefined;
  /** Statements that may deny some of its packets and are not modelled. */
  readonly unmodelled: readonly PlacedLine[];
  readonly inspect: PlacedLine | undefined;
  /** Its security zone, with the line that says so. */
  readonly zone: { readonly name: string; readonly line: PlacedLine } | undefined;
  readonly addresses: readonly InterfaceAddress[];
  readonly bindings: readonly InterfaceBinding[];
  /** The policies of the quality of service, one for each direction. */
  readonly policies: readonly InterfacePolicy[];
}

/** A policy map that is applied to the packets of an interface. */
export interface InterfacePolicy {
  readonly name: string;
  readonly direction: 'in' | 'out';
  readonly line: PlacedLine;
}

/** An address as written: `address mask`, or `address/length ` and a word or none after it. */
export interface InterfaceAddress {
  readonly text: string;
  readonly line: PlacedLine;
}

/** A list that filters the packets of an interface. */
export interface InterfaceBinding {
  readonly list: string;
  readonly direction: 'in' | 'out';
  readonly family: 4 | 6 | undefined;
  readonly line: PlacedLine;
}

/** An interface while its lines are read. */
class OpenInterface implements Interface {
  level: number | undefined;
  levelLine: PlacedLine | undefined;
  shutdown = false;
  management = false;
  vrf: string | undefined;
  nat: Interface['nat'];
  readonly unmodelled: PlacedLine[] = [];
  inspect: PlacedLine | undefined;
  zone: Interface['zone'];
  readonly addresses: InterfaceAddress[] = [];
  readonly bindings: InterfaceBinding[] = [];
  readonly policies: InterfacePolicy[] = [];

  constructor(
    public name: string,
    readonly header: PlacedLine,
  ) {}
}

interface NamedBinding {
  readonly interfaceName: string;
  readonly binding: InterfaceBinding;
}

/** Collects the interfaces while a file is read. */
export class InterfaceReader {
  private readonly interfaces: OpenInterface[] = [];
  /** Bindings outside of an interface's section, which apply to interfaces that may be named later. */
  private readonly named = new Map<string, NamedBinding>();
  globalBinding: InterfaceBinding | undefined;

  private get current(): OpenInterface | undefined {
    return this.interfaces[this.interfaces.length - 1];
  }

  open(name: string, header: PlacedLine): OpenInterface {
    const opened = new OpenInterface(name, header);
    this.interfaces.push(opened);
    return opened;
  }

  addUnmodelled(line: PlacedLine): void {
    this.current?.unmodelled.push(line);
  }

  /** Puts the interface into a security zone: it has one at most. */
  join(zone: string | undefined, line: PlacedLine): void {
    if (this.current) this.current.zone = zone === undefined ? undefined : { name: zone, line };
  }

  /** An interface has one policy for each direction: a second is rejected. */
  attach(policy: InterfacePolicy, remove: boolean): void {
    const policies = this.current?.policies;
    const same = policies?.findIndex(({ direction }) => direction === policy.direction) ?? -1;
    if (remove && same >= 0) policies?.splice(same, 1);
    else if (!remove && same < 0) policies?.push(policy);
  }

  bind(statement: ListBinding, line: PlacedLine): void {
    const { list, direction, family, remove } = statement;
    const binding: InterfaceBinding = { list: list.text, direction, family, line };
    const { current } = this;
    if (statement.global) this.globalBinding = remove ? undefined : binding;
    else if (statement.interface !== undefined) {
      const key = `${statement.interface} ${direction}`;
      this.named.delete(key);
      if (!remove) this.named.set(key, { interfaceName: statement.interface, binding });
    } else if (current) {
      const same = current.bindings.findIndex((other) => other.direction === direction && other.family === family);
      // "Only one access list per interface and direction": the later replaces the earlier.
      if (same >= 0) current.bindings.splice(same, 1);
      if (!remove) current.bindings.push(binding);
    }
  }

  configure({ kind, value }: InterfaceProperty, line: PlacedLine): void {
    const { current } = this;
    if (!current) return;
    switch (kind) {
      case 'nameif':
        current.name = value;
        break;
      case 'security-level':
        current.level = Number(value);
        current.levelLine = line;
        break;
      case 'shutdown':
      case 'no shutdown':
        current.shutdown = kind === 'shutdown';
        break;
      case 'management':
        current.management = true;
        break;
      case 'vrf':
        current.vrf = value;
        break;
      case 'nat':
        current.nat = value === 'outside' ? 'outside' : 'inside';
        break;
      case 'zone-member':
        current.unmodelled.push(line);
        break;
      case 'inspect':
        current.inspect = line;
        break;
      case 'address':
        current.addresses.push({ text: value, line });
        break;
    }
  }

  finish(): readonly Interface[] {
    for (const { interfaceName, binding } of this.named.values()) {
      // An interface that has no section is added as well.
      const target =
        this.interfaces.find(({ name }) => name === interfaceName) ?? this.open(interfaceName, binding.line);
      const same = target.bindings.findIndex(({ direction }) => direction === binding.direction);
      if (same >= 0) target.bindings.splice(same, 1);
      target.bindings.push(binding);
    }
    return this.interfaces;
  }
}
