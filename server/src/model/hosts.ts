// Sets of host names, exact under every operation.
import { treeMachine } from './domain-machine.js';
import {
  ALL_NAMES,
  combineTrees,
  commonDomain,
  type DomainTree,
  isEmptyTree,
  NO_NAMES,
  splitTree,
  type TreePart,
  treeHas,
  treeOf,
  treeParts,
} from './domain-tree.js';
import { type Automaton, AutomatonBuilder, type Symbols } from './language.js';
import { boundOf } from './language-bounds.js';
import { backwardMachine, type Machine } from './machines.js';
import { listed } from './packet-text.js';

/** A set of names as an expression; needed only for sets that involve regular expressions. */
type Expression =
  | { readonly kind: 'tree'; readonly tree: DomainTree }
  | { readonly kind: 'language'; readonly automaton: Automaton }
  | { readonly kind: 'not'; readonly of: Expression }
  | { readonly kind: 'and' | 'or'; readonly of: readonly [Expression, Expression] };

const DOT_UNIT = '.'.charCodeAt(0);

/** The characters of host names, in the order in which examples prefer them. */
const NAME_UNITS = [...'abcdefghijklmnopqrstuvwxyz0123456789-_.'].map((character) => character.charCodeAt(0));
const NAME_SYMBOLS: Symbols = new Set(NAME_UNITS);

/**
 * An immutable set of lower-case host names without trailing dot. Unions, intersections and differences are exact, for
 * whole-label patterns (`*.example.com`) and for regular ones (`*cdn.example.com`, a regular expression) alike.
 *
 * A set of whole-label patterns is a tree. Any other set is an expression within a tree that contains all of its names;
 * whether it is empty is decided by one search, whose result is kept.
 */
export class HostSet {
  private found: Search | undefined;

  private constructor(
    /** A tree that contains every name of the set; exactly those where there is no expression. */
    private readonly bound: DomainTree,
    private readonly expression: Expression | undefined,
  ) {}

  static readonly none = new HostSet(NO_NAMES, undefined);
  static readonly all = new HostSet(ALL_NAMES, undefined);

  static ofTree(tree: DomainTree): HostSet {
    return isEmptyTree(tree) ? HostSet.none : new HostSet(tree, undefined);
  }

  static exact(name: string): HostSet {
    return HostSet.ofTree(treeOf(name.toLowerCase(), 'self'));
  }

  /** All names below `name`, at any depth, without `name` itself. */
  static below(name: string): HostSet {
    return HostSet.ofTree(treeOf(name.toLowerCase(), 'below'));
  }

  /** `name` and all names below it. */
  static domain(name: string): HostSet {
    return HostSet.ofTree(treeOf(name.toLowerCase(), 'both'));
  }

  /**
   * The names that a documented host pattern stands for. A leading `*.` is one or more whole labels; a `*` elsewhere is
   * one or more characters, dots included; without `*` the pattern is one name.
   */
  static pattern(pattern: string): HostSet {
    const text = pattern.toLowerCase();
    if (!text.includes('*')) return HostSet.exact(text);
    if (text.startsWith('*.') && !text.slice(2).includes('*')) return HostSet.below(text.slice(2));
    return HostSet.all.where(globAutomaton(text), true);
  }

  static union(sets: readonly HostSet[]): HostSet {
    // In halves, so that long lists of small sets do not copy one growing tree again and again.
    const [first = HostSet.none] = sets;
    if (sets.length <= 1) return first;
    const middle = sets.length >> 1;
    return HostSet.union(sets.slice(0, middle)).union(HostSet.union(sets.slice(middle)));
  }

