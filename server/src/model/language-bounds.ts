// The domain names that a regular language of host names stays below.

import { spend } from './budget.js';
import { ALL_NAMES, type DomainTree, NO_NAMES, treeOf } from './domain-tree.js';
import { isHostName, NAME_LENGTH, NAME_UNITS } from './host-search.js';
import type { Automaton } from './language.js';
import { backwardMachine, type Machine } from './machines.js';
import { PaidMemo } from './paid-memo.js';

/** A tree that holds every host name of a language, and whether it holds nothing else. */
export interface LanguageBound {
  readonly tree: DomainTree;
  readonly exact: boolean;
}

const DOT = '.'.charCodeAt(0);

/** The longest name that another can be below. */
const LONGEST_PARENT = NAME_LENGTH - 2;

const bounds = new PaidMemo<Automaton, LanguageBound>();

/**
 * The tightest whole-label bound of a language: most regular expressions of configuration files end in a domain, as
 * `\.example\.com$` does, and are then compared by label without any search.
 */
export function boundOf(automaton: Automaton): LanguageBound {
  return bounds.of(automaton, () => findBound(backwardMachine(automaton)));
}

function findBound(machine: Machine): LanguageBound {
  // Backwards from the end, as long as there is only one symbol to go on with.
  let state = machine.start;
  let tail = '';
  while (!machine.accepts(state) && tail.length <= NAME_LENGTH) {
    const only = onlySymbol(machine, state);
    if (only === undefined) break;
    tail = String.fromCharCode(only) + tail;
    state = machine.next(state, only);
  }
  if (tail.startsWith('.')) {
    const name = tail.slice(1);
    if (name.length > LONGEST_PARENT) return { tree: NO_NAMES, exact: true };
    return isHostName(name) ? { tree: treeOf(name, 'below'), exact: acceptsEverything(machine, state) } : UNBOUNDED;
  }
  const endsAtLabel =
    machine.accepts(state) && NAME_UNITS.every((unit) => unit === DOT || machine.next(state, unit) === 0);
  if (endsAtLabel && isHostName(tail)) {
    const below = machine.next(state, DOT);
    if (below === 0 || tail.length > LONGEST_PARENT) return { tree: treeOf(tail, 'self'), exact: true };
    return { tree: treeOf(tail, 'both'), exact: acceptsEverything(machine, below) };
  }
  const dot = tail.indexOf('.');
  const within = dot < 0 ? '' : tail.slice(dot + 1);
  return isHostName(within) ? { tree: treeOf(within, 'below'), exact: false } : UNBOUNDED;
}

/** The only symbol with which a text can go on. */
function onlySymbol(machine: Machine, state: number): number | undefined {
  let only: number | undefined;
  for (const unit of NAME_UNITS) {
    if (machine.next(state, unit) === 0) continue;
    if (only !== undefined) return undefined;
    only = unit;
  }
  return only;
}

const UNBOUNDED: LanguageBound = { tree: ALL_NAMES, exact: false };

function acceptsEverything(machine: Machine, state: number): boolean {
  return machine.accepts(state) && NAME_UNITS.every((unit) => machine.next(state, unit) === state);
}

/** So many labels of a tree are read in a language, each along one way. */
const LABELS_READ = 64;
const READ_COST = 2;

/**
 * Whether names of a tree are seen not to be in a language by reading the labels of the tree from their ends: most expressions of a long
 * program are about other domains, and a search for a common name would try every symbol at each place.
 */
export function isApart(tree: DomainTree, automaton: Automaton): boolean {
  const machine = backwardMachine(automaton);
  let read = 0;
  const meets = (node: DomainTree, before: number): boolean => {
    if (node.below || node.children.size > LABELS_READ) return true;
    for (const [label, child] of node.children) {
      if (++read > LABELS_READ) return true;
      const state = readBackwards(machine, before, label);
      if (state === 0) continue;
      if (child.self && machine.accepts(state)) return true;
      const above = machine.next(state, DOT);
      if (above !== 0 && meets(child, above)) return true;
    }
    return false;
  };
  return !meets(tree, machine.start);
}

function readBackwards(machine: Machine, from: number, label: string): number {
  let state = from;
  for (let i = label.length - 1; i >= 0 && state !== 0; i--) {
    spend(READ_COST);
    state = machine.next(state, label.charCodeAt(i));
  }
  return state;
}
