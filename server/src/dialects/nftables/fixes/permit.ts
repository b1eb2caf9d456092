import type { QuotedLine } from '../../../model/evidence.js';
import { IpSet } from '../../../model/ip.js';
import { ALL_PROTOCOLS, type PacketBox, type PacketSet } from '../../../model/packets.js';
import { ALL_PORTS, type PortSet } from '../../../model/ports.js';
import { type FileEdit, lineEndOf } from '../../../text/edit.js';
import type { Candidate, Change, Document, FilterChange, Sources } from '../../dialect.js';
import { rulesetOf } from '../document.js';
import type { Chain, NamedSet, RuleEntry, Ruleset, Table } from '../program/ruleset.js';
import type { NftTree } from '../syntax/parse.js';
import type { Block, Expression, Item, MatchStatement, SetExpression } from '../syntax/tree.js';
import { PROTOCOLS } from '../vocabulary/services-and-protocols.js';

/** Packets of one family and service: what one rule permits. */
interface Flow {
  readonly family: 4 | 6;
  readonly protocols: PacketBox['protocols'];
  readonly ports: PortSet;
  readonly destination: IpSet;
  /** `undefined` where the source need not be told. */
  readonly source: IpSet | undefined;
}

/** A place in a chain for a rule that comes in front of what denies. */
interface Gap {
  readonly chain: Chain;
  /** The rules in front of the gap. */
  readonly before: readonly RuleEntry[];
  /** What denies; the policy of the chain where no rule does. */
  readonly denying: RuleEntry | undefined;
}

export function emit(document: Document<NftTree>, change: Change, sources: Sources): readonly Candidate[] {
  const ruleset = rulesetOf(document);
  if (change.goal !== 'permit-packets' || !ruleset) return [];
  const flows = flowsOf(change);
  const texts = new Texts(document, sources);
  const inserted = (flow: Flow, gap: Gap) => insertRule(flow, gap, texts, true);
  const proposals = [
    (flow: Flow, gap: Gap) =>
      extendAddresses(flow, gap, texts, document.tree) ??
      extendPorts(flow, gap, texts, document.tree) ??
      inserted(flow, gap),
    inserted,
    (flow: Flow, gap: Gap) => insertRule(flow, gap, texts, false),
  ];
  const candidates: Candidate[] = [];
  for (const propose of proposals) {
    const made = flows.map((flow) => {
      const gap = gapFor(ruleset, change, flow.family);
      return gap && propose(flow, gap);
    });
    const proposed = made.filter((proposal) => proposal !== undefined);
    const [first] = proposed;
    if (!first || proposed.length < flows.length) continue;
    const edits = proposed.flatMap((proposal) => proposal.edits);
    if (candidates.some((known) => sameEdits(known.edits, edits))) continue;
    candidates.push({
      title: proposed.length > 1 ? `${first.title}, and ${proposed.length - 1} more` : first.title,
      edits,
    });
  }
  return candidates;
}

function sameEdits(a: readonly FileEdit[], b: readonly FileEdit[]): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** What is missing as one flow for each family and service. */
function flowsOf({ missing, allowed }: FilterChange): Flow[] {
  const flows = new Map<string, Flow>();
  for (const box of missing.boxes) {
    for (const family of [4, 6] as const) {
      const destination = box.destination.ofFamily(family);
      const boxSource = box.source.ofFamily(family);
      if (destination.isEmpty || boxSource.isEmpty) continue;
      const source = needsSource(allowed, family) ? boxSource : undefined;
      const key = [family, box.protocols.intervals, box.destinationPorts.intervals, source?.toPrefixes()].join('|');
      const known = flows.get(key);
      flows.set(key, {
        family,
        protocols: box.protocols,
        ports: box.destinationPorts,
        destination: known ? known.destination.union(destination) : destination,
        source,
      });
    }
  }
  return [...flows.values()];
}

