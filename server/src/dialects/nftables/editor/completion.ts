// Completion: names where names are used, values of fields, and the words of the block.
import { startOfLine } from '../../../text/lines.js';
import type { CompletionItem, Completions } from '../../dialect.js';
import { snippetItems } from '../../shared/snippets.js';
import type { NftDocument } from '../program/ruleset.js';
import type { BlockKind } from '../syntax/tree.js';
import { SERVICE } from '../vocabulary/data-types.js';
import { wordText } from '../vocabulary/docs.js';
import { HEADERS, META_UNQUALIFIED } from '../vocabulary/field-names.js';
import { fieldInfo } from '../vocabulary/field-types.js';
import { CHAIN_SNIPPETS, FILE_SNIPPETS, RULE_SNIPPETS } from '../vocabulary/snippets.js';
import { FAMILIES, HOOKS, POLICIES, PRIORITIES, STATEMENTS, words } from '../vocabulary/words.js';
import { shortName, tableOf } from './names.js';
import { type RulePlace, rulePlace } from './rule-place.js';
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
const BLOCK_WORDS: Readonly<Record<Exclude<BlockKind, 'chain'>, readonly string[]>> = {
  file: ['table', ...wordsAt('every block', 'command')],
  table: TABLE_WORDS,
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
  const path = /\binclude\s+"([^"]*)$/.exec(line)?.[1];
  if (path !== undefined) return { range: { start: offset - path.length, end: offset }, items: [], path: 'file' };
  const word = /[$@]?[\w./-]*$/.exec(line)?.[0] ?? '';
  const sigil = /^[$@]/.test(word) ? word.charAt(0) : '';
  const range = { start: offset - word.length + sigil.length, end: offset };
  const wordStart = line.length - word.length;
  const before = line.slice(Math.max(0, wordStart - CONTEXT_LIMIT), wordStart).trimEnd();
  const at = statementAt(document.tree.root, offset);
  const items = sigil === '' ? itemsAfter(before, document, at) : namesAfter(sigil, document, at);
  return items && { range, items, ...(isClosed(before, at) ? { closed: true } : {}) };
}

/** Whether neither an address nor a port can stand behind the beginning of a line. */
function isClosed(before: string, at: StatementAt): boolean {
  if (at.blocks[at.blocks.length - 1]?.kind !== 'chain') return false;
  const place = rulePlace(typedStatement(before));
  if (place.kind !== 'value') return place.kind !== 'other';
  const { type } = fieldInfo(place.field);
  return type !== SERVICE && (type.kind === 'interface' || type.kind === 'number');
}

function namesAfter(sigil: string, document: NftDocument, at: StatementAt): CompletionItem[] {
  return sigil === '$' ? namesOf(document, 'variable') : namesOf(document, 'set', tableAround(at));
}

