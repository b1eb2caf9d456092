// Deterministic readers of texts, built as far as somebody reads.

import { spend } from './budget.js';
import { sortIntegers } from './integer-lists.js';
import { IntegerRows } from './integer-rows.js';
import { type Automaton, addTo, EVERY_SYMBOL, emptyLists, SYMBOL_COUNT, type Symbols } from './language.js';
import { PaidMemo } from './paid-memo.js';
import { APART, type Partition, type Partitions, type SymbolClasses, TOGETHER } from './symbol-classes.js';

/**
 * A deterministic reader of texts, one symbol at a time. States are small integers; 0 accepts nothing, whatever follows.
 */
export interface Machine {
  readonly start: number;
  next(state: number, symbol: number): number;
  accepts(state: number): boolean;
  /** Whether every continuation that is a valid text is accepted. */
  acceptsAll(state: number): boolean;
  /** The symbols that lead from a state to the same one, as far as it is known. */
  partition?(state: number, partitions: Partitions): Partition;
}

/** Whether a machine that reads from the start accepts a text. */
export function acceptsForward(machine: Machine, text: string): boolean {
  let state = machine.start;
  for (let i = 0; i < text.length && state !== DEAD; i++) state = machine.next(state, text.charCodeAt(i));
  return machine.accepts(state);
}

/** Whether a machine that reads from the end accepts a text. */
export function acceptsBackward(machine: Machine, text: string): boolean {
  let state = machine.start;
  for (let i = text.length - 1; i >= 0; i--) {
    state = machine.next(state, text.charCodeAt(i));
    if (state === DEAD) return false;
    if (machine.acceptsAll(state)) return true;
  }
  return machine.accepts(state);
}

/** What a state costs, whose row of targets takes half a kilobyte. */
const STATE_COST = 60;

/** What it costs to sort a set of states and to look for an equal one, beside each of its states. */
const SET_COST = 5;
const FIRST_PRINTABLE = 33;
const LAST_PRINTABLE = 126;

const backward = new PaidMemo<Automaton, Machine>();
const exact = new PaidMemo<Automaton, Machine>();
const forward = new PaidMemo<Automaton, Machine>();

/**
 * The machine that reads the texts of an automaton from their last symbol to their first. Made once for each. For texts of printable
 * symbols, as names and URLs are.
 */
export function backwardMachine(automaton: Automaton): Machine {
  return backward.of(automaton, () => new LazyMachine(reversed(automaton), true));
}

/** The machine that reads the texts of an automaton from their first symbol to their last. */
export function forwardMachine(automaton: Automaton): Machine {
  return forward.of(automaton, () => new LazyMachine(automaton, false));
}

/** As {@link backwardMachine}, for texts of all symbols. */
export function exactBackwardMachine(automaton: Automaton): Machine {
  return exact.of(automaton, () => new LazyMachine(reversed(automaton), false));
}

/** The automaton of the same texts read backwards. */
export function reversed({ epsilon, steps, start, accept }: Automaton): Automaton {
  spend(2 * steps.length);
  const backEpsilon = emptyLists<number>(epsilon.length);
  const backSteps = emptyLists<{ on: Symbols; to: number }>(steps.length);
  epsilon.forEach((targets, from) => {
    for (const to of targets) addTo(backEpsilon, to, from);
  });
  steps.forEach((own, from) => {
    for (const { on, to } of own) addTo(backSteps, to, { on, to: from });
  });
  return { epsilon: backEpsilon, steps: backSteps, start: accept, accept: start };
}

const DEAD = 0;
const UNKNOWN = -1;

/** The subset construction, carried only as far as somebody reads. */
class LazyMachine implements Machine {
  readonly start: number;
  private readonly ids = new Map<number, number[]>();
  private readonly sets: Int32Array[] = [];
  private readonly accepting: boolean[] = [];
  private readonly transitions = new IntegerRows(SYMBOL_COUNT);
  /** For each state of the automaton, its targets by symbol, where it has many steps. */
  private readonly tables = new Map<number, (readonly number[])[]>();
  /** When a state of the automaton was last put into a set. */
  private readonly stamps: Int32Array;
  private stamp = 0;
  /** The state in which everything that follows is accepted, once it is met. */
  private everything = UNKNOWN;
  private readonly isSettled: Uint8Array;
  /** How often steps were looked up, and after some times the symbols that are alike, for each symbol. */
  private moves = 0;
  private classes: SymbolClasses | undefined;

  constructor(
    private readonly automaton: Automaton,
    printableOnly: boolean,
  ) {
    spend(5 * automaton.steps.length);
    this.stamps = new Int32Array(automaton.steps.length);
    this.isSettled = new Uint8Array(automaton.steps.length);
    for (const state of settledStates(automaton, printableOnly)) this.isSettled[state] = 1;
    this.idOf([]);
    this.stamp++;
    const set: number[] = [];
    this.add(automaton.start, set);
    this.start = this.idOf(this.closed(set));
  }