/** Whether a rule has to name the sources so that it does not open more than is allowed. */
function needsSource(allowed: PacketSet, family: 4 | 6): boolean {
  const all = IpSet.all.ofFamily(family);
  return allowed.boxes.some(({ source }) => {
    const own = source.ofFamily(family);
    return !own.isEmpty && !own.containsAll(all);
  });
}

/** Where the statements that deny packets of a family stand. */
function gapFor(ruleset: Ruleset, { decidedBy, point }: FilterChange, family: 4 | 6): Gap | undefined {
  const tables = [...ruleset.tables.values()].filter((table) => {
    return table.family === 'inet' || table.family === (family === 4 ? 'ip' : 'ip6');
  });
  for (const statement of decidedBy) {
    for (const table of tables) {
      for (const chain of table.chains.values()) {
        const rules = rulesOf(chain);
        if (chain.policyStatement && sameStatement(chain.policyStatement, statement)) {
          return { chain, before: rules, denying: undefined };
        }
        const index = rules.findIndex((entry) => sameStatement(entry.statement, statement));
        if (index < 0) continue;
        const gap: Gap = { chain, before: rules.slice(0, index), denying: rules[index] };
        return wherePermitsStand(gap, table, point);
      }
    }
  }
  return endOf(tables, point);
}

function rulesOf(chain: Chain): RuleEntry[] {
  return chain.rules.filter((entry): entry is RuleEntry => 'body' in entry);
}

/**
 * A chain that accepts nothing, which others share to log and to drop, is no place for a permit: that belongs in front of
 * the jump there.
 */
function wherePermitsStand(gap: Gap, table: Table, hook: string): Gap {
  let at = gap;
  const seen = new Set<Chain>();
  while (!at.chain.base && !rulesOf(at.chain).some(accepts) && !seen.has(at.chain)) {
    seen.add(at.chain);
    const callers = [...table.chains.values()].flatMap((chain) => {
      const rules = rulesOf(chain);
      const index = rules.findIndex((entry) => leadsTo(entry, at.chain.name));
      return index < 0 ? [] : [{ chain, before: rules.slice(0, index), denying: rules[index] }];
    });
    const caller = callers.find(({ chain }) => chain.base?.hook === hook) ?? callers.find(({ chain }) => !chain.base);
    if (!caller) return gap;
    at = caller;
  }
  return at;
}

function leadsTo({ body }: RuleEntry, chain: string): boolean {
  return body.statements.some((statement) => {
    return statement.kind === 'verdict' && statement.chain?.kind === 'word' && statement.chain.text === chain;
  });
}

/** Behind the rules that accept in the chain of a hook, where what denies in one family was told for both. */
function endOf(tables: readonly Table[], hook: string): Gap | undefined {
  for (const table of tables) {
    for (const chain of table.chains.values()) {
      if (chain.base?.hook !== hook || chain.base.type !== 'filter') continue;
      const rules = rulesOf(chain);
      const last = rules.map(accepts).lastIndexOf(true);
      return { chain, before: rules.slice(0, last + 1), denying: rules[last + 1] };
    }
  }
  return undefined;
}

function sameStatement(a: QuotedLine, b: QuotedLine): boolean {
  return a.uri === b.uri && a.range.start === b.range.start;
}

interface Proposal {
  readonly title: string;
  readonly edits: readonly FileEdit[];
}

/** The texts of the files that edits go to. */
export class Texts {
  constructor(
    private readonly document: Document,
    private readonly sources: Sources,
  ) {}

  of(uri: string): string {
    if (uri === this.document.source.uri) return this.document.source.text;
    const source = this.sources.read(uri);
    return typeof source === 'string' ? '' : source.text;
  }
}

/** A rule that accepts, with the comparison of the flow's destination and that of its ports, where it has them. */
interface Pattern {
  readonly entry: RuleEntry;
  readonly destination: MatchStatement | undefined;
  readonly ports: MatchStatement | undefined;
}

