import { lineAt } from '../../../kept/line-blocks.js';
import { describePackets } from '../../../model/packet-text.js';
import { ANY_PACKET as ANY, PacketSet } from '../../../model/packets.js';
import type { TextRange } from '../../../text/range.js';
import type { CompletionItem, Completions, Document, Entity, OutlineItem } from '../../dialect.js';
import { programOf } from '../document.js';
import { coresOf } from '../meaning/entry-rules.js';
import { type Placed, referencesOf } from '../program/blocks.js';
import type { AccessList } from '../program/lists.js';
import { type Program, placeOf } from '../program/program.js';
import { portOf } from '../syntax/ace.js';
import { type CiscoTree, isIndented, type Token, words } from '../syntax/parse.js';
import { prefixSet, quad } from '../syntax/words.js';
import { DOCS } from '../vocabulary/docs.js';
import { PROTOCOLS, portNames } from '../vocabulary/protocols-and-ports.js';

export function outline(document: Document<CiscoTree>): readonly OutlineItem[] {
  const program = programOf(document);
  const items: OutlineItem[] = [];
  const add = (name: string, detail: string, kind: OutlineItem['kind'], placed: Placed, end?: Placed) => {
    const nameRange = placeOf(program.uri, placed).range;
    const last = end ? placeOf(program.uri, end).range.end : nameRange.end;
    items.push({
      name,
      detail,
      kind,
      range: { start: nameRange.start, end: Math.max(last, nameRange.end) },
      nameRange,
      children: [],
    });
  };
  for (const list of program.lists.values()) {
    const count = list.size;
    add(list.name, `${count} ${count === 1 ? 'entry' : 'entries'}`, 'list', list.header, lastOf(list));
  }
  for (const [name, header] of program.groups) {
    add(name, program.definitions.definition(name)?.group ?? 'group', 'variable', header);
  }
  for (const { name, header, bindings } of program.interfaces) {
    add(name, bindings.map(({ list, direction }) => `${list} ${direction}`).join(', '), 'port', header);
  }
  return items.sort((a, b) => a.range.start - b.range.start);
}

function lastOf({ header, entries }: AccessList): Placed {
  return entries.reduce<Placed>(
    (last, entry) => (entry.base + entry.item.offset > last.base + last.item.offset ? entry : last),
    header,
  );
}

/** What stands at an offset. */
export function entityAt(document: Document<CiscoTree>, offset: number): Entity | undefined {
  const found = lineAt(document.tree.lines, offset);
  if (!found) return undefined;
  const { line, start } = found;
  const tokens = words(line.raw);
  const index = tokens.findIndex((token) => start + token.start <= offset && offset <= start + token.end);
  const token = tokens[index];
  if (!token) return undefined;
  const range: TextRange = { start: start + token.start, end: start + token.end };
  const program = programOf(document);
  const named = nameMarkdown(program, token, offset);
  if (named !== undefined) return { kind: 'name', range, markdown: named };
  const keyword = token.text.toLowerCase();
  if (keyword === 'permit' || keyword === 'deny') {
    const markdown = entryMarkdown(program, start);
    if (markdown !== undefined) return { kind: 'keyword', range, markdown };
  }
  const docs = Object.hasOwn(DOCS, keyword) ? DOCS[keyword] : undefined;
  if (docs)
    return { kind: 'keyword', range, markdown: `**${keyword}**\n\n${docs.summary}\n\n[Cisco's manual](${docs.url})` };
  return addressOrPort(tokens, index, range);
}

