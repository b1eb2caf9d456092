// Filters of a few rules, and the packets that tell all of them apart: what verdicts are compared with packet by packet.
import type { FilterModel, FilterRule } from '../../../server/src/model/filter.js';
import { IntervalSet } from '../../../server/src/model/intervals.js';
import { IpSet } from '../../../server/src/model/ip.js';
import { NameSet } from '../../../server/src/model/names.js';
import { ANY_PACKET, type PacketBox } from '../../../server/src/model/packets.js';

const udp = IntervalSet.of([17, 17] as const);
/** Packets of UDP, restricted further. */
export const box = (more: Partial<PacketBox>): PacketBox => ({ ...ANY_PACKET, protocols: udp, ...more });

/** Boxes that cut the question in every way it can be cut: by destination, port, source and interface. */
export const BOXES: PacketBox[] = [
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

/** A rule at a line of its own. */
export const rule = (match: PacketBox, kind: 'accept' | 'deny', line: number): FilterRule => ({
  statement: { uri: 'file:///f', range: { start: line, end: line + 1 }, text: `rule ${line}` },
  match: [match],
  phases: ['first', 'reply'],
  opaque: [],
  action: { kind },
});

export function modelOf(rules: readonly FilterRule[], policy: 'accept' | 'deny'): FilterModel {
  const chain = { name: 'FORWARD', rules, policy, policyStatement: undefined };
  return {
    kind: 'filter',
    families: [4],
    points: [{ name: 'forward', hook: 'forward', chains: [chain], stateful: true }],
    chains: new Map(),
  };
}

/** One packet for each part that the boxes cut. */
export const SOURCES = ['10.0.0.1', '192.168.0.1', '172.16.0.1'];
export const INTERFACES = ['lan', 'other'];
export const DESTINATIONS = ['198.51.100.1', '203.0.113.1'];
export const PORTS = [3478, 3480];

/** A packet of UDP. */
export interface Sample {
  readonly source: string;
  readonly to: string;
  readonly port: number;
}

/** Whether the first rule that matches a packet, otherwise the policy, lets it pass. */
export function passes(
  rules: readonly FilterRule[],
  policy: string,
  { source, to, port }: Sample,
  inside: string,
): boolean {
  const hit = rules.find(
    ({ match: [match] }) =>
      match?.source.overlaps(IpSet.parse(source)) &&
      match.destination.overlaps(IpSet.parse(to)) &&
      match.destinationPorts.has(port) &&
      match.protocols.has(17) &&
      match.inInterface.has(inside),
  );
  return (hit?.action.kind ?? policy) === 'accept';
}
