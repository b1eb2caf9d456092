// Sets of host names as formulas that are read symbol by symbol.
import { Renewed } from '../kept/memo.js';
import { spend } from './budget.js';
import { treeMachine, treeStart } from './domain-machine.js';
import type { DotRange } from './dot-counts.js';
import type { Expression } from './host-expression.js';
import { IntegerLists, sortIntegers } from './integer-lists.js';
import { IntegerPool } from './integer-rows.js';
import { backwardMachine, type Machine } from './machines.js';
import { PaidStore } from './paid-memo.js';
import { APART, FIRST, LAST, type Partition, Partitions, TOGETHER } from './symbol-classes.js';
import type { WordPatterns } from './word-patterns.js';

/** A formula of one {@link HostFormulas}. A formula and its negation differ in the last bit. */
export type Formula = number;

/** The formulas of all names, and of none. */
export const ALWAYS: Formula = 0;
export const NEVER: Formula = 1;

/** What a formula is made of: a state of a machine, a number of dots, or formulas of which all hold. */
type Node =
  | { readonly kind: 'machine'; readonly machine: Machine; readonly state: number }
  | { readonly kind: 'dots'; readonly range: DotRange }
  | { readonly kind: 'and'; readonly of: readonly Formula[] };

const DOT = '.'.charCodeAt(0);

const UNKNOWN = -1;
const NO_FORMULAS: readonly Formula[] = [];

/** As long as the lists of parts that are kept have so many items together, at most some dozen megabytes. */
const PARTS_KEPT = 1_000_000;

/** What keeping a formula costs beside its parts, as items and as work. */
const FORMULA_PARTS = 20;
const FORMULA_COST = 15;

/** So many parts of a conjunction are read in a unit of work, where what follows them is known. */
const PARTS_AT_ONCE = 4;

const latest = new PaidStore(
  () =>
    new Renewed(
      () => new HostFormulas(),
      (formulas) => formulas.parts > PARTS_KEPT,
    ),
);

/** Sets that are made one from another share most of their formulas, and what is known of them. */
export function hostFormulas(): HostFormulas {
  return latest.value.value;
}

/**
 * Formulas over machines that read names from their end. What follows a symbol is a formula again, its derivative (Brzozowski 1964), in which what is
 * decided by then is left out: of hundreds of conditions few are still open within one domain, and sets that no longer differ are one formula.
 */
export class HostFormulas {
  private readonly nodes: Node[] = [{ kind: 'and', of: [] }];
  /** For each node with known derivatives, where they begin: one for each class of symbols. */
  private readonly rows: (number | undefined)[] = [undefined];
  private readonly derivatives = new IntegerPool();
  private readonly sizes: number[] = [1];
  private readonly partitions = new Partitions();
  /** For each node, the symbols that lead to the same, as far as it is known when it is first read. */
  private readonly partitionOf: (Partition | undefined)[] = [];
  private readonly states = new Map<Machine, Map<number, Formula>>();
  private readonly ranges = new Map<string, Formula>();
  private readonly conjunctions = new IntegerLists();
  private readonly read = new IntegerLists();
  private readonly known = new WeakMap<Expression, Formula>();
  /** How many items all lists of parts have. */
  parts = 0;

  /** The formula of a set of names. */
  of(expression: Expression): Formula {
    const known = this.known.get(expression);
    if (known !== undefined) return known;
    const made = this.make(expression);
    this.known.set(expression, made);
    return made;
  }

  /** What the rest of a name has to fulfil, once a symbol is read. */
  next(formula: Formula, symbol: number): Formula {
    if (formula <= NEVER) return formula;
    const node = formula >> 1;
    if (symbol < FIRST || symbol > LAST) return this.derive(node, symbol) ^ (formula & 1);
    const row = this.rows[node] ?? this.addRow(node);
    const place = row + this.partitions.classOf(this.partitionOf[node] ?? APART, symbol);
    let derivative = this.derivatives.at(place);
    if (derivative === UNKNOWN) {
      derivative = this.derive(node, symbol);
      this.derivatives.set(place, derivative);
    }
    return derivative ^ (formula & 1);
  }

  private addRow(node: number): number {
    const partition = this.partition(node);
    this.partitionOf[node] = partition;
    const row = this.derivatives.add(this.partitions.countOf(partition), UNKNOWN);
    this.rows[node] = row;
    return row;
  }

  /** Of some symbols enough to reach all that any of them leads to. */
  symbolsFor(formula: Formula, among: readonly number[]): readonly number[] {
    const node = formula >> 1;
    if (this.rows[node] === undefined) this.addRow(node);
    return this.partitions.choose(this.partitionOf[node] ?? APART, among);
  }

