// What completion offers: names where names are used, values of fields, and the words of the block.
import type { CompletionItem, Completions } from '../../dialect.js';
import type { NftDocument } from '../program/ruleset.js';
import { wordText } from '../vocabulary/docs.js';
import { fieldInfo, STATE_BITS } from '../vocabulary/field-types.js';
import { shortName, tableOf } from './names.js';
import { placeAt } from './place.js';

const FILE_WORDS = ['table', 'define', 'include', 'flush', 'add', 'delete', 'insert', 'create'];
const TABLE_WORDS = [
  'chain',
  'set',
  'map',
  'define',
  'include',
  'flowtable',
  'counter',
  'quota',
  'limit',
  'ct',
  'flags',
  'comment',
];
const SET_WORDS = [
  'type',
  'typeof',
  'flags',
  'elements',
  'timeout',
  'gc-interval',
  'size',
  'policy',
  'auto-merge',
  'comment',
  'counter',
];
const RULE_WORDS = [
  'ip saddr',
  'ip daddr',
  'ip protocol',
  'ip6 saddr',
  'ip6 daddr',
  'ip6 nexthdr',
  'tcp dport',
  'tcp sport',
  'tcp flags',
  'udp dport',
  'udp sport',
  'th dport',
  'icmp type',
  'icmpv6 type',
  'iifname',
  'oifname',
  'iif',
  'oif',
  'meta l4proto',
  'meta nfproto',
  'meta mark',
  'ct state',
  'ct mark',
  'ct status',
  'accept',
  'drop',
  'reject',
  'jump',
  'goto',
  'return',
  'counter',
  'log',
  'limit',
  'quota',
  'vmap',
  'dnat',
  'snat',
  'masquerade',
  'redirect',
  'notrack',
  'comment',
  'type',
  'policy',
  'include',
  'define',
];
const VALUES: Readonly<Record<string, readonly string[]>> = {
  'ct state': Object.keys(STATE_BITS),
  'icmp type': [...(fieldInfo('icmp type').type.symbols?.keys() ?? [])],
  'icmpv6 type': [...(fieldInfo('icmpv6 type').type.symbols?.keys() ?? [])],
  'tcp flags': [...(fieldInfo('tcp flags').type.symbols?.keys() ?? [])],
  'meta l4proto': ['tcp', 'udp', 'icmp', 'ipv6-icmp', 'sctp', 'esp', 'ah', 'gre'],
  'ip protocol': ['tcp', 'udp', 'icmp', 'sctp', 'esp', 'ah', 'gre'],
  'meta nfproto': ['ipv4', 'ipv6'],
  hook: ['prerouting', 'input', 'forward', 'output', 'postrouting', 'ingress', 'egress'],
  priority: ['raw', 'mangle', 'dstnat', 'filter', 'security', 'srcnat'],
  policy: ['accept', 'drop'],
  table: ['inet', 'ip', 'ip6', 'netdev', 'bridge', 'arp'],
};

/** How much of a line is looked at for what may follow. */
const CONTEXT_LIMIT = 200;

export function completionsAt(document: NftDocument, offset: number): Completions | undefined {
  const { text } = document.source;
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  const before = text.slice(lineStart, offset);
  if (before.includes('#')) return undefined;
  const word = /[$@]?[\w./-]*$/.exec(before)?.[0] ?? '';
  const sigil = /^[$@]/.test(word) ? word.charAt(0) : '';
  const range = { start: offset - word.length + sigil.length, end: offset };
  const { blocks, heads } = placeAt(document.tree.root, offset);
  const table = heads[0]?.node.content;
  const tableName =
    table?.kind === 'object' && table.object === 'table'
      ? `${table.target.family ?? 'ip'} ${table.target.table?.text ?? ''}`
      : undefined;
  if (sigil === '$') return { range, items: namesFor(document, 'variable', undefined) };
  if (sigil === '@') return { range, items: namesFor(document, 'set', tableName) };
  const previous = before
    .slice(Math.max(0, before.length - word.length - CONTEXT_LIMIT), before.length - word.length)
    .trimEnd();
  if (/\b(?:jump|goto)$/.test(previous)) return { range, items: namesFor(document, 'chain', tableName) };
  for (const [context, values] of Object.entries(VALUES)) {
    const key = context.replace(' ', '\\s+');
    if (
      new RegExp(
        `\\b${key}(?:\\s*(?:==|!=|\\{[^}]*|vmap\\s*\\{[^}]*))?$|\\b${key}\\s+[\\w-]+(?:\\s*,\\s*[\\w-]+)*\\s*,$`,
      ).test(previous)
    ) {
      return { range, items: values.map((label) => ({ label, kind: 'value', detail: context, insertText: label })) };
    }
  }
  const block = blocks[blocks.length - 1]?.kind ?? 'file';
  const words =
    block === 'file'
      ? FILE_WORDS
      : block === 'table'
        ? TABLE_WORDS
        : block === 'set' || block === 'map'
          ? SET_WORDS
          : RULE_WORDS;
  const atStart = /^(?:\s*|.*[;{]\s*)$/.test(previous);
  if (!atStart && block !== 'chain') return undefined;
  return { range, items: words.map(keywordItem) };
}

function keywordItem(label: string): CompletionItem {
  const text = wordText(label) ?? wordText(`meta ${label}`);
  const item: CompletionItem = { label, kind: 'keyword', detail: 'nft', insertText: label };
  return text ? { ...item, documentation: text } : item;
}

function namesFor(document: NftDocument, kind: string, table: string | undefined): CompletionItem[] {
  const names = new Set<string>();
  for (const use of document.names) {
    if (use.kind !== kind || use.role !== 'definition') continue;
    if (kind === 'variable') names.add(use.name.replace(/@.*/, ''));
    else if (table === undefined || tableOf(use.name) === table) names.add(shortName(use.name));
  }
  return [...names].map((label) => ({ label, kind: 'name', detail: kind, insertText: label }));
}
