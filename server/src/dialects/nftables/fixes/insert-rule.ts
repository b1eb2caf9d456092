// Inserts a new rule before the rule or policy that denies.
import { addAll } from '../../../kept/lists.js';
import type { QuotedLine } from '../../../model/evidence.js';
import { IpSet, parsePrefix, shortPrefixes } from '../../../model/ip.js';
import { ALL_PROTOCOLS } from '../../../model/packets.js';
import { ALL_PORTS, portTexts } from '../../../model/ports.js';
import { type FileEdit, lineEndOf } from '../../../text/edit.js';
import { startOfLine } from '../../../text/lines.js';
import { allBut } from '../../shared/denials.js';
import { ownStatements, verdictsOf } from '../program/rule-statements.js';
import type { RuleEntry, Table } from '../program/ruleset.js';
import { hasPorts, type Proposal, writtenMatches } from './extend-rule.js';
import { type FileTexts, indentAt } from './file-texts.js';
import { type Flow, protocolName } from './flow.js';
import type { InsertionPoint } from './insertion-point.js';
import { anyOf } from './value-texts.js';

/** A rule for a flow; with `likeOthers`, between the interfaces that the neighbouring rules name. */
export function insertRule(
  flow: Flow,
  { before, denying, chain }: InsertionPoint,
  texts: FileTexts,
  likeOthers: boolean,
): Proposal | undefined {
  const nearestFirst = [...before].reverse();
  const models = likeOthers
    ? nearestFirst.filter((rule) => mayAccept(rule, chain.table) && interfaceText(rule) !== '' && isForSuch(rule, flow))
    : [];
  // Who has the service in part already is who needs the rest; the nearest rule may be that of guests.
  const model = models.find((rule) => isForService(rule, flow)) ?? models[0];
  const text = `${model ? interfaceText(model) : ''}${ruleText(flow)}`;
  return inserted(text, { before, denying, chain }, texts);
}

/** A rule that drops a flow, before the rule or policy that lets it pass. */
export function insertDrop(
  flow: Flow,
  { before, denying, chain }: InsertionPoint,
  texts: FileTexts,
): Proposal | undefined {
  return inserted(ruleText(flow, 'drop'), { before, denying, chain }, texts);
}

/** A rule for the packets of connections that are known, at the beginning of the chain that denies replies. */
export function permitReplies({ before, denying, chain }: InsertionPoint, texts: FileTexts): Proposal | undefined {
  const first = { chain, before: [], denying: before[0] ?? denying };
  return inserted('ct state established accept', first, texts);
}

function inserted(text: string, { before, denying, chain }: InsertionPoint, texts: FileTexts): Proposal | undefined {
  const place = `in ${chain.name}`;
  const nearestFirst = [...before].reverse();
  // Rules that only log or count before the denying rule are kept next to it.
  const anchor = nearestFirst.find(decides);
  if (anchor) return { place, edits: [insertedAfter(anchor.statement, commandOf(anchor, text), texts)] };
  if (denying) return { place, edits: [insertedBefore(denying.statement, commandOf(denying, text), texts)] };
  const [last] = nearestFirst;
  if (last) return { place, edits: [insertedAfter(last.statement, commandOf(last, text), texts)] };
  return chain.policyStatement ? { place, edits: [insertedAfter(chain.policyStatement, text, texts)] } : undefined;
}

/** Whether a rule accepts, or leads to a chain that may. */
function mayAccept({ body }: RuleEntry, table: Table): boolean {
  for (const { verdict } of verdictsOf(body, table)) {
    if (verdict === 'accept' || verdict === 'jump' || verdict === 'goto') return true;
  }
  return false;
}

/** Whether a rule may decide about the packets that it matches. */
function decides({ body }: RuleEntry): boolean {
  return ownStatements(body).some(({ kind }) => DECIDING.has(kind));
}

const DECIDING: ReadonlySet<string> = new Set([
  'verdict',
  'verdict-map',
  'anonymous-chain',
  'translate',
  'terminal',
  'reject',
]);

/** A rule in the form of another: plain inside a block, with `add rule …` as a command. */
function commandOf({ node }: RuleEntry, rule: string): string {
  const { content } = node;
  if (content.kind !== 'rule' || !content.target) return rule;
  const { family, table, name } = content.target;
  return `add rule ${family} ${table?.text} ${name?.text} ${rule}`;
}

