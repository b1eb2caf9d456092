import { describe, expect, it } from 'vitest';
import { shadowedRules } from '../../../server/src/dialects/shared/shadowed-rules.js';
import type { FilterRule } from '../../../server/src/model/filter.js';
import { IntervalSet } from '../../../server/src/model/intervals.js';
import { IpSet } from '../../../server/src/model/ip.js';
import { ANY_PACKET, type PacketBox } from '../../../server/src/model/packets.js';
import { randomFrom } from '../../random.js';

type Action = 'accept' | 'deny';

function rule(line: number, kind: Action, box: Partial<PacketBox>, more: Partial<FilterRule> = {}): FilterRule {
  return {
    statement: { uri: 'file:///f', range: { start: line, end: line + 1 }, text: `rule ${line}` },
    match: [{ ...ANY_PACKET, ...box }],
    phases: ['first', 'reply'],
    opaque: [],
    action: { kind },
    ...more,
  };
}

const ports = (low: number, high: number) => ({ destinationPorts: IntervalSet.of([low, high] as const) });
const reported = (...rules: FilterRule[]) =>
  shadowedRules([rules]).map(({ code, range, related }) => [
    range.start,
    code,
    ...(related ?? []).map((one) => one.range.start),
  ]);

describe('shadowedRules', () => {
  it('reports a rule that one before it covers', () => {
    expect(reported(rule(1, 'accept', {}), rule(2, 'deny', ports(80, 90)))).toEqual([[2, 'shadowed-rule', 1]]);
    expect(reported(rule(1, 'accept', {}), rule(2, 'accept', ports(80, 90)))).toEqual([[2, 'redundant-rule', 1]]);
  });

  it('reports a rule that several before it cover together, and lists them', () => {
    const halves = [
      rule(1, 'accept', ports(0, 80)),
      rule(2, 'accept', { source: IpSet.empty }),
      rule(3, 'deny', ports(81, 99)),
    ];
    expect(reported(...halves, rule(4, 'deny', ports(70, 90)))).toEqual([[4, 'shadowed-rule', 1, 3]]);
    expect(reported(...halves, rule(4, 'deny', ports(70, 100)))).toEqual([]);
  });

  it('does not count conditions that may not hold, other phases, or jumps', () => {
    const later = rule(2, 'deny', ports(80, 90));
    expect(reported(rule(1, 'accept', {}, { opaque: [{ text: 'limit' }] }), later)).toEqual([]);
    expect(reported(rule(1, 'accept', {}, { phases: ['reply'] }), later)).toEqual([]);
    expect(reported(rule(1, 'accept', {}, { action: { kind: 'jump', chain: 'c' } }), later)).toEqual([]);
  });

  it('agrees with plain enumeration', () => {
    const next = randomFrom(7);
    for (let round = 0; round < 400; round++) {
      const spans = Array.from({ length: 6 }, () => {
        const [low, from] = [next(8), next(4)];
        return { low, high: Math.min(7, low + next(4)), from, to: Math.min(3, from + next(3)) };
      });
      const rules = spans.map(({ low, high, from, to }, i) =>
        rule(i, next(2) === 0 ? 'accept' : 'deny', {
          ...ports(low, high),
          destination: IpSet.range({ family: 4, value: from * 65536 }, { family: 4, value: to * 65536 }),
        }),
      );
      const expected: number[] = [];
      const taken = new Set<string>();
      spans.forEach(({ low, high, from, to }, i) => {
        const own: string[] = [];
        // Addresses between the multiples of 65536 lie in every span that reaches the next one.
        for (let port = low; port <= high; port++) {
          for (let cell = 2 * from; cell <= 2 * to; cell++) own.push(`${port} ${cell}`);
        }
        if (own.every((packet) => taken.has(packet))) expected.push(i);
        for (const packet of own) taken.add(packet);
      });
      expect(shadowedRules([rules]).map(({ range }) => range.start)).toEqual(expected);
    }
  });
});
