// The values of all domain acls of a program, of which few may match a set of hosts.

import { DomainTreeBuilder } from '../../../model/domain-tree.js';
import { HostSet } from '../../../model/hosts.js';
import { type DomainValue, isNoHostName } from '../syntax/domains.js';
import { DomainIndex, domainIndexOf, type NearDomains } from './domain-index.js';
import type { Statements } from './segments.js';

/** The hosts that values match. */
export function hostsOf(values: readonly DomainValue[]): HostSet {
  const builder = new DomainTreeBuilder();
  for (const value of values) {
    if (value.name !== '' && !isNoHostName(value)) builder.add(value.name, value.withSubdomains);
  }
  return HostSet.ofTree(builder.build());
}

/** How many changed segments are compared one by one; with more, nothing is reused. */
const CHANGE_LIMIT = 8;
/** How many segments may differ from those of an index before there is another one. */
const INDEX_LIMIT = 32;

const NO_STATEMENTS: readonly Statements[] = [];

/**
 * The values of all domain acls of a program. The results depend only on the statements of the segments, not on their order; those of the
 * previous version are reused where no changed segment has a value near the hosts.
 */
export class Domains {
  private readonly segments: ReadonlySet<Statements>;
  private readonly found = new WeakMap<HostSet, NearDomains>();
  private readonly before: WeakMap<HostSet, NearDomains> | undefined;
  /** The segments that only one of this version and the previous one has. */
  private readonly changed: readonly Statements[];
  /** An index of the segments of an earlier version, those that it does not have, and those that are no longer there. */
  private readonly base: IndexedSegments;
  private readonly added: readonly Statements[];
  private readonly removed: ReadonlySet<Statements>;

  constructor(segments: readonly Statements[], previous: Domains | undefined) {
    this.segments = new Set(segments);
    const changed = previous && [
      ...missing(previous.segments, this.segments),
      ...missing(this.segments, previous.segments),
    ];
    const isNear = changed !== undefined && changed.length <= CHANGE_LIMIT;
    this.before = isNear ? previous?.found : undefined;
    this.changed = isNear ? changed : NO_STATEMENTS;
    const added = previous ? missing(this.segments, previous.base.segments) : NO_STATEMENTS;
    const removed = previous ? missing(previous.base.segments, this.segments) : NO_STATEMENTS;
    const isKept = previous !== undefined && added.length + removed.length <= INDEX_LIMIT;
    this.base = isKept ? previous.base : new IndexedSegments(this.segments);
    this.added = isKept ? added : NO_STATEMENTS;
    this.removed = new Set(isKept ? removed : NO_STATEMENTS);
  }

  near(hosts: HostSet): NearDomains {
    const known = this.found.get(hosts);
    if (known) return known;
    const before = this.before?.get(hosts);
    const near = before && this.changed.every((own) => search([own], hosts).size === 0) ? before : this.search(hosts);
    this.found.set(hosts, near);
    return near;
  }

  private search(hosts: HostSet): NearDomains {
    const near = search(this.added, hosts);
    this.base.index.addNear(hosts, near, this.removed);
    return near.size === 0 ? DomainIndex.nothing : near;
  }
}

/** Segments with an index that is made for the first question. */
class IndexedSegments {
  private known: DomainIndex | undefined;

  constructor(readonly segments: ReadonlySet<Statements>) {}

  get index(): DomainIndex {
    this.known ??= new DomainIndex(this.segments);
    return this.known;
  }
}

function search(segments: readonly Statements[], hosts: HostSet): Map<string, DomainValue[]> {
  const near = new Map<string, DomainValue[]>();
  for (const own of segments) domainIndexOf(own).addNear(hosts, near, NONE);
  return near;
}

const NONE: ReadonlySet<Statements> = new Set();

/** What the first set has and the second one has not. */
function missing(from: ReadonlySet<Statements>, other: ReadonlySet<Statements>): Statements[] {
  const found: Statements[] = [];
  for (const one of from) if (!other.has(one)) found.push(one);
  return found;
}
