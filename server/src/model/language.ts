// Regular languages of texts in ASCII, as automata.
import { spend } from './budget.js';

/** A set of UTF-16 code units, 0–127; units above never occur in host names or in the URLs of requests. */
export type Symbols = ReadonlySet<number>;

/** How many symbols there are: the characters of ASCII. */
export const SYMBOL_COUNT = 128;

const CODES = Array.from({ length: SYMBOL_COUNT }, (_, code) => code);

export const EVERY_SYMBOL: Symbols = new Set(CODES);

export function symbolsWhere(test: (code: number) => boolean): Symbols {
  return new Set(CODES.filter(test));
}

const SINGLE: readonly Symbols[] = CODES.map((code) => new Set([code]));

/** The set of one symbol. In ASCII it is always the same one, because automata for words consist of these. */
export function singleSymbol(code: number): Symbols {
  return SINGLE[code] ?? new Set([code]);
}

export interface Automaton {
  /** For each state, the states reached without input. */
  readonly epsilon: readonly (readonly number[])[];
  /** For each state, its transitions. */
  readonly steps: readonly (readonly { readonly on: Symbols; readonly to: number }[])[];
  readonly start: number;
  readonly accept: number;
}

/** What a state costs, and a step or a link. */
const STATE_COST = 11;
const STEP_COST = 2;

/** What many states have. Never changed: see {@link addTo}. */
const NONE: never[] = [];

/**
 * Adds to one of many lists. Most have one item or none, and are as small as that: an array that grows takes place for 17 at once, which
 * would be most of the memory of an automaton.
 */
export function addTo<Item>(lists: Item[][], at: number, item: Item): void {
  const own = lists[at];
  if (!own || own.length === 0) lists[at] = [item];
  else own.push(item);
}

/** As many lists to be filled by {@link addTo}. */
export function emptyLists<Item>(count: number): Item[][] {
  return new Array<Item[]>(count).fill(NONE);
}

/** Grows an automaton state by state (Thompson's construction). */
export class AutomatonBuilder {
  private readonly epsilon: number[][] = [];
  private readonly steps: { on: Symbols; to: number }[][] = [];

  get size(): number {
    return this.epsilon.length;
  }

  state(): number {
    spend(STATE_COST);
    this.epsilon.push(NONE);
    this.steps.push(NONE);
    return this.epsilon.length - 1;
  }

  link(from: number, to: number): void {
    spend(STEP_COST);
    addTo(this.epsilon, from, to);
  }

  step(from: number, on: Symbols, to: number): void {
    spend(STEP_COST);
    addTo(this.steps, from, { on, to });
  }

  /** Appends a literal text after `from`; returns the state after it. */
  literal(from: number, text: string): number {
    let state = from;
    for (let i = 0; i < text.length; i++) {
      const next = this.state();
      this.step(state, singleSymbol(text.charCodeAt(i)), next);
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
