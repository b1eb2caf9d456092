// What the tests of Sample filters share.
import type { Sources } from '../../../server/src/dialects/dialect.js';
import { decidePackets } from '../../../server/src/model/filter-walk.js';
import { IntervalSet } from '../../../server/src/model/intervals.js';
import { IpSet } from '../../../server/src/model/ip.js';
import { ANY_PACKET, PacketSet, TCP } from '../../../server/src/model/packets.js';
import { sampleDialect } from '../dialect/index.js';
import type { SampleDocument } from '../dialect/program/program.js';

const NO_SOURCES: Sources = { read: () => 'missing', list: () => [], roots: [] };

export function read(text: string, previous?: SampleDocument): SampleDocument {
  const source = { uri: 'file:///test.sample', text };
  return sampleDialect.lower(source, sampleDialect.parse(source, previous?.tree), NO_SOURCES);
}

export function tcp(from: string, to: string, port: number): PacketSet {
  return PacketSet.of({
    ...ANY_PACKET,
    source: IpSet.parse(from),
    destination: IpSet.parse(to),
    protocols: IntervalSet.of([TCP, TCP]),
    destinationPorts: IntervalSet.of([port, port]),
  });
}

/** The outcomes of packets, each with the line that decides. */
export function verdicts(text: string, packets: PacketSet): string[] {
  const { model } = read(text);
  const point = model.kind === 'filter' ? model.points[0] : undefined;
  if (model.kind !== 'filter' || !point) throw new Error('not a filter');
  return decidePackets(model, point, packets, 'first').map(
    ({ outcome, decidedBy }) => `${outcome.kind}: ${decidedBy?.text ?? 'default'}`,
  );
}