/** What may follow the beginning of a line; `undefined` where that is unknown. */
function itemsAfter(before: string, document: NftDocument, at: StatementAt): CompletionItem[] | undefined {
  const known = VALUES.find((one) => one.before.test(before));
  if (known) return valueItems(known.values, known.context);
  const kind = at.blocks[at.blocks.length - 1]?.kind ?? 'file';
  if (kind === 'chain') return ruleItems(rulePlace(typedStatement(before)), document, at);
  if (/\b(?:jump|goto)$/.test(before)) return jumpTargets(document, at);
  const isAtStart = /^(?:\s*|.*[;{]\s*)$/.test(before);
  if (!isAtStart) return undefined;
  const forms = kind === 'file' ? FILE_SNIPPETS : kind === 'table' ? CHAIN_SNIPPETS : [];
  return [...[...new Set(BLOCK_WORDS[kind])].map(keywordItem), ...snippetItems(forms)];
}

/** What is typed of the statement at the end of a line: braces of a block begin one, those of a set do not. */
function typedStatement(before: string): string {
  const block = /.*\b(?:chain|table|set|map)\b[^{}]*\{/.exec(before)?.[0].length ?? 0;
  return before.slice(Math.max(block, before.lastIndexOf(';') + 1));
}

const RULE_STATEMENTS = [...Object.keys(STATEMENTS), 'ct', 'meta', ...HEADERS.keys(), ...META_UNQUALIFIED];

function ruleItems(place: RulePlace, document: NftDocument, at: StatementAt): CompletionItem[] | undefined {
  switch (place.kind) {
    case 'statement': {
      const first = place.isFirst ? ['type', 'policy', ...wordsAt('every block')] : ['comment'];
      const words = new Set([...FIELDS, ...RULE_STATEMENTS, ...first]);
      const more = (place.more ?? []).map((word) => ({ ...keywordItem(word), rank: NEXT_RANK }));
      return [...more, ...[...words].map(statementItem), ...(place.isFirst ? snippetItems(RULE_SNIPPETS) : [])];
    }
    case 'words':
      return [...place.words].map((word) => ({ ...keywordItem(word), detail: place.of }));
    case 'chain':
      return jumpTargets(document, at);
    case 'value':
      return fieldValues(place, document, at);
    case 'end':
      return ['comment'].map(keywordItem);
    case 'other':
      return undefined;
  }
}

/** The places in a list of what goes on with a statement, and of what rules rarely hold. */
const NEXT_RANK = 59_000;
const RARE_RANK = 61_000;

function statementItem(label: string): CompletionItem {
  const item = keywordItem(label);
  return item.documentation === undefined ? { ...item, rank: RARE_RANK } : item;
}

/** The names of ports that rules usually have, of some hundred. */
const USUAL_SERVICES = 'domain http https imaps kerberos ldap ldaps ntp smtp snmp ssh syslog'.split(' ');

/** What a field may be compared with: names of the file first, then the words that its type has. */
function fieldValues(
  { field, inSet, compared, maps }: Extract<RulePlace, { kind: 'value' }>,
  document: NftDocument,
  at: StatementAt,
): CompletionItem[] {
  const { type } = fieldInfo(field);
  const table = document.program.tables.get(tableAround(at) ?? '');
  const sets = [...(table?.sets.values() ?? [])].filter(
    ({ isMap, types: [first, ...others] }) => isMap === maps && others.length === 0 && first === type.name,
  );
  const names = [
    ...(inSet ? [] : sets.map(({ name }) => nameItem(`@${name}`, maps ? 'map' : 'set'))),
    ...(maps ? [] : namesOf(document, 'variable').map(({ label }) => nameItem(`$${label}`, 'variable'))),
    ...(type.kind === 'interface' ? interfaceNames(document).map((name) => nameItem(`"${name}"`, 'interface')) : []),
  ];
  const operators = inSet || compared ? [] : ['!=', '{', 'vmap'];
  return [
    ...names,
    ...(maps ? [] : valueItems(type === SERVICE ? USUAL_SERVICES : (type.symbols?.keys() ?? []), field)),
    ...operators.map(keywordItem),
  ];
}

function valueItems(values: Iterable<string>, detail: string): CompletionItem[] {
  return [...values].map((label) => ({ label, kind: 'value', detail, insertText: label }));
}

function nameItem(label: string, detail: string): CompletionItem {
  return { label, kind: 'name', detail, insertText: label };
}

/** How much of a file is searched for the interfaces that it names, in UTF-16 code units. */
const SEARCHED_LENGTH = 1_000_000;

function interfaceNames({ source }: NftDocument): readonly string[] {
  const uses = source.text
    .slice(0, SEARCHED_LENGTH)
    .matchAll(/\b[io]if(?:name)?\s+(?:!=\s*|==\s*)?(?:"([^"\n*]+)"|([a-z][\w.-]*))/g);
  return [...new Set([...uses].map(([, quoted, plain]) => quoted ?? plain ?? ''))];
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
