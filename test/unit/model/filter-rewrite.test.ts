import { describe, expect, it } from 'vitest';
import type { BaseChain, FilterModel, FilterRule } from '../../../server/src/model/filter.js';
import { decidePackets } from '../../../server/src/model/filter-walk.js';
import { IntervalSet } from '../../../server/src/model/intervals.js';
import { IpSet } from '../../../server/src/model/ip.js';
import { ANY_PACKET, type PacketBox, PacketSet } from '../../../server/src/model/packets.js';

function rule(match: Partial<PacketBox>, action: FilterRule['action']): FilterRule {
  const statement = { uri: 'file:///rules', range: { start: 0, end: 0 }, text: JSON.stringify(action.kind) };
  return { statement, match: [{ ...ANY_PACKET, ...match }], phases: ['first', 'reply'], opaque: [], action };
}

function decide(chains: readonly BaseChain[], asked: Partial<PacketBox>) {
  const point = { name: 'forward', hook: 'forward', chains, stateful: false } as const;
  const model: FilterModel = { kind: 'filter', families: [4, 6], points: [point], chains: new Map() };
  const of = (kind: string) =>
    decidePackets(model, point, PacketSet.of({ ...ANY_PACKET, ...asked }), 'first')
      .filter(({ outcome }) => outcome.kind === kind)
      .reduce((all, { packets }) => all.union(packets), PacketSet.none);
  return { accepted: of('accept'), denied: of('deny'), undecided: of('undecided') };
}

const base = (rules: readonly FilterRule[], policy: BaseChain['policy'], more: Partial<BaseChain> = {}): BaseChain => ({
  name: 'chain',
  rules,
  policy,
  policyStatement: undefined,
  ...more,
});

const port = (low: number, high = low) => IntervalSet.of([low, high]);

describe('rules that change the destination', () => {
  const publish = rule(
    { destination: IpSet.parse('192.0.2.1'), destinationPorts: port(8080, 8089) },
    { kind: 'rewrite', destination: IpSet.parse('10.0.0.5'), destinationPorts: port(80) },
  );

  it('are followed with the new destination and reported with the old one', () => {
    const filter = base([rule({ destination: IpSet.parse('10.0.0.5') }, { kind: 'accept' })], 'deny');
    const asked = { destination: IpSet.parse('192.0.2.0/24'), destinationPorts: port(8000, 8999) };
    const { accepted, denied } = decide([base([publish], 'accept'), filter], asked);
    const published = PacketSet.of({
      ...ANY_PACKET,
      destination: IpSet.parse('192.0.2.1'),
      destinationPorts: port(8080, 8089),
    });
    expect(accepted.subtract(published).isEmpty && published.subtract(accepted).isEmpty).toBe(true);
    expect(denied.intersect(published).isEmpty).toBe(true);
    expect(denied.union(accepted).containsAll(PacketSet.of({ ...ANY_PACKET, ...asked }))).toBe(true);
  });

  it('split by what they leave as it is', () => {
    const filter = base([rule({ source: IpSet.parse('198.51.100.0/24') }, { kind: 'accept' })], 'deny');
    const { accepted } = decide([base([publish], 'accept'), filter], {
      destination: IpSet.parse('192.0.2.1'),
      destinationPorts: port(8080),
    });
    expect(accepted.boxes.map(({ source }) => source.toPrefixes())).toEqual([['198.51.100.0/24']]);
    expect(accepted.boxes[0]?.destination.toPrefixes()).toEqual(['192.0.2.1/32']);
  });

  it('leave what goes elsewhere undecided', () => {
    const elsewhere = rule({ destinationPorts: port(80) }, { kind: 'undecided', reason: 'a program on this machine' });
    const { undecided, accepted } = decide([base([elsewhere], 'accept')], { destinationPorts: port(80, 81) });
    expect(undecided.boxes.map(({ destinationPorts }) => destinationPorts.intervals)).toEqual([[[80, 80]]]);
    expect(accepted.boxes.map(({ destinationPorts }) => destinationPorts.intervals)).toEqual([[[81, 81]]]);
  });
});

describe('a base chain of one address family', () => {
  it('lets the other family pass by', () => {
    const chains = [base([], 'deny', { families: [4] }), base([], 'accept', { families: [6] })];
    const { accepted, denied } = decide(chains, {});
    expect(accepted.containsAll(PacketSet.of({ ...ANY_PACKET, source: IpSet.all.ofFamily(6) }))).toBe(true);
    expect(accepted.boxes.every(({ source, destination }) => source.v4.isEmpty || destination.v4.isEmpty)).toBe(true);
    expect(denied.containsAll(PacketSet.of({ ...ANY_PACKET, source: IpSet.all.ofFamily(4) }))).toBe(true);
  });
});
