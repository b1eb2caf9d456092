// What remains of a regular language before or after a given text.
import { type Automaton, AutomatonBuilder, type Symbols } from './language.js';
import { withSharedStates } from './shared-states.js';

/** The texts `x` for which `automaton` accepts `prefix + x + suffix`. */
export function between(automaton: Automaton, prefix: string, suffix: string): Automaton {
  const { builder, start } = copyFrom(automaton, prefix);
  const accept = builder.state();
  for (let state = 0; state < automaton.steps.length; state++) {
    if (run(automaton, closure(automaton, [state]), suffix).has(automaton.accept)) builder.link(state, accept);
  }
  return builder.build(start, accept);
}

/** The texts `x` for which `automaton` accepts `prefix + x + y` with some `y` that begins with `first`. */
export function beforeSome(automaton: Automaton, prefix: string, first: string): Automaton {
  const { builder, start } = copyFrom(automaton, prefix);
  const accept = builder.state();
  const leadsToAccept = backwardClosure(automaton);
  for (let state = 0; state < automaton.steps.length; state++) {
    const reached = run(automaton, closure(automaton, [state]), first);
    if ([...reached].some((to) => leadsToAccept.has(to))) builder.link(state, accept);
  }
  return builder.build(start, accept);
}

/**
 * Texts `x` for which `automaton` accepts `prefix + x + y` with every `y` that begins with `first`: those after which an
 * accepting loop over every symbol is reached. There may be more such texts, but none of these is wrong.
 */
export function beforeAny(automaton: Automaton, prefix: string, first: string): Automaton {
  const { builder, start } = copyFrom(automaton, prefix);
  const accept = builder.state();
  const settled = settledStates(automaton);
  for (let state = 0; state < automaton.steps.length; state++) {
    const reached = run(automaton, closure(automaton, [state]), first);
    if ([...reached].some((to) => settled.has(to))) builder.link(state, accept);
  }
  return builder.build(start, accept);
}

/** The texts of an automaton that are made of some symbols alone, without the states that only others lead to; `undefined` where there are none. */
export function madeOf(automaton: Automaton, symbols: Symbols): Automaton | undefined {
  const within = new Map<Symbols, boolean>();
  const isTaken = (on: Symbols): boolean => {
    const known = within.get(on) ?? [...on].some((symbol) => symbols.has(symbol));
    within.set(on, known);
    return known;
  };
  const builder = new AutomatonBuilder();
  const copies = new Map<number, number>([[automaton.start, builder.state()]]);
  const copyOf = (state: number): number => {
    const known = copies.get(state) ?? builder.state();
    copies.set(state, known);
    return known;
  };
  for (const [state, copy] of copies) {
    for (const to of automaton.epsilon[state] ?? []) builder.link(copy, copyOf(to));
    for (const { on, to } of automaton.steps[state] ?? []) if (isTaken(on)) builder.step(copy, on, copyOf(to));
  }
  const accept = copies.get(automaton.accept);
  return accept === undefined ? undefined : builder.build(0, accept);
}

/** Whether two automata have the same states and steps, as where one was made in two ways that do not differ for it. */
export function isBuiltAlike(one: Automaton, other: Automaton | undefined): boolean {
  if (!other || one.start !== other.start || one.accept !== other.accept) return false;
  if (one.steps.length !== other.steps.length) return false;
  return (
    one.epsilon.every((targets, from) => {
      const others = other.epsilon[from] ?? [];
      return targets.length === others.length && targets.every((to, i) => to === others[i]);
    }) &&
    one.steps.every((steps, from) => {
      const others = other.steps[from] ?? [];
      return (
        steps.length === others.length && steps.every(({ on, to }, i) => on === others[i]?.on && to === others[i].to)
      );
    })
  );
}

/** The texts that at least one of some automata accepts. */
export function unionOf(automata: readonly Automaton[]): Automaton {
  const [only, ...others] = automata;
  if (only && others.length === 0) return only;
  const builder = new AutomatonBuilder();
  const start = builder.state();
  const accept = builder.state();
  for (const automaton of automata) {
    const offset = builder.size;
    addStates(builder, automaton, offset);
    builder.link(start, offset + automaton.start);
    builder.link(offset + automaton.accept, accept);
  }
  const union = builder.build(start, accept);
  return automata.length < SHARED_FROM ? union : withSharedStates(union);
}

/** The fewest automata whose union is made smaller. */
const SHARED_FROM = 4;

/** Copies an automaton behind a state; returns the state behind it. */
export function appendCopy(builder: AutomatonBuilder, from: number, automaton: Automaton): number {
  const offset = builder.size;
  addStates(builder, automaton, offset);
  builder.link(from, offset + automaton.start);
  return offset + automaton.accept;
}

function copyFrom(automaton: Automaton, prefix: string): { builder: AutomatonBuilder; start: number } {
  const builder = new AutomatonBuilder();
  addStates(builder, automaton, 0);
  const start = builder.state();
  for (const state of run(automaton, closure(automaton, [automaton.start]), prefix)) builder.link(start, state);
  return { builder, start };
}

function addStates(builder: AutomatonBuilder, automaton: Automaton, offset: number): void {
  for (let state = 0; state < automaton.steps.length; state++) builder.state();
  for (let state = 0; state < automaton.steps.length; state++) {
    for (const to of automaton.epsilon[state] ?? []) builder.link(offset + state, offset + to);
    for (const { on, to } of automaton.steps[state] ?? []) builder.step(offset + state, on, offset + to);
  }
}

function closure(automaton: Automaton, states: Iterable<number>): Set<number> {
  const seen = new Set(states);
  for (const state of seen) for (const to of automaton.epsilon[state] ?? []) seen.add(to);
  return seen;
}

function run(automaton: Automaton, states: Set<number>, text: string): Set<number> {
  let current = states;
  for (let i = 0; i < text.length && current.size > 0; i++) {
    const reached = new Set<number>();
    for (const state of current) {
      for (const { on, to } of automaton.steps[state] ?? []) if (on.has(text.charCodeAt(i))) reached.add(to);
    }
    current = closure(automaton, reached);
  }
  return current;
}

/** The states from which the accepting state can be reached. */
function backwardClosure(automaton: Automaton): Set<number> {
  const sources = new Map<number, number[]>();
  const note = (from: number, to: number) => {
    const known = sources.get(to);
    if (known) known.push(from);
    else sources.set(to, [from]);
  };
  for (let state = 0; state < automaton.steps.length; state++) {
    for (const to of automaton.epsilon[state] ?? []) note(state, to);
    for (const { on, to } of automaton.steps[state] ?? []) if (on.size > 0) note(state, to);
  }
  const seen = new Set([automaton.accept]);
  for (const state of seen) for (const from of sources.get(state) ?? []) seen.add(from);
  return seen;
}

/** Every symbol that a URL can hold. */
const URL_SYMBOLS: readonly number[] = Array.from({ length: 94 }, (_, i) => i + 33);

/** The states that loop on every symbol and from which the accepting state is reached without input. */
function settledStates(automaton: Automaton): Set<number> {
  const settled = new Set<number>();
  for (let state = 0; state < automaton.steps.length; state++) {
    const loops = (automaton.steps[state] ?? []).some(({ on, to }) => to === state && holdsAll(on));
    if (loops && closure(automaton, [state]).has(automaton.accept)) settled.add(state);
  }
  return settled;
}

function holdsAll(symbols: Symbols): boolean {
  return URL_SYMBOLS.every((symbol) => symbols.has(symbol));
}
