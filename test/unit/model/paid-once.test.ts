// A value that is made once costs each evaluation the same, whatever else that uses.
import { expect, test } from 'vitest';
import { Budget, paidBy, spend } from '../../../server/src/model/budget.js';
import { PaidOnce } from '../../../server/src/model/paid-memo.js';

function chain() {
  const leaf = new PaidOnce(() => paid(100, 'leaf'));
  const inner = new PaidOnce(() => paid(10, `inner of ${leaf.value}`));
  const outer = new PaidOnce(() => paid(1, `outer of ${inner.value} and ${leaf.value}`));
  return { leaf, inner, outer };
}

function paid(units: number, value: string): string {
  spend(units);
  return value;
}

/** What an evaluation pays that uses some values in an order. */
function costOf(...used: readonly PaidOnce<string>[]): number {
  const budget = new Budget();
  return paidBy(budget, () => budget.withCostOf(() => used.map(({ value }) => value)))[1];
}

test('of its parts as well, once', () => {
  const { leaf, inner, outer } = chain();
  const orders = [[outer], [leaf, outer], [inner, leaf, outer], [outer, inner], [leaf, inner, outer, leaf]];
  for (const order of orders) expect(costOf(...order)).toBe(111);
  expect([costOf(leaf), costOf(inner), costOf(outer)]).toEqual([100, 110, 111]);
});

test('where its parts were made before, too', () => {
  const { leaf, inner, outer } = chain();
  expect([costOf(inner), costOf(leaf, outer), costOf(outer)]).toEqual([110, 111, 111]);
});
