import { describe, expect, it } from 'vitest';
import type { Dialect } from '../../../server/src/dialects/dialect.js';
import { iptables } from '../../../server/src/dialects/iptables/index.js';
import { nftables } from '../../../server/src/dialects/nftables/index.js';
import type { Phase } from '../../../server/src/model/filter.js';
import { decidePackets } from '../../../server/src/model/filter-walk.js';
import { IntervalSet } from '../../../server/src/model/intervals.js';
import { IpSet } from '../../../server/src/model/ip.js';
import { ANY_PACKET, answering, PacketSet, protocolSet, TCP, UDP } from '../../../server/src/model/packets.js';

/** What happens to packets of a client to port 3478 of a server, or to the replies. */
function decide(dialect: Dialect, text: string, phase: Phase, protocol: number): readonly string[] {
  const source = { uri: 'file:///rules', text };
  const { model } = dialect.lower(source, dialect.parse(source), { roots: [], list: () => [], read: () => 'missing' });
  const point = model.kind === 'filter' && model.points.find(({ hook }) => hook === 'forward');
  if (model.kind !== 'filter' || !point) throw new Error('the file filters what is forwarded');
  const request = {
    ...ANY_PACKET,
    source: IpSet.parse('10.1.2.3'),
    destination: IpSet.parse('52.112.0.9'),
    protocols: protocolSet(protocol),
    sourcePorts: IntervalSet.of([50_000, 50_000]),
    destinationPorts: IntervalSet.of([3478, 3478]),
  };
  const packets = PacketSet.of(phase === 'first' ? request : answering(request));
  return decidePackets(model, point, packets, phase).map(({ outcome, assumptions }) =>
    [outcome.kind, ...assumptions.map(({ phrase }) => phrase)].join(' if '),
  );
}

const rulesOf = (excluded: readonly string[], state: string) => ({
  iptables: `*raw
:PREROUTING ACCEPT [0:0]
${excluded.map((port) => `-A PREROUTING -p udp -m udp ${port} 3478 -j CT --notrack\n-A PREROUTING -p tcp -m tcp ${port} 3478 -j CT --notrack\n`).join('')}COMMIT
*filter
:FORWARD DROP [0:0]
-A FORWARD -m conntrack --ctstate ${state.toUpperCase()} -j ACCEPT
COMMIT
`,
  nftables: `table inet raw {
	chain pre {
		type filter hook prerouting priority raw
${excluded.map((port) => `		th ${port.slice(2)} 3478 meta l4proto { tcp, udp } notrack\n`).join('')}	}
}
table inet filter {
	chain pass {
		type filter hook forward priority filter; policy drop
		ct state ${state} accept
	}
}
`,
});

describe.each([
  ['iptables', iptables],
  ['nftables', nftables],
] as const)('packets that %s excludes from connection tracking', (name, dialect) => {
  const both = (excluded: readonly string[], state: string, phase: Phase) =>
    [UDP, TCP].map((protocol) => decide(dialect, rulesOf(excluded, state)[name], phase, protocol).join());

  it('are in the state untracked and in no other', () => {
    expect(both(['--dport'], 'untracked', 'first')).toEqual(['accept', 'accept']);
    expect(both(['--dport'], 'new', 'first')).toEqual(['deny', 'deny']);
    expect(both(['--dport', '--sport'], 'untracked', 'reply')).toEqual(['accept', 'accept']);
    expect(both(['--dport', '--sport'], 'established', 'reply')).toEqual(['deny', 'deny']);
  });

  it('get replies that belong to no connection, where these are not excluded as well', () => {
    expect(both([], 'established', 'reply')).toEqual(['accept', 'accept']);
    expect(both(['--dport'], 'established', 'reply')).toEqual(['deny', 'deny']);
    expect(both(['--dport'], 'new', 'reply')).toEqual(['accept', 'deny']);
    expect(both(['--dport'], 'invalid', 'reply')).toEqual(['deny', 'accept']);
  });
});
