// Proposals that add addresses or ports to the set or variable of a rule that already permits others.
import { type IpSet, shortPrefixes } from '../../../model/ip.js';
import { ALL_PORTS, type PortSet, portTexts } from '../../../model/ports.js';
import type { FileEdit } from '../../../text/edit.js';
import { ownStatements } from '../program/rule-statements.js';
import type { NftDocument, RuleEntry } from '../program/ruleset.js';
import type { Expression, MatchStatement } from '../syntax/tree.js';
import type { FileTexts } from './file-texts.js';
import { type Flow, protocolName } from './flow.js';
import { accepts, type InsertionPoint } from './insertion-point.js';
import { elementsOf, takes, type WrittenSet, withElements } from './written-set.js';

/** Edits for one flow. */
export interface Proposal {
  readonly place: string;
  readonly edits: readonly FileEdit[];
}

/** Adds the addresses to the set of a rule that already permits the same service. */
export function extendAddresses(flow: Flow, at: InsertionPoint, texts: FileTexts, document: NftDocument) {
  const prefixes = shortPrefixes(flow.destination);
  for (const { rule, destination, ports, sourcePorts } of similarRules(flow, at)) {
    if (!destination || !ports || destination.operator === '!=') continue;
    if (!hasPorts(ports, rule, flow.ports) || !hasPorts(sourcePorts, rule, flow.sourcePorts)) continue;
    const written = elementsOf(destination.right, rule, at.chain.table, document);
    if (!written || !takes(written.set, prefixes, document)) continue;
    return proposal(written, prefixes, texts);
  }
  return undefined;
}

/** Adds the ports of one end to a rule that already permits the same addresses, and those of the other end. */
export function extendPorts(flow: Flow, at: InsertionPoint, texts: FileTexts, document: NftDocument) {
  const { table } = at.chain;
  for (const { rule, destination, ports, sourcePorts } of similarRules(flow, at)) {
    if (!destination) continue;
    const addresses = elementsOf(destination.right, rule, table, document)?.elements ?? destination.right;
    if (!hasAddresses(addresses, flow.destination)) continue;
    const ends = [
      { own: ports, added: flow.ports, fits: hasPorts(sourcePorts, rule, flow.sourcePorts) },
      { own: sourcePorts, added: flow.sourcePorts, fits: hasPorts(ports, rule, flow.ports) },
    ];
    for (const { own, added, fits } of ends) {
      if (!fits || !own || own.operator === '!=' || added.equals(ALL_PORTS)) continue;
      const written = elementsOf(own.right, rule, table, document);
      const values = portTexts(added);
      if (!written || !takes(written.set, values, document)) continue;
      return proposal(written, values, texts);
    }
  }
  return undefined;
}

export function proposal(written: WrittenSet, values: readonly string[], texts: FileTexts): Proposal {
  return { place: `in ${written.name}`, edits: withElements(written, values, texts.of(written.uri)) };
}

/** A rule that accepts, with the comparisons of the flow's destination and of the ports of both ends, where it has them. */
interface SimilarRule {
  readonly rule: RuleEntry;
  readonly destination: MatchStatement | undefined;
  readonly ports: MatchStatement | undefined;
  readonly sourcePorts: MatchStatement | undefined;
}

/** Rules before a position that accept packets of the flow's family and protocol, the nearest first. */
function similarRules(flow: Flow, { before, chain }: InsertionPoint): SimilarRule[] {
  const address = flow.family === 4 ? 'ip daddr' : 'ip6 daddr';
  const name = protocolName(flow);
  return [...before].reverse().flatMap((rule) => {
    if (!accepts(rule, chain.table)) return [];
    const matches = writtenMatches(rule);
    const of = (field: string) => matches.find(({ left }) => left.kind === 'field' && left.field === field);
    const [destination, ports, sourcePorts] = [of(address), of(`${name} dport`), of(`${name} sport`)];
    return destination || ports ? [{ rule, destination, ports, sourcePorts }] : [];
  });
}

/** The comparisons of a rule as written in the file, without substitution of variables. */
export function writtenMatches({ node: { content } }: RuleEntry): MatchStatement[] {
  return content.kind === 'rule' ? ownStatements(content.body).filter((statement) => statement.kind === 'match') : [];
}

/** Whether a rule compares with just these ports; no comparison is for all. */
export function hasPorts(match: MatchStatement | undefined, rule: RuleEntry, ports: PortSet): boolean {
  if (!match) return ports.equals(ALL_PORTS);
  const written = rule.node.text.slice(match.right.start, match.right.end).replace(/[{}\s]/g, '');
  return match.operator !== '!=' && written === portTexts(ports).join(',');
}

function hasAddresses(written: Expression, wanted: IpSet): boolean {
  const keys = written.kind === 'set' ? written.elements.map(({ key }) => key) : [written];
  const texts = new Set(keys.map((key) => (key === '*' ? '*' : addressText(key))));
  return shortPrefixes(wanted).every((prefix) => texts.has(prefix));
}

function addressText(expression: Expression): string {
  if (expression.kind === 'prefix') return `${addressText(expression.base)}/${expression.length}`;
  return expression.kind === 'word' || expression.kind === 'number' ? expression.text : '';
}
