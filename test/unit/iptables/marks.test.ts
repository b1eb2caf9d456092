import { describe, expect, it } from 'vitest';
import { iptables } from '../../../server/src/dialects/iptables/index.js';
import { decidePackets } from '../../../server/src/model/filter-walk.js';
import { IntervalSet } from '../../../server/src/model/intervals.js';
import { IpSet } from '../../../server/src/model/ip.js';
import { ANY_PACKET, PacketSet, protocolSet, TCP, UDP } from '../../../server/src/model/packets.js';

/** What happens to replies from a port: what they are permitted or denied by, and under which conditions. */
function replyFrom(text: string, port: number, protocol = UDP) {
  const source = { uri: 'file:///rules.v4', text };
  const { model } = iptables.lower(source, iptables.parse(source), {
    roots: [],
    list: () => [],
    read: () => 'missing',
  });
  const point = model.kind === 'filter' && model.points.find(({ hook }) => hook === 'forward');
  if (model.kind !== 'filter' || !point) throw new Error('the file filters what is forwarded');
  const packets = PacketSet.of({
    ...ANY_PACKET,
    source: IpSet.parse('52.112.0.9'),
    destination: IpSet.parse('10.1.2.3'),
    protocols: protocolSet(protocol),
    sourcePorts: IntervalSet.of([port, port]),
    destinationPorts: IntervalSet.of([50_000, 50_000]),
  });
  return decidePackets(model, point, packets, 'reply')
    .map(({ outcome, assumptions }) => [outcome.kind, ...assumptions.map(({ phrase }) => phrase)].join(' if '))
    .sort();
}

const filter = (rules: string, mangle: string) => `*mangle
:PREROUTING ACCEPT [0:0]
${mangle}
COMMIT
*filter
:FORWARD DROP [0:0]
${rules}
COMMIT
`;

describe('the replies of a connection', () => {
  it('have the mark that their connection got from its first packet', () => {
    const text = filter(
      '-A FORWARD -m connmark --mark 1 -j ACCEPT',
      '-A PREROUTING -p udp -m udp --dport 3478 -j CONNMARK --set-mark 1',
    );
    expect(replyFrom(text, 3478)).toEqual(['accept']);
    expect(replyFrom(text, 3479)).toEqual(['deny']);
  });

  it('have no mark of the packet, unless a rule restores it', () => {
    const marked = '-A PREROUTING -p udp --dport 3478 -j MARK --set-mark 1';
    const saved = `-A PREROUTING -j CONNMARK --restore-mark
-A PREROUTING -m mark ! --mark 0 -j ACCEPT
${marked}
-A PREROUTING -j CONNMARK --save-mark`;
    expect(replyFrom(filter('-A FORWARD -m mark --mark 1 -j ACCEPT', marked), 3478)).toEqual(['deny']);
    expect(replyFrom(filter('-A FORWARD -m mark --mark 1 -j ACCEPT', saved), 3478)).toEqual(['accept']);
  });

  it('are undecided where the mark of the first packet is unknown, with the rule that sets it', () => {
    const text = filter(
      '-A FORWARD -m connmark --mark 1 -j ACCEPT',
      '-A PREROUTING -m limit --limit 5/s -j CONNMARK --set-mark 1',
    );
    expect(replyFrom(text, 3478)).toEqual([
      "accept if -m connmark --mark 1 (behind '-A PREROUTING -m limit --limit 5/s -j CONNMARK --set-mark 1')",
      'deny',
    ]);
  });

  it('belong to a translated connection where the destination of its first packet was changed', () => {
    const text = `*nat
:PREROUTING ACCEPT [0:0]
-A PREROUTING -p tcp -d 52.112.0.9 --dport 443 -j DNAT --to-destination 10.9.9.9
COMMIT
*filter
:FORWARD DROP [0:0]
-A FORWARD -m conntrack --ctstate DNAT -j ACCEPT
COMMIT
`;
    expect(replyFrom(text, 443, TCP)).toEqual(['accept']);
    expect(replyFrom(text, 444, TCP)).toEqual(['deny']);
  });
});

describe('deleting a rule that sets a mark', () => {
  it('finds the rule with this mark, however the number is written', () => {
    const text = `iptables -P FORWARD DROP
iptables -t mangle -A PREROUTING -p udp -j MARK --set-mark 1
iptables -t mangle -A PREROUTING -p udp -j MARK --set-mark 2
iptables -t mangle -D PREROUTING -p udp -j MARK --set-mark 0x2
iptables -A FORWARD -m mark --mark 1 -j ACCEPT
iptables -A FORWARD -m mark --mark 2 -j DROP
iptables -A FORWARD -j CONNMARK --restore-mark
`;
    const source = { uri: 'file:///rules.sh', text };
    const { model } = iptables.lower(source, iptables.parse(source), {
      roots: [],
      list: () => [],
      read: () => 'missing',
    });
    if (model.kind !== 'filter') throw new Error('a filter');
    const [point] = model.points;
    const cases = point
      ? decidePackets(
          model,
          point,
          PacketSet.of({ ...ANY_PACKET, source: IpSet.parse('10.0.0.1'), protocols: protocolSet(UDP) }),
          'first',
        )
      : [];
    expect(cases.map(({ outcome }) => outcome.kind)).toEqual(['accept']);
  });
});
