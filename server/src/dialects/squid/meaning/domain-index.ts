import { DomainTreeBuilder } from '../../../model/domain-tree.js';
import { HostSet } from '../../../model/hosts.js';
import type { Summary } from '../program/segments.js';
import { type DomainValue, readDomain } from '../syntax/domains.js';

interface Node {
  children: Map<string, Node> | undefined;
  /** The acls that have the name of this node as a value. */
  values: IndexedValue[] | undefined;
}

interface IndexedValue {
  readonly acl: string;
  readonly value: DomainValue;
}

/** The values of domain acls by their labels from the right, so that a host finds the few that concern it. */
export class DomainIndex {
  private readonly root: Node = { children: undefined, values: undefined };

  add(acl: string, value: DomainValue): void {
    let node = this.root;
    for (let end = value.name.length; end > 0; ) {
      const dot = value.name.lastIndexOf('.', end - 1);
      const label = value.name.slice(dot + 1, end);
      node.children ??= new Map();
      let child = node.children.get(label);
      if (!child) {
        child = { children: undefined, values: undefined };
        node.children.set(label, child);
      }
      node = child;
      end = dot;
    }
    node.values ??= [];
    node.values.push({ acl, value });
  }

  /** Calls `found` with every value that may match `domain` or a name below it. */
  visit(domain: string, found: (acl: string, value: DomainValue) => void): void {
    let node = this.root;
    for (let end = domain.length; end > 0; ) {
      const dot = domain.lastIndexOf('.', end - 1);
      const child = node.children?.get(domain.slice(dot + 1, end));
      if (!child) return;
      node = child;
      end = dot;
      if (end > 0) for (const { acl, value } of node.values ?? []) if (value.withSubdomains) found(acl, value);
    }
    const pending = [node];
    for (let next = pending.pop(); next; next = pending.pop()) {
      for (const { acl, value } of next.values ?? []) found(acl, value);
      if (next.children) pending.push(...next.children.values());
    }
  }
}

const indexes = new WeakMap<Summary, DomainIndex>();

/** The index of all values of domain acls on the lines of a summary. */
export function domainIndexOf(summary: Summary): DomainIndex {
  let index = indexes.get(summary);
  if (!index) {
    index = new DomainIndex();
    for (const [key, entries] of summary.acls) {
      for (const { statement } of entries) {
        if (statement.type.values === 'domains') {
          for (const { text } of statement.values) index.add(key, readDomain(text));
        }
      }
    }
    indexes.set(summary, index);
  }
  return index;
}

/** The values of each domain acl that may match a host of some set, by the key of the acl. */
export type LiveDomains = ReadonlyMap<string, readonly DomainValue[]>;

const NONE: LiveDomains = new Map();
const liveByHosts = new WeakMap<Summary, WeakMap<HostSet, LiveDomains>>();

export function liveDomainsOf(summary: Summary, hosts: HostSet): LiveDomains {
  if (summary.acls.size === 0) return NONE;
  let byHosts = liveByHosts.get(summary);
  if (!byHosts) {
    byHosts = new WeakMap();
    liveByHosts.set(summary, byHosts);
  }
  let live = byHosts.get(hosts);
  if (!live) {
    live = findLive(domainIndexOf(summary), hosts);
    byHosts.set(hosts, live);
  }
  return live;
}

function findLive(index: DomainIndex, hosts: HostSet): LiveDomains {
  const live = new Map<string, DomainValue[]>();
  for (const domain of hosts.domains) {
    index.visit(domain, (acl, value) => {
      const known = live.get(acl);
      if (known) known.push(value);
      else live.set(acl, [value]);
    });
  }
  return live.size === 0 ? NONE : live;
}

export function hostsOf(values: readonly DomainValue[]): HostSet {
  const builder = new DomainTreeBuilder();
  for (const { name, withSubdomains } of values) if (name !== '') builder.add(name, withSubdomains);
  return HostSet.ofTree(builder.build());
}
