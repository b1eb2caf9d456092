// Reads host names from their end against a tree of domains.

import { spend } from './budget.js';
import type { DomainTree } from './domain-tree.js';
import type { Machine } from './machines.js';
import { PaidMemo } from './paid-memo.js';
import { APART, type Partition, type Partitions } from './symbol-classes.js';

const DOT = '.'.charCodeAt(0);

/** What a label costs that is reversed and sorted, and a state. */
const LABEL_COST = 4;
const STATE_COST = 10;

/** What it costs to find the labels that go on with another symbol. */
const FINDING_COST = 2;

const machines = new PaidMemo<DomainTree, Machine>();

/** The machine that reads host names from their last character to their first and decides whether a tree holds them. */
export function treeMachine(tree: DomainTree): Machine {
  return machines.of(tree, () => new TreeMachine(tree));
}

/** Where a state of a machine of a tree is right before the labels below one of its nodes, the machine of that part. */
export function treeStart(machine: Machine, state: number): Machine | undefined {
  const part = machine instanceof TreeMachine ? machine.partAt(state) : undefined;
  return part && treeMachine(part);
}

/** Where a reader is: after the labels that lead to `node`, with the end of the next label read. */
interface ReadingPosition {
  readonly node: DomainTree;
  /** The part of the next label that is read, in reading order; empty right after a dot. */
  readonly label: string;
  /** The child labels of `node` in reading order, sorted, and the run of them that begins with `label`. */
  readonly labels: readonly string[];
  readonly from: number;
  readonly to: number;
}

class TreeMachine implements Machine {
  readonly start: number;
  private readonly places: (ReadingPosition | undefined)[] = [undefined];
  private readonly transitions: Map<number, number>[] = [new Map()];
  private readonly uniform = new Map<boolean, number>([[false, 0]]);
  private readonly labels = new WeakMap<DomainTree, readonly string[]>();

  constructor(tree: DomainTree) {
    this.start = this.enter(this.before(tree));
  }

  next(state: number, symbol: number): number {
    const place = this.places[state];
    if (!place) return state;
    const known = this.transitions[state]?.get(symbol);
    if (known !== undefined) return known;
    const reached = this.read(place, symbol);
    this.transitions[state]?.set(symbol, reached);
    return reached;
  }

  accepts(state: number): boolean {
    const place = this.places[state];
    if (!place) return state !== 0;
    // The name ends here: its first label is the one that was just read.
    return place.label !== '' && (this.childAt(place)?.self ?? place.node.below);
  }

  acceptsAll(state: number): boolean {
    return state !== 0 && this.places[state] === undefined;
  }

  /** What continues no listed label leads to the same state, whatever it is. */
  partition(state: number, partitions: Partitions): Partition {
    const place = this.places[state];
    if (!place) return APART;
    let symbols = '.';
    for (let at = place.from; at < place.to; ) {
      const next = place.labels[at]?.[place.label.length];
      spend(FINDING_COST);
      if (next === undefined) at++;
      else {
        symbols += next;
        at = firstAtLeast(place.labels, place.label.length, next.charCodeAt(0) + 1, at, place.to);
      }
    }
    return partitions.ofApart(symbols);
  }

  /** The part of the tree before whose labels a state is. */
  partAt(state: number): DomainTree | undefined {
    const place = this.places[state];
    return place?.label === '' ? place.node : undefined;
  }

  private read(place: ReadingPosition, symbol: number): number {
    if (symbol === DOT) {
      if (place.label === '') return 0;
      const child = this.childAt(place);
      if (!child) return this.everything(place.node.below);
      return this.enter(this.before(child));
    }
    const { length } = place.label;
    const from = firstAtLeast(place.labels, length, symbol, place.from, place.to);
    const to = firstAtLeast(place.labels, length, symbol + 1, from, place.to);
    // No listed label ends like this: whatever it becomes, the rest of the node decides.
    if (from === to) return this.everything(place.node.below);
    return this.enter({ ...place, label: place.label + String.fromCharCode(symbol), from, to });
  }

  private childAt({ node, label, labels, from }: ReadingPosition): DomainTree | undefined {
    return labels[from] === label ? node.children.get([...label].reverse().join('')) : undefined;
  }

  /** The position right before the labels below a node. */
  private before(node: DomainTree): ReadingPosition {
    const labels = this.labelsOf(node);
    return { node, label: '', labels, from: 0, to: labels.length };
  }

  private labelsOf(node: DomainTree): readonly string[] {
    const known = this.labels.get(node);
    if (known) return known;
    spend(LABEL_COST * node.children.size);
    const labels = [...node.children.keys()].map((label) => [...label].reverse().join('')).sort();
    this.labels.set(node, labels);
    return labels;
  }

  private enter(place: ReadingPosition): number {
    spend(STATE_COST);
    // A label follows, whatever it is.
    if (place.label === '' && place.node.children.size === 0) return this.everything(place.node.below);
    this.places.push(place);
    this.transitions.push(new Map());
    return this.places.length - 1;
  }

  /** The state in which nothing that follows changes the outcome. */
  private everything(held: boolean): number {
    const known = this.uniform.get(held);
    if (known !== undefined) return known;
    const id = this.places.length;
    this.places.push(undefined);
    this.transitions.push(new Map());
    this.uniform.set(held, id);
    return id;
  }
}

/**
 * Of sorted texts that begin alike, between two indices, the first one that goes on at a place with a code unit that is not below another; a
 * text that ends there is before all that go on.
 */
function firstAtLeast(sorted: readonly string[], place: number, unit: number, from: number, to: number): number {
  let [low, high] = [from, to];
  while (low < high) {
    const middle = (low + high) >> 1;
    // Behind the end of a text there is no unit (`NaN`).
    if ((sorted[middle]?.charCodeAt(place) ?? 0) >= unit) high = middle;
    else low = middle + 1;
  }
  return low;
}
