// Reads commands of the top level of a configuration.
import type { Command, ListForm } from '../vocabulary/command-table.js';
import { TOP_LEVEL } from '../vocabulary/commands.js';
import { prefixSet } from './addresses.js';
import { readGlobal, readNat, readOldStatic, readVersion } from './asa-nat.js';
import { Cursor, referenceTo } from './cursor.js';
import { readAccessList, readListLine } from './list-lines.js';
import { readListUses } from './list-uses.js';
import { readQosHeader, readServicePolicy } from './qos-lines.js';
import { readNatPool, readRouterNat } from './router-nat.js';
import { readRoute } from './routes.js';
import { unmodelled } from './statement-problems.js';
import { isIndented } from './tokens.js';
import { type GroupMode, type ListName, NOTHING, type Platform, SECTION, type Statement, type Token } from './tree.js';
import { readZoneHeader } from './zone-lines.js';

const OPEN_SECTION: Statement = { kind: 'open-section', mode: SECTION };

/** `undefined` for an unknown line at the top level. */
export function readTopLevel(tokens: readonly Token[], raw: string, platform: Platform): Statement | undefined {
  const cursor = new Cursor(tokens);
  const remove = cursor.accept('no') !== undefined;
  const head = cursor.next;
  const command = cursor.acceptCommand(TOP_LEVEL, remove);
  if (!command || !head) return undefined;
  switch (command.reads) {
    case 'line of a list':
      return readAccessList(cursor, remove, platform);
    case 'resequence':
      return readResequence(cursor);
    case 'removal of a list': {
      const name = cursor.take()?.text;
      if (name !== undefined) return { kind: 'remove-list', name };
      return remove ? NOTHING : { kind: 'remove-list', name: undefined };
    }
    case 'removal of a group': {
      const name = cursor.take()?.text;
      return name === undefined ? NOTHING : { kind: 'remove-group', name };
    }
    case 'removal of everything':
      return unmodelled(head, REMOVES_ALL, { filters: 'everything' });
    case 'list':
      return readListHeader(cursor, command);
    case 'group of another kind':
      cursor.take();
      return readGroupHeader(cursor, command) ?? NOTHING;
    case 'group':
      return readGroupHeader(cursor, command) ?? NOTHING;
    case 'object':
      return readGroupHeader(cursor, command, true) ?? OPEN_SECTION;
    case 'object of another kind':
      return OPEN_SECTION;
    case 'name of an address': {
      const [address, name] = [cursor.take(), cursor.take()];
      return address && name && prefixSet(address.text) ? { kind: 'alias', name, address: address.text } : undefined;
    }
    case 'interface': {
      const token = cursor.next;
      const name = cursor.rest().map(({ text }) => text);
      return token ? { kind: 'open-interface', mode: { kind: 'interface', name: name.join('') }, token } : NOTHING;
    }
    case 'binding':
      return readBinding(cursor, remove);
    case 'same security': {
      const isWithin = cursor.last.text.toLowerCase() === 'intra-interface';
      return { kind: 'same-security', between: isWithin ? 'intra-interface' : 'inter-interface' };
    }
    case 'threat defense':
      return { kind: 'same-security', between: 'inter-interface' };
    case 'route':
      return readRoute(cursor, isIndented(raw));
    case 'routing table': {
      const name = cursor.take()?.text;
      return name === undefined ? OPEN_SECTION : { kind: 'open-section', mode: { kind: 'vrf', name } };
    }
    case 'static routes':
      return { kind: 'open-section', mode: { kind: 'vrf', name: undefined } };
    case 'zone':
    case 'zone pair':
    case 'traffic class':
    case 'policy':
    case 'port map':
      return readZoneHeader(cursor, command.reads, remove);
    case 'class of traffic':
    case 'policy of traffic':
      return readQosHeader(cursor, command.reads, remove);
    case 'service policy':
      return (platform === 'asa' ? readServicePolicy(cursor, remove) : undefined) ?? NOTHING;
    case 'unknown zone pair':
      return unmodelled(head, 'Lintel does not know zone pairs of this type', { filters: 'everything' });
    case 'translation':
      return platform === 'asa' ? readNat(cursor) : undefined;
    case 'old static translation':
      return platform === 'asa' ? readOldStatic(cursor) : undefined;
    case 'old pool of translation':
      return platform === 'asa' ? readGlobal(cursor) : undefined;
    case 'source translation':
      return readRouterNat(cursor, tokens);
    case 'pool of translation':
      return readNatPool(cursor);
    case 'version':
      return readVersion(cursor, head.text);
    case 'policy of security groups':
      return remove ? NOTHING : unmodelled(head, SECURITY_GROUPS, { filters: 'everything' });
    case 'other translation':
      return unmodelled(head, 'Lintel does not model translations of this kind', { filters: 'either way' });
    case 'rules of neighbours':
      return unmodelled(head, 'Lintel does not know the rules that routers get from their neighbours', {
        filters: 'everything',
      });
    case 'old permission':
    case 'old filter':
    case 'old rule of translation':
    case 'login at the firewall':
      return platform === 'asa' && !remove ? readOldRule(head, command.reads, tokens) : undefined;
    case 'uses of lists':
      return readListUses(tokens) ?? NOTHING;
    case 'filter of a VLAN':
      return unmodelled(head, VLAN_FILTERS);
    case 'use of a filter of a VLAN':
      return unmodelled(head, VLAN_FILTERS, { filters: 'everything' });
    case 'banner':
      return openBanner(cursor, raw);
    case 'section':
      return readListUses(tokens) ?? OPEN_SECTION;
    case undefined:
      return NOTHING;
  }
}