  /** The names of this set that `automaton` accepts, or with `holds` false does not accept. */
  where(automaton: Automaton, holds: boolean): HostSet {
    const { tree, exact } = boundOf(automaton);
    const within = HostSet.ofTree(tree);
    if (exact) return holds ? this.intersect(within) : this.subtract(within);
    const inside = combineTrees('and', this.bound, tree);
    if (isEmptyTree(inside)) return holds ? HostSet.none : this;
    const language: Expression = { kind: 'language', automaton };
    if (holds) return HostSet.of(inside, this.expression ? { kind: 'and', of: [this.expression, language] } : language);
    return HostSet.of(this.bound, { kind: 'and', of: [this.asExpression, { kind: 'not', of: language }] });
  }

  /** The longest name that is equal to or above every name of the set; empty where there is none. */
  get commonDomain(): string {
    return commonDomain(this.bound);
  }

  /** The name of a set of at most one name. */
  get onlyName(): string | undefined {
    const name = this.commonDomain;
    const [part, ...others] = treeParts(this.bound, 2);
    return part?.kind === 'name' && others.length === 0 ? name : undefined;
  }

  /** The disjoint, non-empty parts of this set along the nodes of `labels`; see {@link splitTree}. */
  splitAlong(labels: DomainTree): HostSet[] {
    return splitTree(this.bound, labels)
      .map((part) => (this.expression ? HostSet.of(part, this.expression) : HostSet.ofTree(part)))
      .filter((set) => !set.isEmpty);
  }

  get isEmpty(): boolean {
    return this === HostSet.none || this.search.kind === 'none';
  }

  has(name: string): boolean {
    const text = name.toLowerCase();
    return treeHas(this.bound, text) && (this.expression === undefined || holdsName(this.expression, text));
  }

  union(other: HostSet): HostSet {
    if (this.isEmpty) return other;
    if (other.isEmpty) return this;
    const bound = combineTrees('or', this.bound, other.bound);
    if (!this.expression && !other.expression) return HostSet.ofTree(bound);
    return HostSet.of(bound, { kind: 'or', of: [this.asExpression, other.asExpression] });
  }

  intersect(other: HostSet): HostSet {
    const bound = combineTrees('and', this.bound, other.bound);
    if (!this.expression && !other.expression) return HostSet.ofTree(bound);
    // What the bound says already need not be in the expression.
    if (!this.expression) return HostSet.of(bound, other.asExpression);
    if (!other.expression) return HostSet.of(bound, this.asExpression);
    return HostSet.of(bound, { kind: 'and', of: [this.expression, other.expression] });
  }

  subtract(other: HostSet): HostSet {
    if (!other.expression) {
      const bound = combineTrees('without', this.bound, other.bound);
      return this.expression ? HostSet.of(bound, this.expression) : HostSet.ofTree(bound);
    }
    if (isEmptyTree(combineTrees('and', this.bound, other.bound))) return this;
    const outside: Expression = { kind: 'not', of: other.asExpression };
    return HostSet.of(this.bound, { kind: 'and', of: [this.asExpression, outside] });
  }

  /**
   * Domains that together hold the whole set, each standing for its name and all names below; the empty name stands for
   * all names. For finding quickly what may concern a small set.
   */
  get domains(): readonly string[] {
    const domains = new Set(treeParts(this.bound).map(({ name }) => name));
    return domains.has('') ? [''] : [...domains];
  }

  /**
   * One name of the set, as simple as possible. `undefined` for the empty set, and for the rare set that is too large to
   * search, which has to be treated as unknown.
   */
  get example(): string | undefined {
    const { search } = this;
    return search.kind === 'found' ? search.name : undefined;
  }

  /** The set as text: its names and wildcards where it is a list of these; a description otherwise. */
  describe(): string {
    if (this.isEmpty) return 'no host';
    const texts = treeParts(this.bound).sort(byName).map(describePart);
    const list = listed(texts, DESCRIBED_PARTS);
    if (!this.expression) return list;
    return this.example === undefined ? `some of ${list}` : `some of ${list} (such as ${this.example})`;
  }

