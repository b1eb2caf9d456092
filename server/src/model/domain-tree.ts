// Sets of host names as trees of labels.
import { Memo } from '../kept/memo.js';
import { spend } from './budget.js';
import { withChanges } from './layered-map.js';

/**
 * An exact, immutable set of host names built from whole labels: single names, all names below a name, and every union,
 * intersection and difference of those. A node stands for the name that its path spells (`self`) and for every
 * descendant that has no child node of its own (`below`).
 *
 * Each operation touches only the part of the tree that both operands reach, so a question about one domain of a
 * list of many thousands costs the depth of that domain.
 */
export interface DomainTree {
  readonly self: boolean;
  readonly below: boolean;
  readonly children: ReadonlyMap<string, DomainTree>;
}

const NO_CHILDREN: ReadonlyMap<string, DomainTree> = new Map();

export const NO_NAMES: DomainTree = { self: false, below: false, children: NO_CHILDREN };
export const ALL_NAMES: DomainTree = { self: true, below: true, children: NO_CHILDREN };

/** What it costs to combine what is below one label, and to look at one place. */
const LABEL_COST = 5;
const PLACE_COST = 3;

type Combine = 'and' | 'or' | 'without';

function isUniform(tree: DomainTree): boolean {
  return tree.children.size === 0 && tree.self === tree.below;
}

export function isEmptyTree(tree: DomainTree): boolean {
  return isUniform(tree) && !tree.self;
}

/** The tree of one name, of the names below it, or of both. `name` has no leading or trailing dot. */
export function treeOf(name: string, what: 'self' | 'below' | 'both'): DomainTree {
  let tree: DomainTree = { self: what !== 'below', below: what !== 'self', children: NO_CHILDREN };
  for (const label of name.split('.')) tree = { self: false, below: false, children: new Map([[label, tree]]) };
  return tree;
}

/** A tree builder for long lists: amortised linear in the number of labels. */
export class DomainTreeBuilder {
  private readonly root: MutableNode = { self: false, below: false, children: new Map() };

  /** Adds one name, or with `withSubdomains` the name and all below it. */
  add(name: string, withSubdomains: boolean): void {
    const node = this.nodeFor(name);
    node.self = true;
    if (withSubdomains) this.fill(node);
  }

  /** Adds all names below one. */
  addBelow(name: string): void {
    this.fill(this.nodeFor(name));
  }

  private fill(node: MutableNode): void {
    node.below = true;
    node.children.clear();
  }

  private nodeFor(name: string): MutableNode {
    let node = this.root;
    let end = name.length;
    while (end > 0) {
      const dot = name.lastIndexOf('.', end - 1);
      const label = name.slice(dot + 1, end);
      let child = node.children.get(label);
      if (!child) {
        child = { self: node.below, below: node.below, children: new Map() };
        node.children.set(label, child);
      }
      node = child;
      end = dot;
    }
    return node;
  }

  build(): DomainTree {
    return this.root;
  }
}

interface MutableNode {
  self: boolean;
  below: boolean;
  readonly children: Map<string, MutableNode>;
}

function apply(op: Combine, a: boolean, b: boolean): boolean {
  switch (op) {
    case 'and':
      return a && b;
    case 'or':
      return a || b;
    case 'without':
      return a && !b;
  }
}

export function combineTrees(op: Combine, a: DomainTree, b: DomainTree): DomainTree {
  if (isUniform(b)) {
    if (op === 'and') return b.self ? a : NO_NAMES;
    if (op === 'or') return b.self ? ALL_NAMES : a;
    return b.self ? NO_NAMES : a;
  }
  if (isUniform(a)) {
    if (op === 'and') return a.self ? b : NO_NAMES;
    if (op === 'or') return a.self ? ALL_NAMES : b;
    if (!a.self) return NO_NAMES;
  }
  const self = apply(op, a.self, b.self);
  const below = apply(op, a.below, b.below);
  const children = combineChildren(op, a, b, below);
  if (children.size === 0 && self === below) return self ? ALL_NAMES : NO_NAMES;
  return isMadeOf(a, self, below, children) ? a : isMadeOf(b, self, below, children) ? b : { self, below, children };
}

/** What stays as it is, is the same tree: what is known of it still holds. */
function isMadeOf(tree: DomainTree, self: boolean, below: boolean, children: DomainTree['children']): boolean {
  return tree.self === self && tree.below === below && tree.children === children;
}

