// Sets of host names by how many labels the names have, as loops that walk up the domains make them.

import { spend } from './budget.js';
import {
  ALL_NAMES,
  combineTrees,
  type DomainTree,
  DomainTreeBuilder,
  isAlike,
  isEmptyTree,
  NO_NAMES,
  placesOf,
} from './domain-tree.js';
import { type DotRange, dotsOf } from './dot-counts.js';
import type { Expression } from './host-expression.js';
import { isHostName, NAME_LENGTH } from './host-search.js';
import { PaidMemo } from './paid-memo.js';

/** The names of a tree that have so many dots. */
export interface Level extends DotRange {
  readonly tree: DomainTree;
}

/** Disjoint ranges in ascending order; there is no name with another number of dots. Trees and levels are closed under all operations. */
export type Levels = readonly Level[];

export function levelsOfTree(tree: DomainTree): Levels {
  return [{ from: 0, to: Number.POSITIVE_INFINITY, tree }];
}

/** The levels that contain every name for which some conditions hold; exactly those where all are levels. */
export function levelsWithin(tree: DomainTree, conditions: readonly Expression[]): Levels {
  let levels = levelsOfTree(tree);
  for (const condition of conditions) {
    if (condition.kind === 'levels') levels = combineLevels('and', condition.levels, levels);
  }
  return levels;
}

export function levelsOfDots(range: DotRange): Levels {
  return [{ ...range, tree: ALL_NAMES }];
}

/** What it costs to add one label of a word to a tree. */
const WORD_LABEL_COST = 2;

/** The names that are one of some words behind so many labels. */
export function levelsBehind(words: Iterable<string>, count: number): Levels {
  const builders = new Map<number, DomainTreeBuilder>();
  for (const word of words) {
    const dots = dotsOf(word);
    spend(WORD_LABEL_COST * (dots + 1));
    const builder = builders.get(count + dots) ?? new DomainTreeBuilder();
    builder.addBelow(word);
    builders.set(count + dots, builder);
  }
  return [...builders]
    .sort(([a], [b]) => a - b)
    .map(([dots, builder]) => ({ from: dots, to: dots, tree: builder.build() }));
}

export function combineLevels(op: 'and' | 'or' | 'without', a: Levels, b: Levels): Levels {
  const starts = new Set([...a, ...b].flatMap(({ from, to }) => [from, to + 1]));
  const sorted = [...starts].sort((one, other) => one - other);
  const combined: Level[] = [];
  let [inA, inB] = [0, 0];
  let wasChanged = false;
  for (const [index, from] of sorted.entries()) {
    const next = sorted[index + 1];
    if (next === undefined) break;
    while ((a[inA]?.to ?? Number.POSITIVE_INFINITY) < from) inA++;
    while ((b[inB]?.to ?? Number.POSITIVE_INFINITY) < from) inB++;
    const before = treeAt(a[inA], from);
    const tree = combineTrees(op, before, treeAt(b[inB], from));
    const level = { from, to: next - 1, tree };
    if (!hasNames(level)) continue;
    // Neighbours of which neither was changed are known to differ.
    const isChanged = tree !== before || combined.at(-1)?.tree === tree;
    const last = isChanged || wasChanged ? combined.at(-1) : undefined;
    wasChanged = isChanged;
    if (last && last.to === from - 1 && isAlike(last.tree, tree)) combined.splice(-1, 1, { ...level, from: last.from });
    else combined.push(level);
  }
  return combined;
}

function treeAt(level: Level | undefined, dots: number): DomainTree {
  return level && level.from <= dots ? level.tree : NO_NAMES;
}

/** A tree that contains all names of the levels. */
export function treeOfLevels(levels: Levels): DomainTree {
  return levels.reduce((all, { tree }) => combineTrees('or', all, tree), NO_NAMES);
}

/** Whether the levels hold all names of the tree that contains them. Mostly one look at the numbers of dots tells that they do not. */
export function areWhole(levels: Levels, tree: DomainTree): boolean {
  let next = 0;
  for (const { from, to } of levels) {
    if (from > next && hasNames({ tree, from: next, to: from - 1 })) return false;
    next = to + 1;
  }
  if (hasNames({ tree, from: next, to: Number.POSITIVE_INFINITY })) return false;
  return !levels.some(
    (level) => level.tree !== tree && hasNames({ ...level, tree: combineTrees('without', tree, level.tree) }),
  );
}

/** What it costs to look at one part of a tree. */
const PLACE_COST = 5;

const ranges = new PaidMemo<DomainTree, readonly DotRange[]>();

/** How many dots names in the parts of a tree have. */
function rangesOf(tree: DomainTree): readonly DotRange[] {
  return ranges.of(tree, () => {
    const found = new Map<string, DotRange>();
    for (const { kind, name } of placesOf(tree)) {
      spend(PLACE_COST);
      const own = name === '' ? -1 : dotsOf(name);
      const room = name === '' ? NAME_LENGTH + 1 : NAME_LENGTH - name.length;
      const range = kind === 'name' ? { from: own, to: own } : { from: own + 1, to: own + Math.floor(room / 2) };
      found.set(`${range.from} ${range.to}`, range);
    }
    return [...found.values()];
  });
}

function hasNames({ tree, from, to }: Level): boolean {
  return !isEmptyTree(tree) && rangesOf(tree).some((range) => range.from <= to && range.to >= from);
}

/** How many parts of a tree are tried for a name. */
const PARTS_TRIED = 8;
const LEVELS_TRIED = 6;

/** Names in the levels, those with few labels first. */
export function* namesOfLevels(levels: Levels): Generator<string> {
  for (const { tree, from, to } of levels.slice(0, LEVELS_TRIED)) {
    let tried = 0;
    for (const { kind, name } of placesOf(tree)) {
      const own = name === '' ? -1 : dotsOf(name);
      const dots = kind === 'name' ? own : Math.max(from, own + 1);
      const text = `${'a.'.repeat(dots - own)}${name}`.replace(/\.$/, '');
      if (dots >= from && dots <= to && isHostName(text)) {
        yield text;
        if (++tried >= PARTS_TRIED) break;
      }
    }
  }
}
