import { describe, expect, test } from 'vitest';
import { explainFlow } from '../../../server/src/analysis/explain/flow.js';
import type { Hook } from '../../../server/src/model/filter.js';
import { lowered } from './helpers.js';

const FLOW = {
  protocol: 6,
  source: { family: 4, value: 0x0a_01_01_01 },
  destination: { family: 4, value: 0xc0_00_02_05 },
  sourcePort: 50_000,
  destinationPort: 443,
} as const;

function verdictAt(hook: Hook, rule: string): string {
  const { model } = lowered(
    `table inet t { chain c { type filter hook ${hook} priority 0; policy drop; ${rule}; accept; } }`,
  );
  if (model.kind !== 'filter') throw new Error('a ruleset is a filter');
  return explainFlow(model, FLOW, { hook }).verdict;
}

describe('a test of the way back to the source', () => {
  test.each([
    ['fib saddr . iif oif missing drop', 'permit'],
    ['fib saddr . iif oif 0 drop', 'permit'],
    ['fib saddr . mark . iif oif != 0 drop', 'deny'],
    ['fib saddr . iif oif exists drop', 'deny'],
    ['fib saddr oif != missing drop', 'deny'],
    ['fib saddr . iif oif 7 drop', 'undecided'],
    ['fib daddr . iif oif missing drop', 'undecided'],
  ])('assumes that there is one: %s', (rule, verdict) => {
    expect(verdictAt('forward', rule)).toBe(verdict);
  });
});

describe('the type of an address', () => {
  test.each([
    ['input', 'fib daddr type local drop', 'deny'],
    ['input', 'fib daddr type != local drop', 'permit'],
    ['input', 'fib saddr type local drop', 'permit'],
    ['input', 'fib daddr type vmap { local : drop, unicast : accept }', 'deny'],
    ['forward', 'fib daddr type local drop', 'permit'],
    ['forward', 'fib daddr type { local, unicast } drop', 'deny'],
    ['output', 'fib saddr type local drop', 'deny'],
    ['output', 'fib daddr type local drop', 'undecided'],
  ] as const)('follows from the hook: %s %s', (hook, rule, verdict) => {
    expect(verdictAt(hook, rule)).toBe(verdict);
  });
});
