import { describe, expect, it } from 'vitest';
import {
  attempt,
  Budget,
  BudgetSpent,
  bounded,
  currentBudget,
  paidBy,
  spend,
} from '../../../server/src/model/budget.js';

describe('the budget of an evaluation', () => {
  it('refuses work before it is done, and takes nothing for what it refuses', () => {
    const budget = new Budget(10);
    budget.spend(4);
    expect(() => budget.spend(7)).toThrow(BudgetSpent);
    budget.spend(6);
    expect(budget.spentShare).toBe(1);
    expect(() => budget.spend(1)).toThrow(BudgetSpent);
  });

  it('pays for what is called, however deep, and no longer', () => {
    const budget = new Budget(10);
    paidBy(budget, () => spend(3));
    spend(100);
    expect(budget.spentShare).toBeCloseTo(0.3);
    expect(() => paidBy(budget, () => spend(8))).toThrow(BudgetSpent);
    expect(currentBudget()).not.toBe(budget);
  });

  it('is the inner one where one evaluation needs another', () => {
    const [outer, inner] = [new Budget(10), new Budget(10)];
    paidBy(outer, () => {
      paidBy(inner, () => spend(5));
      spend(2);
    });
    expect([outer.spentShare, inner.spentShare]).toEqual([expect.closeTo(0.2), expect.closeTo(0.5)]);
  });

  it('leaves a share for what comes later', () => {
    const budget = new Budget(100);
    expect(() => budget.leaving(1 / 4, () => budget.spend(76))).toThrow(BudgetSpent);
    budget.leaving(1 / 4, () => budget.spend(75));
    budget.spend(25);
  });

  it('gives up an attempt that takes more than its share, and goes on', () => {
    const budget = new Budget(100);
    expect(budget.attempt(1 / 10, () => budget.spend(11))).toBeUndefined();
    expect(
      budget.attempt(1 / 10, () => {
        budget.spend(10);
        return 'done';
      }),
    ).toBe('done');
    // An attempt within one takes no more than the outer one may.
    const nested = budget.attempt(1 / 2, () => budget.attempt(1, () => budget.spend(46)) ?? 'given up');
    expect(nested).toBe('given up');
    budget.spend(90);
  });

  it('is one of its own outside of an evaluation', () => {
    const endless = (): never => {
      for (;;) spend(1_000);
    };
    expect(bounded(endless, (thrown) => thrown.message)).toBe('needs more work than one file may cost');
    expect(attempt(1 / 2, endless)).toBeUndefined();
    expect(() =>
      paidBy(new Budget(), () =>
        bounded(endless, () => {
          throw new Error('answered in place of the evaluation');
        }),
      ),
    ).toThrow(BudgetSpent);
  });

  it('tells mistakes from what is too much', () => {
    const fault = () => {
      throw new TypeError('a mistake');
    };
    expect(() => attempt(1, fault)).toThrow(TypeError);
    expect(() => bounded(fault, () => undefined)).toThrow(TypeError);
  });
});