function addressOrPort(tokens: readonly Token[], index: number, range: TextRange): Entity | undefined {
  const token = tokens[index];
  if (!token) return undefined;
  const before = tokens[index - 1]?.text.toLowerCase() ?? '';
  const set = prefixSet(token.text);
  if (set) {
    const mask = quad(tokens[index + 1]?.text ?? '');
    const inverse = mask === undefined ? 0 : ~mask >>> 0;
    // A wildcard or a netmask, whichever way round its ones stand.
    const free = mask === undefined ? 0 : Math.log2((mask >>> 31 ? inverse : mask) + 1);
    const length = token.text.includes('/') || !Number.isInteger(free) ? '' : set.v4.isEmpty ? '/128' : `/${32 - free}`;
    return { kind: 'address', range, prefix: `${token.text}${length}` };
  }
  if (!/^(?:eq|neq|lt|gt|range)$/.test(before) && portOf(before, 'either') === undefined) return undefined;
  const port = portOf(token.text, 'either');
  return port === undefined ? undefined : { kind: 'port', range, port };
}

/** How many members a hover lists. */
const MEMBER_LIMIT = 12;

function nameMarkdown(program: Program, token: Token, offset: number): string | undefined {
  const placed = placedAt(program, offset);
  if (!placed) return undefined;
  const { statement } = placed.item;
  const same = (other: Token | undefined) => other?.start === token.start;
  const isList =
    (statement.kind === 'bind' && same(statement.list)) ||
    (statement.kind === 'open-list' && same(statement.token)) ||
    ((statement.kind === 'ace' || statement.kind === 'remark') && same(statement.list?.token));
  const reference = referencesOf(statement).find((one) => same(one.token));
  if (isList || reference?.kind === 'access-list') return listMarkdown(program, token.text);
  if (reference || (statement.kind === 'open-group' && same(statement.token))) {
    const used = reference ?? { kind: 'object-group', name: token.text, token };
    if (!program.definitions.has(used)) return undefined;
    const { addresses, services, ports, unknown } = program.definitions.resolve(used, 'network');
    const lines = [
      ...addresses.toPrefixes(),
      ...services.map((service) => describePackets(PacketSet.of({ ...ANY, ...service }))),
      ...ports.intervals.map(([low, high]) => (low === high ? `port ${low}` : `ports ${low}–${high}`)),
      ...unknown,
    ];
    const shown = lines.slice(0, MEMBER_LIMIT).map((text) => `- ${text}`);
    if (lines.length > MEMBER_LIMIT) shown.push(`- and ${lines.length - MEMBER_LIMIT} more`);
    return `**${token.text}**\n\n${shown.length > 0 ? shown.join('\n') : 'empty'}`;
  }
  return undefined;
}

function listMarkdown(program: Program, name: string): string | undefined {
  const list = program.lists.get(name);
  if (!list) return undefined;
  const bound = program.interfaces.flatMap((one) =>
    one.bindings.filter((binding) => binding.list === name).map(({ direction }) => `${one.name} ${direction}`),
  );
  if (program.globalBinding?.list === name) bound.push('every interface in');
  const count = list.size;
  const where = bound.length > 0 ? `Applied at ${bound.join(', ')}.` : 'Applied to no interface in this file.';
  const memory =
    list.form === 'asa'
      ? 'The firewall follows connections: answers pass by themselves.'
      : 'The router looks at each packet alone: answers have to be permitted in the opposite direction as well.';
  return `**access list ${name}** – ${count} ${count === 1 ? 'entry' : 'entries'}\n\n${where} ${memory}`;
}

function entryMarkdown(program: Program, start: number): string | undefined {
  const placed = placedAt(program, start);
  if (placed?.item.statement.kind !== 'ace') return undefined;
  const { ace } = placed.item.statement;
  const cores = coresOf(ace, program.definitions);
  if (cores.length === 0) return `**${ace.action}**\n\nMatches no packet that opens or answers a connection.`;
  const what = describePackets(PacketSet.of(...(cores[0]?.match ?? [])));
  const first = cores.some(({ phases }) => phases.includes('first'));
  const only = first ? '' : '\n\nOnly answers: never the first packet of a connection.';
  const conditions = [...new Set(cores.flatMap(({ opaque }) => opaque.map(({ text }) => text)))];
  const open = conditions.length > 0 ? `\n\nDepends on ${conditions.join(', ')}.` : '';
  return `**${ace.action}** ${what}${only}${open}`;
}

