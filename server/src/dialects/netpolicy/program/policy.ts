import type { QuotedLine } from '../../../model/evidence.js';
import type { Hook } from '../../../model/filter.js';
import type { HostSet } from '../../../model/hosts.js';
import { IntervalSet } from '../../../model/intervals.js';
import { IpSet } from '../../../model/ip.js';
import { NameSet } from '../../../model/names.js';
import { ALL_PROTOCOLS, type ProtocolSet, TCP, UDP } from '../../../model/packets.js';
import { ALL_PORTS, type PortSet } from '../../../model/ports.js';
import type { Path } from '../../../yaml/yaml-text.js';
import type { NameUse, Problem } from '../../dialect.js';
import type { NetpolicyTree } from '../syntax/parse.js';
import { type Part, Reader } from '../syntax/reader.js';
import { type AllGroups, type List, readGroups } from './groups.js';
import { readProtocol, WITH_PORTS } from './values.js';

/** A file as its sections say it; a section that the file does not have is `undefined`. */
export interface Policy {
  readonly addresses: ReadonlyMap<string, IpSet>;
  readonly hosts: ReadonlyMap<string, HostSet>;
  readonly ports: ReadonlyMap<string, PortSet>;
  readonly firewall: FirewallSection | undefined;
  readonly proxy: ProxySection | undefined;
  readonly ipsec: IpsecSection | undefined;
  /** Every list of the file, those that define groups included. */
  readonly lists: {
    readonly addresses: readonly List<IpSet>[];
    readonly hosts: readonly List<HostSet>[];
    readonly ports: readonly List<PortSet>[];
  };
  readonly names: readonly NameUse[];
  readonly problems: readonly Problem[];
}

/** A choice between two, `undefined` where what is written is neither. */
export interface Choice<Value> {
  readonly value: Value | undefined;
  /** What says so; the section itself where it leaves the choice to the default. */
  readonly statement: QuotedLine;
}

export interface FirewallSection {
  readonly default: Choice<'permit' | 'deny'>;
  readonly rules: readonly Rule[];
}

/** The packets that a rule is about, each property as far as it can be read. */
export interface Match {
  readonly from: IpSet;
  readonly to: IpSet;
  readonly protocols: ProtocolSet;
  readonly ports: PortSet;
  readonly in: NameSet;
  readonly out: NameSet;
}

export interface Rule {
  /** Its place in the list as it is written. */
  readonly index: number;
  readonly path: Path;
  readonly statement: QuotedLine;
  readonly action: 'permit' | 'deny' | undefined;
  readonly hook: Hook;
  readonly match: Match;
  /** The hosts that it is about, where it names hosts. */
  readonly hosts: HostSet | undefined;
  /** What of it has no clear meaning: keys, for the reader of a verdict. */
  readonly unclear: ReadonlySet<string>;
}

/** Hosts that a list names, each with the entry that does. */
export interface HostList {
  readonly entries: readonly { readonly hosts: HostSet; readonly statement: QuotedLine }[];
  /** The list, where an entry has no clear meaning. */
  readonly unclear: QuotedLine | undefined;
}

export interface ProxySection {
  readonly default: Choice<'proxy' | 'direct'>;
  readonly bypass: HostList;
  readonly inspection: { readonly default: Choice<'inspect' | 'none'>; readonly exceptions: HostList } | undefined;
  readonly login:
    | {
        readonly required: Choice<boolean>;
        readonly hosts: HostList;
        readonly clients: IpSet;
        readonly clientsStatement: QuotedLine | undefined;
        readonly clientsUnclear: boolean;
      }
    | undefined;
}

export interface Exemption {
  readonly path: Path;
  readonly statement: QuotedLine;
  readonly peers: IpSet;
  readonly protocols: ProtocolSet;
  readonly ports: PortSet;
  readonly isUnclear: boolean;
}

export interface IpsecSection {
  readonly required: Choice<boolean>;
  readonly exempt: readonly Exemption[];
  /** The list of exemptions, where it cannot be read. */
  readonly unclear: QuotedLine | undefined;
}

