// What the conditions of a set of host names still say within a part of its bound.
import type { Appended } from './appended.js';
import { combineTrees, type DomainTree, isEmptyTree } from './domain-tree.js';
import type { Expression } from './host-expression.js';
import { isApart } from './language-bounds.js';

/** Of more conditions, or more alternatives, none is looked at: most of those of a long program are asked in one search. */
const LOOKED_AT = 16;

/**
 * The conditions that names of a tree can still fail; `undefined` where one is seen to hold for none of them. A union of lists of names with
 * a few patterns, as documents have them, is a list again in most domains: no search has to tell that.
 */
export function conditionsWithin(
  bound: DomainTree,
  conditions: Appended<Expression>,
): readonly Expression[] | undefined {
  const given = conditions.toArray();
  if (given.length > LOOKED_AT) return given;
  const left: Expression[] = [];
  for (const condition of given) {
    const holds = isJoined(condition) ? holdsWithin(bound, condition) : undefined;
    if (holds === false) return undefined;
    // What holds for some is not made simpler: sets that have the same conditions are seen to have them.
    if (holds === undefined) left.push(condition);
  }
  return left;
}

/** Whether it is a union or an intersection, or the complement of one, parts of which may be about other domains. */
function isJoined(condition: Expression): boolean {
  return condition.kind === 'not' ? isJoined(condition.of) : condition.kind === 'or' || condition.kind === 'and';
}

/** Whether a condition holds for all names of a tree, or for none; `undefined` where neither is seen at once. */
function holdsWithin(bound: DomainTree, condition: Expression): boolean | undefined {
  switch (condition.kind) {
    case 'tree':
      if (isEmptyTree(combineTrees('and', bound, condition.tree))) return false;
      return isEmptyTree(combineTrees('without', bound, condition.tree)) ? true : undefined;
    case 'language':
      return isApart(bound, condition.automaton) ? false : undefined;
    case 'not': {
      const holds = holdsWithin(bound, condition.of);
      return holds === undefined ? undefined : !holds;
    }
    case 'and':
    case 'or':
      return joinedHolds(bound, condition);
    default:
      return undefined;
  }
}

function joinedHolds(bound: DomainTree, { kind, of }: Expression & { readonly kind: 'and' | 'or' }) {
  if (of.length > LOOKED_AT) return undefined;
  /** What decides it alone: one alternative that holds, or one part that does not. */
  const deciding = kind === 'or';
  const held = new Set<boolean | undefined>();
  for (const part of of.toArray()) {
    const holds = holdsWithin(bound, part);
    if (holds === deciding) return deciding;
    held.add(holds);
  }
  return held.has(undefined) ? undefined : !deciding;
}
