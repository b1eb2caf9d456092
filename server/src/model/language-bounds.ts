// The domain names that a regular language of host names stays below.
import { Memo } from '../kept/memo.js';
import { ALL_NAMES, type DomainTree, NO_NAMES, treeOf } from './domain-tree.js';
import { isHostName, NAME_LENGTH, NAME_UNITS } from './host-search.js';
import type { Automaton } from './language.js';
import { backwardMachine, type Machine } from './machines.js';

/** A tree that holds every host name of a language, and whether it holds nothing else. */
export interface LanguageBound {
  readonly tree: DomainTree;
  readonly exact: boolean;
}

const DOT = '.'.charCodeAt(0);

/** The longest name that another can be below. */
const LONGEST_PARENT = NAME_LENGTH - 2;

const bounds = new Memo<Automaton, LanguageBound>();

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
    const symbols = NAME_UNITS.filter((unit) => machine.next(state, unit) !== 0);
    const [only] = symbols;
    if (only === undefined || symbols.length > 1) break;
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

const UNBOUNDED: LanguageBound = { tree: ALL_NAMES, exact: false };

function acceptsEverything(machine: Machine, state: number): boolean {
  return machine.accepts(state) && NAME_UNITS.every((unit) => machine.next(state, unit) === state);
}