const SECURITY_GROUPS = 'Lintel does not model policies between security groups';
const REMOVES_ALL = 'Lintel does not follow what this removes';
const VLAN_FILTERS = 'Lintel does not model lists that filter inside a VLAN';

const OLD_RULES = {
  'old permission': ['Lintel does not model what this permits', 'either way'],
  'old filter': ['Lintel does not model what this denies', 'everything'],
  'old rule of translation': ['Lintel does not model this rule of translation', 'everything'],
  'login at the firewall': ['Lintel does not model connections that need a login at the firewall', 'everything'],
} as const;

/** What decides about packets of an ASA or PIX beside its lists. */
function readOldRule(head: Token, reads: keyof typeof OLD_RULES, tokens: readonly Token[]): Statement {
  const [message, filters] = OLD_RULES[reads];
  const uses = readListUses(tokens);
  return unmodelled(head, message, { filters, references: uses?.kind === 'use' ? uses.references : [] });
}

function readResequence(cursor: Cursor): Statement {
  const name = cursor.take()?.text;
  const [first, step] = [cursor.take(), cursor.take()].map((token) => Number(token?.text ?? 10) || 10);
  return name === undefined ? NOTHING : { kind: 'resequence', name, first: first ?? 10, step: step ?? 10 };
}

function readListHeader(cursor: Cursor, { opens }: Command): Statement {
  const token = cursor.take();
  const form = formOf(opens);
  if (!token || !form) return NOTHING;
  const name = token.text;
  // IOS XR writes whole entries in one line.
  const list: ListName = { name, token, form, position: undefined };
  const statement = cursor.next && readListLine(cursor.rest(), form, list);
  return statement ?? { kind: 'open-list', mode: { kind: 'list', name, form }, token };
}

function formOf(opens: Command['opens']): ListForm | undefined {
  return typeof opens === 'object' && 'list' in opens ? opens.list : undefined;
}

/** Reads the name of a group or object, and its options; `undefined` where the name is missing. */
function readGroupHeader(cursor: Cursor, { opens }: Command, object = false): Statement | undefined {
  const token = cursor.take();
  if (!token || typeof opens !== 'object' || !('group' in opens)) return undefined;
  const { group, masks } = opens;
  const family = group === 'service' && !object ? readFamily(cursor) : undefined;
  return { kind: 'open-group', mode: { kind: 'group', name: token.text, group, masks, family, object }, token };
}

function readFamily(cursor: Cursor): GroupMode['family'] {
  const named = cursor.accept('tcp', 'udp', 'tcp-udp')?.text.toLowerCase();
  return named === 'tcp' || named === 'udp' ? named : named === undefined ? undefined : 'either';
}

/** *Cisco ASA Series Command Reference*, `access-group`. */
function readBinding(cursor: Cursor, remove: boolean): Statement {
  const list = cursor.take();
  if (!list) return NOTHING;
  const base = { kind: 'bind', list, family: undefined, remove } as const;
  if (cursor.accept('global')) return { ...base, direction: 'in', interface: undefined, global: true };
  const direction = cursor.accept('in', 'out')?.text.toLowerCase() === 'out' ? 'out' : 'in';
  cursor.accept('interface');
  const name = cursor.take();
  if (!name) return NOTHING;
  // "control-plane" filters traffic to the device itself.
  if (cursor.keyword === 'control-plane') return { kind: 'use', references: [referenceTo('access-list', list)] };
  return { ...base, direction, interface: name.text, global: false };
}

/** "banner motd ^C": everything up to the next delimiter is free text. */
function openBanner(cursor: Cursor, raw: string): Statement {
  cursor.take();
  const text = cursor.next;
  if (!text) return NOTHING;
  const delimiter = text.text.startsWith('^C') ? '^C' : text.text.slice(0, 1);
  const closed = raw.indexOf(delimiter, text.start + delimiter.length) >= 0;
  // The ASA has no delimiter: every line of its banner begins with the command.
  if (closed || /^\w/.test(delimiter)) return OPEN_SECTION;
  return { kind: 'open-section', mode: { kind: 'banner', delimiter } };
}