  /** Whether what was read is a name of the set. */
  accepts(formula: Formula): boolean {
    const node = this.nodes[formula >> 1];
    return this.holdsAtEnd(node) !== ((formula & 1) === 1);
  }

  /** How many states a formula is about. */
  sizeOf(formula: Formula): number {
    return this.sizes[formula >> 1] ?? 1;
  }

  private holdsAtEnd(node: Node | undefined): boolean {
    switch (node?.kind) {
      case 'machine':
        return node.machine.accepts(node.state);
      case 'dots':
        return node.range.from <= 0;
      default:
        return node?.of.every((part) => this.accepts(part)) ?? false;
    }
  }

  private make(expression: Expression): Formula {
    switch (expression.kind) {
      case 'tree':
        return this.start(treeMachine(expression.tree));
      case 'language':
        return this.start(backwardMachine(expression.automaton));
      case 'pattern':
        return this.anyOf(this.patterns(expression.patterns));
      case 'levels':
        return this.anyOf(
          expression.levels.map((level) => this.allOf([this.dots(level), this.start(treeMachine(level.tree))])),
        );
      case 'not':
        return this.of(expression.of) ^ 1;
      case 'and':
        return this.allOf(expression.of.toArray().map((part) => this.of(part)));
      case 'or':
        return this.anyOf(expression.of.toArray().map((part) => this.of(part)));
    }
  }

  private patterns({ patterns, wordMachine }: WordPatterns): Formula[] {
    const languages = patterns.flatMap(({ automaton }) => (automaton ? [this.start(backwardMachine(automaton))] : []));
    return languages.length === patterns.length ? languages : [this.start(wordMachine), ...languages];
  }

  private start(machine: Machine): Formula {
    return this.state(machine, machine.start);
  }

  private state(machine: Machine, state: number): Formula {
    if (state === 0) return NEVER;
    if (machine.acceptsAll(state)) return ALWAYS;
    let own = this.states.get(machine);
    if (!own) {
      own = new Map();
      this.states.set(machine, own);
    }
    const known = own.get(state) ?? this.add({ kind: 'machine', machine, state }, 1);
    own.set(state, known);
    return known;
  }

  private dots(range: DotRange): Formula {
    if (range.to < 0) return NEVER;
    const from = Math.max(0, range.from);
    if (from === 0 && range.to === Number.POSITIVE_INFINITY) return ALWAYS;
    const key = `${from} ${range.to}`;
    const known = this.ranges.get(key) ?? this.add({ kind: 'dots', range: { from, to: range.to } }, 1);
    this.ranges.set(key, known);
    return known;
  }

  private anyOf(formulas: readonly Formula[]): Formula {
    return this.allOf(formulas.map((formula) => formula ^ 1)) ^ 1;
  }

  /** The conjunction of some formulas, in the simplest form that is seen at once. */
  private allOf(formulas: readonly Formula[]): Formula {
    let parts = this.sorted(formulas);
    // What a part says on its own need not be said in the alternatives of the others; one that is left alone says it on its own again.
    while (parts && this.hasAlternatives(parts)) {
      const simpler = this.withoutRepetition(parts);
      if (simpler === parts) break;
      parts = this.sorted(simpler);
    }
    if (!parts) return NEVER;
    if (parts.length === 0) return ALWAYS;
    return parts.length === 1 ? (parts[0] ?? ALWAYS) : this.conjunction(parts);
  }

  /** The different parts of a conjunction in ascending order; `undefined` where two exclude one another. */
  private sorted(formulas: readonly Formula[]): Formula[] | undefined {
    const parts: Formula[] = [];
    for (let i = 0; i < formulas.length; i++) {
      const formula = formulas[i] ?? NEVER;
      if (formula === NEVER) return undefined;
      const node = (formula & 1) === 0 ? this.nodes[formula >> 1] : undefined;
      if (node?.kind === 'and') for (const part of node.of) parts.push(part);
      else parts.push(formula);
    }
    spend(3 + 2 * parts.length);
    sortIntegers(parts);
    let length = 0;
    for (const part of parts) {
      const last = length > 0 ? parts[length - 1] : UNKNOWN;
      if (part === last) continue;
      if ((part & 1) === 1 && last === part - 1) return undefined;
      parts[length++] = part;
    }
    parts.length = length;
    return parts;
  }

  private hasAlternatives(parts: readonly Formula[]): boolean {
    for (let i = 0; i < parts.length; i++) if (this.alternativesOf(parts[i] ?? NEVER)) return true;
    return false;
  }

