import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { nftables } from '../../../server/src/dialects/nftables/index.js';
import { IpSet } from '../../../server/src/model/ip.js';
import { ANY_PACKET, PacketSet, protocolSet, TCP, UDP } from '../../../server/src/model/packets.js';
import { parsePorts } from '../../../server/src/model/ports.js';
import { FIXTURES, lowered, sourcesOf } from './helpers.js';

/** The rules that fixes for some packets write into a file. */
function rulesFor(text: string, packets: PacketSet): string[] {
  const document = lowered(text);
  const [point = ''] = document.model.kind === 'filter' ? document.model.points.map(({ name }) => name) : [];
  const candidates = nftables.emit(
    document,
    {
      goal: 'permit-packets',
      missing: packets,
      replies: PacketSet.of(),
      allowed: packets,
      needs: [packets],
      fromOthers: PacketSet.none,
      decidedBy: [],
      point,
      label: 'test',
    },
    sourcesOf({}),
  );
  return candidates.flatMap(({ edits }) => edits.map(({ newText }) => newText.trim()));
}

function packetsTo(prefix: string, protocol: number, ports: string): PacketSet {
  return PacketSet.of({
    ...ANY_PACKET,
    protocols: protocolSet(protocol),
    destination: IpSet.parse(prefix),
    destinationPorts: parsePorts(ports) ?? ANY_PACKET.destinationPorts,
  });
}

it('a rule for an IPv6 network keeps the length of the network', () => {
  const text = 'table inet t {\n\tchain c {\n\t\ttype filter hook forward priority 0; policy drop;\n\t}\n}\n';
  const rules = rulesFor(text, packetsTo('2001:db8::/32', TCP, '443'));
  expect(rules).toContain('ip6 daddr 2001:db8::/32 tcp dport 443 accept');
});

it('a rule for the rest of a service takes the interfaces of those who have a part of it, not of their neighbours', () => {
  const text = readFileSync(`${FIXTURES}fixes/of-guests.nft`, 'utf8');
  const rules = rulesFor(text, packetsTo('2603:1063::/38', UDP, '3478-3481'));
  expect(rules).toContain('iifname "lan0" oifname "wan0" ip6 daddr 2603:1063::/38 udp dport 3478-3481 accept');
  expect(rules.filter((rule) => rule.includes('guest0'))).toEqual([]);
});
