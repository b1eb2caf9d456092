// One automaton for a set of names that is made of many.
import { addAll } from '../kept/lists.js';
import { attempt, spend } from './budget.js';
import type { Expression } from './host-expression.js';
import { type Formula, hostFormulas, NEVER } from './host-formulas.js';
import { NAME_UNITS } from './host-search.js';
import { type Automaton, AutomatonBuilder } from './language.js';

/** What one automaton is worth of the work that is left: it only makes what follows simpler. */
const SHARE = 1 / 32;

/** What a state costs with all that it leads to, and when states are compared. */
const STATE_COST = 60;

const DEAD = -1;

/** A deterministic reader of names from their end: for each state its successor by the place of the symbol in `NAME_UNITS`. */
interface Reader {
  readonly next: readonly Int32Array[];
  readonly accepting: readonly boolean[];
}

/**
 * The smallest automaton for the names of an expression. Parts that differ by what a program did on the way to the same result mostly
 * unite to something simple, which their alternatives do not show; conditions on one text after the other, as a loop makes them, mostly say
 * little more than the last one. `undefined` where finding it costs too much.
 */
export function automatonOfNames(expression: Expression, share = SHARE): Automaton | undefined {
  return attempt(share, () => backwardsAutomaton(smallest(readTogether(expression))));
}

function readTogether(expression: Expression): Reader {
  const formulas = hostFormulas();
  const ids = new Map<Formula, number>();
  const found: Formula[] = [];
  const idOf = (formula: Formula): number => {
    if (formula === NEVER) return DEAD;
    const known = ids.get(formula) ?? found.push(formula) - 1;
    ids.set(formula, known);
    return known;
  };
  const next: Int32Array[] = [];
  idOf(formulas.of(expression));
  for (const formula of found) {
    spend(STATE_COST);
    next.push(Int32Array.from(NAME_UNITS, (symbol) => idOf(formulas.next(formula, symbol))));
  }
  return { next, accepting: found.map((formula) => formulas.accepts(formula)) };
}

/** Joins the states that accept the same continuations (Hopcroft's partition refinement). */
function smallest({ next, accepting }: Reader): Reader {
  const dead = next.length;
  const sources = sourcesOf(next, dead);
  const partition = new Partition(dead + 1);
  const accepted = accepting.flatMap((accepts, state) => (accepts ? [state] : []));
  const pending = [0, ...partition.split(accepted)];
  for (let part = pending.pop(); part !== undefined; part = pending.pop()) {
    const members = partition.membersOf(part);
    for (const into of sources) {
      const reached = members.flatMap((state) => into[state] ?? []);
      if (reached.length > 0) addAll(pending, partition.split(reached));
    }
  }
  return joinedStates({ next, accepting }, partition, dead);
}

/** For each symbol, the states from which it leads to a state. The dead state is the last one. */
function sourcesOf(next: readonly Int32Array[], dead: number): readonly (readonly number[] | undefined)[][] {
  const sources = NAME_UNITS.map(() => new Array<number[] | undefined>(dead + 1));
  const note = (place: number, from: number, to: number) => {
    const into = sources[place] ?? [];
    const known = into[to];
    if (known) known.push(from);
    else into[to] = [from];
  };
  next.forEach((targets, from) => {
    targets.forEach((to, place) => {
      note(place, from, to === DEAD ? dead : to);
    });
  });
  for (const place of NAME_UNITS.keys()) note(place, dead, dead);
  return sources;
}

/** A partition of the states, as ranges of one array in which the members of a part are next to each other. */
class Partition {
  private readonly order: Int32Array;
  private readonly placeOf: Int32Array;
  readonly partOf: Int32Array;
  private readonly starts: number[] = [0];
  private readonly ends: number[];

  constructor(size: number) {
    this.order = Int32Array.from({ length: size }, (_, i) => i);
    this.placeOf = this.order.slice();
    this.partOf = new Int32Array(size);
    this.ends = [size];
  }

  membersOf(part: number): number[] {
    return [...this.order.subarray(this.starts[part], this.ends[part])];
  }

  /** Splits each part into its states that are among some and those that are not; returns the smaller halves, as new parts. */
  split(states: readonly number[]): number[] {
    const marked = new Map<number, number>();
    for (const state of states) {
      const part = this.partOf[state] ?? 0;
      const count = marked.get(part) ?? 0;
      const place = this.placeOf[state] ?? 0;
      const front = (this.starts[part] ?? 0) + count;
      if (place < front) continue;
      this.swap(place, front);
      marked.set(part, count + 1);
    }
    const made: number[] = [];
    for (const [part, count] of marked) {
      const start = this.starts[part] ?? 0;
      const end = this.ends[part] ?? 0;
      if (count === end - start) continue;
      const isSmaller = count * 2 <= end - start;
      const [from, to] = isSmaller ? [start, start + count] : [start + count, end];
      if (isSmaller) this.starts[part] = to;
      else this.ends[part] = from;
      const fresh = this.starts.push(from) - 1;
      this.ends.push(to);
      for (let place = from; place < to; place++) this.partOf[this.order[place] ?? 0] = fresh;
      made.push(fresh);
    }
    return made;
  }

  private swap(a: number, b: number): void {
    const [one, other] = [this.order[a] ?? 0, this.order[b] ?? 0];
    this.order[a] = other;
    this.order[b] = one;
    this.placeOf[one] = b;
    this.placeOf[other] = a;
  }
}

/** One state for each part, the part of the first state first; without the dead ones. */
function joinedStates({ next, accepting }: Reader, { partOf }: Partition, dead: number): Reader {
  const deadPart = partOf[dead];
  const ids = new Map<number, number>();
  const first: number[] = [];
  for (let state = 0; state < dead; state++) {
    const part = partOf[state] ?? 0;
    if (part === deadPart || ids.has(part)) continue;
    ids.set(part, first.length);
    first.push(state);
  }
  const idOf = (state: number) => (state === DEAD ? DEAD : (ids.get(partOf[state] ?? 0) ?? DEAD));
  return {
    next: first.map((state) => Int32Array.from(next[state] ?? [], idOf)),
    accepting: first.map((state) => accepting[state] ?? false),
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
