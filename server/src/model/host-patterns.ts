// Host patterns: what a documented one stands for, and sets of hosts as a list of them.
import { type DomainTree, type TreePart, treeParts } from './domain-tree.js';
import { NAME_SYMBOLS } from './host-search.js';
import { type Automaton, AutomatonBuilder } from './language.js';
import { listed } from './packet-text.js';

const DESCRIBED_PARTS = 6;

/** The names and wildcards of a tree, as far as there is room. */
export function describeTree(tree: DomainTree, parts = DESCRIBED_PARTS): string {
  return listed(treeParts(tree).sort(byName).map(describePart), parts);
}

/** A name right before the names below it, in alphabetical order. */
function byName(a: TreePart, b: TreePart): number {
  if (a.name !== b.name) return a.name < b.name ? -1 : 1;
  return a.kind === b.kind ? 0 : a.kind === 'name' ? -1 : 1;
}

function describePart(part: TreePart): string {
  if (part.kind === 'name') return part.name;
  const base = part.name === '' ? '*' : `*.${part.name}`;
  if (part.exceptLabels.length === 0) return base;
  const except = part.exceptLabels.slice(0, 3).map((label) => (part.name === '' ? label : `${label}.${part.name}`));
  return `${base} (except ${except.join(', ')}${part.exceptLabels.length > 3 ? ', …' : ''})`;
}

/** The names that a pattern with `*` for one or more characters stands for. */
export function globAutomaton(pattern: string): Automaton {
  const builder = new AutomatonBuilder();
  const start = builder.state();
  let state = start;
  for (const [index, literal] of pattern.split('*').entries()) {
    if (index > 0) {
      const repeat = builder.state();
      builder.step(state, NAME_SYMBOLS, repeat);
      builder.step(repeat, NAME_SYMBOLS, repeat);
      state = repeat;
    }
    state = builder.literal(state, literal);
  }
  return builder.build(start, state);
}
