// Conditions on how many labels the names of hosts have, as loops that walk up the domains make them.
import { Memo } from '../kept/memo.js';
import { Appended } from './appended.js';
import { combineTrees, type DomainTree, isEmptyTree, placesOf, treeOf } from './domain-tree.js';
import { commonRange, type DotRange, dotsOf, isInRange } from './dot-counts.js';
import type { Expression } from './host-expression.js';
import { isHostName, NAME_LENGTH } from './host-search.js';

const ranges = new Memo<DomainTree, DotRange>();

/** The fewest and the most dots of a name in a tree, at the widest. */
export function dotsWithin(tree: DomainTree): DotRange {
  return ranges.of(tree, () => {
    let from = Number.POSITIVE_INFINITY;
    let to = 0;
    for (const { kind, name } of placesOf(tree)) {
      const own = name === '' ? -1 : dotsOf(name);
      const room = name === '' ? NAME_LENGTH + 1 : NAME_LENGTH - name.length;
      from = Math.min(from, kind === 'name' ? own : own + 1);
      to = Math.max(to, kind === 'name' ? own : own + Math.floor(room / 2));
    }
    return { from, to };
  });
}

/** Whether a condition says nothing about the names of a tree with so many dots. */
export function isImpliedBy(condition: Expression, tree: DomainTree, range: DotRange): boolean {
  if (condition.kind === 'dots') return true;
  if (condition.kind !== 'not' || condition.of.kind !== 'behind') return false;
  const { count, words } = condition.of;
  return [...words].every((word) => {
    if (!isInRange(range, count + dotsOf(word))) return true;
    return isEmptyTree(combineTrees('and', tree, treeOf(word, 'below')));
  });
}

/** The levels of which a set is the union, as far as that can be seen. */
export function levelsOf(conditions: Appended<Expression>): readonly Level[] {
  const { last } = conditions;
  if (last?.kind !== 'or') return [];
  return last.of.toArray().flatMap((one) => levelOf(one) ?? []);
}

/** How many parts of a tree are tried for a name, and with how many more labels than are needed. */
const PARTS_TRIED = 8;
const LABELS_TRIED = 6;

/** Names in a tree with so many dots, those with the fewest first. */
export function* namesOfLevel(tree: DomainTree, { from, to }: DotRange): Generator<string> {
  let tried = 0;
  for (const { kind, name } of placesOf(tree)) {
    if (kind === 'below') {
      const base = name === '' ? 'example' : name;
      const least = Math.max(from, dotsOf(base) + 1);
      for (let dots = least; dots <= Math.min(to, least + LABELS_TRIED); dots++) {
        const below = `${'a.'.repeat(dots - dotsOf(base))}${base}`;
        if (isHostName(below)) yield below;
      }
    }
    if (++tried >= PARTS_TRIED) return;
  }
}

export interface Level {
  readonly tree: DomainTree;
  readonly range: DotRange;
}

/** A tree, or a tree and one range. */
function levelOf(expression: Expression): Level | undefined {
  if (expression.kind === 'tree') return { tree: expression.tree, range: dotsWithin(expression.tree) };
  if (expression.kind !== 'and' || expression.of.length !== 2) return undefined;
  const [first, second] = expression.of.toArray();
  if (first?.kind !== 'tree' || second?.kind !== 'dots') return undefined;
  return { tree: first.tree, range: commonRange(second.range, dotsWithin(first.tree)) };
}

/** A list of alternatives with one more, joined to one of them where both are neighbouring levels of one tree. */
export function withAlternative(list: Appended<Expression>, more: Expression): Appended<Expression> {
  const place = list.length > ALTERNATIVES_COMPARED ? -1 : list.toArray().findIndex((one) => unionOfLevels(one, more));
  const other = list.toArray()[place];
  const level = other && unionOfLevels(other, more);
  if (!level) return list.with(more);
  return Appended.of(...list.toArray().map((one, index) => (index === place ? expressionOf(level) : one)));
}

/** Longer lists of alternatives have other reasons. */
const ALTERNATIVES_COMPARED = 16;

function expressionOf({ tree, range }: { readonly tree: DomainTree; readonly range?: DotRange }): Expression {
  if (!range) return { kind: 'tree', tree };
  return { kind: 'and', of: Appended.of<Expression>({ kind: 'tree', tree }, { kind: 'dots', range }) };
}

/** The union of two sets that are neighbouring levels of one tree: the tree, and the range where it is not the whole of it. */
function unionOfLevels(a: Expression, b: Expression): { tree: DomainTree; range?: DotRange } | undefined {
  const [one, other] = [levelOf(a), levelOf(b)];
  if (!one || !other || !isSameTree(one.tree, other.tree)) return undefined;
  if (one.range.from > other.range.to + 1 || other.range.from > one.range.to + 1) return undefined;
  const { tree } = one;
  const whole = dotsWithin(tree);
  const range = { from: Math.min(one.range.from, other.range.from), to: Math.max(one.range.to, other.range.to) };
  return range.from <= whole.from && range.to >= whole.to ? { tree } : { tree, range };
}

function isSameTree(a: DomainTree, b: DomainTree): boolean {
  return a === b || (isEmptyTree(combineTrees('without', a, b)) && isEmptyTree(combineTrees('without', b, a)));
}
