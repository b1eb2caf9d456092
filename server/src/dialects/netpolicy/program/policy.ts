// Reads a policy section by section.
import type { HostSet } from '../../../model/hosts.js';
import type { IpSet } from '../../../model/ip.js';
import type { PortSet } from '../../../model/ports.js';
import type { Document, NameUse, Problem } from '../../dialect.js';
import { Reader } from '../syntax/reader.js';
import type { NetpolicyTree } from '../syntax/tree.js';
import { type FirewallSection, readFirewall } from './firewall.js';
import { type List, readGroups } from './groups.js';
import { type IpsecSection, readIpsec } from './ipsec.js';
import { type ProxySection, readProxy } from './proxy.js';
import { SectionReader } from './section-reader.js';

export type NetpolicyDocument = Document<NetpolicyTree, Policy>;

/** A section that the file does not have is `undefined`. */
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
  /** The problems of syntax, schema and single values. */
  readonly problems: readonly Problem[];
}

export function readPolicy(uri: string, tree: NetpolicyTree): Policy {
  const reader = new Reader(uri, tree);
  const names: NameUse[] = [];
  const groups = readGroups(reader, names);
  const sections = new SectionReader(reader, groups);
  const { root } = reader;
  const firewall = readFirewall(sections, reader.child(root, 'firewall'));
  const proxy = readProxy(sections, reader.child(root, 'proxy'));
  const ipsec = readIpsec(sections, reader.child(root, 'ipsec'));
  const { addresses, hosts, ports } = groups;
  for (const kind of [addresses, hosts, ports]) kind.reportUnused();
  return {
    firewall,
    proxy,
    ipsec,
    addresses: addresses.byName,
    hosts: hosts.byName,
    ports: ports.byName,
    lists: { addresses: addresses.allLists, hosts: hosts.allLists, ports: ports.allLists },
    names,
    problems: reader.problems,
  };
}