function combineChildren(op: Combine, a: DomainTree, b: DomainTree, below: boolean): ReadonlyMap<string, DomainTree> {
  const childFor = (label: string): DomainTree | undefined => {
    spend(LABEL_COST);
    const child = combineTrees(op, childOf(a, label), childOf(b, label));
    return isUniform(child) && child.self === below ? undefined : child;
  };
  // Where one side's rest is empty, only the labels that it lists can give a name: the other side's many are not visited.
  const restOfADecides = op !== 'or' && !a.below;
  const restOfBDecides = op === 'and' && !b.below;
  // Where one side's rest changes nothing, the other side's children stay but for the labels that it lists.
  const aStays = op === 'and' ? b.below : !b.below;
  const bStays = op === 'and' ? a.below : op === 'or' && !a.below;
  const changed = (base: DomainTree, by: DomainTree, listedOnly: boolean) => {
    const changes = new Map<string, DomainTree | undefined>();
    for (const label of by.children.keys()) {
      const known = base.children.get(label);
      if (listedOnly && !known) continue;
      const child = childFor(label);
      if (child !== known) changes.set(label, child);
    }
    return withChanges(base.children, changes);
  };
  const bLarger = b.children.size > a.children.size;
  if (aStays && !(bStays && bLarger) && !restOfBDecides && !(restOfADecides && bLarger)) {
    return changed(a, b, restOfADecides);
  }
  if (bStays && !restOfADecides && !(restOfBDecides && !bLarger)) return changed(b, a, restOfBDecides);
  const children = new Map<string, DomainTree>();
  const visit = (label: string) => {
    const child = childFor(label);
    if (child) children.set(label, child);
  };
  if (restOfADecides && restOfBDecides) {
    const [fewer, more] = bLarger ? [a, b] : [b, a];
    for (const label of fewer.children.keys()) if (more.children.has(label)) visit(label);
    return children;
  }
  if (!restOfADecides) for (const label of b.children.keys()) visit(label);
  if (!restOfBDecides) {
    // Each label once: a second visit at every level would double the work with each.
    for (const label of a.children.keys()) if (restOfADecides || !b.children.has(label)) visit(label);
  }
  return children;
}

function childOf(tree: DomainTree, label: string): DomainTree {
  return tree.children.get(label) ?? (tree.below ? ALL_NAMES : NO_NAMES);
}

export function isSameTree(a: DomainTree, b: DomainTree): boolean {
  return a === b || (isEmptyTree(combineTrees('without', a, b)) && isEmptyTree(combineTrees('without', b, a)));
}

/** Whether two trees are seen to be the same without combining them: they have the same nodes. */
export function isAlike(a: DomainTree, b: DomainTree): boolean {
  if (a === b) return true;
  if (a.self !== b.self || a.below !== b.below || a.children.size !== b.children.size) return false;
  spend(a.children.size);
  for (const [label, child] of a.children) {
    const other = b.children.get(label);
    if (!other || !isAlike(child, other)) return false;
  }
  return true;
}

export function treeHas(tree: DomainTree, name: string): boolean {
  let node = tree;
  let end = name.length;
  while (end > 0) {
    const dot = name.lastIndexOf('.', end - 1);
    const child = node.children.get(name.slice(dot + 1, end));
    if (!child) return node.below;
    node = child;
    end = dot;
  }
  return node.self;
}

/** Whether a tree may hold a name below one. */
export function hasBelow(tree: DomainTree, name: string): boolean {
  const { node, name: nearest } = nodeOf(tree, name);
  return node.below || (nearest.length === name.length && node.children.size > 0);
}

/** The node that decides a name, and its own name: that of the name, or of the nearest domain above that has a node. */
export function nodeOf(tree: DomainTree, name: string): { readonly node: DomainTree; readonly name: string } {
  let node = tree;
  let end = name.length;
  while (end > 0) {
    const dot = name.lastIndexOf('.', end - 1);
    const child = node.children.get(name.slice(dot + 1, end));
    if (!child) return { node, name: name.slice(end + 1) };
    node = child;
    end = dot;
  }
  return { node, name };
}

const wider = new Memo<DomainTree, DomainTree>();

/** A tree with everything below each name that has something below: larger, and simple where many names are excepted. */
export function withoutExceptions(tree: DomainTree): DomainTree {
  return wider.of(tree, () => {
    if (tree.below) return { self: tree.self, below: true, children: NO_CHILDREN };
    const children = new Map<string, DomainTree>();
    for (const [label, child] of tree.children) children.set(label, withoutExceptions(child));
    return { self: tree.self, below: false, children };
  });
}