function placedAt(program: Program, offset: number): Placed | undefined {
  let low = 0;
  let high = program.blocks.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((program.blocks[middle]?.base ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  const block = program.blocks[low];
  const item = block?.summary.items.find(
    ({ offset: at, line }) => block.base + at <= offset && offset <= block.base + at + line.raw.length,
  );
  return block && item && { item, base: block.base };
}

const ACE_WORDS = [
  'any',
  'host',
  'object-group',
  'eq',
  'neq',
  'lt',
  'gt',
  'range',
  'established',
  'log',
  'fragments',
  'time-range',
];
const TOP_WORDS = [
  'access-list',
  'ip access-list extended',
  'ip access-list standard',
  'ipv6 access-list',
  'object-group network',
  'object-group service',
  'interface',
  'access-group',
];

export function completionsAt(document: Document<CiscoTree>, offset: number): Completions | undefined {
  const found = lineAt(document.tree.lines, offset);
  const raw = found?.line.raw ?? '';
  const start = found?.start ?? offset;
  const before = raw.slice(0, Math.max(0, offset - start));
  const typed = /\S*$/.exec(before)?.[0] ?? '';
  const range = { start: offset - typed.length, end: offset };
  const previous = words(before.slice(0, before.length - typed.length)).map(({ text }) => text.toLowerCase());
  const program = programOf(document);
  const last = previous[previous.length - 1];
  if (last === 'object-group' && previous.length > 1) return names(range, program.groups.keys(), 'object group');
  if (last === 'object' || last === 'addrgroup' || last === 'group-object')
    return names(range, program.groups.keys(), 'group');
  if (last === 'access-group' || last === 'access-class' || last === 'traffic-filter') {
    return names(range, program.lists.keys(), 'access list');
  }
  if (last === 'eq' || last === 'neq' || last === 'lt' || last === 'gt' || last === 'range') {
    return { range, items: portNames().map((name) => item(name, 'value', 'port')) };
  }
  if (last === 'permit' || last === 'deny') {
    return { range, items: [...PROTOCOLS.keys(), 'icmp'].map((name) => item(name, 'keyword', 'protocol')) };
  }
  if (previous.includes('permit') || previous.includes('deny')) {
    return { range, items: ACE_WORDS.map((name) => item(name, 'keyword', 'entry')) };
  }
  if (isIndented(raw) || /^\d*$/.test(last ?? 'x')) {
    return { range, items: ['permit', 'deny', 'remark'].map((name) => item(name, 'keyword', 'entry')) };
  }
  if (previous.length > 0) return undefined;
  return { range, items: TOP_WORDS.map((name) => item(name, 'keyword', 'statement')) };
}

function names(range: TextRange, all: Iterable<string>, detail: string): Completions {
  return { range, items: [...all].map((name) => item(name, 'name', detail)) };
}

function item(label: string, kind: CompletionItem['kind'], detail: string): CompletionItem {
  const docs = Object.hasOwn(DOCS, label) ? DOCS[label] : undefined;
  return { label, kind, detail, insertText: label, ...(docs ? { documentation: docs.summary } : {}) };
}

/** Header lines with what is indented under them. */
export function foldingRanges(document: Document<CiscoTree>): readonly TextRange[] {
  const ranges: TextRange[] = [];
  let header: number | undefined;
  let end = 0;
  const { blocks, starts } = document.tree.lines;
  const close = () => {
    if (header !== undefined && end > header) ranges.push({ start: header, end });
    header = undefined;
  };
  blocks.forEach((block, i) => {
    block.lines.forEach(({ raw }, at) => {
      const start = (starts[i] ?? 0) + (block.starts[at] ?? 0);
      const content = raw.trim();
      if (content === '' || content.startsWith('!')) return;
      if (isIndented(raw)) {
        if (header !== undefined) end = start + raw.trimEnd().length;
        return;
      }
      close();
      header = start;
      end = start;
    });
  });
  close();
  return ranges;
}
