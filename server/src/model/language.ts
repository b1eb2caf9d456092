// Regular languages of texts in ASCII: automata, and deterministic machines that are built as far as they are used.
import { Memo } from '../kept/memo.js';

/**
 * Regular languages as nondeterministic automata, and as machines that are determinised while they run. It is how a regular
 * expression in a file is compared with a wildcard in a requirement without trying samples.
 */

/** A set of UTF-16 code units, 0–127; units above never occur in host names or in the URLs of requests. */
export type Symbols = ReadonlySet<number>;

export interface Automaton {
  /** For each state, the states reached without input. */
  readonly epsilon: readonly (readonly number[])[];
  /** For each state, its transitions. */
  readonly steps: readonly (readonly { readonly on: Symbols; readonly to: number }[])[];
  readonly start: number;
  readonly accept: number;
}

/** Grows an automaton state by state (Thompson's construction). */
export class AutomatonBuilder {
  private readonly epsilon: number[][] = [];
  private readonly steps: { on: Symbols; to: number }[][] = [];

  get size(): number {
    return this.epsilon.length;
  }

  state(): number {
    this.epsilon.push([]);
    this.steps.push([]);
    return this.epsilon.length - 1;
  }

  link(from: number, to: number): void {
    this.epsilon[from]?.push(to);
  }

  step(from: number, on: Symbols, to: number): void {
    this.steps[from]?.push({ on, to });
  }

  /** Appends a literal text after `from`; returns the state after it. */
  literal(from: number, text: string): number {
    let state = from;
    for (let i = 0; i < text.length; i++) {
      const next = this.state();
      this.step(state, new Set([text.charCodeAt(i)]), next);
      state = next;
    }
    return state;
  }

  build(start: number, accept: number): Automaton {
    return { epsilon: this.epsilon, steps: this.steps, start, accept };
  }
}

/** Whether `automaton` accepts `text`. */
export function acceptsText(automaton: Automaton, text: string): boolean {
  let states = closure(automaton, [automaton.start]);
  for (let i = 0; i < text.length && states.length > 0; i++) states = move(automaton, states, text.charCodeAt(i));
  return states.includes(automaton.accept);
}

function move(automaton: Automaton, states: readonly number[], symbol: number): number[] {
  const reached: number[] = [];
  for (const state of states) {
    for (const { on, to } of automaton.steps[state] ?? []) if (on.has(symbol)) reached.push(to);
  }
  return closure(automaton, reached);
}

function closure(automaton: Automaton, states: readonly number[]): number[] {
  const seen = new Set(states);
  const pending = [...states];
  for (let state = pending.pop(); state !== undefined; state = pending.pop()) {
    for (const to of automaton.epsilon[state] ?? []) {
      if (!seen.has(to)) {
        seen.add(to);
        pending.push(to);
      }
    }
  }
  return [...seen].sort((a, b) => a - b);
}

/**
 * A deterministic reader of texts, one symbol at a time. States are small integers; 0 accepts nothing, whatever follows.
 */
export interface Machine {
  readonly start: number;
  next(state: number, symbol: number): number;
  accepts(state: number): boolean;
  /** Whether every continuation that is a valid text is accepted. */
  acceptsAll(state: number): boolean;
}

const SYMBOL_COUNT = 128;

const machines = new Memo<Automaton, Machine>();

/** The machine that reads the texts of an automaton from their last symbol to their first. Made once for each. */
export function backwardMachine(automaton: Automaton): Machine {
  return machines.of(automaton, () => new LazyMachine(reversed(automaton)));
}

/** The automaton of the same texts read backwards. */
function reversed({ epsilon, steps, start, accept }: Automaton): Automaton {
  const backEpsilon: number[][] = epsilon.map(() => []);
  const backSteps: { on: Symbols; to: number }[][] = steps.map(() => []);
  epsilon.forEach((targets, from) => {
    for (const to of targets) backEpsilon[to]?.push(from);
  });
  steps.forEach((own, from) => {
    for (const { on, to } of own) backSteps[to]?.push({ on, to: from });
  });
  return { epsilon: backEpsilon, steps: backSteps, start: accept, accept: start };
}

/** The subset construction, carried only as far as somebody reads. */
class LazyMachine implements Machine {
  readonly start: number;
  private readonly ids = new Map<string, number>();
  private readonly sets: (readonly number[])[] = [];
  private readonly transitions: Int32Array[] = [];

  constructor(private readonly automaton: Automaton) {
    this.idOf([]);
    this.start = this.idOf(closure(automaton, [automaton.start]));
  }

  next(state: number, symbol: number): number {
    const known = this.transitions[state]?.[symbol];
    if (known === undefined) return 0;
    if (known >= 0) return known;
    const reached = this.idOf(move(this.automaton, this.sets[state] ?? [], symbol));
    const row = this.transitions[state];
    if (row) row[symbol] = reached;
    return reached;
  }

  accepts(state: number): boolean {
    return this.sets[state]?.includes(this.automaton.accept) ?? false;
  }

  acceptsAll(): boolean {
    return false;
  }

  private idOf(set: readonly number[]): number {
    const key = set.join(' ');
    const known = this.ids.get(key);
    if (known !== undefined) return known;
    const id = this.sets.length;
    this.ids.set(key, id);
    this.sets.push(set);
    this.transitions.push(new Int32Array(SYMBOL_COUNT).fill(id === 0 ? 0 : -1));
    return id;
  }
}