/** Rules in front of the gap that accept packets of the flow's family and protocol, the nearest first. */
function patternsOf(flow: Flow, gap: Gap): Pattern[] {
  const protocol = protocolName(flow);
  const address = flow.family === 4 ? 'ip daddr' : 'ip6 daddr';
  return [...gap.before].reverse().flatMap((entry) => {
    if (!accepts(entry)) return [];
    const matches = originalMatches(entry);
    const destination = matches.find(({ left }) => left.kind === 'field' && left.field === address);
    const ports = matches.find(({ left }) => left.kind === 'field' && left.field === `${protocol} dport`);
    return destination || ports ? [{ entry, destination, ports }] : [];
  });
}

function accepts({ body }: RuleEntry): boolean {
  return body.statements.some((statement) => statement.kind === 'verdict' && statement.verdict === 'accept');
}

/** Whether a rule accepts, or leads to a chain that may. */
function letsPass({ body }: RuleEntry): boolean {
  return body.statements.some((statement) => {
    return statement.kind === 'verdict' && ['accept', 'jump', 'goto'].includes(statement.verdict);
  });
}

const DECIDING: ReadonlySet<string> = new Set([
  'verdict',
  'verdict-map',
  'anonymous-chain',
  'translate',
  'hand-over',
  'reject',
]);

function decides({ body }: RuleEntry): boolean {
  return body.statements.some(({ kind }) => DECIDING.has(kind));
}

/** The comparisons as the file writes them, variables included. */
function originalMatches({ node }: RuleEntry): MatchStatement[] {
  if (node.content.kind !== 'rule') return [];
  return node.content.body.statements.filter((statement) => statement.kind === 'match');
}

/** Adds the addresses to the set of a rule that already permits the same service. */
function extendAddresses(flow: Flow, gap: Gap, texts: Texts, tree: NftTree): Proposal | undefined {
  for (const { entry, destination, ports } of patternsOf(flow, gap)) {
    if (!destination || !ports || destination.operator === '!=' || !samePorts(ports.right, entry, flow.ports)) continue;
    const place = elementsOf(destination.right, entry, gap.chain.table, tree);
    const prefixes = shortPrefixes(flow.destination);
    if (!place || (place.set && !takesPrefixes(place.set, prefixes))) continue;
    return {
      title: `Add ${summary(prefixes)} to ${place.name}`,
      edits: [append(place, prefixes, texts.of(place.uri))],
    };
  }
  return undefined;
}

/** Adds the ports to a rule that already permits the same addresses. */
function extendPorts(flow: Flow, gap: Gap, texts: Texts, tree: NftTree): Proposal | undefined {
  if (flow.ports.equals(ALL_PORTS)) return undefined;
  for (const { entry, destination, ports } of patternsOf(flow, gap)) {
    if (!destination || !ports || ports.operator === '!=') continue;
    const place = elementsOf(ports.right, entry, gap.chain.table, tree);
    if (!place || !hasAddresses(destination.right, entry, gap.chain.table, tree, flow.destination)) continue;
    const values = portTexts(flow.ports);
    if (place.set && !takesPrefixes(place.set, values)) continue;
    return {
      title: `Add port ${summary(values)} to ${place.name}`,
      edits: [append(place, values, texts.of(place.uri))],
    };
  }
  return undefined;
}

function samePorts(right: Expression, entry: RuleEntry, ports: PortSet): boolean {
  const written = entry.node.text.slice(right.start, right.end).replace(/[{}\s]/g, '');
  return written === portTexts(ports).join(',');
}

function hasAddresses(right: Expression, entry: RuleEntry, table: Table, tree: NftTree, wanted: IpSet): boolean {
  const keys = elementsOf(right, entry, table, tree)?.elements.elements.map(({ key }) => key) ?? [right];
  const written = new Set(keys.map((key) => (key === '*' ? '*' : textOf(key))));
  return shortPrefixes(wanted).every((prefix) => written.has(prefix));
}

function textOf(expression: Expression): string {
  if (expression.kind === 'prefix') return `${textOf(expression.base)}/${expression.length}`;
  return expression.kind === 'word' || expression.kind === 'number' ? expression.text : '';
}

