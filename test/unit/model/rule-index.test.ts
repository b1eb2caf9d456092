import { expect, it } from 'vitest';
import { IntervalSet } from '../../../server/src/model/intervals.js';
import { IpSet } from '../../../server/src/model/ip.js';
import { ANY_PACKET, type PacketBox, PacketSet } from '../../../server/src/model/packets.js';
import { type IndexedRule, RuleIndex } from '../../../server/src/model/rule-index.js';

const PREFIXES = [
  '10.0.0.0/8',
  '192.0.2.0/24',
  '192.0.2.128/25',
  '2001:db8::/32',
  '2001:db8:7::/48',
  '0.0.0.0/0',
  '::/0',
];

function boxes(): PacketBox[] {
  const made: PacketBox[] = [];
  for (const destination of PREFIXES) {
    for (const source of ['0.0.0.0/0', '::/0', '10.1.0.0/16']) {
      for (const port of [80, 443]) {
        made.push({
          ...ANY_PACKET,
          destination: IpSet.parse(destination),
          source: IpSet.parse(source),
          protocols: IntervalSet.range(port === 80 ? 6 : 0, port === 80 ? 6 : 255),
          destinationPorts: IntervalSet.range(port, port + 400),
        });
      }
    }
  }
  return made;
}

it('finds every rule that matches some of the packets, in the order of the rules', () => {
  const rules: IndexedRule[] = boxes().map((box, i) => ({
    match: i % 5 === 0 ? [box, { ...ANY_PACKET, destinationPorts: IntervalSet.range(9000, 9000) }] : [box],
    phases: i % 7 === 0 ? [] : ['first'],
    action: { kind: i % 11 === 0 ? 'continue' : 'accept' },
  }));
  const index = new RuleIndex(rules);
  for (const asked of boxes().map((box) => PacketSet.of(box))) {
    const found = index.candidates(asked);
    const matching = rules.filter(
      ({ match, phases, action }) =>
        action.kind !== 'continue' && phases.length > 0 && !asked.intersect(PacketSet.of(...match)).isEmpty,
    );
    expect(found.filter((rule) => matching.includes(rule))).toEqual(matching);
    expect(found.every((rule, i) => i === 0 || rules.indexOf(rule) > rules.indexOf(found[i - 1] ?? rule))).toBe(true);
  }
});
