// Automata of the same texts with fewer states: those of many expressions share what they have in common.
import { spend } from './budget.js';
import { type Automaton, addTo, emptyLists, type Symbols } from './language.js';

/** What it costs to compare a state with others, and for each of its steps and links. */
const COMPARED = 16;

/** What it costs to list a state at the end of its steps and links, and to make it anew: lists take more memory than time. */
const LISTED = 16;

/** A step or a link of a state, seen from either end: the number of its symbols, and the state at the other end. */
interface Edge {
  /** 0 for a link, which takes no symbol. */
  readonly on: number;
  readonly other: number;
}

/**
 * An automaton of the same texts, in which states are one that the same leads to, or that lead to the same. Of expressions that may be
 * found anywhere each has a state that waits for its beginning and one that waits for the end of the text: as one, they are not carried
 * along for each expression by whoever reads.
 */
export function withSharedStates(automaton: Automaton): Automaton {
  return mergedBy('before', mergedBy('after', usefulStates(automaton)));
}

/** The states that are on a way from the start to the end. */
function usefulStates({ epsilon, steps, start, accept }: Automaton): Automaton {
  const [from, to] = [emptyLists<number>(steps.length), emptyLists<number>(steps.length)];
  const note = (source: number, target: number) => {
    addTo(from, source, target);
    addTo(to, target, source);
  };
  for (const [state, own] of steps.entries()) {
    spend(LISTED * (1 + own.length));
    for (const target of epsilon[state] ?? []) note(state, target);
    for (const { to: target } of own) note(state, target);
  }
  const [reached, leading] = [around(start, from), around(accept, to)];
  const isUseful = (state: number) => reached.has(state) && leading.has(state);
  return {
    epsilon: epsilon.map((targets, state) => (isUseful(state) ? targets.filter(isUseful) : [])),
    steps: steps.map((own, state) => (isUseful(state) ? own.filter((step) => isUseful(step.to)) : [])),
    start,
    accept,
  };
}

function around(state: number, neighbours: readonly (readonly number[])[]): ReadonlySet<number> {
  const seen = new Set([state]);
  for (const one of seen) for (const next of neighbours[one] ?? []) seen.add(next);
  return seen;
}

/** Merges states with the same steps and links on one side; each merger may be followed by others on the other side. */
function mergedBy(side: 'before' | 'after', automaton: Automaton): Automaton {
  const { epsilon, steps, start, accept } = automaton;
  spend(2 * LISTED * steps.length);
  const own = emptyLists<Edge>(steps.length);
  const across = emptyLists<number>(steps.length);
  const numberOf = symbolNumbers();
  const note = (from: number, to: number, on: number) => {
    const [state, other] = side === 'after' ? [from, to] : [to, from];
    addTo(own, state, { on, other });
    addTo(across, other, state);
  };
  for (const [state, targets] of epsilon.entries()) for (const to of targets) note(state, to, 0);
  for (const [state, ofState] of steps.entries()) for (const { on, to } of ofState) note(state, to, numberOf(on));
  const apart = side === 'after' ? accept : start;
  const classes = new Classes(steps.length);
  const bySignature = new Map<string, number>();
  let pending = new Set(own.keys());
  while (pending.size > 0) {
    const next = new Set<number>();
    for (const state of pending) {
      if (classes.of(state) !== state || state === apart || own[state]?.length === 0) continue;
      const signature = signatureOf(state, own[state] ?? [], classes);
      const known = classes.of(bySignature.get(signature) ?? state);
      bySignature.set(signature, known);
      if (known === state || known === apart) continue;
      classes.merge(state, known);
      for (const neighbour of across[state] ?? []) {
        addTo(across, known, neighbour);
        next.add(classes.of(neighbour));
      }
    }
    pending = next;
  }
  return rebuilt(automaton, classes);
}

/** Which states are one. */
class Classes {
  private readonly merged: Int32Array;

  constructor(count: number) {
    this.merged = new Int32Array(count).map((_, state) => state);
  }

  /** The state that stands for all that a state was merged with. */
  of(state: number): number {
    const { merged } = this;
    let one = state;
    for (let next = merged[one] ?? one; next !== one; next = merged[one] ?? one) {
      merged[one] = merged[next] ?? next;
      one = next;
    }
    return one;
  }

  merge(state: number, known: number): void {
    this.merged[state] = known;
  }
}

/** Equal for two states with the same edges on one side; each may have some to itself. */
function signatureOf(state: number, edges: readonly Edge[], classes: Classes): string {
  spend(COMPARED * (1 + edges.length));
  const texts = edges.map(({ on, other }) => {
    const target = classes.of(other);
    return `${on}>${target === state ? '' : target}`;
  });
  return [...new Set(texts)].sort().join(' ');
}

/** A number for each different set of symbols, from 1 on. */
function symbolNumbers(): (symbols: Symbols) => number {
  const byObject = new Map<Symbols, number>();
  const byText = new Map<string, number>();
  return (symbols) => {
    const known = byObject.get(symbols);
    if (known !== undefined) return known;
    spend(symbols.size);
    const text = [...symbols].sort((a, b) => a - b).join();
    const number = byText.get(text) ?? byText.size + 1;
    byText.set(text, number);
    byObject.set(symbols, number);
    return number;
  };
}

/** The automaton in which each state is the one that it was merged with, with the edges of both. */
function rebuilt({ epsilon, steps, start, accept }: Automaton, classes: Classes): Automaton {
  const places = new Map<number, number>();
  const placeOf = (state: number): number => {
    const one = classes.of(state);
    const known = places.get(one) ?? places.size;
    places.set(one, known);
    return known;
  };
  const numberOf = symbolNumbers();
  const links: Set<number>[] = [];
  const edges: Map<string, { readonly on: Symbols; readonly to: number }>[] = [];
  for (const [state, own] of steps.entries()) {
    const targets = epsilon[state] ?? [];
    // Those on no way to the end are left out.
    if (own.length === 0 && targets.length === 0) continue;
    const place = placeOf(state);
    links[place] ??= new Set();
    edges[place] ??= new Map();
    for (const target of targets) if (placeOf(target) !== place) links[place].add(placeOf(target));
    for (const { on, to } of own) edges[place].set(`${numberOf(on)}>${placeOf(to)}`, { on, to: placeOf(to) });
  }
  const [first, last] = [placeOf(start), placeOf(accept)];
  return {
    epsilon: Array.from({ length: places.size }, (_, i) => [...(links[i] ?? [])]),
    steps: Array.from({ length: places.size }, (_, i) => [...(edges[i]?.values() ?? [])]),
    start: first,
    accept: last,
  };
}
