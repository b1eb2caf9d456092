// One automaton for a set of names that many sets were united to.
import { compileExpression, type Expression } from './host-expression.js';
import { NAME_UNITS } from './host-search.js';
import { type Automaton, AutomatonBuilder } from './language.js';
import type { Machine } from './machines.js';

/** How many joint states, and steps of machines, one automaton may take. */
const STATE_LIMIT = 3_000;
const STEP_LIMIT = 6_000_000;

const DEAD = -1;

/** A deterministic reader of names from their end: for each state its successor by the place of the symbol in `NAME_UNITS`. */
interface Reader {
  readonly next: readonly Int32Array[];
  readonly accepting: readonly boolean[];
}

/**
 * The smallest automaton for the names of an expression. Parts that differ by what a program did on the way to the same result mostly
 * unite to something simple, which their alternatives do not show. `undefined` where finding it costs too much.
 */
export function automatonOfNames(expression: Expression): Automaton | undefined {
  const reader = readTogether(expression);
  return reader && backwardsAutomaton(smallest(reader));
}

function readTogether(expression: Expression): Reader | undefined {
  const places = new Map<Machine, number>();
  const evaluation = compileExpression(expression, places);
  const machines = [...places.keys()];
  const ids = new Map<string, number>();
  const joint: number[][] = [];
  const idOf = (states: number[]): number => {
    const outlook = evaluation.outlook(states);
    if (outlook === 'none') return DEAD;
    // Nothing that follows changes the outcome: one state for all of these.
    const key = outlook === 'all' ? 'all' : states.join(' ');
    const known = ids.get(key);
    if (known !== undefined) return known;
    ids.set(key, joint.length);
    return joint.push(states) - 1;
  };
  const next: Int32Array[] = [];
  const accepting: boolean[] = [];
  if (idOf(machines.map(({ start }) => start)) === DEAD) return { next, accepting };
  for (let i = 0; i < joint.length; i++) {
    if (joint.length > STATE_LIMIT || joint.length * machines.length * NAME_UNITS.length > STEP_LIMIT) return undefined;
    const states = joint[i] ?? [];
    accepting.push(evaluation.accepts(states));
    next.push(
      Int32Array.from(NAME_UNITS, (symbol) =>
        idOf(machines.map((machine, place) => machine.next(states[place] ?? 0, symbol))),
      ),
    );
  }
  return { next, accepting };
}

/** Joins the states that accept the same continuations (Moore's refinement of partitions). */
function smallest({ next, accepting }: Reader): Reader {
  let classes = accepting.map(Number);
  for (let count = new Set(classes).size; ; ) {
    const ids = new Map<string, number>();
    const refined = classes.map((own, state) => {
      const key = `${own} ${next[state]?.map((to) => (to === DEAD ? DEAD : (classes[to] ?? DEAD))).join(' ')}`;
      const id = ids.get(key) ?? ids.size;
      ids.set(key, id);
      return id;
    });
    classes = refined;
    if (ids.size === count) break;
    count = ids.size;
  }
  const members = new Map<number, number>();
  classes.forEach((own, state) => {
    if (!members.has(own)) members.set(own, state);
  });
  return {
    next: [...members.values()].map((state) =>
      Int32Array.from(next[state] ?? [], (to) => (to === DEAD ? DEAD : (classes[to] ?? DEAD))),
    ),
    accepting: [...members.values()].map((state) => accepting[state] ?? false),
  };
}

/** Turned around, since an automaton reads from the first symbol on. */
function backwardsAutomaton({ next, accepting }: Reader): Automaton {
  const builder = new AutomatonBuilder();
  const states = next.map(() => builder.state());
  const start = builder.state();
  next.forEach((targets, from) => {
    const symbols = new Map<number, Set<number>>();
    targets.forEach((to, place) => {
      if (to === DEAD) return;
      const on = symbols.get(to) ?? new Set();
      on.add(NAME_UNITS[place] ?? 0);
      symbols.set(to, on);
    });
    for (const [to, on] of symbols) builder.step(states[to] ?? 0, on, states[from] ?? 0);
    if (accepting[from]) builder.link(start, states[from] ?? 0);
  });
  return builder.build(start, states[0] ?? start);
}