  /** The formulas not all of which hold, where that is what a formula says. */
  private alternativesOf(formula: Formula): readonly Formula[] | undefined {
    if ((formula & 1) === 0) return undefined;
    const node = this.nodes[formula >> 1];
    return node?.kind === 'and' ? node.of : undefined;
  }

  /** The parts of a conjunction, in the alternatives of which what the other parts say is left out. */
  private withoutRepetition(parts: readonly Formula[]): readonly Formula[] {
    spend(parts.length);
    const stated = new Set(parts);
    let isSimpler = false;
    const simpler: Formula[] = [];
    for (const part of parts) {
      const alternatives = this.alternativesOf(part);
      const open = alternatives && this.openOf(alternatives, stated);
      if (!open || open === alternatives) simpler.push(part);
      else {
        isSimpler = true;
        const formula = this.allOf(open) ^ 1;
        stated.add(formula);
        simpler.push(formula);
      }
    }
    return isSimpler ? simpler : parts;
  }

  /** Those of some formulas that are not stated; none hold together where the negation of one is stated. */
  private openOf(formulas: readonly Formula[], stated: ReadonlySet<Formula>): readonly Formula[] {
    let isOpen = true;
    spend(1 + formulas.length / 2);
    for (const formula of formulas) {
      if (stated.has(formula ^ 1)) return [NEVER];
      if (stated.has(formula)) isOpen = false;
    }
    return isOpen ? formulas : [...formulas].filter((formula) => !stated.has(formula));
  }

  private conjunction(of: readonly Formula[]): Formula {
    const known = this.conjunctions.get(of);
    if (known !== undefined) return known;
    let size = 0;
    for (const part of of) size += this.sizeOf(part);
    const made = this.add({ kind: 'and', of }, size);
    this.conjunctions.set(of, made);
    return made;
  }

  private add(node: Node, size: number): Formula {
    const parts = FORMULA_PARTS + (node.kind === 'and' ? node.of.length : 0);
    spend(FORMULA_COST + parts);
    this.parts += parts;
    this.rows.push(undefined);
    this.sizes.push(size);
    return (this.nodes.push(node) - 1) * 2;
  }

  private derive(of: number, symbol: number): Formula {
    const node = this.nodes[of];
    switch (node?.kind) {
      case 'machine':
        return this.readSymbol(node.machine, node.state, symbol);
      case 'dots': {
        const { from, to } = node.range;
        return symbol === DOT ? this.dots({ from: from - 1, to: to - 1 }) : of * 2;
      }
      default:
        return this.deriveAll(of * 2, node?.of ?? NO_FORMULAS, symbol);
    }
  }

  /** The symbols that a node takes for the same. Of a machine more may be known than when it was first read. */
  private partition(of: number): Partition {
    const node = this.nodes[of];
    switch (node?.kind) {
      case 'machine':
        return node.machine.partition?.(node.state, this.partitions) ?? APART;
      case 'dots':
        return this.partitions.ofApart('.');
      default:
        return this.partitionOf[of] ?? this.partitionOfAll(node?.of ?? NO_FORMULAS);
    }
  }

  private partitionOfAll(parts: readonly Formula[]): Partition {
    const [first] = parts;
    let partition = first === undefined ? TOGETHER : this.partition(first >> 1);
    for (let i = 1; i < parts.length && partition !== APART; i++) {
      spend(1);
      partition = this.partitions.both(partition, this.partition((parts[i] ?? ALWAYS) >> 1));
    }
    return partition;
  }

  private deriveAll(formula: Formula, parts: readonly Formula[], symbol: number): Formula {
    spend(2 + parts.length / PARTS_AT_ONCE);
    const derivatives: Formula[] = [];
    let isSame = true;
    for (let i = 0; i < parts.length; i++) {
      const part = parts[i] ?? ALWAYS;
      const derivative = this.next(part, symbol);
      if (derivative === NEVER) return NEVER;
      isSame &&= derivative === part;
      if (derivative !== ALWAYS) derivatives.push(derivative);
    }
    return isSame ? formula : this.knownAllOf(derivatives);
  }

  /** As {@link allOf}; most symbols lead to what another one led to. */
  private knownAllOf(formulas: readonly Formula[]): Formula {
    const known = this.read.get(formulas);
    if (known !== undefined) return known;
    spend(3 + 2 * formulas.length);
    const result = this.allOf(formulas);
    this.parts += formulas.length;
    this.read.set(formulas, result);
    return result;
  }

  private readSymbol(machine: Machine, state: number, symbol: number): Formula {
    spend(2);
    const reached = machine.next(state, symbol);
    // Trees that share a part are one machine within it.
    const part = symbol === DOT ? treeStart(machine, reached) : undefined;
    return part ? this.start(part) : this.state(machine, reached);
  }
}
