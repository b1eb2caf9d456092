// What may be typed at an offset of a configuration.
import { lineAt } from '../../../kept/line-blocks.js';
import type { TextRange } from '../../../text/range.js';
import type { CompletionItem, Completions } from '../../dialect.js';
import type { CiscoDocument, Program } from '../program/program.js';
import { isIndented, tokensOf } from '../syntax/tokens.js';
import type { CommandTable } from '../vocabulary/command-table.js';
import { ACCESS_LIST, ENTRY_ADDRESSES, ENTRY_OPTIONS, PORT_COMPARISONS, TOP_LEVEL } from '../vocabulary/commands.js';
import { DOCS } from '../vocabulary/docs.js';
import { PROTOCOLS, portNames } from '../vocabulary/protocols-and-ports.js';

export function completionsAt({ tree, program }: CiscoDocument, offset: number): Completions | undefined {
  const found = lineAt(tree.lines, offset);
  const raw = found?.line.raw ?? '';
  const start = found?.start ?? offset;
  const before = raw.slice(0, Math.max(0, offset - start));
  const typed = /\S*$/.exec(before)?.[0] ?? '';
  const range: TextRange = { start: offset - typed.length, end: offset };
  const previous = tokensOf(before.slice(0, before.length - typed.length)).map(({ text }) => text.toLowerCase());
  const items = itemsAfter(previous, isIndented(raw), program);
  return items && { range, items };
}

function itemsAfter(previous: readonly string[], indented: boolean, program: Program): CompletionItem[] | undefined {
  const last = previous[previous.length - 1] ?? '';
  switch (last) {
    case 'object-group':
      // Alone, it defines a group.
      if (previous.length > 1) return items(program.groups.keys(), 'name', 'object group');
      break;
    case 'object':
    case 'addrgroup':
    case 'group-object':
      return items(program.groups.keys(), 'name', 'group');
    case 'access-group':
    case 'access-class':
    case 'traffic-filter':
      return items(program.lists.keys(), 'name', 'access list');
    case 'permit':
    case 'deny':
      return items([...PROTOCOLS.keys(), 'icmp'], 'keyword', 'protocol');
  }
  if (PORT_COMPARISONS.beginning(last)) return items(portNames(), 'value', 'port');
  if (previous.includes('permit') || previous.includes('deny')) {
    return [ENTRY_ADDRESSES, PORT_COMPARISONS, ENTRY_OPTIONS].flatMap((table) => keywords(table, 'entry'));
  }
  if (indented || /^\d+$/.test(last)) return keywords(ACCESS_LIST, 'entry');
  return previous.length > 0 ? undefined : keywords(TOP_LEVEL, 'statement');
}

/** The commands of one mode or position, without those that have no effect. */
function keywords<Reading extends string>(table: CommandTable<Reading>, detail: string): CompletionItem[] {
  const names = [...table.names()].filter(({ command }) => command.reads !== undefined && command.opens !== 'section');
  return items(
    names.map(({ name }) => name),
    'keyword',
    detail,
  );
}

function items(labels: Iterable<string>, kind: CompletionItem['kind'], detail: string): CompletionItem[] {
  return [...labels].map((label) => {
    const documentation = DOCS.get(label)?.summary;
    return { label, kind, detail, insertText: label, ...(documentation === undefined ? {} : { documentation }) };
  });
}