export function readPolicy(uri: string, tree: NetpolicyTree): Policy {
  const reader = new Reader(uri, tree);
  const names: NameUse[] = [];
  const sections = new Sections(reader, readGroups(reader, names));
  const { root } = reader;
  const policy = {
    firewall: sections.firewall(reader.child(root, 'firewall')),
    proxy: sections.proxy(reader.child(root, 'proxy')),
    ipsec: sections.ipsec(reader.child(root, 'ipsec')),
  };
  const { addresses, hosts, ports } = sections.groups;
  for (const groups of [addresses, hosts, ports]) groups.reportUnused();
  return {
    ...policy,
    addresses: addresses.values,
    hosts: hosts.values,
    ports: ports.values,
    lists: { addresses: addresses.allLists, hosts: hosts.allLists, ports: ports.allLists },
    names,
    problems: reader.problems,
  };
}

const NO_HOSTS: HostList = { entries: [], unclear: undefined };

class Sections {
  constructor(
    private readonly reader: Reader,
    readonly groups: AllGroups,
  ) {}

  firewall(section: Part | undefined): FirewallSection | undefined {
    if (!section) return undefined;
    const rules = this.reader.child(section, 'rules');
    // Where there are rules that nobody can read, the default may never come into play.
    if (rules && !this.reader.accepts(rules)) {
      return { default: { value: undefined, statement: this.reader.pairStatement(rules) }, rules: [] };
    }
    return {
      default: this.choice(section, 'default', ['permit', 'deny'], 'deny'),
      rules: rules ? this.reader.items(rules).map((part, index) => this.rule(part, index)) : [],
    };
  }

  proxy(section: Part | undefined): ProxySection | undefined {
    if (!section) return undefined;
    const inspection = this.reader.child(section, 'inspection');
    const login = this.reader.child(section, 'login');
    return {
      default: this.choice(section, 'default', ['proxy', 'direct'], 'proxy'),
      bypass: this.hostList(this.reader.child(section, 'bypass')),
      inspection: inspection && {
        default: this.choice(inspection, 'default', ['inspect', 'none'], 'inspect'),
        exceptions: this.hostList(this.reader.child(inspection, 'exceptions')),
      },
      login: login && this.login(login),
    };
  }

  ipsec(section: Part | undefined): IpsecSection | undefined {
    if (!section) return undefined;
    const exempt = this.reader.child(section, 'exempt');
    return {
      required: this.choice(section, 'required', [true, false], true),
      exempt: exempt ? this.reader.items(exempt).map((part) => this.exemption(part)) : [],
      unclear: exempt && !this.reader.accepts(exempt) ? this.reader.pairStatement(exempt) : undefined,
    };
  }

  private login(section: Part): ProxySection['login'] {
    const exemptions = this.reader.child(section, 'exemptions');
    const clients = this.reader.child(exemptions, 'clients');
    const read = clients && this.addresses(clients);
    return {
      required: this.choice(section, 'required', [true, false], true),
      hosts: this.hostList(this.reader.child(exemptions, 'hosts')),
      clients: read?.value ?? IpSet.empty,
      clientsStatement: clients && this.reader.pairStatement(clients),
      clientsUnclear: read?.isUnclear ?? false,
    };
  }

  private choice<Value>(section: Part, key: string, values: readonly Value[], fallback: Value): Choice<Value> {
    const part = this.reader.child(section, key);
    if (!part) {
      const value = this.reader.accepts(section) ? fallback : undefined;
      return { value, statement: this.reader.pairStatement(section) };
    }
    return { value: values.find((value) => value === part.value), statement: this.reader.pairStatement(part) };
  }

