// Completion: names where names are used, values of fields, and the words of the block.
import { startOfLine } from '../../../text/lines.js';
import type { CompletionItem, Completions } from '../../dialect.js';
import type { NftDocument } from '../program/ruleset.js';
import type { BlockKind } from '../syntax/tree.js';
import { wordText } from '../vocabulary/docs.js';
import { fieldInfo } from '../vocabulary/field-types.js';
import { FAMILIES, HOOKS, POLICIES, PRIORITIES, words } from '../vocabulary/words.js';
import { shortName, tableOf } from './names.js';
import { type StatementAt, statementAt } from './statement-at.js';

/** The words of some positions, in the order of the table of words. */
function wordsAt(...places: readonly string[]): readonly string[] {
  return words.words.filter(({ place }) => places.includes(place)).map(({ name }) => name);
}

/** The fields that rules commonly test: those with a summary. */
const FIELDS: readonly string[] = words.words
  .filter(({ place, summary }) => place === 'field' && summary !== undefined)
  .map(({ name }) => name.replace(/^meta (?=[io]if)/, ''));

const TABLE_WORDS = wordsAt('object of a table', 'property of a table', 'every block');
const SET_WORDS = wordsAt('property of a set', 'every block');

/** The first words of the statements of a block. */
const BLOCK_WORDS: Readonly<Record<BlockKind, readonly string[]>> = {
  file: ['table', ...wordsAt('every block', 'command')],
  table: TABLE_WORDS,
  chain: [
    ...FIELDS,
    ...wordsAt('statement of a rule', 'part of a statement'),
    'type',
    'policy',
    ...wordsAt('every block'),
  ],
  set: SET_WORDS,
  map: SET_WORDS,
  flowtable: ['hook', 'devices', 'flags', 'counter'],
  object: [],
};

const PROTOCOL_NAMES = ['tcp', 'udp', 'icmp', 'ipv6-icmp', 'sctp', 'esp', 'ah', 'gre'];

/** The values that may follow a word or a field. */
const VALUES: readonly { readonly context: string; readonly values: readonly string[]; readonly before: RegExp }[] = (
  [
    ...['ct state', 'icmp type', 'icmpv6 type', 'tcp flags', 'meta nfproto'].map(
      (field) => [field, [...(fieldInfo(field).type.symbols?.keys() ?? [])]] as const,
    ),
    ['meta l4proto', PROTOCOL_NAMES],
    ['ip protocol', PROTOCOL_NAMES],
    ['hook', Object.keys(HOOKS)],
    ['priority', Object.keys(PRIORITIES)],
    ['policy', Object.keys(POLICIES)],
    ['table', Object.keys(FAMILIES)],
  ] as const
).map(([context, values]) => {
  const key = context.replace(' ', '\\s+');
  // After the field, its operator or an open set; or after a comma in a list.
  const before = `\\b${key}(?:\\s*(?:==|!=|\\{[^}]*|vmap\\s*\\{[^}]*))?$|\\b${key}\\s+[\\w-]+(?:\\s*,\\s*[\\w-]+)*\\s*,$`;
  return { context, values, before: new RegExp(before) };
});

/** How much of a line before the offset is examined, in UTF-16 code units. */
const CONTEXT_LIMIT = 200;

export function completionsAt(document: NftDocument, offset: number): Completions | undefined {
  const { text } = document.source;
  const line = text.slice(startOfLine(text, offset), offset);
  if (line.includes('#')) return undefined;
  const word = /[$@]?[\w./-]*$/.exec(line)?.[0] ?? '';
  const sigil = /^[$@]/.test(word) ? word.charAt(0) : '';
  const range = { start: offset - word.length + sigil.length, end: offset };
  const wordStart = line.length - word.length;
  const before = line.slice(Math.max(0, wordStart - CONTEXT_LIMIT), wordStart).trimEnd();
  const at = statementAt(document.tree.root, offset);
  const items = sigil === '' ? itemsAfter(before, document, at) : namesAfter(sigil, document, at);
  return items && { range, items };
}

function namesAfter(sigil: string, document: NftDocument, at: StatementAt): CompletionItem[] {
  return sigil === '$' ? namesOf(document, 'variable') : namesOf(document, 'set', tableAround(at));
}

/** What may follow the beginning of a line; `undefined` where that is unknown. */
function itemsAfter(before: string, document: NftDocument, at: StatementAt): CompletionItem[] | undefined {
  if (/\b(?:jump|goto)$/.test(before)) return jumpTargets(document, at);
  const known = VALUES.find((one) => one.before.test(before));
  if (known) {
    const { context: detail } = known;
    return known.values.map((label) => ({ label, kind: 'value', detail, insertText: label }));
  }
  const kind = at.blocks[at.blocks.length - 1]?.kind ?? 'file';
  const isAtStart = /^(?:\s*|.*[;{]\s*)$/.test(before);
  return isAtStart || kind === 'chain' ? [...new Set(BLOCK_WORDS[kind])].map(keywordItem) : undefined;
}

function keywordItem(label: string): CompletionItem {
  const text = wordText(label) ?? wordText(`meta ${label}`);
  const item: CompletionItem = { label, kind: 'keyword', detail: 'nft', insertText: label };
  return text ? { ...item, documentation: text } : item;
}

/** The key of the table around a statement. */
function tableAround({ heads }: StatementAt): string | undefined {
  const content = heads[0]?.node.content;
  if (content?.kind !== 'object' || content.object !== 'table') return undefined;
  return `${content.target.family ?? 'ip'} ${content.target.table?.text ?? ''}`;
}

/** The chains to which a rule may jump: those that are not attached to a hook. */
function jumpTargets(document: NftDocument, at: StatementAt): CompletionItem[] {
  const key = tableAround(at);
  const chains = document.program.tables.get(key ?? '')?.chains;
  return namesOf(document, 'chain', key).filter(({ label }) => !chains?.get(label)?.base);
}

/** The defined names of a kind, of one table or of all. */
function namesOf(document: NftDocument, kind: string, table?: string): CompletionItem[] {
  const names = new Set<string>();
  for (const use of document.names) {
    if (use.kind !== kind || use.role !== 'definition') continue;
    if (kind === 'variable') names.add(use.name.replace(/@.*/, ''));
    else if (table === undefined || tableOf(use.name) === table) names.add(shortName(use.name));
  }
  return [...names].map((label) => ({ label, kind: 'name', detail: kind, insertText: label }));
}
