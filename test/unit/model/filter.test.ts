import { describe, expect, it } from 'vitest';
import type { FilterAction, FilterChain, FilterModel } from '../../../server/src/model/filter.js';
import { decidePackets } from '../../../server/src/model/filter-walk.js';
import { IntervalSet } from '../../../server/src/model/intervals.js';
import { IpSet } from '../../../server/src/model/ip.js';
import { NameSet } from '../../../server/src/model/names.js';
import { ANY_PACKET, type PacketBox, PacketSet, subtractBox } from '../../../server/src/model/packets.js';
import { randomFrom } from '../../random.js';

interface Packet {
  readonly source: number;
  readonly destination: number;
  readonly port: number;
  readonly inInterface: string;
}

const PACKETS: Packet[] = [0, 1, 2, 3].flatMap((source) =>
  [0, 1, 2, 3].flatMap((destination) =>
    [0, 1, 2].flatMap((port) => ['lan', 'wan'].map((inInterface) => ({ source, destination, port, inInterface }))),
  ),
);

function boxHas(box: PacketBox, { source, destination, port, inInterface }: Packet): boolean {
  return (
    box.source.has({ family: 4, value: source }) &&
    box.destination.has({ family: 4, value: destination }) &&
    box.destinationPorts.has(port) &&
    box.inInterface.has(inInterface)
  );
}

const setHas = (set: PacketSet, packet: Packet) => set.boxes.some((box) => boxHas(box, packet));

function randomBox(random: (below: number) => number): PacketBox {
  const range = (size: number) => {
    const low = random(size);
    return [low, low + random(size - low)] as const;
  };
  const addresses = () => {
    const [low, high] = range(4);
    return IpSet.range({ family: 4, value: low }, { family: 4, value: high });
  };
  return {
    ...ANY_PACKET,
    source: random(3) === 0 ? IpSet.all : addresses(),
    destination: random(3) === 0 ? IpSet.all : addresses(),
    destinationPorts: random(2) === 0 ? ANY_PACKET.destinationPorts : IntervalSet.of(range(3)),
    inInterface:
      random(3) === 0 ? NameSet.of('lan') : random(2) === 0 ? NameSet.of('lan').complement() : ANY_PACKET.inInterface,
  };
}

describe('packet sets', () => {
  it('are exact under every operation, on a thousand random triples', () => {
    const random = randomFrom(1);
    for (let round = 0; round < 1000; round++) {
      const [a, b, c] = [randomBox(random), randomBox(random), randomBox(random)];
      const [setA, setB, setC] = [PacketSet.of(a), PacketSet.of(b), PacketSet.of(c)];
      const combined = setA.union(setB).subtract(setC).union(setB.intersect(setC));
      for (const packet of PACKETS) {
        const expected =
          ((boxHas(a, packet) || boxHas(b, packet)) && !boxHas(c, packet)) || (boxHas(b, packet) && boxHas(c, packet));
        expect(setHas(combined, packet)).toBe(expected);
      }
      const pieces = subtractBox(a, b);
      for (const packet of PACKETS) expect(pieces.filter((piece) => boxHas(piece, packet)).length).toBeLessThan(2);
    }
  });

  it('are joined to what is in any of them, each packet once', () => {
    const random = randomFrom(3);
    for (let round = 0; round < 500; round++) {
      const boxes = Array.from({ length: 2 + random(6) }, () => randomBox(random));
      const joined = PacketSet.join(boxes.map((box) => PacketSet.of(box)));
      for (const packet of PACKETS) {
        const expected = boxes.some((box) => boxHas(box, packet)) ? 1 : 0;
        expect(joined.boxes.filter((box) => boxHas(box, packet)).length).toBe(expected);
      }
    }
  });
});

type Fate = 'accept' | 'deny' | 'fall';

/** What the chain does to one packet, as the manual of every packet filter describes it. */
function walk(model: FilterModel, chain: FilterChain, packet: Packet): Fate {
  for (const rule of chain.rules) {
    if (!rule.match.some((box) => boxHas(box, packet))) continue;
    switch (rule.action.kind) {
      case 'accept':
      case 'deny':
        return rule.action.kind;
      case 'return':
        return 'fall';
      case 'continue':
        break;
      case 'jump':
      case 'goto': {
        const target = model.chains.get(rule.action.chain);
        const fate = target ? walk(model, target, packet) : 'fall';
        if (fate !== 'fall' || rule.action.kind === 'goto') return fate;
      }
    }
  }
  return 'fall';
}