/** One part of a tree: a single name, or all names below one except those under the listed child labels. */
export type TreePart =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'below'; readonly name: string; readonly exceptLabels: readonly string[] };

/** The disjoint parts of a tree, shallow first, or the first few. The root's own parts have the empty name. */
export function treeParts(tree: DomainTree, limit = Number.POSITIVE_INFINITY): TreePart[] {
  const parts: TreePart[] = [];
  for (const { kind, name, node } of placesOf(tree)) {
    if (parts.length >= limit) break;
    parts.push(kind === 'name' ? { kind, name } : { kind, name, exceptLabels: [...node.children.keys()] });
  }
  return parts;
}

/** The names of a tree that has nothing but a few single names. */
export function namesOfTree(tree: DomainTree, limit: number): readonly string[] | undefined {
  const names: string[] = [];
  for (const { kind, name } of placesOf(tree)) {
    if (kind === 'below' || names.length === limit) return undefined;
    names.push(name);
  }
  return names;
}

export function hasMoreParts(tree: DomainTree, limit: number): boolean {
  let count = 0;
  for (const _ of placesOf(tree)) if (++count > limit) return true;
  return false;
}

/** The parts of a tree one by one, without the labels that a part excepts: the first few of a large tree cost nothing more. */
export function* placesOf(
  tree: DomainTree,
): Generator<{ readonly kind: TreePart['kind']; readonly name: string; readonly node: DomainTree }> {
  const queue: Iterable<{ readonly name: string; readonly node: DomainTree }>[] = [[{ name: '', node: tree }]];
  for (const nodes of queue) {
    for (const { name, node } of nodes) {
      spend(PLACE_COST);
      if (node.self && name !== '') yield { kind: 'name', name, node };
      if (node.below) yield { kind: 'below', name, node };
      if (node.children.size > 0) queue.push(childrenOf(name, node));
    }
  }
}

/** How many places of a tree are looked at for one with names below. */
const PLACES = 64;

/** The first name of a tree below which it has names; `undefined` where none is soon found, and for the root. */
export function firstDomain(tree: DomainTree): string | undefined {
  let places = 0;
  for (const { kind, name } of placesOf(tree)) {
    if (kind === 'below') return name || undefined;
    if (++places >= PLACES) return undefined;
  }
  return undefined;
}

function* childrenOf(name: string, { children }: DomainTree): Generator<{ name: string; node: DomainTree }> {
  for (const [label, node] of children) yield { name: name === '' ? label : `${label}.${name}`, node };
}

/**
 * The disjoint, non-empty parts of `tree` along the nodes of `labels`: each name that has a node, alone, and for each node
 * all that is below it without a node of its own.
 */
export function splitTree(tree: DomainTree, labels: DomainTree): DomainTree[] {
  const parts: DomainTree[] = [];
  const pending: { tree: DomainTree; labels: DomainTree; path: readonly string[] }[] = [{ tree, labels, path: [] }];
  for (let item = pending.pop(); item; item = pending.pop()) {
    const { tree: node, labels: along, path } = item;
    const add = (part: DomainTree) => {
      if (!isEmptyTree(part)) parts.push(path.reduceRight(nestUnder, part));
    };
    if (path.length > 0) add({ self: node.self, below: false, children: NO_CHILDREN });
    const rest = new Map(node.children);
    for (const label of along.children.keys()) {
      const child = childOf(node, label);
      if (isEmptyTree(child)) continue;
      rest.set(label, NO_NAMES);
      pending.push({ tree: child, labels: childOf(along, label), path: [...path, label] });
    }
    if (!node.below) for (const label of along.children.keys()) rest.delete(label);
    if (node.below || rest.size > 0) add({ self: false, below: node.below, children: rest });
  }
  return parts;
}

function nestUnder(tree: DomainTree, label: string): DomainTree {
  return { self: false, below: false, children: new Map([[label, tree]]) };
}

/** The longest name that every name of a tree is, or lies below; empty where there is none. */
export function commonDomain(tree: DomainTree): string {
  const labels: string[] = [];
  let node = tree;
  while (!node.self && !node.below && node.children.size === 1) {
    for (const [label, child] of node.children) {
      labels.unshift(label);
      node = child;
    }
  }
  return labels.join('.');
}
