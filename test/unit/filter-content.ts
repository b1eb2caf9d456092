// The content of a filter document as data, to compare documents that were read in different ways.
import type { Document } from '../../server/src/dialects/dialect.js';
import type { FilterChain, FilterModel, FilterRule } from '../../server/src/model/filter.js';
import { IntervalSet } from '../../server/src/model/intervals.js';
import { ANY_PACKET, PacketSet } from '../../server/src/model/packets.js';

/** A condition that holds for some networks, the same in every round. */
export const isOdd = (endpoint: object) => JSON.stringify(endpoint).length % 2 === 1;

/** A rule as a line of text, which is compared faster. */
function plain({ statement, match, phases, opaque, action }: FilterRule): string {
  const boxes = match.map((box) => {
    const { source, destination, protocols, sourcePorts, destinationPorts, inInterface, outInterface } = box;
    const sets = [source.v4, source.v6, destination.v4, destination.v6, protocols, sourcePorts, destinationPorts];
    return [...sets.map(({ key }) => key), inInterface.describe(), outInterface.describe()].join(' ');
  });
  const ownText = (_: string, value: unknown) => (typeof value === 'bigint' ? `${value}` : value);
  return JSON.stringify([statement, boxes, phases, opaque, action], ownText);
}

const HTTPS = PacketSet.of({ ...ANY_PACKET, destinationPorts: IntervalSet.of([443, 443]) });

function chainsOf(model: FilterModel): FilterChain[] {
  return [...model.points.flatMap(({ chains }) => chains), ...model.chains.values()];
}

/** All that is known of a document, in a form that can be compared. */
export function contentOf(document: Document) {
  if (document.model.kind !== 'filter') throw new Error('not a filter');
  return {
    problems: document.problems,
    names: document.names,
    endpoints: document.endpoints,
    odd: document.endpointsWhere?.(isOdd),
    rules: chainsOf(document.model).map((chain) => [chain.name, chain.rules.map(plain)]),
    found: chainsOf(document.model).map((chain) => [...(chain.rulesFor?.(HTTPS) ?? [])].map(plain)),
  };
}
