// Which clauses of a `switch` run.

import type { Block, Expression, SwitchClause } from '../syntax/powershell/tree.js';
import { itemsOf, type Value } from './value.js';

/** A block that runs for an item. */
export interface ChosenBlock {
  readonly item: Value;
  readonly body: Block;
}

/** How many comparisons a `switch` may need. */
const COMPARISON_LIMIT = 65_536;

/**
 * The blocks that run, in their order: for each item of a value those of all clauses that are the same text in any case, or
 * `default` (*about_Switch*). `undefined` where the value or one of the texts is computed, or there are too many.
 */
export function clausesFor(
  value: Value,
  clauses: readonly SwitchClause[],
  evaluate: (pattern: Expression) => Value,
): readonly ChosenBlock[] | undefined {
  const items = itemsOf(value);
  if (!items || items.length * clauses.length > COMPARISON_LIMIT) return undefined;
  const patterns = clauses.map(({ pattern }) => pattern && evaluate(pattern));
  const isKnown = [...items, ...patterns].every((one) => one === undefined || one.kind === 'text');
  if (!isKnown) return undefined;
  return items.flatMap((item) => {
    const isChosen = (pattern: Value | undefined) => pattern !== undefined && sameText(pattern, item);
    const chosen = clauses.filter((_, index) => isChosen(patterns[index]));
    const own = chosen.length > 0 ? chosen : clauses.filter(({ pattern }) => pattern === undefined);
    return own.map(({ body }) => ({ item, body }));
  });
}

function sameText(one: Value, other: Value): boolean {
  return one.kind === 'text' && other.kind === 'text' && one.text.toLowerCase() === other.text.toLowerCase();
}
