// Unions of what was taken one after the other from the same names, as a loop over a list of patterns does.
import { addAll } from '../kept/lists.js';
import { Appended } from './appended.js';
import { combineTrees, type DomainTree, isEmptyTree, NO_NAMES } from './domain-tree.js';
import type { HostConjunction } from './host-refinement.js';
import { boundOf } from './language-bounds.js';
import { neededWord } from './needed-words.js';
import { type WordPattern, WordPatterns } from './word-patterns.js';

/** What one set of a chain has taken, and what was taken before. */
interface Link {
  readonly bound: DomainTree;
  readonly taken: readonly WordPattern[];
  readonly before: readonly WordPattern[];
}

/** More sets are not compared with one another. */
const LINKS_LIMIT = 2000;

export interface ChainUnion {
  readonly domains: DomainTree;
  readonly rest: HostConjunction;
}

/**
 * The union of sets of which each is some domains, or what matches some patterns and no pattern of the sets before it: all that matches
 * one of the patterns. That nothing was taken before need not be said in a union of all of them. `undefined` for other sets.
 */
export function unionOfChain(sets: readonly HostConjunction[]): ChainUnion | undefined {
  const links: Link[] = [];
  const trees: DomainTree[] = [];
  for (const set of sets) {
    const isTree = set.conditions.length === 0 && !set.excluded;
    const link = isTree ? undefined : linkOf(set);
    if (isTree) trees.push(set.bound);
    else if (link) links.push(link);
    else return undefined;
  }
  links.sort((a, b) => a.before.length - b.before.length);
  const [first] = links;
  if (!first || links.length < 2 || links.length > LINKS_LIMIT) return undefined;
  const domains = trees.reduce((all, tree) => combineTrees('or', all, tree), NO_NAMES);
  const bound = links.reduce((all, link) => combineTrees('or', all, link.bound), domains);
  if (!links.every((link) => takesAll(link, bound, domains)) || !isChain(links)) return undefined;
  const taken = new Map(links.flatMap((link) => link.taken).map((pattern) => [keyOf(pattern), pattern]));
  const condition = { kind: 'pattern', patterns: WordPatterns.of([...taken.values()]) } as const;
  const excluded = first.before.length > 0 ? WordPatterns.of(first.before) : undefined;
  return { domains, rest: { bound, conditions: Appended.of(condition), excluded } };
}

function linkOf({ bound, conditions, excluded }: HostConjunction): Link | undefined {
  const condition = conditions.last;
  if (conditions.length !== 1 || !condition) return undefined;
  const before = excluded?.patterns ?? [];
  if (condition.kind === 'pattern') return { bound, taken: condition.patterns.patterns, before };
  if (condition.kind !== 'language') return undefined;
  const { automaton } = condition;
  const word = neededWord(automaton);
  return word === undefined ? undefined : { bound, taken: [{ word, automaton }], before };
}

/** Whether a set has all names of the bound that match it, but for those in some domains. */
function takesAll({ bound, taken }: Link, all: DomainTree, domains: DomainTree): boolean {
  const [only] = taken;
  const implied = taken.length === 1 && only?.automaton ? combineTrees('and', all, boundOf(only.automaton).tree) : all;
  return isEmptyTree(combineTrees('without', combineTrees('without', implied, bound), domains));
}

/** Whether all that a set leaves to those before it is in those of the union, or left by all sets. */
function isChain(links: readonly Link[]): boolean {
  const left = links[0]?.before.map(keyOf) ?? [];
  const covered = new Set<string | object>(left);
  let length = -1;
  let waiting: WordPattern[] = [];
  for (const { before, taken } of links) {
    if (before.length > length) {
      for (const pattern of waiting) covered.add(keyOf(pattern));
      waiting = [];
      length = before.length;
    }
    const own = new Set(before.map(keyOf));
    if (!left.every((key) => own.has(key)) || ![...own].every((key) => covered.has(key))) return false;
    addAll(waiting, taken);
  }
  return true;
}

function keyOf({ word, automaton }: WordPattern): string | object {
  return automaton ?? word;
}