describe('a packet filter', () => {
  it('gives every packet the fate that walking the rules gives it, on random chains', () => {
    const random = randomFrom(7);
    for (let round = 0; round < 600; round++) {
      const names = ['base', 'one', 'two'];
      const chains = names.map((name, level): FilterChain => {
        const rules = Array.from({ length: 1 + random(6) }, (_, index) => {
          const deeper = names.slice(level + 1);
          const actions: FilterAction[] = [
            { kind: 'accept' },
            { kind: 'deny' },
            { kind: 'return' },
            { kind: 'continue' },
            ...deeper.flatMap((target): FilterAction[] => [
              { kind: 'jump', chain: target },
              { kind: 'goto', chain: target },
            ]),
          ];
          return {
            statement: {
              uri: 'file:///f',
              range: { start: level * 100 + index, end: level * 100 + index + 1 },
              text: '',
            },
            match: Array.from({ length: 1 + random(2) }, () => randomBox(random)),
            phases: ['first', 'reply'] as const,
            opaque: [],
            action: actions[random(actions.length)] ?? { kind: 'accept' },
          };
        });
        return { name, rules };
      });
      const model: FilterModel = {
        kind: 'filter',
        families: [4, 6],
        points: [],
        chains: new Map(chains.map((chain) => [chain.name, chain])),
      };
      const base = chains[0] ?? { name: 'base', rules: [] };
      const policy = random(2) === 0 ? 'accept' : 'deny';
      const point = {
        name: 'forward',
        hook: 'forward' as const,
        stateful: true,
        chains: [{ ...base, policy, policyStatement: undefined } as const],
      };
      const cases = decidePackets(model, point, PacketSet.all, 'first');
      for (const packet of PACKETS) {
        const fate = walk(model, base, packet);
        const outcomes = cases.filter(({ packets }) => setHas(packets, packet)).map(({ outcome }) => outcome.kind);
        expect(outcomes).toEqual([fate === 'fall' ? policy : fate]);
      }
    }
  });

  it('names the first rule that matches in long lists of addresses', () => {
    const random = randomFrom(11);
    const address = (value: number) => ({ family: 4, value }) as const;
    for (let round = 0; round < 200; round++) {
      const end = random(2) === 0 ? 'source' : 'destination';
      const rules = Array.from({ length: 8 + random(600) }, (_, index) => {
        const low = random(256);
        const set = IpSet.range(address(low), address(Math.min(255, low + random(4))));
        const isOdd = random(60) === 0;
        const match = { ...ANY_PACKET, [end]: set, ...(isOdd ? { destinationPorts: IntervalSet.of([0, 0]) } : {}) };
        const kind = random(2) === 0 ? ('accept' as const) : ('deny' as const);
        return {
          statement: { uri: 'file:///f', range: { start: index, end: index + 1 }, text: '' },
          match: [match],
          phases: ['first'] as const,
          opaque: [],
          action: { kind },
        };
      });
      const model: FilterModel = { kind: 'filter', families: [4, 6], points: [], chains: new Map() };
      const chain = { name: 'base', rules, policy: 'deny', policyStatement: undefined } as const;
      const point = { name: 'forward', hook: 'forward' as const, stateful: true, chains: [chain] };
      const cases = decidePackets(model, point, PacketSet.all, 'first');
      for (let value = 0; value < 256; value++) {
        const packet = { source: 0, destination: 0, port: random(2), inInterface: 'lan', [end]: value };
        const first = rules.find(({ match }) => match.some((box) => boxHas(box, packet)));
        const found = cases.filter(({ packets }) => setHas(packets, packet));
        expect(found.map(({ outcome, decidedBy }) => [outcome.kind, decidedBy?.range.start])).toEqual([
          [first?.action.kind ?? 'deny', first?.statement.range.start],
        ]);
      }
    }
  });

  it('says undecided instead of following chains that jump to themselves', () => {
    const rule = (chain: string) => ({
      statement: { uri: 'file:///f', range: { start: 0, end: 1 }, text: `jump ${chain}` },
      match: [ANY_PACKET],
      phases: ['first'] as const,
      opaque: [],
      action: { kind: 'jump', chain } as const,
    });
    const loop: FilterChain = { name: 'loop', rules: [rule('loop'), rule('loop'), rule('missing')] };
    const model: FilterModel = { kind: 'filter', families: [4, 6], points: [], chains: new Map([['loop', loop]]) };
    const point = {
      name: 'input',
      hook: 'input' as const,
      stateful: true,
      chains: [{ ...loop, name: 'base', policy: 'accept', policyStatement: undefined } as const],
    };
    const cases = decidePackets(model, point, PacketSet.all, 'first');
    expect(cases.map(({ outcome }) => outcome.kind)).toEqual(['undecided']);
  });
});
