// An index of the values of domain acls by labels, to find the few that may match a set of hosts.

import { addAll, addTo } from '../../../kept/lists.js';
import { Memo } from '../../../kept/memo.js';
import type { HostSet } from '../../../model/hosts.js';
import { type DomainValue, readDomain } from '../syntax/domains.js';
import { type DomainValues, domainValuesOf, rowsAround } from './domain-values.js';
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

  private readonly runs: IndexedRun[] = [];
  private readonly texts: readonly string[];
  private readonly root = new LabelNode(0, undefined);

  constructor(runs: Iterable<Statements>) {
    const parts: (readonly string[])[] = [];
    let first = 0;
    for (const statements of runs) {
      const values = domainValuesOf(statements);
      if (values.texts.length === 0) continue;
      this.runs.push({ statements, values, first });
      parts.push(values.texts);
      first += values.texts.length;
    }
    this.texts = parts.flat();
  }

  /** Adds what may match hosts to `near`; `omitted` are runs that do not count. */
  addNear(hosts: HostSet, near: Map<string, DomainValue[]>, omitted: ReadonlySet<Statements>): void {
    const found = (row: number) => {
      const { statements, values, first } = this.runAt(row);
      if (omitted.has(statements)) return;
      addTo(near, rowsAround(values, row - first).key, readDomain(this.texts[row] as string));
    };
    for (const domain of hosts.domains) this.visit(domain, found);
  }

  private runAt(row: number): IndexedRun {
    const { runs } = this;
    let low = 0;
    let high = runs.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((runs[middle] as IndexedRun).first <= row) low = middle;
      else high = middle - 1;
    }
    return runs[low] as IndexedRun;
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
    for (let next = pending.pop(); next; next = pending.pop()) next.visitAll(this.texts, found, pending);
  }
}

/** A run of lines, and the row of its first value among those of all runs. */
interface IndexedRun {
  readonly statements: Statements;
  readonly values: DomainValues;
  readonly first: number;
}

/** The values whose names end with some labels. */
class LabelNode {
  /** Those that have no other labels; only of a node that is divided. */
  own: readonly number[] = NO_ROWS;
  private children: ReadonlyMap<string, LabelNode> | undefined;

  /**
   * @param length the number of characters of the labels, each with the dot before it
   * @param rows those of all its values, until they are divided; `undefined` for all that there are
   */
  constructor(
    private readonly length: number,
    private rows: number[] | undefined,
  ) {}

  /** Divides the values by the label before those that all of them have. */
  divided(texts: readonly string[]): ReadonlyMap<string, LabelNode> {
    if (this.children) return this.children;
    const children = new Map<string, LabelNode>();
    const own: number[] = [];
    // Values with the same label often follow each other.
    let label = '';
    let child: LabelNode | undefined;
    const { rows } = this;
    const count = rows ? rows.length : texts.length;
    for (let i = 0; i < count; i++) {
      const row = rows ? (rows[i] as number) : i;
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
      child?.rows?.push(row);
    }
    this.rows = undefined;
    this.own = own;
    this.children = children;
    return children;
  }

  /** Tells all values; those of children are told by the nodes that are added to `pending`. */
  visitAll(texts: readonly string[], found: Found, pending: LabelNode[]): void {
    if (!this.children && this.rows) {
      for (const row of this.rows) found(row);
      return;
    }
    const children = this.divided(texts);
    for (const row of this.own) found(row);
    addAll(pending, children.values());
  }
}

const NO_ROWS: readonly number[] = [];

const indexes = new Memo<Statements, DomainIndex>();

/** The index of a single run. */
export function domainIndexOf(statements: Statements): DomainIndex {
  return indexes.of(statements, () => new DomainIndex([statements]));
}
