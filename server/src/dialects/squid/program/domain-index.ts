// An index of the values of domain acls by labels, to find the few that may match a set of hosts.

import { addTo } from '../../../kept/lists.js';
import { Memo } from '../../../kept/memo.js';
import type { HostSet } from '../../../model/hosts.js';
import { type DomainValue, readDomain } from '../syntax/domains.js';
import { domainValuesOf } from './domain-values.js';
import type { Statements } from './segments.js';

/** The values of each domain acl that may match a host of some set, by the key of the acl. List files are omitted. */
export type NearDomains = ReadonlyMap<string, readonly DomainValue[]>;

/** Told of the value in a row. */
type Found = (row: number) => void;

const DOT = 46;

/**
 * The values in some runs of lines, by their labels from the right. Values are divided by a label when somebody asks for hosts that have
 * the labels behind it: of nearly all, nobody ever does.
 */
export class DomainIndex {
  /** The shared empty result. */
  static readonly nothing: NearDomains = new Map();

  private readonly texts: string[] = [];
  private readonly keys: string[] = [];
  /** The run of each row. */
  private readonly runs: Statements[] = [];
  private readonly root: LabelNode;

  constructor(runs: Iterable<Statements>) {
    for (const run of runs) {
      if (run.acls.size === 0) continue;
      const { texts, keys } = domainValuesOf(run);
      for (let row = 0; row < texts.length; row++) {
        this.texts.push(texts[row] as string);
        this.keys.push(keys[row] as string);
        this.runs.push(run);
      }
    }
    this.root = new LabelNode(
      0,
      this.texts.map((_, row) => row),
    );
  }

  /** Adds what may match hosts to `near`; `omitted` are runs that do not count. */
  addNear(hosts: HostSet, near: Map<string, DomainValue[]>, omitted: ReadonlySet<Statements>): void {
    const found = (row: number) => {
      if (omitted.size > 0 && omitted.has(this.runs[row] as Statements)) return;
      addTo(near, this.keys[row] as string, readDomain(this.texts[row] as string));
    };
    for (const domain of hosts.domains) this.visit(domain, found);
  }

  /** Calls `found` with every value that may match `domain` or a name below it. */
  private visit(domain: string, found: Found): void {
    let node = this.root;
    for (let end = domain.length; end > 0; ) {
      const dot = domain.lastIndexOf('.', end - 1);
      const child = node.divided(this.texts).get(domain.slice(dot + 1, end));
      if (!child) return;
      node = child;
      end = dot;
      if (end <= 0) break;
      node.divided(this.texts);
      for (const row of node.own) if ((this.texts[row] as string).charCodeAt(0) === DOT) found(row);
    }
    const pending = [node];
    for (let next = pending.pop(); next; next = pending.pop()) next.visitAll(found, pending);
  }
}

/** The values whose names end with some labels. */
class LabelNode {
  /** Those that have no other labels; only of a node that is divided. */
  own: readonly number[] = NO_ROWS;
  private children: ReadonlyMap<string, LabelNode> | undefined;

  /**
   * @param length the number of characters of the labels, each with the dot before it
   * @param rows all values, until they are divided
   */
  constructor(
    private readonly length: number,
    readonly rows: number[],
  ) {}

  /** Divides the values by the label before those that all of them have. */
  divided(texts: readonly string[]): ReadonlyMap<string, LabelNode> {
    if (this.children) return this.children;
    const children = new Map<string, LabelNode>();
    const own: number[] = [];
    // Values with the same label often follow each other.
    let label = '';
    let child: LabelNode | undefined;
    for (const row of this.rows) {
      const text = texts[row] as string;
      const start = text.charCodeAt(0) === DOT ? 1 : 0;
      const end = text.length - this.length;
      if (end <= start) {
        own.push(row);
        continue;
      }
      const from = end - label.length;
      const isSame = child && from >= start && (from === start || text.charCodeAt(from - 1) === DOT);
      if (!isSame || !text.startsWith(label, from)) {
        label = text.slice(Math.max(start, text.lastIndexOf('.', end - 1) + 1), end);
        child = children.get(label);
        if (!child) {
          child = new LabelNode(this.length + label.length + 1, []);
          children.set(label, child);
        }
      }
      child?.rows.push(row);
    }
    this.own = own;
    this.children = children;
    return children;
  }

  /** Tells all values; those of children are told by the nodes that are added to `pending`. */
  visitAll(found: Found, pending: LabelNode[]): void {
    if (!this.children) {
      for (const row of this.rows) found(row);
      return;
    }
    for (const row of this.own) found(row);
    for (const child of this.children.values()) pending.push(child);
  }
}

const NO_ROWS: readonly number[] = [];

const indexes = new Memo<Statements, DomainIndex>();

/** The index of a single run. */
export function domainIndexOf(statements: Statements): DomainIndex {
  return indexes.of(statements, () => new DomainIndex([statements]));
}
