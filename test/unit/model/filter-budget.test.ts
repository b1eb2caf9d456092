import { describe, expect, it } from 'vitest';
import { Budget, BudgetSpent, paidBy, spend } from '../../../server/src/model/budget.js';
import type { BaseChain, FilterChain, FilterModel, FilterPoint, FilterRule } from '../../../server/src/model/filter.js';
import { decidePackets } from '../../../server/src/model/filter-walk.js';
import { IntervalSet } from '../../../server/src/model/intervals.js';
import { IpSet } from '../../../server/src/model/ip.js';
import { ANY_PACKET, PacketSet } from '../../../server/src/model/packets.js';
import { PaidOnce } from '../../../server/src/model/paid-memo.js';

const statement = (text: string) => ({ uri: 'file:///rules', range: { start: 0, end: 0 }, text });

/** Chains of which each jumps to the next by several rules on conditions that nobody knows: the ways double with each. */
function nested(depth: number): { model: FilterModel; point: FilterPoint } {
  const chains = new Map<string, FilterChain>();
  for (let level = 0; level <= depth; level++) {
    const rules = Array.from({ length: 4 }, (_, i): FilterRule => {
      return {
        statement: statement(`level ${level}, rule ${i}`),
        match: [
          { ...ANY_PACKET, source: IpSet.parse(`${i * 32}.0.0.0/3`), destination: IpSet.parse(`${level}.0.0.0/1`) },
        ],
        phases: ['first'],
        opaque: [{ text: `level ${level}, condition ${i}` }],
        action: level < depth ? { kind: 'jump', chain: `c${level + 1}` } : { kind: 'accept' },
      };
    });
    chains.set(`c${level}`, { name: `c${level}`, rules });
  }
  const first = chains.get('c0');
  const base: BaseChain = { name: 'forward', rules: first?.rules ?? [], policy: 'deny', policyStatement: undefined };
  const point: FilterPoint = { name: 'forward', hook: 'forward', chains: [base], stateful: true };
  return { model: { kind: 'filter', families: [4], points: [point], chains }, point };
}

describe('the walk of packets through a filter', () => {
  it('is paid for, and names a statement where the budget ends', () => {
    const { model, point } = nested(6);
    let thrown: unknown;
    try {
      paidBy(new Budget(200), () => decidePackets(model, point, PacketSet.all, 'first'));
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(BudgetSpent);
    expect(thrown instanceof BudgetSpent && thrown.at?.text).toMatch(/^level \d, rule \d$/);
  });

  it('costs the same each time', () => {
    const { model, point } = nested(3);
    const costs = [1, 2].map(() => {
      const budget = new Budget(10_000_000);
      return budget.withCostOf(() => paidBy(budget, () => decidePackets(model, point, PacketSet.all, 'first')))[1];
    });
    expect(costs[0]).toBeGreaterThan(0);
    expect(costs[1]).toBe(costs[0]);
  });
});

describe('sets of packets', () => {
  /** Boxes as wildcard masks of routers make them, each of many intervals. */
  const combs = (count: number, teeth: number) =>
    PacketSet.from(
      Array.from({ length: count }, (_, i) => ({
        ...ANY_PACKET,
        destination: new IpSet(
          IntervalSet.from(
            Array.from({ length: teeth }, (_, k): [number, number] => [k * 1_024 + i * 4, k * 1_024 + i * 4 + 1]),
          ),
          IntervalSet.empty(),
        ),
      })),
    );
  const costOf = (work: () => unknown) => {
    const budget = new Budget();
    return budget.withCostOf(() => paidBy(budget, work))[1];
  };

  it('are paid by the intervals that are compared and made', () => {
    const cost = (teeth: number) => costOf(() => PacketSet.all.subtract(combs(8, teeth)));
    expect(cost(4_000)).toBeGreaterThan(50 * cost(40));
  });

  it('are indexed by a few intervals of each box, and lose nothing by that', () => {
    const [all, asked] = [combs(100, 4_000), combs(1, 100)];
    expect(all.intersect(asked).boxes.map(({ destination }) => destination.v4.intervals)).toEqual(
      asked.boxes.map(({ destination }) => destination.v4.intervals),
    );
    expect(costOf(() => combs(100, 4_000).intersect(asked))).toBeLessThan(20_000);
  });
});

describe('what is made once and kept', () => {
  it('is paid by each evaluation that uses it, with what it was made of', () => {
    let made = 0;
    const part = new PaidOnce(() => {
      made++;
      spend(3);
      return 'part';
    });
    const whole = new PaidOnce(() => {
      spend(5);
      return `whole of ${part.value}`;
    });
    for (const order of [
      [whole, part],
      [part, whole, whole],
      [whole, whole],
    ]) {
      const budget = new Budget(1_000);
      const [values, cost] = budget.withCostOf(() => paidBy(budget, () => order.map(({ value }) => value)));
      expect(values).toContain('whole of part');
      expect(cost).toBe(8);
    }
    expect(made).toBe(1);
  });

  it('is not kept where it costs too much', () => {
    const large = new PaidOnce(() => {
      spend(100);
      return 'made';
    });
    expect(() => paidBy(new Budget(10), () => large.value)).toThrow(BudgetSpent);
    expect(paidBy(new Budget(1_000), () => large.value)).toBe('made');
  });
});
