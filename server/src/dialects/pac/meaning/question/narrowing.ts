// The part of the set of one variable in which a condition on that variable holds.
import type { Budget } from '../../../../model/budget.js';
import { unionInHalves } from '../../../../model/host-unions.js';
import type { Condition } from './condition.js';
import type { Dimension } from './dimensions.js';
import { REGION_COST } from './joining.js';
import type { PartSet } from './sets.js';

/** Gives the part of a set in which a condition on one variable holds or not. */
export function narrower<Part extends PartSet<Part>>(
  dimension: Dimension<Part>,
  condition: Condition,
  budget: Budget,
): (set: Part, holds: boolean) => Part {
  if (dimension.narrow) return (set, holds) => narrowed(dimension, set, condition, holds, budget);
  let part: Part | undefined;
  return (set, holds) => {
    part ??= partWhere(dimension, condition, budget);
    return holds ? set.intersect(part) : set.subtract(part);
  };
}

/** The same through the set itself: most of a long condition is about none of the hosts that are asked about. */
function narrowed<Part extends PartSet<Part>>(
  dimension: Dimension<Part>,
  set: Part,
  condition: Condition,
  holds: boolean,
  budget: Budget,
): Part {
  budget.spend(REGION_COST);
  switch (condition.kind) {
    case 'not':
      return narrowed(dimension, set, condition.of, !holds, budget);
    case 'and': {
      if (!holds) return whereOneFails(dimension, set, condition.of, budget);
      let rest = set;
      for (const one of [...condition.of].sort((a, b) => costOf(a) - costOf(b))) {
        if (rest.isEmpty) break;
        rest = narrowed(dimension, rest, one, true, budget);
      }
      return rest;
    }
    case 'or': {
      if (!holds) return condition.of.reduce((rest, one) => narrowed(dimension, rest, one, false, budget), set);
      return unionInHalves(condition.of.map((one) => narrowed(dimension, set, one, true, budget))) ?? set.subtract(set);
    }
    default: {
      const quick = dimension.narrow?.(set, condition, holds);
      if (quick) return quick;
      const part = partWhere(dimension, condition, budget);
      return holds ? set.intersect(part) : set.subtract(part);
    }
  }
}

/**
 * The part in which not all of some conditions hold. Where only one of them fails there, as mostly in a walk up the domains, it says that more
 * simply than a subtraction does. A union of several parts does not: each search in it has to read all of them.
 */
function whereOneFails<Part extends PartSet<Part>>(
  dimension: Dimension<Part>,
  set: Part,
  conditions: readonly Condition[],
  budget: Budget,
): Part {
  const parts = conditions.map((one) => narrowed(dimension, set, one, false, budget)).filter(({ isEmpty }) => !isEmpty);
  const [only = set.subtract(set), another] = parts;
  if (!another) return only;
  const inside = narrowed(dimension, set, { kind: 'and', of: conditions }, true, budget);
  return inside.isEmpty ? set : set.subtract(inside);
}

/** Lists of words and of ends of names are looked up, and mostly show that the others need not be asked. */
function costOf(condition: Condition): number {
  if (condition.kind !== 'matches') return 2;
  const { language } = condition;
  return language.kind === 'words' || language.endings ? 0 : 1;
}

/** Where a condition on one variable holds. */
export function partWhere<Part extends PartSet<Part>>(
  dimension: Dimension<Part>,
  condition: Condition,
  budget: Budget,
): Part {
  budget.spend(REGION_COST);
  const { whole } = dimension;
  switch (condition.kind) {
    case 'always':
      return whole;
    case 'never':
      return whole.subtract(whole);
    case 'not':
      return whole.subtract(partWhere(dimension, condition.of, budget));
    case 'and':
      return condition.of.reduce((part, one) => part.intersect(partWhere(dimension, one, budget)), whole);
    case 'or':
      return unionInHalves(condition.of.map((one) => partWhere(dimension, one, budget))) ?? whole.subtract(whole);
    default:
      return dimension.atom(condition);
  }
}