function takesPrefixes(set: NamedSet, texts: readonly string[]): boolean {
  return !set.changes && (set.flags.has('interval') || !texts.some((text) => /[/-]/.test(text)));
}

/** A set in a file: an anonymous one, the elements of a named one, or the value of a variable. */
interface ElementsPlace {
  readonly name: string;
  readonly uri: string;
  /** What the offsets of the elements count from. */
  readonly start: number;
  readonly elements: SetExpression;
  readonly set: NamedSet | undefined;
}

function elementsOf(right: Expression, entry: RuleEntry, table: Table, tree: NftTree): ElementsPlace | undefined {
  switch (right.kind) {
    case 'set':
      return { name: 'the rule', uri: entry.statement.uri, start: entry.start, elements: right, set: undefined };
    case 'set-reference': {
      const set = table.sets.get(right.name);
      const last = set?.elements[set.elements.length - 1];
      if (!set || last?.set.kind !== 'set') return undefined;
      return { name: `the set ${set.name}`, uri: last.uri, start: last.start, elements: last.set, set };
    }
    case 'variable': {
      const item = definitionOf(tree.root, right.name);
      if (item?.node.content.kind !== 'define' || item.node.content.value.kind !== 'set') return undefined;
      const elements = item.node.content.value;
      return { name: `$${right.name}`, uri: entry.statement.uri, start: item.start, elements, set: undefined };
    }
    default:
      return undefined;
  }
}

/** The only definition of a variable in a file. */
function definitionOf(block: Block, name: string): Item | undefined {
  const found: Item[] = [];
  const visit = (items: readonly Item[]) => {
    for (const item of items) {
      const { content } = item.node;
      if (content.kind === 'define' && content.name.text === name) found.push(item);
      if (item.block) visit(item.block.items);
    }
  };
  visit(block.items);
  return found.length === 1 ? found[0] : undefined;
}

/** Puts elements behind the last one, in lines of their own where the set has them so. */
function append({ uri, start, elements }: ElementsPlace, added: readonly string[], text: string): FileEdit {
  const last = elements.elements[elements.elements.length - 1];
  if (!last) {
    const at = start + elements.start + 1;
    return { uri, range: { start: at, end: at }, newText: ` ${added.join(', ')} ` };
  }
  const previous = elements.elements[elements.elements.length - 2];
  const between = previous ? text.slice(start + previous.end, start + last.start) : '';
  const lineBreak = /\r?\n[ \t]*$/.exec(between)?.[0];
  const at = start + last.end;
  return { uri, range: { start: at, end: at }, newText: added.map((value) => `,${lineBreak ?? ' '}${value}`).join('') };
}

/** A rule of its own in front of what denies; with `likeOthers`, between the interfaces that the rules beside it name. */
function insertRule(flow: Flow, gap: Gap, texts: Texts, likeOthers: boolean): Proposal | undefined {
  const anchor = [...gap.before].reverse().find(decides);
  const model = likeOthers
    ? [...gap.before].reverse().find((entry) => letsPass(entry) && interfaceText(entry) !== '')
    : undefined;
  const rule = `${model ? interfaceText(model) : ''}${ruleText(flow)}`;
  const title = `Permit ${serviceText(flow)} in the chain ${gap.chain.name}`;
  // What only logs or counts in front of what denies stays beside it.
  if (anchor) return { title, edits: [behind(anchor.statement, commandOf(anchor, rule), texts)] };
  const { denying, chain } = gap;
  if (denying) return { title, edits: [inFrontOf(denying.statement, commandOf(denying, rule), texts)] };
  const last = gap.before[gap.before.length - 1];
  if (last) return { title, edits: [behind(last.statement, commandOf(last, rule), texts)] };
  return chain.policyStatement ? { title, edits: [behind(chain.policyStatement, rule, texts)] } : undefined;
}

