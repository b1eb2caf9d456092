// What is at an offset of a configuration, for hover.
import { lineAt } from '../../../kept/line-blocks.js';
import { describePackets } from '../../../model/packet-text.js';
import { ANY_PACKET, PacketSet } from '../../../model/packets.js';
import type { TextRange } from '../../../text/range.js';
import type { Entity } from '../../dialect.js';
import { matchesOf } from '../meaning/entry-rules.js';
import { type PlacedLine, referencesOf } from '../program/blocks.js';
import type { CiscoDocument, Program } from '../program/program.js';
import { prefixSet, quad } from '../syntax/addresses.js';
import { portOf } from '../syntax/services.js';
import { tokensOf } from '../syntax/tokens.js';
import type { NameReference, Token } from '../syntax/tree.js';
import { PORT_COMPARISONS } from '../vocabulary/commands.js';
import { DOCS } from '../vocabulary/docs.js';
import { entryCount } from './outline.js';
import { zoneMarkdown, zoneNameAt } from './zone-hover.js';

export function entityAt({ tree, program }: CiscoDocument, offset: number): Entity | undefined {
  const found = lineAt(tree.lines, offset);
  if (!found) return undefined;
  const { line, start } = found;
  const tokens = tokensOf(line.raw);
  const index = tokens.findIndex((token) => start + token.start <= offset && offset <= start + token.end);
  const token = tokens[index];
  if (!token) return undefined;
  const range: TextRange = { start: start + token.start, end: start + token.end };
  const named = nameMarkdown(program, token, offset);
  if (named !== undefined) return { kind: 'name', range, markdown: named };
  const keyword = token.text.toLowerCase();
  const markdown = keyword === 'permit' || keyword === 'deny' ? entryMarkdown(program, start) : undefined;
  if (markdown !== undefined) return { kind: 'keyword', range, markdown };
  const docs = DOCS.get(keyword);
  if (docs) {
    return { kind: 'keyword', range, markdown: `**${keyword}**\n\n${docs.summary}\n\n[Cisco's manual](${docs.url})` };
  }
  return addressOrPort(token, range, tokens[index - 1], tokens[index + 1]);
}

function addressOrPort(token: Token, range: TextRange, before: Token | undefined, after: Token | undefined) {
  const set = prefixSet(token.text);
  const previous = before?.text.toLowerCase() ?? '';
  if (set) {
    const mask = quad(after?.text ?? '');
    const inverse = mask === undefined ? 0 : ~mask >>> 0;
    // A wildcard (ones at the end) or a netmask (ones at the start).
    const free = mask === undefined ? 0 : Math.log2((mask >>> 31 ? inverse : mask) + 1);
    const length = token.text.includes('/') || !Number.isInteger(free) ? '' : set.v4.isEmpty ? '/128' : `/${32 - free}`;
    return { kind: 'address', range, prefix: `${token.text}${length}` } as const;
  }
  if (!PORT_COMPARISONS.beginning(previous) && portOf(previous, 'either') === undefined) return undefined;
  const port = portOf(token.text, 'either');
  return port === undefined ? undefined : ({ kind: 'port', range, port } as const);
}

function nameMarkdown(program: Program, token: Token, offset: number): string | undefined {
  const placed = lineAtOffset(program, offset);
  if (!placed) return undefined;
  const { statement } = placed.own;
  const isHere = (other: Token | undefined) => other?.start === token.start;
  const isList =
    (statement.kind === 'bind' && isHere(statement.list)) ||
    (statement.kind === 'open-list' && isHere(statement.token)) ||
    ((statement.kind === 'entry' || statement.kind === 'remark') && isHere(statement.list?.token));
  const reference = referencesOf(statement).find((one) => isHere(one.token));
  if (isList || reference?.kind === 'access-list') return listMarkdown(program, token.text);
  const zoneName = zoneNameAt(statement, token, reference);
  if (zoneName) return zoneMarkdown(program, zoneName);
  if (reference) return groupMarkdown(program, reference);
  const isGroup = statement.kind === 'open-group' && isHere(statement.token);
  return isGroup ? groupMarkdown(program, { kind: 'object-group', name: token.text, token }) : undefined;
}

/** How many members a hover lists. */
const MEMBER_LIMIT = 12;

function groupMarkdown({ definitions }: Program, reference: NameReference): string | undefined {
  if (!definitions.has(reference)) return undefined;
  const { addresses, services, ports, unknown } = definitions.resolve(reference, 'network');
  const members = [
    ...addresses.toPrefixes(),
    ...services.map((service) => describePackets(PacketSet.of({ ...ANY_PACKET, ...service }))),
    ...ports.intervals.map(([low, high]) => (low === high ? `port ${low}` : `ports ${low}-${high}`)),
    ...unknown,
  ];
  const shown = members.slice(0, MEMBER_LIMIT).map((text) => `- ${text}`);
  if (members.length > MEMBER_LIMIT) shown.push(`- and ${members.length - MEMBER_LIMIT} more`);
  return `**${reference.name}**\n\n${shown.length > 0 ? shown.join('\n') : 'empty'}`;
}

function listMarkdown(program: Program, name: string): string | undefined {
  const list = program.lists.get(name);
  if (!list) return undefined;
  const bound = program.interfaces.flatMap((one) =>
    one.bindings.filter((binding) => binding.list === name).map(({ direction }) => `${one.name} ${direction}`),
  );
  if (program.globalBinding?.list === name) bound.push('every interface, inbound');
  const where = bound.length > 0 ? `Applied at ${bound.join(', ')}.` : 'Applied to no interface in this file.';
  const memory =
    list.form === 'asa'
      ? 'The firewall is stateful: replies are permitted automatically.'
      : 'The router filters statelessly: replies have to be permitted in the opposite direction as well.';
  return `**access list ${name}** – ${entryCount(list)}\n\n${where} ${memory}`;
}

function entryMarkdown(program: Program, start: number): string | undefined {
  const line = lineAtOffset(program, start)?.own;
  if (line?.statement.kind !== 'entry') return undefined;
  const { entry } = line.statement;
  const action = entry.action === 'unknown' ? 'permit or deny' : entry.action;
  const matches = matchesOf(entry, program.definitions);
  if (matches.length === 0) return `**${action}**\n\nMatches no packet that opens a connection or replies to one.`;
  const what = describePackets(PacketSet.from(matches[0]?.match ?? []));
  const isFirst = matches.some(({ phases }) => phases.includes('first'));
  const only = isFirst ? '' : '\n\nOnly replies: never the first packet of a connection.';
  const conditions = [...new Set(matches.flatMap(({ opaque }) => opaque.map(({ text }) => text)))];
  const depends = conditions.length > 0 ? `\n\nDepends on ${conditions.join(', ')}.` : '';
  return `**${action}** ${what}${only}${depends}`;
}

/** The statement line at an offset. */
function lineAtOffset({ blocks }: Program, offset: number): PlacedLine | undefined {
  let low = 0;
  let high = blocks.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((blocks[middle]?.base ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  const block = blocks[low];
  const own = block?.content.lines.find(({ offset: at, raw }) => {
    const start = block.base + at;
    return start <= offset && offset <= start + raw.length;
  });
  return block && own && { own, base: block.base };
}