  private static of(bound: DomainTree, expression: Expression): HostSet {
    if (isEmptyTree(bound)) return HostSet.none;
    // A few single names are looked up one by one, and need no expression any more.
    const parts = treeParts(bound, NAMES_ASKED + 1);
    if (parts.length <= NAMES_ASKED && parts.every(({ kind }) => kind === 'name')) {
      const held = parts.filter(({ name }) => holdsName(expression, name));
      if (held.length === parts.length) return HostSet.ofTree(bound);
      return HostSet.ofTree(held.reduce((tree, { name }) => combineTrees('or', tree, treeOf(name, 'self')), NO_NAMES));
    }
    const set = new HostSet(bound, expression);
    return set.search.kind === 'none' ? HostSet.none : set;
  }

  private get asExpression(): Expression {
    const tree: Expression = { kind: 'tree', tree: this.bound };
    return this.expression ? { kind: 'and', of: [tree, this.expression] } : tree;
  }

  private get search(): Search {
    this.found ??= searchName(this.bound, this.expression);
    return this.found;
  }
}

const DESCRIBED_PARTS = 6;

/** How many single names are looked up one by one. */
const NAMES_ASKED = 32;

function holdsName(expression: Expression, name: string): boolean {
  switch (expression.kind) {
    case 'tree':
      return treeHas(expression.tree, name);
    case 'language':
      return readsName(backwardMachine(expression.automaton), name);
    case 'not':
      return !holdsName(expression.of, name);
    case 'and':
      return holdsName(expression.of[0], name) && holdsName(expression.of[1], name);
    case 'or':
      return holdsName(expression.of[0], name) || holdsName(expression.of[1], name);
  }
}

function readsName(machine: Machine, name: string): boolean {
  let state = machine.start;
  for (let i = name.length - 1; i >= 0; i--) state = machine.next(state, name.charCodeAt(i));
  return machine.accepts(state);
}

type Search = { readonly kind: 'found'; readonly name: string } | { readonly kind: 'none' | 'gave-up' };

/** How many joint states are visited before a search gives up. */
const STATE_LIMIT = 20_000;

const PLAIN_LABELS = ['host', 'www', 'site'];

/** A name of the set: a plain one where that is in it, otherwise a shortest one; `none` only where there is none. */
function searchName(bound: DomainTree, expression: Expression | undefined): Search {
  if (isEmptyTree(bound)) return { kind: 'none' };
  for (const name of plainNames(bound)) {
    if (treeHas(bound, name) && (!expression || holdsName(expression, name))) return { kind: 'found', name };
  }
  const within: Expression = { kind: 'tree', tree: bound };
  return searchMachines(expression ? { kind: 'and', of: [within, expression] } : within);
}

/** How many parts of a tree are tried for a plain name. */
const PLAIN_PARTS = 32;

function plainNames(bound: DomainTree): string[] {
  return treeParts(bound, PLAIN_PARTS).flatMap((part) => {
    if (part.kind === 'name') return [part.name];
    return PLAIN_LABELS.map((label) => (part.name === '' ? `${label}.example` : `${label}.${part.name}`));
  });
}

/** Whether a name that continues what was read can be accepted: each can, some can, or none. */
type Outlook = 'all' | 'some' | 'none';

/** Reads all names at once from their last character on, breadth first, in every machine of an expression together. */
function searchMachines(expression: Expression): Search {
  const leaves: Machine[] = [];
  const evaluate = compile(expression, leaves);
  const start = [NAME_START, ...leaves.map((machine) => machine.start)];
  const seen = new Set<string>([start.join(' ')]);
  let frontier: { states: readonly number[]; read: string }[] = [{ states: start, read: '' }];
  while (frontier.length > 0) {
    const next: typeof frontier = [];
    for (const { states, read } of frontier) {
      if (states[0] === IN_LABEL && evaluate.accepts(states)) {
        return { kind: 'found', name: [...read].reverse().join('') };
      }
      for (const symbol of NAME_UNITS) {
        const form = nextForm(states[0] ?? NAME_START, symbol);
        if (form === undefined) continue;
        const moved = [form];
        for (let i = 0; i < leaves.length; i++) moved.push(leaves[i]?.next(states[i + 1] ?? 0, symbol) ?? 0);
        if (evaluate.outlook(moved) === 'none') continue;
        const key = moved.join(' ');
        if (seen.has(key)) continue;
        if (seen.size >= STATE_LIMIT) return { kind: 'gave-up' };
        seen.add(key);
        next.push({ states: moved, read: read + String.fromCharCode(symbol) });
      }
    }
    frontier = next;
  }
  return { kind: 'none' };
}