/** A rule in the form of another: inside a block by itself, as a command with `add rule …` in front. */
function commandOf({ node }: RuleEntry, rule: string): string {
  const { content } = node;
  if (content.kind !== 'rule' || !content.target) return rule;
  const { family, table, name } = content.target;
  return `add rule ${family} ${table?.text} ${name?.text} ${rule}`;
}

/** The comparisons of interfaces with which a rule begins. */
function interfaceText(entry: RuleEntry): string {
  const parts: string[] = [];
  for (const { left, start, end } of originalMatches(entry)) {
    if (left.kind !== 'field' || !/^meta [io]if(?:name)?$/.test(left.field)) break;
    parts.push(`${entry.node.text.slice(start, end)} `);
  }
  return parts.join('');
}

function behind({ uri, range }: QuotedLine, rule: string, texts: Texts): FileEdit {
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

function inFrontOf({ uri, range }: QuotedLine, rule: string, texts: Texts): FileEdit {
  const text = texts.of(uri);
  const alone = /^[ \t]*$/.test(text.slice(text.lastIndexOf('\n', range.start - 1) + 1, range.start));
  const separator = alone ? `${lineEndOf(text)}${indentAt(text, range.start)}` : '; ';
  return { uri, range: { start: range.start, end: range.start }, newText: `${rule}${separator}` };
}

/** The white space with which the line of an offset begins. */
export function indentAt(text: string, offset: number): string {
  return /^[ \t]*/.exec(text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset))?.[0] ?? '';
}

function ruleText(flow: Flow): string {
  const header = flow.family === 4 ? 'ip' : 'ip6';
  const parts: string[] = [];
  const all = IpSet.all.ofFamily(flow.family);
  if (flow.source) parts.push(`${header} saddr ${anyOf(shortPrefixes(flow.source))}`);
  if (!flow.destination.containsAll(all)) parts.push(`${header} daddr ${anyOf(shortPrefixes(flow.destination))}`);
  else if (!flow.source) parts.push(`meta nfproto ipv${flow.family}`);
  const name = protocolName(flow);
  const anyPort = flow.ports.equals(ALL_PORTS);
  if (name && !anyPort) parts.push(`${name} dport ${anyOf(portTexts(flow.ports))}`);
  else if (!flow.protocols.equals(ALL_PROTOCOLS)) {
    parts.push(`meta l4proto ${anyOf(portTexts(flow.protocols))}`);
    if (!anyPort) parts.push(`th dport ${anyOf(portTexts(flow.ports))}`);
  }
  return `${parts.join(' ')} accept`;
}

/** The header that names the ports of a flow's only protocol. */
function protocolName({ protocols }: Flow): string | undefined {
  const [only, ...more] = protocols.intervals;
  if (!only || more.length > 0 || only[0] !== only[1]) return undefined;
  return ['tcp', 'udp'].find((name) => PROTOCOLS.get(name) === only[0]);
}

export function anyOf(values: readonly string[]): string {
  return values.length === 1 ? (values[0] ?? '') : `{ ${values.join(', ')} }`;
}

export function portTexts(ports: PortSet): string[] {
  return ports.intervals.map(([low, high]) => (low === high ? String(low) : `${low}-${high}`));
}

/** Prefixes as people write them: single addresses without their length. */
export function shortPrefixes(addresses: IpSet): string[] {
  return addresses.toPrefixes().map((prefix) => prefix.replace(/\/(?:32$|128$)/, ''));
}

function serviceText(flow: Flow): string {
  const name = protocolName(flow)?.toUpperCase() ?? 'traffic';
  const ports = flow.ports.equals(ALL_PORTS) ? '' : ` ${portTexts(flow.ports).join(', ')}`;
  return `${name}${ports} to ${summary(shortPrefixes(flow.destination))}`;
}

/** How many values a title spells out. */
const TITLE_LIMIT = 3;

function summary(values: readonly string[]): string {
  const shown = values.slice(0, TITLE_LIMIT).join(', ');
  return values.length > TITLE_LIMIT ? `${shown} and ${values.length - TITLE_LIMIT} more` : shown;
}
