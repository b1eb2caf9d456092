// Reads the common parts of the sections of a policy: choices, lists, protocols and ports.
import type { QuotedLine } from '../../../model/evidence.js';
import type { HostSet } from '../../../model/hosts.js';
import { IntervalSet } from '../../../model/intervals.js';
import type { IpSet } from '../../../model/ip.js';
import { ALL_PROTOCOLS, type ProtocolSet, TCP_AND_UDP } from '../../../model/packets.js';
import { ALL_PORTS, type PortSet } from '../../../model/ports.js';
import type { Part, Reader } from '../syntax/reader.js';
import type { AllGroups } from './groups.js';
import { readProtocol, WITH_PORTS } from './values.js';

/** A choice between two values, `undefined` for an invalid value. */
export interface Choice<Value> {
  readonly value: Value | undefined;
  /** The statement that makes the choice; the section itself for the default. */
  readonly statement: QuotedLine;
}

/** Hosts that a list names, each with its entry. */
export interface HostList {
  readonly entries: readonly { readonly hosts: HostSet; readonly statement: QuotedLine }[];
  /** The list, where an entry is invalid. */
  readonly unclear: QuotedLine | undefined;
}

/** A value as far as it can be read. */
export interface Readable<Value> {
  readonly value: Value;
  /** Set where a part of it is invalid. */
  readonly isUnclear: boolean;
}

/** Protocols with the ports that those of them that have ports are restricted to. */
export interface Service {
  readonly protocols: ProtocolSet;
  readonly ports: PortSet;
}

const NO_HOSTS: HostList = { entries: [], unclear: undefined };

export class SectionReader {
  constructor(
    readonly reader: Reader,
    readonly groups: AllGroups,
  ) {}

  /** One of two values; the default is `fallback`, as in the schema. */
  choice<Value>(section: Part, key: string, values: readonly Value[], fallback: Value): Choice<Value> {
    const part = this.reader.child(section, key);
    if (!part) {
      const value = this.reader.accepts(section) ? fallback : undefined;
      return { value, statement: this.reader.pairStatement(section) };
    }
    const value = this.reader.accepts(part) ? values.find((one) => one === part.value) : undefined;
    return { value, statement: this.reader.pairStatement(part) };
  }

  /** The protocols and ports of a rule or exemption. Keys with an invalid value are added to `unclear`. */
  service(part: Part, unclear: Set<string>): Service {
    const [protocol, list] = [this.reader.child(part, 'protocol'), this.reader.child(part, 'ports')];
    const ports = list && this.groups.ports.read(list);
    if (ports?.isUnclear) unclear.add('ports');
    const protocols = protocol && this.protocols(protocol, unclear);
    const known = protocols ?? (ports ? TCP_AND_UDP : ALL_PROTOCOLS);
    if (!list || !ports) return { protocols: known, ports: ALL_PORTS };
    if (protocol && !unclear.has('protocol') && !WITH_PORTS.containsAll(known)) {
      const message = 'only TCP, UDP and SCTP have ports; write "protocol: [tcp, udp]", or no ports';
      this.reader.report('syntax-error', this.reader.rangeOf(list.path), message);
      unclear.add('protocol').add('ports');
    }
    return { protocols: known.intersect(WITH_PORTS), ports: this.groups.ports.joined(ports) };
  }

  private protocols(list: Part, unclear: Set<string>): ProtocolSet {
    let protocols: ProtocolSet = IntervalSet.empty();
    if (!this.reader.accepts(list)) unclear.add('protocol');
    for (const part of this.reader.items(list)) {
      const raw = part.value;
      if (!this.reader.accepts(part) || (typeof raw !== 'string' && typeof raw !== 'number')) {
        unclear.add('protocol');
        continue;
      }
      const reading = readProtocol(raw);
      if (reading.kind === 'value') {
        protocols = protocols.union(reading.value);
      } else {
        unclear.add('protocol');
        if (reading.kind === 'invalid') {
          this.reader.report('syntax-error', this.reader.rangeOf(part.path), reading.message);
        }
      }
    }
    return protocols;
  }

  addresses(part: Part): Readable<IpSet> {
    const content = this.groups.addresses.read(part);
    return { value: this.groups.addresses.joined(content), isUnclear: content.isUnclear };
  }

  hosts(part: Part): Readable<HostSet> {
    const content = this.groups.hosts.read(part);
    return { value: this.groups.hosts.joined(content), isUnclear: content.isUnclear };
  }

  hostList(part: Part | undefined): HostList {
    if (!part) return NO_HOSTS;
    const { entries, isUnclear } = this.groups.hosts.read(part);
    const key = String(part.path[part.path.length - 1]);
    return {
      entries: entries.map((entry) => ({
        hosts: entry.value,
        statement: { ...this.reader.statement(entry.part), text: `${key}: ${entry.part.value}` },
      })),
      unclear: isUnclear ? this.reader.pairStatement(part) : undefined,
    };
  }
}
