import { describe, expect, it } from 'vitest';
import { evaluateFilter } from '../../../server/src/analysis/evaluate/filter/evaluate-filter.js';
import { UNKNOWN_NETWORK } from '../../../server/src/analysis/evaluate/network-context.js';
import type { Requirement } from '../../../server/src/catalog/requirement.js';
import type { FilterRule } from '../../../server/src/model/filter.js';
import { IntervalSet } from '../../../server/src/model/intervals.js';
import { IpSet } from '../../../server/src/model/ip.js';
import { toldVerdicts } from '../../../server/src/service/checked-files.js';
import { BOXES, box, DESTINATIONS, INTERFACES, modelOf, PORTS, passes, rule, SOURCES } from './small-filters.js';

const REQUIREMENT: Requirement = {
  id: 'test/media/udp',
  title: 'Media',
  why: 'Test.',
  kind: 'reach',
  flow: {
    from: { role: 'clients' },
    to: { prefixes: ['198.51.100.0/25', '203.0.113.0/24'] },
    protocol: 'udp',
    ports: '3478-3481',
    direction: 'outbound',
  },
  required: true,
  tags: ['teams'],
  source: { document: 'Test', url: 'https://example.com/' },
};

function expectedStatus(rules: readonly FilterRule[], policy: string): string {
  const choices = SOURCES.flatMap((source) =>
    INTERFACES.map((inside) =>
      DESTINATIONS.flatMap((to) => PORTS.map((port) => passes(rules, policy, { source, to, port }, inside))),
    ),
  );
  if (choices.some((all) => all.every(Boolean))) return 'met';
  return choices.some((all) => all.some(Boolean)) ? 'partial' : 'blocked';
}

describe('a verdict on a packet filter', () => {
  it('is what asking for every packet of every inside choice gives, for all lists of two rules', () => {
    const wrong: string[] = [];
    for (const [i, first] of BOXES.entries()) {
      for (const [j, second] of BOXES.entries()) {
        for (const kinds of [
          ['accept', 'deny'],
          ['deny', 'accept'],
          ['accept', 'accept'],
        ] as const) {
          for (const policy of ['accept', 'deny'] as const) {
            const rules = [rule(first, kinds[0], 0), rule(second, kinds[1], 1)];
            const { verdict } = evaluateFilter(REQUIREMENT, modelOf(rules, policy), UNKNOWN_NETWORK);
            const expected = expectedStatus(rules, policy);
            if (verdict.status !== expected)
              wrong.push(`${kinds} ${i} ${j} ${policy}: ${verdict.status}, not ${expected}`);
          }
        }
      }
    }
    expect(wrong).toEqual([]);
  });

  it('names the missing rest in the smallest form', () => {
    const rules = [rule(box({ destinationPorts: IntervalSet.of([3478, 3479]) }), 'accept', 0)];
    const { verdict } = evaluateFilter(REQUIREMENT, modelOf(rules, 'deny'), UNKNOWN_NETWORK);
    expect(toldVerdicts([verdict])[0]).toMatchObject({
      status: 'partial',
      missing: 'UDP 3480-3481 to 198.51.100.0/25, 203.0.113.0/24',
    });
  });

  it('asks all of a declared role, and only some of an undeclared one', () => {
    const model = modelOf([rule(box({ source: IpSet.parse('10.1.0.0/16') }), 'accept', 0)], 'deny');
    const declared = { roles: new Map([['clients', IpSet.parse('10.0.0.0/8')]]) };
    expect(evaluateFilter(REQUIREMENT, model, declared).verdict.status).toBe('partial');
    const open = evaluateFilter(REQUIREMENT, model, UNKNOWN_NETWORK).verdict;
    expect(open).toMatchObject({ status: 'met', reason: 'from 10.1.0.0/16' });
  });

  it('is undecided where a condition of the environment decides', () => {
    const limited = { ...rule(box({}), 'accept', 0), opaque: [{ text: 'limit rate 10/second' }] };
    const { verdict } = evaluateFilter(REQUIREMENT, modelOf([limited], 'deny'), UNKNOWN_NETWORK);
    expect(verdict).toMatchObject({ status: 'undecided', reason: 'it depends on limit rate 10/second' });
  });
});