  private rule(part: Part, index: number): Rule {
    const { reader } = this;
    const value = (key: string) => reader.child(part, key);
    const action = value('action');
    const hook = value('hook');
    const hosts = value('hosts');
    const unclear = new Set<string>();
    const clear = <Value>(key: string, read: (at: Part) => { value: Value; isUnclear: boolean }, absent: Value) => {
      const at = value(key);
      if (!at) return absent;
      const { value: found, isUnclear } = read(at);
      if (isUnclear) unclear.add(key);
      return found;
    };
    const match: Match = {
      from: clear('from', (at) => this.addresses(at), IpSet.all),
      to: clear('to', (at) => this.addresses(at), IpSet.all),
      ...this.service(part, unclear),
      in: clear('in', (at) => this.interfaces(at), NameSet.any),
      out: clear('out', (at) => this.interfaces(at), NameSet.any),
    };
    const named = hosts && clear('hosts', (at) => this.hosts(at), undefined);
    if (hosts && value('to')) {
      reader.report('syntax-error', reader.rangeOf(hosts.path), 'a rule has either "to" or "hosts", not both');
      unclear.add('hosts');
    }
    const hookValue = HOOKS.find((one) => one === hook?.value);
    if (hook && !hookValue) unclear.add('hook');
    // A key that is not known was to restrict the rule, or to widen it.
    if (!reader.accepts(part) || (action && !reader.isComplete(part))) unclear.add('its keys');
    return {
      index,
      path: part.path,
      statement: reader.statement(part),
      action: ACTIONS.find((one) => one === action?.value),
      hook: hookValue ?? 'forward',
      match,
      hosts: named,
      unclear,
    };
  }

  private exemption(part: Part): Exemption {
    const unclear = new Set<string>();
    const peers = this.reader.child(part, 'peers');
    const read = peers ? this.addresses(peers) : { value: IpSet.all, isUnclear: false };
    const service = this.service(part, unclear);
    return {
      path: part.path,
      statement: this.reader.statement(part),
      peers: read.value,
      ...service,
      isUnclear: read.isUnclear || unclear.size > 0 || !this.reader.accepts(part) || !this.reader.isComplete(part),
    };
  }

  /** The protocols and ports of a rule or exemption. */
  private service(part: Part, unclear: Set<string>): Pick<Match, 'protocols' | 'ports'> {
    const [protocol, list] = [this.reader.child(part, 'protocol'), this.reader.child(part, 'ports')];
    const ports = list && this.groups.ports.read(list);
    if (ports?.isUnclear) unclear.add('ports');
    const protocols = protocol && this.protocols(protocol, unclear);
    const known = protocols ?? (ports ? TCP_AND_UDP : ALL_PROTOCOLS);
    if (!list || !ports) return { protocols: known, ports: ALL_PORTS };
    if (protocol && !unclear.has('protocol') && !WITH_PORTS.containsAll(known)) {
      const message = 'only TCP, UDP and SCTP have ports; give "protocol: [tcp, udp]", or no ports';
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
        if (reading.kind === 'wrong') {
          this.reader.report('syntax-error', this.reader.rangeOf(part.path), reading.message);
        }
      }
    }
    return protocols;
  }

  private interfaces(part: Part): { value: NameSet; isUnclear: boolean } {
    const { value } = part;
    if (typeof value !== 'string' || !this.reader.accepts(part)) return { value: NameSet.none, isUnclear: true };
    return {
      value: value.endsWith('*') ? NameSet.withPrefix(value.slice(0, -1)) : NameSet.of(value),
      isUnclear: false,
    };
  }

  private addresses(part: Part): { value: IpSet; isUnclear: boolean } {
    const content = this.groups.addresses.read(part);
    return { value: this.groups.addresses.joined(content), isUnclear: content.isUnclear };
  }

  private hosts(part: Part): { value: HostSet | undefined; isUnclear: boolean } {
    const content = this.groups.hosts.read(part);
    return { value: this.groups.hosts.joined(content), isUnclear: content.isUnclear };
  }

  private hostList(part: Part | undefined): HostList {
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

const TCP_AND_UDP: ProtocolSet = IntervalSet.of([TCP, TCP], [UDP, UDP]);
const HOOKS: readonly Hook[] = ['forward', 'input', 'output'];
const ACTIONS = ['permit', 'deny'] as const;