/** The comparisons of interfaces with which a rule begins. */
function interfaceText(rule: RuleEntry): string {
  const parts: string[] = [];
  for (const { left, start, end } of writtenMatches(rule)) {
    if (left.kind !== 'field' || !/^meta [io]if(?:name)?$/.test(left.field)) break;
    parts.push(`${rule.node.text.slice(start, end)} `);
  }
  return parts.join('');
}

/** Whether a rule names the ports of a flow. */
function isForService(rule: RuleEntry, flow: Flow): boolean {
  const field = `${protocolName(flow)} dport`;
  const ports = writtenMatches(rule).find(({ left }) => left.kind === 'field' && left.field === field);
  return ports !== undefined && hasPorts(ports, rule, flow.ports);
}

/** Whether a rule is for sources that a flow may have, so that the flow takes the same interfaces. */
function isForSuch(rule: RuleEntry, { family, source, isFromAnywhere }: Flow): boolean {
  const field = family === 4 ? 'ip saddr' : 'ip6 saddr';
  const match = writtenMatches(rule).find(({ left }) => left.kind === 'field' && left.field === field);
  if (!source || !match || match.operator === '!=') return !isFromAnywhere;
  const values = rule.node.text.slice(match.right.start, match.right.end).replace(/[{}\s]/g, '');
  const prefixes = values.split(',').map(parsePrefix);
  const known = prefixes.flatMap((prefix) => prefix ?? []);
  if (known.length < prefixes.length) return !isFromAnywhere;
  return IpSet.from(known).overlaps(source);
}

function insertedAfter({ uri, range }: QuotedLine, rule: string, texts: FileTexts): FileEdit {
  const text = texts.of(uri);
  const lineEnd = /[^\r\n]*/y;
  lineEnd.lastIndex = range.end;
  const rest = lineEnd.exec(text)?.[0] ?? '';
  if (/^\s*;?\s*(?:#.*)?$/.test(rest)) {
    const at = range.end + rest.length;
    return { uri, range: { start: at, end: at }, newText: `${lineEndOf(text)}${indentAt(text, range.start)}${rule}` };
  }
  return { uri, range: { start: range.end, end: range.end }, newText: `; ${rule}` };
}

function insertedBefore({ uri, range }: QuotedLine, rule: string, texts: FileTexts): FileEdit {
  const text = texts.of(uri);
  const isAlone = /^[ \t]*$/.test(text.slice(startOfLine(text, range.start), range.start));
  const separator = isAlone ? `${lineEndOf(text)}${indentAt(text, range.start)}` : '; ';
  return { uri, range: { start: range.start, end: range.start }, newText: `${rule}${separator}` };
}

/** The names of protocols with ports, by their numbers. */
const HEADERS: ReadonlyMap<string, string> = new Map([
  ['6', 'tcp'],
  ['17', 'udp'],
]);

function ruleText(flow: Flow, verdict: 'accept' | 'drop' = 'accept'): string {
  const header = flow.family === 4 ? 'ip' : 'ip6';
  const parts: string[] = [];
  const all = IpSet.all.ofFamily(flow.family);
  if (flow.source) parts.push(`${header} saddr ${anyOf(shortPrefixes(flow.source))}`);
  if (!flow.destination.containsAll(all))
    addAll(
      parts,
      destinationTexts(flow).map((text) => `${header} daddr ${text}`),
    );
  else if (!flow.source) parts.push(`meta nfproto ipv${flow.family}`);
  const name = protocolName(flow);
  const ports = [
    ['sport', flow.sourcePorts],
    ['dport', flow.ports],
  ] as const;
  const named = ports.filter(([, set]) => !set.equals(ALL_PORTS));
  const isHeader = name !== undefined && named.length > 0;
  if (!isHeader && !flow.protocols.equals(ALL_PROTOCOLS)) {
    parts.push(`meta l4proto ${anyOf(portTexts(flow.protocols).map((text) => HEADERS.get(text) ?? text))}`);
  }
  if (isHeader || !flow.protocols.equals(ALL_PROTOCOLS)) {
    for (const [field, set] of named) parts.push(`${isHeader ? name : 'th'} ${field} ${anyOf(portTexts(set))}`);
  }
  return `${parts.join(' ')} ${verdict}`;
}

/** Addresses as a set, or as all of a network but some where that is shorter. */
function destinationTexts({ destination, family }: Flow): string[] {
  const { network, except } = allBut(destination, family);
  if (except.prefixCount + 1 >= destination.prefixCount) return [anyOf(shortPrefixes(destination))];
  const within = network.equals(IpSet.all.ofFamily(family)) ? [] : shortPrefixes(network);
  return [...within, `!= ${anyOf(shortPrefixes(except))}`];
}