  next(state: number, symbol: number): number {
    if (symbol >= SYMBOL_COUNT) return DEAD;
    const known = this.transitions.at(state, symbol);
    if (known !== UNKNOWN) return known;
    const reached = this.idOf(this.move(this.sets[state] ?? new Int32Array(), symbol));
    for (const alike of this.alike(symbol)) this.transitions.set(state, alike, reached);
    return reached;
  }

  accepts(state: number): boolean {
    return this.accepting[state] ?? false;
  }

  acceptsAll(state: number): boolean {
    return state === this.everything;
  }

  partition(state: number, partitions: Partitions): Partition {
    if (this.classes) return partitions.of(this.classes);
    let partition = TOGETHER;
    let apart = '';
    let steps = 0;
    for (const from of this.sets[state] ?? []) {
      for (const { on } of this.automaton.steps[from] ?? []) {
        if (++steps > STEPS_COMPARED) return APART;
        if (on.size === 1) apart += String.fromCharCode(...on);
        else partition = partitions.both(partition, partitions.ofSet(on));
      }
    }
    spend(steps);
    return partitions.both(partition, partitions.ofApart(apart));
  }

  /** The symbols that every step of the automaton takes for the same. A machine that reads little does without. */
  private alike(symbol: number): readonly number[] {
    if (!this.classes && ++this.moves > MOVES_APART) this.classes = symbolClasses(this.automaton);
    return this.classes?.[symbol] ?? [symbol];
  }

  private move(states: Int32Array, symbol: number): number[] {
    spend(2 + states.length);
    this.stamp++;
    const reached: number[] = [];
    for (const state of states) {
      const steps = this.automaton.steps[state] ?? [];
      if (steps.length > MANY_STEPS) {
        for (const to of this.tableOf(state)[symbol] ?? []) this.add(to, reached);
      } else for (const { on, to } of steps) if (on.has(symbol)) this.add(to, reached);
    }
    return this.closed(reached);
  }

  private tableOf(state: number): (readonly number[])[] {
    const known = this.tables.get(state);
    if (known) return known;
    const table: number[][] = Array.from({ length: SYMBOL_COUNT }, () => []);
    for (const { on, to } of this.automaton.steps[state] ?? []) for (const symbol of on) table[symbol]?.push(to);
    this.tables.set(state, table);
    return table;
  }

  private add(state: number, set: number[]): void {
    if (this.stamps[state] === this.stamp) return;
    this.stamps[state] = this.stamp;
    set.push(state);
  }

  private closed(set: number[]): number[] {
    for (let i = 0; i < set.length; i++) {
      for (const to of this.automaton.epsilon[set[i] ?? 0] ?? []) this.add(to, set);
    }
    spend(set.length);
    return set;
  }

  /** Sorts the states. */
  private idOf(states: number[]): number {
    spend(SET_COST + states.length);
    for (let i = 0; i < states.length; i++) if (this.isSettled[states[i] ?? 0] === 1) return this.everythingOf(states);
    sortIntegers(states);
    let hash = states.length;
    for (let i = 0; i < states.length; i++) hash = (Math.imul(hash, 31) + (states[i] ?? 0)) | 0;
    // Mostly a set is known, and nothing is made.
    const candidates = this.ids.get(hash);
    const known = candidates?.find((id) => equal(this.sets[id], states));
    if (known !== undefined) return known;
    const id = this.make(Int32Array.from(states), states.includes(this.automaton.accept));
    if (candidates) candidates.push(id);
    else this.ids.set(hash, [id]);
    return id;
  }

  private everythingOf(states: readonly number[]): number {
    if (this.everything === UNKNOWN) {
      this.everything = this.make(Int32Array.from(states), true);
      this.transitions.fill(this.everything, this.everything);
    }
    return this.everything;
  }

  private make(set: Int32Array, accepting: boolean): number {
    spend(STATE_COST + set.length);
    const id = this.sets.push(set) - 1;
    this.accepting.push(accepting);
    this.transitions.add(set.length === 0 ? DEAD : UNKNOWN);
    return id;
  }
}

const MANY_STEPS = 8;

/** A state with more steps takes all symbols for different. */
const STEPS_COMPARED = 16;

/** So many steps cost less than to find the symbols that are alike. */
const MOVES_APART = 64;

/** What it costs to tell all symbols apart. */
const CLASSES_COST = 4 * SYMBOL_COUNT;

