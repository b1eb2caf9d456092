// Looks for a host name in a set, or shows that there is none.
import { compileExpression, type Expression } from './host-expression.js';
import type { Machine } from './machines.js';
import type { Meter } from './meter.js';

export type Search = { readonly kind: 'found'; readonly name: string } | { readonly kind: 'none' | 'gave-up' };

/** A longest name and label (RFC 1035, section 2.3.4, without the dot of the root). */
export const NAME_LENGTH = 253;
const LABEL_LENGTH = 63;

const DOT_UNIT = '.'.charCodeAt(0);

/** The characters of host names, in the order in which examples prefer them. */
export const NAME_UNITS: readonly number[] = [...'abcdefghijklmnopqrstuvwxyz0123456789-_.'].map((character) =>
  character.charCodeAt(0),
);

const NAME = /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/;
const LONG_LABEL = /[^.]{64}/;

/** Whether a text can be the name of a host. */
export function isHostName(text: string): boolean {
  return text.length <= NAME_LENGTH && NAME.test(text) && !LONG_LABEL.test(text);
}

/** How many joint states are visited before a search gives up. */
const STATE_LIMIT = 20_000;

/** How many steps of automata, and looks at their states, searches that belong together may cost: less than half a second. */
const WORK_LIMIT = 8_000_000;

/** What is left of the work that searches may cost. */
export class Effort {
  left = WORK_LIMIT;
}

/** Where a reader is: at the end of a chain of symbols read from the end of a name. */
interface Visit {
  readonly states: readonly number[];
  /** The length of the label that is being read; 0 right before a dot, or at the end of the name. */
  readonly label: number;
  readonly symbol: number;
  readonly previous: Visit | undefined;
}

/**
 * Reads all names at once from their last character on, shortest first, in every machine of an expression together. `none` is a
 * proof; it says that no name of a length that names can have is in the set.
 */
export function searchMachines(expression: Expression, meter?: Meter, effort = new Effort()): Search {
  const places = new Map<Machine, number>();
  const evaluation = compileExpression(expression, places);
  const machines = [...places.keys()];
  const visitCost = Math.max(machines.length, evaluation.size) * NAME_UNITS.length;
  let work = workOf(machines);
  const start: Visit = { states: machines.map((machine) => machine.start), label: 0, symbol: 0, previous: undefined };
  const seen = new ShortestLabels();
  seen.improves(start.states, 0);
  let frontier: Visit[] = [start];
  for (let length = 0; length <= NAME_LENGTH && frontier.length > 0; length++) {
    const next: Visit[] = [];
    for (const visit of frontier) {
      if (visit.label > 0 && evaluation.accepts(visit.states)) return { kind: 'found', name: nameOf(visit) };
      effort.left -= visitCost;
      meter?.spend(visitCost);
      for (const symbol of NAME_UNITS) {
        const label = symbol === DOT_UNIT ? 0 : visit.label + 1;
        if (label > LABEL_LENGTH || (label === 0 && visit.label === 0)) continue;
        const states = machines.map((machine, i) => machine.next(visit.states[i] ?? 0, symbol));
        if (evaluation.outlook(states) === 'none' || !seen.improves(states, label)) continue;
        if (seen.size > STATE_LIMIT) return { kind: 'gave-up' };
        next.push({ states, label, symbol, previous: visit });
      }
    }
    const workNow = workOf(machines);
    effort.left -= workNow - work;
    work = workNow;
    if (effort.left < 0) return { kind: 'gave-up' };
    frontier = next;
  }
  return { kind: 'none' };
}

function workOf(machines: readonly Machine[]): number {
  return machines.reduce((work, machine) => work + machine.work, 0);
}

function nameOf(last: Visit): string {
  let name = '';
  for (let visit = last; visit.previous; visit = visit.previous) name += String.fromCharCode(visit.symbol);
  return name;
}

/**
 * For each joint state, the shortest labels in which it was reached. A later visit with a label that is no shorter can be continued in
 * no way in which the earlier one could not.
 */
class ShortestLabels {
  private readonly pairs = new Map<number, Map<number, number>>();
  private readonly labels: number[] = [];
  private readonly starts: boolean[] = [];
  private nextId = 1;
  size = 0;

  improves(states: readonly number[], label: number): boolean {
    let id = 0;
    for (const state of states) id = this.idOf(id, state);
    // Right behind a dot is not a shorter label: a dot cannot follow.
    if (label === 0) {
      if (this.starts[id]) return false;
      this.starts[id] = true;
    } else {
      if ((this.labels[id] ?? LABEL_LENGTH + 1) <= label) return false;
      this.labels[id] = label;
    }
    this.size++;
    return true;
  }

  private idOf(pair: number, state: number): number {
    let ids = this.pairs.get(pair);
    if (!ids) {
      ids = new Map();
      this.pairs.set(pair, ids);
    }
    let id = ids.get(state);
    if (id === undefined) {
      id = this.nextId++;
      ids.set(state, id);
    }
    return id;
  }
}

/** The words that can be in a name at all. */
export function possibleWords(words: Iterable<string>): readonly string[] {
  return [...words].filter(
    (word) =>
      word.length <= NAME_LENGTH && /^[a-z0-9_.-]+$/.test(word) && !word.includes('..') && !LONG_LABEL.test(word),
  );
}
