// Proposals that add an element to a set of concatenations: `ip saddr . ip daddr . udp dport @allowed`.
import { shortPrefixes } from '../../../model/ip.js';
import { ALL_PORTS, type PortSet, portTexts } from '../../../model/ports.js';
import type { NftDocument } from '../program/ruleset.js';
import type { Expression } from '../syntax/tree.js';
import { type Proposal, proposal, writtenMatches } from './extend-rule.js';
import type { FileTexts } from './file-texts.js';
import { type Flow, protocolName } from './flow.js';
import { accepts, type InsertionPoint } from './insertion-point.js';
import { elementsOf, takes } from './written-set.js';

/** How many elements one proposal adds. */
const ELEMENT_LIMIT = 60;

/** Adds a flow to the set of the nearest rule that accepts by just the properties that the flow has. */
export function extendConcatenation(
  flow: Flow,
  { before, chain: { table } }: InsertionPoint,
  texts: FileTexts,
  document: NftDocument,
): Proposal | undefined {
  for (const rule of [...before].reverse()) {
    if (!accepts(rule, table)) continue;
    for (const { left, operator, right } of writtenMatches(rule)) {
      if (left.kind !== 'concatenation' || operator === '!=') continue;
      const elements = elementTexts(left.parts, flow);
      const written = elements && elementsOf(right, rule, table, document);
      if (!written || !takes(written.set, elements, document)) continue;
      return proposal(written, elements, texts);
    }
  }
  return undefined;
}

/** The elements for a flow; `undefined` where a part cannot be given. */
function elementTexts(parts: readonly Expression[], flow: Flow): readonly string[] | undefined {
  let elements: readonly string[] = [''];
  for (const part of parts) {
    const values = part.kind === 'field' ? valuesOf(part.field, flow) : undefined;
    if (!values || elements.length * values.length > ELEMENT_LIMIT) return undefined;
    elements = elements.flatMap((before) => values.map((value) => (before === '' ? value : `${before} . ${value}`)));
  }
  return elements;
}

function valuesOf(field: string, flow: Flow): readonly string[] | undefined {
  const header = flow.family === 4 ? 'ip' : 'ip6';
  const name = protocolName(flow);
  if (!name) return undefined;
  switch (field) {
    case `${header} saddr`:
      return flow.source && shortPrefixes(flow.source);
    case `${header} daddr`:
      return shortPrefixes(flow.destination);
    case `${name} sport`:
    case 'th sport':
      return portValues(flow.sourcePorts);
    case `${name} dport`:
    case 'th dport':
      return portValues(flow.ports);
    case 'meta l4proto':
    case 'ip protocol':
      return [name];
    default:
      return undefined;
  }
}

function portValues(ports: PortSet): readonly string[] | undefined {
  return ports.equals(ALL_PORTS) ? undefined : portTexts(ports);
}