/** For each symbol all those that are in the same sets of symbols of an automaton. */
function symbolClasses({ steps }: Automaton): SymbolClasses {
  const sets = new Set<Symbols>();
  const alone = new Set<number>();
  spend(CLASSES_COST + steps.length);
  for (const own of steps) {
    for (const { on } of own) {
      if (on.size > 1) sets.add(on);
      else for (const symbol of on) alone.add(symbol);
    }
  }
  // Those that are apart from all others first; then each set divides the classes that are partly in it.
  const classOf = new Int32Array(SYMBOL_COUNT);
  let count = 1;
  for (const symbol of alone) if (symbol < SYMBOL_COUNT) classOf[symbol] = count++;
  const sizes = new Int32Array(SYMBOL_COUNT + 1);
  for (const own of classOf) sizes[own] = (sizes[own] ?? 0) + 1;
  for (const on of sets) {
    spend(5 + on.size / 4);
    count = divideClasses(on, { classOf, sizes, count });
  }
  const members = new Map<number, number[]>();
  for (const [symbol, own] of classOf.entries()) {
    const known = members.get(own);
    if (known) known.push(symbol);
    else members.set(own, [symbol]);
  }
  return Array.from(classOf, (own) => members.get(own) ?? []);
}

interface Classes {
  readonly classOf: Int32Array;
  readonly sizes: Int32Array;
  readonly count: number;
}

/** Divides the classes that are partly in a set; returns how many there are then. */
function divideClasses(on: Symbols, { classOf, sizes, count }: Classes): number {
  const inside = new Int32Array(count);
  for (const symbol of on) {
    const own = classOf[symbol];
    if (own !== undefined) inside[own] = (inside[own] ?? 0) + 1;
  }
  let divided = count;
  const news = inside.map((size, own) => (size > 0 && size < (sizes[own] ?? 0) ? divided++ : own));
  if (divided === count) return count;
  for (const symbol of on) {
    const before = classOf[symbol];
    const after = before === undefined ? undefined : news[before];
    if (before === undefined || after === undefined || after === before) continue;
    classOf[symbol] = after;
    sizes[before] = (sizes[before] ?? 0) - 1;
    sizes[after] = (sizes[after] ?? 0) + 1;
  }
  return divided;
}

/** A state of a machine that is completely built. */
export interface MachineState {
  /** What the machine calls it. */
  readonly state: number;
  readonly accepts: boolean;
  readonly steps: readonly { readonly on: Symbols; readonly to: number }[];
}

/** All states that a machine reaches by some symbols, the first one first; steps lead to their indices. None where there are too many. */
export function statesOf(
  machine: Machine,
  limit: number,
  symbols: Symbols = EVERY_SYMBOL,
  start = machine.start,
): readonly MachineState[] | undefined {
  const ids = new Map<number, number>([[start, 0]]);
  const states: MachineState[] = [];
  for (const state of ids.keys()) {
    if (ids.size > limit) return undefined;
    const steps = new Map<number, Set<number>>();
    spend(3 * symbols.size);
    for (const symbol of symbols) {
      const next = machine.next(state, symbol);
      let id = ids.get(next);
      if (id === undefined) {
        id = ids.size;
        ids.set(next, id);
      }
      steps.set(id, (steps.get(id) ?? new Set()).add(symbol));
    }
    states.push({ state, accepts: machine.accepts(state), steps: [...steps].map(([to, on]) => ({ on, to })) });
  }
  return states;
}

function equal(a: Int32Array | undefined, b: readonly number[]): boolean {
  if (a?.length !== b.length) return false;
  for (let i = 0; i < b.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** The states that loop on every symbol and from which the accepting state is reached without input. */
function settledStates({ epsilon, steps, accept }: Automaton, printableOnly: boolean): readonly number[] {
  const looping: number[] = [];
  for (const [state, own] of steps.entries()) {
    if (own.some(({ on, to }) => to === state && holdsAll(on, printableOnly))) looping.push(state);
  }
  if (looping.length === 0) return looping;
  // The steps without input, backwards, as lists that are linked by their places: there may be many of them.
  const latest = new Int32Array(epsilon.length).fill(UNKNOWN);
  const sources: number[] = [];
  const earlier: number[] = [];
  for (const [from, targets] of epsilon.entries()) {
    for (const to of targets) {
      earlier.push(latest[to] ?? UNKNOWN);
      latest[to] = sources.push(from) - 1;
    }
  }
  spend(sources.length);
  const leads = new Uint8Array(epsilon.length);
  leads[accept] = 1;
  const pending = [accept];
  for (let state = pending.pop(); state !== undefined; state = pending.pop()) {
    for (let at = latest[state] ?? UNKNOWN; at !== UNKNOWN; at = earlier[at] ?? UNKNOWN) {
      const from = sources[at] ?? 0;
      if (leads[from] === 1) continue;
      leads[from] = 1;
      pending.push(from);
    }
  }
  return looping.filter((state) => leads[state] === 1);
}

function holdsAll(symbols: Symbols, printableOnly: boolean): boolean {
  const last = printableOnly ? LAST_PRINTABLE : SYMBOL_COUNT - 1;
  for (let code = printableOnly ? FIRST_PRINTABLE : 0; code <= last; code++) if (!symbols.has(code)) return false;
  return true;
}
