/**
 * Regular languages as nondeterministic automata, and one question about them: is there a text that all of some
 * automata accept and none of some others do? It is how a regular expression in a file is compared with a wildcard in a
 * requirement without trying samples.
 */

/** A set of UTF-16 code units, 0–127; units above never occur in host names or in the URLs asked about. */
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

  /** Appends a literal text after `from`; returns the state behind it. */
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

/** How many joint states {@link findText} visits before it gives up. */
const STATE_LIMIT = 20_000;

export type TextSearch = { readonly found: string } | 'none' | 'gave-up';

/**
 * A shortest text that every automaton of `all` accepts and none of `none` does; `'none'` where there is none and
 * `'gave-up'` where the joint automaton is larger than the bound.
 */
export function findText(all: readonly Automaton[], none: readonly Automaton[]): TextSearch {
  const automata = [...all, ...none];
  const start = automata.map((automaton) => closure(automaton, [automaton.start]));
  const accepts = (states: readonly (readonly number[])[]) =>
    states.every((set, i) => set.includes((automata[i] as Automaton).accept) === i < all.length);
  const seen = new Set<string>([keyOf(start)]);
  let frontier: { states: readonly (readonly number[])[]; text: string }[] = [{ states: start, text: '' }];
  while (frontier.length > 0) {
    const next: typeof frontier = [];
    for (const { states, text } of frontier) {
      if (accepts(states)) return { found: text };
      for (const symbol of symbolsFrom(all, states)) {
        const moved = states.map((set, i) => move(automata[i] as Automaton, set, symbol));
        if (moved.some((set, i) => i < all.length && set.length === 0)) continue;
        const key = keyOf(moved);
        if (seen.has(key)) continue;
        if (seen.size >= STATE_LIMIT) return 'gave-up';
        seen.add(key);
        next.push({ states: moved, text: text + String.fromCharCode(symbol) });
      }
    }
    frontier = next;
  }
  return 'none';
}

/** Whether `automaton` accepts `text`. */
export function acceptsText(automaton: Automaton, text: string): boolean {
  let states = closure(automaton, [automaton.start]);
  for (let i = 0; i < text.length && states.length > 0; i++) states = move(automaton, states, text.charCodeAt(i));
  return states.includes(automaton.accept);
}

function keyOf(states: readonly (readonly number[])[]): string {
  return states.map((set) => set.join(' ')).join('|');
}

/** The symbols on which the positive automata can all move on, in a readable order: letters first. */
function symbolsFrom(all: readonly Automaton[], states: readonly (readonly number[])[]): number[] {
  let common: Set<number> | undefined;
  all.forEach((automaton, i) => {
    const own = new Set<number>();
    for (const state of states[i] ?? []) {
      for (const { on } of automaton.steps[state] ?? [])
        for (const symbol of on) if (!common || common.has(symbol)) own.add(symbol);
    }
    common = own;
  });
  return [...(common ?? [])].sort((a, b) => readability(a) - readability(b));
}

function readability(symbol: number): number {
  return symbol >= 97 && symbol <= 122 ? symbol - 97 : symbol + 26;
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
