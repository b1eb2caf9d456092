import { expect, it } from 'vitest';
import type { Phase } from '../../../../server/src/model/filter.js';
import { decidePackets } from '../../../../server/src/model/filter-walk.js';
import { IntervalSet } from '../../../../server/src/model/intervals.js';
import { IpSet } from '../../../../server/src/model/ip.js';
import { NameSet } from '../../../../server/src/model/names.js';
import { ANY_PACKET, answering, type PacketBox, PacketSet } from '../../../../server/src/model/packets.js';
import { randomFrom } from '../../../random.js';
import { boundaryPackets } from '../generator.js';
import type { Packet } from '../reference.js';
import { read } from '../support.js';
import { generateFirewall, INTERFACES } from './generator.js';
import { Device } from './reference.js';

const FIREWALLS = 120;
const PACKETS = 60;

function boxOf(packet: Packet, from: string, to: string): PacketBox {
  const address = (value: bigint) => ({ family: 4, value: Number(value) }) as const;
  const only = (value: number) => IntervalSet.of([value, value] as const);
  return {
    ...ANY_PACKET,
    source: IpSet.range(address(packet.source), address(packet.source)),
    destination: IpSet.range(address(packet.destination), address(packet.destination)),
    protocols: only(packet.protocol),
    sourcePorts: only(packet.sourcePort),
    destinationPorts: only(packet.destinationPort),
    inInterface: NameSet.of(from),
    outInterface: NameSet.of(to),
  };
}

it('decides packets between zones, and the replies to them, as a packet-by-packet reading does', () => {
  const found = { permit: 0, deny: 0, open: 0, replies: 0, repliesDenied: 0 };
  for (let seed = 1; seed <= FIREWALLS; seed++) {
    const text = generateFirewall(seed);
    const { model } = read(text);
    const point = model.kind === 'filter' ? model.points.find(({ hook }) => hook === 'forward') : undefined;
    if (model.kind !== 'filter' || !point) throw new Error('nothing is filtered');
    const device = new Device(text);
    const pick = randomFrom(seed);
    const verdicts = (box: PacketBox, phase: Phase) => {
      const cases = decidePackets(model, point, PacketSet.of(box), phase);
      const kinds = cases.flatMap(({ outcome: { kind } }) => (kind === 'undecided' ? ['accept', 'deny'] : [kind]));
      return [...new Set(kinds.map((kind) => (kind === 'accept' ? 'permit' : kind)))].sort();
    };
    for (const packet of boundaryPackets({ text, list: '', v6: false }, seed, PACKETS)) {
      const [from, to] = [INTERFACES[pick(5)] ?? INTERFACES[0], INTERFACES[pick(5)] ?? INTERFACES[0]];
      const context = `${text}\n${JSON.stringify(packet, (_, value) => (typeof value === 'bigint' ? `${value}` : value))} ${from} ${to}`;
      const box = boxOf(packet, from, to);
      const wanted = [...device.first(packet, from, to)].sort();
      expect(verdicts(box, 'first'), context).toEqual(wanted);
      found[wanted.length > 1 ? 'open' : (wanted[0] ?? 'open')]++;
      if (wanted.length > 1 || wanted[0] === 'deny') continue;
      const replies = [...device.reply(packet, from, to)].sort();
      expect(verdicts(answering(box), 'reply'), `reply to ${context}`).toEqual(replies);
      found.replies++;
      if (replies[0] === 'deny' && replies.length === 1) found.repliesDenied++;
    }
  }
  expect(found.permit + found.deny + found.open).toBe(FIREWALLS * PACKETS);
  // Every outcome is among them.
  expect(Math.min(...Object.values(found))).toBeGreaterThan(100);
});
