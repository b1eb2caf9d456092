// Compares the rules of long lists by the names of their acls alone.

import { Memo } from '../../../kept/memo.js';
import { aclKey, type RuleStatement } from '../syntax/tree.js';

/** The index of a rule, and that of the earlier rule which covers it. */
export type Covered = readonly [covered: number, by: number];

/** The rules, given in parts, that are covered by an earlier one: one that has some of their conditions and no other. */
export function coveredByNames(parts: readonly (readonly RuleStatement[])[]): readonly Covered[] {
  return found.of(parts, () => findCovered(parts.flat()));
}

const found = new Memo<readonly (readonly RuleStatement[])[], readonly Covered[]>();

function findCovered(statements: readonly RuleStatement[]): Covered[] {
  const covered: Covered[] = [];
  const earlier = new Map<string, number>();
  statements.forEach((statement, index) => {
    const { own, subsets } = conditionsOf(statement);
    const subset = subsets.find((text) => earlier.has(text));
    const by = subset === undefined ? undefined : earlier.get(subset);
    if (by === undefined) earlier.set(own, index);
    else covered.push([index, by]);
  });
  return covered;
}

/** The conditions of a rule as one text, and all texts of some of them. `all` is no condition. */
interface Conditions {
  readonly own: string;
  readonly subsets: readonly string[];
}

/** With more conditions than this, subsets are not searched for. */
const CONDITION_LIMIT = 5;
const conditions = new Memo<RuleStatement, Conditions>();

function conditionsOf(statement: RuleStatement): Conditions {
  return conditions.of(statement, ({ references }) => {
    const texts = references.map(({ name, negated }) => (negated ? '!' : '') + aclKey(name));
    const parts = [...new Set(texts.filter((text) => text !== 'all'))].sort();
    const masks = parts.length > CONDITION_LIMIT ? [] : Array.from({ length: 1 << parts.length }, (_, mask) => mask);
    const subsets = masks.map((mask) => parts.filter((_, i) => mask & (1 << i)).join(' '));
    return { own: parts.join(' '), subsets };
  });
}
