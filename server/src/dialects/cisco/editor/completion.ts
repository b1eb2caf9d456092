// What may be typed at an offset of a configuration.
import { lineAt } from '../../../kept/line-blocks.js';
import type { TextRange } from '../../../text/range.js';
import type { CompletionItem, Completions } from '../../dialect.js';
import { snippetItems } from '../../shared/snippets.js';
import { modeAfter } from '../program/blocks.js';
import type { CiscoDocument, Program } from '../program/program.js';
import { SELF } from '../program/zones.js';
import { isIndented, tokensOf } from '../syntax/tokens.js';
import { type GroupMode, type Mode, type Platform, TOP, type ZoneModeKind } from '../syntax/tree.js';
import type { CommandTable } from '../vocabulary/command-table.js';
import {
  ACCESS_LIST,
  CLASS_MAP,
  ENTRY_ADDRESSES,
  ENTRY_OPTIONS,
  ICMP_GROUP,
  INTERFACE,
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
import { ASA_SNIPPETS, ENTRY_SNIPPETS, ROUTER_SNIPPETS } from '../vocabulary/snippets.js';
import { isOn, nextWords } from './next-words.js';

export function completionsAt({ tree, program }: CiscoDocument, offset: number): Completions | undefined {
  const found = lineAt(tree.lines, offset);
  // Behind the last line end there is a line that the tree has not.
  const isPast = found !== undefined && /[\r\n]$/.test(found.line.raw.slice(0, offset - found.start));
  const raw = isPast ? '' : (found?.line.raw ?? '');
  const start = isPast ? offset : (found?.start ?? offset);
  const before = raw.slice(0, Math.max(0, offset - start));
  const typed = /\S*$/.exec(before)?.[0] ?? '';
  const range: TextRange = { start: offset - typed.length, end: offset };
  const previous = tokensOf(before.slice(0, before.length - typed.length)).map(({ text }) => text.toLowerCase());
  const mode = modeAt(program, start);
  const own = previous.length === 0 ? commandsOf(mode, isIndented(raw), program) : namesAfter(previous, mode, program);
  const items = own ?? itemsAfter(previous, isIndented(raw) && mode.kind !== 'group', program);
  if (!items) return undefined;
  // In a group of the ASA a network stands behind a word; in those of others it is the whole line.
  const isClosed = mode.kind === 'group' ? previous.length === 0 && program.platform === 'asa' : own !== undefined;
  return { range, items, ...(isClosed ? { closed: true } : {}) };
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

/** The commands of a mode; `undefined` where they are those of an access list, or of none that is known. */
function commandsOf(mode: Mode, isIndented: boolean, { platform }: Program): CompletionItem[] | undefined {
  switch (mode.kind) {
    case 'group': {
      const table = GROUPS[mode.group];
      return table && keywords(table, 'member', platform);
    }
    case 'interface':
      return isIndented ? keywords(INTERFACE, 'interface', platform) : undefined;
    case 'list':
      return isIndented ? [...keywords(ACCESS_LIST, 'entry', platform), ...snippetItems(ENTRY_SNIPPETS)] : undefined;
    default:
      return isZoneMode(mode.kind)
        ? ZONE_MODES[mode.kind].flatMap((table) => keywords(table, mode.kind, platform))
        : undefined;
  }
}

function isZoneMode(kind: Mode['kind']): kind is ZoneModeKind {
  return kind in ZONE_MODES;
}

/** The tables of the commands of a mode. */
function tablesOf(mode: Mode): readonly CommandTable<string>[] {
  if (mode.kind === 'group')
    return [...(GROUPS[mode.group] ? [GROUPS[mode.group]] : []), TOP_LEVEL].flatMap((one) => one ?? []);
  if (mode.kind === 'interface') return [INTERFACE, TOP_LEVEL];
  return isZoneMode(mode.kind) ? [...ZONE_MODES[mode.kind], TOP_LEVEL] : [TOP_LEVEL];
}

/** The words and names that the form of a command has behind some words; `undefined` where it says nothing of them. */
function namesAfter(previous: readonly string[], mode: Mode, program: Program): CompletionItem[] | undefined {
  const { zones, lists, interfaces, platform } = program;
  const written = previous.join(' ');
  if (/^zone-pair .*(?:source|destination)$/.test(written)) {
    return items([...zones.zones.keys(), SELF], 'name', 'security zone');
  }
  if (/^access-group \S+ (?:in|out)$/.test(written)) return items(['interface'], 'keyword', 'statement');
  if (/^access-group \S+ (?:in|out) interface$/.test(written)) {
    return items(
      interfaces.map(({ name }) => name),
      'name',
      'interface',
    );
  }
  if (/^access-list$/.test(written)) return items(lists.keys(), 'name', 'access list');
  if (/^access-list \S+(?: extended| line \d+| line \d+ extended)?$/.test(written)) {
    const types = written.endsWith('extended') || platform !== 'asa' ? [] : items(['extended'], 'keyword', 'type');
    return [...types, ...keywords(ACCESS_LIST, 'entry', platform)];
  }
  const { words, names } = nextWords(tablesOf(mode), previous, platform);
  const found = [
    ...[...names].flatMap((name) => namesFor(name, previous, program)),
    ...items(words, 'keyword', 'statement'),
  ];
  return found.length > 0 ? found : undefined;
}

/** The groups of a file that define one thing, or several. */
function definedAs(groups: Program['groups'], object: boolean): string[] {
  return [...groups].flatMap(
    ([
      name,
      {
        own: { statement },
      },
    ]) => (statement.kind === 'open-group' && statement.mode.object === object ? [name] : []),
  );
}

/** What there is to name where a form has a name. */
function namesFor(
  name: string,
  previous: readonly string[],
  { zones, lists, groups, interfaces }: Program,
): CompletionItem[] {
  switch (name) {
    case '$LIST':
      return items(lists.keys(), 'name', 'access list');
    case '$GROUP':
      return items(definedAs(groups, false), 'name', 'object group');
    case '$OBJECT':
      return items(definedAs(groups, true), 'name', 'object');
    case '$ZONE':
      return items(zones.zones.keys(), 'name', 'security zone');
    case '$CLASS':
      return items(zones.classes.keys(), 'name', 'class map');
    case '$POLICY':
      return items(zones.policies.keys(), 'name', 'policy map');
    case '$INTERFACE':
      return previous[0] === 'interface'
        ? []
        : items(
            interfaces.map((one) => one.name),
            'name',
            'interface',
          );
    case '$PROTOCOL':
      return previous[0] === 'match'
        ? items(applicationNames(), 'value', 'protocol')
        : items([...PROTOCOLS.keys(), 'icmp'], 'value', 'protocol');
    case '$SERVICE':
      return items([...PROTOCOLS.keys(), 'icmp', 'tcp-udp'], 'value', 'protocol');
    case '$NETWORK':
      return items(['host', 'object'], 'keyword', 'network');
    case '$PORTS':
      return keywords(PORT_COMPARISONS, 'ports');
    default:
      return [];
  }
}

function itemsAfter(previous: readonly string[], indented: boolean, program: Program): CompletionItem[] | undefined {
  const last = previous[previous.length - 1] ?? '';
  switch (last) {
    case 'object-group':
      // Alone, it defines a group.
      if (previous.length > 1) return items(program.groups.keys(), 'name', 'object group');
      break;
    case 'object':
      return items(definedAs(program.groups, true), 'name', 'object');
    case 'addrgroup':
    case 'group-object':
      return items(program.groups.keys(), 'name', 'group');
    case 'access-group':
    case 'access-class':
    case 'traffic-filter':
      return items(program.lists.keys(), 'name', 'access list');
    case 'permit':
    case 'deny':
      return items([...PROTOCOLS.keys(), 'icmp', 'object-group', 'object'], 'keyword', 'protocol');
  }
  if (PORT_COMPARISONS.beginning(last)) return items(portNames(), 'value', 'port');
  if (previous.includes('permit') || previous.includes('deny')) {
    return [ENTRY_ADDRESSES, PORT_COMPARISONS, ENTRY_OPTIONS].flatMap((table) =>
      keywords(table, 'entry', program.platform),
    );
  }
  if (indented || /^\d+$/.test(last)) return keywords(ACCESS_LIST, 'entry', program.platform);
  if (previous.length > 0) return undefined;
  const forms = program.platform === 'asa' ? ASA_SNIPPETS : ROUTER_SNIPPETS;
  return [...keywords(TOP_LEVEL, 'statement', program.platform), ...snippetItems(forms)];
}

/** The commands of one mode or position, without those that have no effect. */
function keywords<Reading extends string>(
  table: CommandTable<Reading>,
  detail: string,
  platform?: Platform,
): CompletionItem[] {
  const names = [...table.names()].filter(
    ({ command }) =>
      command.reads !== undefined && command.opens !== 'section' && (platform === undefined || isOn(command, platform)),
  );
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