// The form of a name: labels of at least one character, joined by single dots.
const NAME_START = 0;
const IN_LABEL = 1;

function nextForm(form: number, symbol: number): number | undefined {
  if (symbol !== DOT_UNIT) return IN_LABEL;
  return form === IN_LABEL ? NAME_START : undefined;
}

interface Evaluation {
  accepts(states: readonly number[]): boolean;
  outlook(states: readonly number[]): Outlook;
}

/** Gives each machine of an expression one place in the joint state, equal ones the same. */
function compile(expression: Expression, leaves: Machine[]): Evaluation {
  switch (expression.kind) {
    case 'tree':
    case 'language': {
      const machine = expression.kind === 'tree' ? treeMachine(expression.tree) : backwardMachine(expression.automaton);
      let index = leaves.indexOf(machine);
      if (index < 0) index = leaves.push(machine) - 1;
      const at = index + 1;
      return {
        accepts: (states) => machine.accepts(states[at] ?? 0),
        outlook: (states) => {
          const state = states[at] ?? 0;
          if (state === 0) return 'none';
          return machine.acceptsAll(state) ? 'all' : 'some';
        },
      };
    }
    case 'not': {
      const of = compile(expression.of, leaves);
      return { accepts: (states) => !of.accepts(states), outlook: (states) => OPPOSITE[of.outlook(states)] };
    }
    case 'and':
    case 'or': {
      const [a, b] = [compile(expression.of[0], leaves), compile(expression.of[1], leaves)];
      const decisive = expression.kind === 'and' ? 'none' : 'all';
      return {
        accepts:
          expression.kind === 'and'
            ? (states) => a.accepts(states) && b.accepts(states)
            : (states) => a.accepts(states) || b.accepts(states),
        outlook: (states) => {
          const first = a.outlook(states);
          if (first === decisive) return decisive;
          const second = b.outlook(states);
          if (second === decisive) return decisive;
          return first === 'some' || second === 'some' ? 'some' : first;
        },
      };
    }
  }
}

const OPPOSITE: Readonly<Record<Outlook, Outlook>> = { all: 'none', some: 'some', none: 'all' };

/** A name right before the names below it, in alphabetical order. */
function byName(a: TreePart, b: TreePart): number {
  if (a.name !== b.name) return a.name < b.name ? -1 : 1;
  return a.kind === b.kind ? 0 : a.kind === 'name' ? -1 : 1;
}

function describePart(part: TreePart): string {
  if (part.kind === 'name') return part.name;
  const base = part.name === '' ? '*' : `*.${part.name}`;
  if (part.exceptLabels.length === 0) return base;
  const except = part.exceptLabels.slice(0, 3).map((label) => (part.name === '' ? label : `${label}.${part.name}`));
  return `${base} (except ${except.join(', ')}${part.exceptLabels.length > 3 ? ', …' : ''})`;
}

function globAutomaton(pattern: string): Automaton {
  const builder = new AutomatonBuilder();
  const start = builder.state();
  let state = start;
  for (const [index, literal] of pattern.split('*').entries()) {
    if (index > 0) {
      const repeat = builder.state();
      builder.step(state, NAME_SYMBOLS, repeat);
      builder.step(repeat, NAME_SYMBOLS, repeat);
      state = repeat;
    }
    state = builder.literal(state, literal);
  }
  return builder.build(start, state);
}
