// An index of the values of domain acls by labels, to find the few that may match a set of hosts.

import { addAll, addTo } from '../../../kept/lists.js';
import { Memo } from '../../../kept/memo.js';
import { DomainTreeBuilder } from '../../../model/domain-tree.js';
import { HostSet } from '../../../model/hosts.js';
import { type DomainValue, isNoHostName, readDomain } from '../syntax/domains.js';
import type { Statements } from './segments.js';

/** The hosts that values match. */
export function hostsOf(values: readonly DomainValue[]): HostSet {
  const builder = new DomainTreeBuilder();
  for (const value of values) {
    if (value.name !== '' && !isNoHostName(value)) builder.add(value.name, value.withSubdomains);
  }
  return HostSet.ofTree(builder.build());
}

/** The values of each domain acl that may match a host of some set, by the key of the acl. List files are omitted. */
export type NearDomains = ReadonlyMap<string, readonly DomainValue[]>;

interface LabelNode {
  children: Map<string, LabelNode> | undefined;
  /** The values with the name of this node. */
  values: AclValue[] | undefined;
}

interface AclValue {
  readonly acl: string;
  readonly value: DomainValue;
}

/** The values in one run of lines, by their labels from the right. */
class DomainIndex {
  /** The shared empty result. */
  static readonly nothing: NearDomains = new Map();

  private readonly root: LabelNode = { children: undefined, values: undefined };
  private readonly known = new Memo<HostSet, NearDomains>();

  constructor({ acls }: Statements) {
    for (const [key, lines] of acls) {
      for (const { statement } of lines) {
        if (statement.type.values !== 'domains') continue;
        for (const { text } of statement.values) this.add(key, readDomain(text));
      }
    }
  }

  private add(acl: string, value: DomainValue): void {
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

  near(hosts: HostSet): NearDomains {
    return this.known.of(hosts, () => {
      const near = new Map<string, DomainValue[]>();
      for (const domain of hosts.domains) this.visit(domain, (acl, value) => addTo(near, acl, value));
      return near.size === 0 ? DomainIndex.nothing : near;
    });
  }

  /** Calls `found` with every value that may match `domain` or a name below it. */
  private visit(domain: string, found: (acl: string, value: DomainValue) => void): void {
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
      if (next.children) addAll(pending, next.children.values());
    }
  }
}

const indexes = new Memo<Statements, DomainIndex>();

function nearIn(statements: Statements, hosts: HostSet): NearDomains {
  if (statements.acls.size === 0) return DomainIndex.nothing;
  return indexes.of(statements, (own) => new DomainIndex(own)).near(hosts);
}

/** How many changed segments are compared one by one; with more, nothing is reused. */
const CHANGE_LIMIT = 4;

/**
 * The values of all domain acls of a program. The results depend only on the statements of the segments;
 * those of the previous version are reused where no changed segment has a value near the hosts.
 */
export class Domains {
  private readonly found = new WeakMap<HostSet, NearDomains>();
  private readonly before: WeakMap<HostSet, NearDomains> | undefined;
  /** The segments that only one of this version and the previous one has. */
  private readonly changed: readonly Statements[];

  constructor(
    private readonly segments: readonly Statements[],
    previous: Domains | undefined,
  ) {
    const changed = previous && changedStatements(previous.segments, segments);
    this.before = changed && previous.found;
    this.changed = changed ?? [];
  }

  near(hosts: HostSet): NearDomains {
    const known = this.found.get(hosts);
    if (known) return known;
    const before = this.before?.get(hosts);
    const near = before && this.changed.every((own) => nearIn(own, hosts).size === 0) ? before : this.search(hosts);
    this.found.set(hosts, near);
    return near;
  }

  private search(hosts: HostSet): NearDomains {
    const near = new Map<string, DomainValue[]>();
    for (const statements of this.segments) {
      for (const [key, values] of nearIn(statements, hosts)) for (const value of values) addTo(near, key, value);
    }
    return near;
  }
}

/** The old and new segment of every difference; `undefined` where there are too many, or their number changed. */
function changedStatements(before: readonly Statements[], after: readonly Statements[]): Statements[] | undefined {
  if (before.length !== after.length) return undefined;
  const changed: Statements[] = [];
  for (const [i, now] of after.entries()) {
    const old = before[i];
    if (!old || old === now) continue;
    if (changed.length === 2 * CHANGE_LIMIT) return undefined;
    changed.push(old, now);
  }
  return changed;
}
