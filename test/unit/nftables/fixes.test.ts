import { expect, it } from 'vitest';
import { nftables } from '../../../server/src/dialects/nftables/index.js';
import { IpSet } from '../../../server/src/model/ip.js';
import { ANY_PACKET, PacketSet, protocolSet, TCP } from '../../../server/src/model/packets.js';
import { parsePorts } from '../../../server/src/model/ports.js';
import { lowered, sourcesOf } from './helpers.js';

it('a rule for an IPv6 network keeps the length of the network', () => {
  const document = lowered(
    'table inet t {\n\tchain c {\n\t\ttype filter hook forward priority 0; policy drop;\n\t}\n}\n',
  );
  const packets = PacketSet.of({
    ...ANY_PACKET,
    protocols: protocolSet(TCP),
    destination: IpSet.parse('2001:db8::/32'),
    destinationPorts: parsePorts('443') ?? ANY_PACKET.destinationPorts,
  });
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
  const texts = candidates.flatMap(({ edits }) => edits.map(({ newText }) => newText.trim()));
  expect(texts).toContain('ip6 daddr 2001:db8::/32 tcp dport 443 accept');
});
