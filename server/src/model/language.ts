// Regular languages of texts in ASCII, as automata.
import { spend } from './budget.js';

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

/** What a state costs, and a step or a link. */
const STATE_COST = 6;
const STEP_COST = 2;

/** Grows an automaton state by state (Thompson's construction). */
export class AutomatonBuilder {
  private readonly epsilon: number[][] = [];
  private readonly steps: { on: Symbols; to: number }[][] = [];

  get size(): number {
    return this.epsilon.length;
  }

  state(): number {
    spend(STATE_COST);
    this.epsilon.push([]);
    this.steps.push([]);
    return this.epsilon.length - 1;
  }

  link(from: number, to: number): void {
    spend(STEP_COST);
    this.epsilon[from]?.push(to);
  }

  step(from: number, on: Symbols, to: number): void {
    spend(STEP_COST);
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
