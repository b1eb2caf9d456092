// What may be typed at an offset of a configuration.
import { lineAt } from '../../../kept/line-blocks.js';
import type { TextRange } from '../../../text/range.js';
import type { CompletionItem, Completions } from '../../dialect.js';
import { modeAfter } from '../program/blocks.js';
import type { CiscoDocument, Program } from '../program/program.js';
import { SELF } from '../program/zones.js';
import { isIndented, tokensOf } from '../syntax/tokens.js';
import { type GroupMode, type Mode, TOP, type ZoneModeKind } from '../syntax/tree.js';
import type { CommandTable } from '../vocabulary/command-table.js';
import {
  ACCESS_LIST,
  CLASS_MAP,
  ENTRY_ADDRESSES,
  ENTRY_OPTIONS,
  ICMP_GROUP,
  NETWORK_GROUP,
  POLICY_CLASS,
  POLICY_MAP,
  PORT_COMPARISONS,
  PROTOCOL_GROUP,
  SERVICE_GROUP,
  TOP_LEVEL,
  ZONE,
  ZONE_PAIR,
} from '../vocabulary/commands.js';
import { DOCS } from '../vocabulary/docs.js';
import { applicationNames } from '../vocabulary/port-maps.js';
import { PROTOCOLS, portNames } from '../vocabulary/protocols-and-ports.js';

export function completionsAt({ tree, program }: CiscoDocument, offset: number): Completions | undefined {
  const found = lineAt(tree.lines, offset);
  const raw = found?.line.raw ?? '';
  const start = found?.start ?? offset;
  const before = raw.slice(0, Math.max(0, offset - start));
  const typed = /\S*$/.exec(before)?.[0] ?? '';
  const range: TextRange = { start: offset - typed.length, end: offset };
  const previous = tokensOf(before.slice(0, before.length - typed.length)).map(({ text }) => text.toLowerCase());
  const items =
    (previous.length === 0 ? commandsOf(modeAt(program, start)) : zoneNames(previous, program)) ??
    itemsAfter(previous, isIndented(raw) && modeAt(program, start).kind !== 'group', program);
  return items && { range, items };
}

/** The mode of a line that begins at an offset, from the last statement before it. */
function modeAt({ blocks }: Program, offset: number): Mode {
  let mode = TOP;
  for (const { base, content } of blocks) {
    if (base >= offset) break;
    for (const { offset: at, statement, mode: own } of content.lines) {
      if (base + at < offset) mode = modeAfter(statement, own);
    }
  }
  return mode;
}

/** The commands of the modes of a zone-based policy firewall. */
const ZONE_MODES: Readonly<Record<ZoneModeKind, readonly CommandTable<string>[]>> = {
  zone: [ZONE],
  'zone-pair': [ZONE_PAIR],
  'class-map': [CLASS_MAP],
  'policy-map': [POLICY_MAP],
  'policy-class': [POLICY_CLASS, POLICY_MAP],
};

/** The lines of an object or a group, by what it holds. */
const GROUPS: Readonly<Partial<Record<GroupMode['group'], CommandTable<string>>>> = {
  network: NETWORK_GROUP,
  service: SERVICE_GROUP,
  protocol: PROTOCOL_GROUP,
  'icmp-type': ICMP_GROUP,
};

/** The commands of the modes that have few; `undefined` for the others. */
function commandsOf(mode: Mode): CompletionItem[] | undefined {
  if (mode.kind === 'group') {
    const table = GROUPS[mode.group];
    return table && keywords(table, 'member');
  }
  return isZoneMode(mode.kind) ? ZONE_MODES[mode.kind].flatMap((table) => keywords(table, mode.kind)) : undefined;
}

function isZoneMode(kind: Mode['kind']): kind is ZoneModeKind {
  return kind in ZONE_MODES;
}

/** The names that may follow the words of a line of the firewall. */
function zoneNames(previous: readonly string[], { zones, lists }: Program): CompletionItem[] | undefined {
  const words = previous.join(' ');
  if (/^zone-member security$/.test(words)) return items(zones.zones.keys(), 'name', 'security zone');
  if (/^zone-pair .*(?:source|destination)$/.test(words)) {
    return items([...zones.zones.keys(), SELF], 'name', 'security zone');
  }
  if (/^service-policy type inspect$/.test(words)) return items(zones.policies.keys(), 'name', 'policy map');
  if (/^(?:class type inspect|match class-map)$/.test(words)) return items(zones.classes.keys(), 'name', 'class map');
  if (/^match access-group(?: name)?$/.test(words)) return items(lists.keys(), 'name', 'access list');
  return /^match protocol$/.test(words) ? items(applicationNames(), 'value', 'protocol') : undefined;
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
