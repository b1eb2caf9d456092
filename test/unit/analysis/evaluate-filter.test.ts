import { describe, expect, it } from 'vitest';
import { evaluateFilter } from '../../../server/src/analysis/evaluate/filter/evaluate-filter.js';
import { UNKNOWN_NETWORK } from '../../../server/src/analysis/evaluate/network-context.js';
import type { Requirement } from '../../../server/src/catalog/requirement.js';
import type { FilterModel, FilterRule } from '../../../server/src/model/filter.js';
import { IntervalSet } from '../../../server/src/model/intervals.js';
import { IpSet } from '../../../server/src/model/ip.js';
import { NameSet } from '../../../server/src/model/names.js';
import { ANY_PACKET, type PacketBox } from '../../../server/src/model/packets.js';

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

const udp = IntervalSet.of([17, 17] as const);
const box = (more: Partial<PacketBox>): PacketBox => ({ ...ANY_PACKET, protocols: udp, ...more });

/** Boxes that cut the question in every way it can be cut: by destination, port, source and interface. */
const BOXES: PacketBox[] = [
  box({}),
  box({ destination: IpSet.parse('198.51.100.0/24') }),
  box({ destination: IpSet.parse('203.0.113.0/24') }),
  box({ destinationPorts: IntervalSet.of([3478, 3479]) }),
  box({ destinationPorts: IntervalSet.of([3480, 4000]) }),
  box({ source: IpSet.parse('10.0.0.0/8') }),
  box({ source: IpSet.parse('192.168.0.0/16'), destinationPorts: IntervalSet.of([3478, 3481]) }),
  box({ inInterface: NameSet.of('lan') }),
  box({ inInterface: NameSet.of('lan'), destination: IpSet.parse('203.0.113.0/24') }),
  { ...ANY_PACKET, protocols: IntervalSet.of([6, 6]) },
];

const rule = (match: PacketBox, kind: 'accept' | 'deny', line: number): FilterRule => ({
  statement: { uri: 'file:///f', range: { start: line, end: line + 1 }, text: `rule ${line}` },
  match: [match],
  phases: ['first', 'reply'],
  opaque: [],
  action: { kind },
});

function modelOf(rules: readonly FilterRule[], policy: 'accept' | 'deny'): FilterModel {
  const chain = { name: 'FORWARD', rules, policy, policyStatement: undefined };
  return {
    kind: 'filter',
    families: [4],
    points: [{ name: 'forward', hook: 'forward', chains: [chain], stateful: true }],
    chains: new Map(),
  };
}

const SOURCES = ['10.0.0.1', '192.168.0.1', '172.16.0.1'];
const INTERFACES = ['lan', 'other'];
const DESTINATIONS = ['198.51.100.1', '203.0.113.1'];
const PORTS = [3478, 3480];

function permitted(
  rules: readonly FilterRule[],
  policy: string,
  source: string,
  inside: string,
  to: string,
  port: number,
) {
  const hit = rules.find(({ match: [match] }) => {
    if (!match) return false;
    return (
      !match.source.intersect(IpSet.parse(source)).isEmpty &&
      !match.destination.intersect(IpSet.parse(to)).isEmpty &&
      match.destinationPorts.has(port) &&
      match.protocols.has(17) &&
      match.inInterface.has(inside)
    );
  });
  return (hit?.action.kind ?? policy) === 'accept';
}

function expectedStatus(rules: readonly FilterRule[], policy: string): string {
  const choices = SOURCES.flatMap((source) =>
    INTERFACES.map((inside) =>
      DESTINATIONS.flatMap((to) => PORTS.map((port) => permitted(rules, policy, source, inside, to, port))),
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
    expect(verdict).toMatchObject({
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
