import type { FilterModel } from '../../../model/filter.js';
import { parseAddress } from '../../../model/ip.js';
import { describePackets } from '../../../model/packet-text.js';
import { PacketSet } from '../../../model/packets.js';
import type { TextRange } from '../../../text/range.js';
import type { CompletionItem, Completions, Document, Entity, NameUse, OutlineItem } from '../../dialect.js';
import { rulesetOf } from '../document.js';
import type { Ruleset } from '../program/ruleset.js';
import type { NftTree } from '../syntax/parse.js';
import { type Token, tokenize } from '../syntax/tokens.js';
import type { Block, Expression, Item, StatementNode } from '../syntax/tree.js';
import { wordMarkdown, wordText } from '../vocabulary/docs.js';
import { fieldInfo, STATE_BITS } from '../vocabulary/field-types.js';

/** Tables with their chains, sets and objects, and variables. */
export function outline(document: Document<NftTree>): readonly OutlineItem[] {
  return outlineOf(document.tree.root);
}

function outlineOf(block: Block): OutlineItem[] {
  return block.items.flatMap((item) => {
    const { node, start, block: inner } = item;
    const { content } = node;
    const entry = (
      name: { readonly text: string; readonly start: number; readonly end: number },
      detail: string,
      kind: OutlineItem['kind'],
    ): OutlineItem => ({
      name: name.text,
      detail,
      kind,
      range: { start, end: itemEnd(item) },
      nameRange: { start: start + name.start, end: start + name.end },
      children: inner ? outlineOf(inner) : [],
    });
    if (content.kind === 'define') return [entry(content.name, oneLine(node.text), 'variable')];
    if (content.kind !== 'object' || (content.verb !== 'add' && content.verb !== 'create')) return [];
    const { object, type, target } = content;
    if (object === 'table')
      return target.table ? [entry(target.table, `table ${target.family ?? 'ip'}`, 'section')] : [];
    if (!target.name) return [];
    if (object === 'chain') return [entry(target.name, inner ? hookText(inner) : 'chain', 'function')];
    return [entry(target.name, type, object === 'set' || object === 'map' ? 'list' : 'variable')];
  });
}

function hookText(block: Block): string {
  const hook = block.items.find(({ node }) => node.content.kind === 'hook');
  const policy = block.items.find(({ node }) => node.content.kind === 'policy');
  return hook ? [hook, policy].flatMap((item) => (item ? [oneLine(item.node.text)] : [])).join('; ') : 'chain';
}

function itemEnd({ start, node, block }: Item): number {
  return block ? block.end + (block.closed ? 1 : 0) : start + node.text.length;
}

function oneLine(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length > 100 ? `${line.slice(0, 99)}…` : line;
}

/** Blocks, and sets over several lines. */
export function foldingRanges(document: Document<NftTree>): readonly TextRange[] {
  const ranges: TextRange[] = [];
  const { text } = document.source;
  const visit = (block: Block) => {
    for (const item of block.items) {
      const end = itemEnd(item);
      if (item.block || item.node.text.includes('\n')) {
        if (text.slice(item.start, end).includes('\n')) ranges.push({ start: item.start, end });
      }
      if (item.block) visit(item.block);
    }
  };
  visit(document.tree.root);
  return ranges;
}

/** The innermost statement at an offset, with the blocks around it, outermost first. */
interface Place {
  readonly item: Item | undefined;
  readonly blocks: readonly Block[];
  readonly heads: readonly Item[];
}

function placeAt(root: Block, offset: number): Place {
  const blocks = [root];
  const heads: Item[] = [];
  for (let block = root; ; ) {
    const item = lastBefore(block.items, offset);
    if (!item || offset > itemEnd(item)) return { item: undefined, blocks, heads };
    if (!item.block || offset < item.block.start) return { item, blocks, heads };
    heads.push(item);
    blocks.push(item.block);
    block = item.block;
  }
}

/** The last statement that begins at or in front of an offset. */
function lastBefore(items: readonly Item[], offset: number): Item | undefined {
  let low = 0;
  let high = items.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((items[middle]?.start ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  const found = items[low];
  return found && found.start <= offset ? found : undefined;
}

export function entityAt(document: Document<NftTree>, offset: number): Entity | undefined {
  const { item } = placeAt(document.tree.root, offset);
  if (!item) return undefined;
  const at = offset - item.start;
  const tokens = tokenize(item.node.text);
  const index = tokens.findIndex(({ start, end, kind }) => kind !== 'newline' && start <= at && at <= end);
  const token = tokens[index];
  if (!token) return undefined;
  const rangeOf = (start: number, end: number): TextRange => ({ start: item.start + start, end: item.start + end });
  const use = document.names.find(
    ({ uri, range }) =>
      uri === document.source.uri && range.start === item.start + token.start && range.end === item.start + token.end,
  );
  if (use) return { kind: 'name', range: use.range, markdown: nameMarkdown(document, use) };
  if (token.kind === 'address') return addressEntity(tokens, index, rangeOf);
  if (token.kind === 'number') {
    const port = Number(token.text);
    if (port <= 65535 && isPort(item.node, token))
      return { kind: 'port', range: rangeOf(token.start, token.end), port };
    return undefined;
  }
  return wordEntity(document, item, tokens, index, rangeOf);
}

type RangeOf = (start: number, end: number) => TextRange;

function addressEntity(tokens: readonly Token[], index: number, rangeOf: RangeOf): Entity | undefined {
  const token = tokens[index];
  const address = token && parseAddress(token.text);
  if (!token || !address) return undefined;
  const [slash, length] = [tokens[index + 1], tokens[index + 2]];
  if (slash?.text === '/' && length?.kind === 'number') {
    return { kind: 'address', range: rangeOf(token.start, length.end), prefix: `${token.text}/${length.text}` };
  }
  const width = address.family === 4 ? 32 : 128;
  return { kind: 'address', range: rangeOf(token.start, token.end), prefix: `${token.text}/${width}` };
}

/** Whether a number is compared with a port. */
function isPort({ content }: StatementNode, token: Token): boolean {
  if (content.kind !== 'rule') return false;
  return content.body.statements.some((statement) => {
    if (statement.start > token.start || statement.end < token.end) return false;
    const key =
      statement.kind === 'match' ? statement.left : statement.kind === 'verdict-map' ? statement.key : undefined;
    return key !== undefined && fieldsIn(key).some((field) => fieldInfo(field).type.name === 'inet_service');
  });
}

function fieldsIn(expression: Expression): readonly string[] {
  if (expression.kind === 'field') return [expression.field];
  return expression.kind === 'concatenation' ? expression.parts.flatMap(fieldsIn) : [];
}

function wordEntity(
  document: Document<NftTree>,
  item: Item,
  tokens: readonly Token[],
  index: number,
  rangeOf: RangeOf,
): Entity | undefined {
  const token = tokens[index];
  if (!token) return undefined;
  const [previous, next] = [tokens[index - 1], tokens[index + 1]];
  const pairs: [string, Token, Token][] = [];
  if (next) pairs.push([`${token.text} ${next.text}`, token, next]);
  if (previous) pairs.push([`${previous.text} ${token.text}`, previous, token]);
  pairs.push([`meta ${token.text}`, token, token], [token.text, token, token]);
  for (const [word, first, last] of pairs) {
    const markdown = wordMarkdown(word);
    if (!markdown) continue;
    const meaning = VERDICTS.has(word) ? ruleMeaning(document, item) : undefined;
    return {
      kind: 'keyword',
      range: rangeOf(first.start, last.end),
      markdown: meaning ? `${meaning}\n\n---\n\n${markdown}` : markdown,
    };
  }
  return undefined;
}

const VERDICTS: ReadonlySet<string> = new Set(['accept', 'drop', 'reject', 'jump', 'goto', 'return', 'vmap']);

/** What the rule of a statement does, in words. */
function ruleMeaning(document: Document<NftTree>, item: Item): string | undefined {
  if (item.node.content.kind !== 'rule' || document.model.kind !== 'filter') return undefined;
  const rules = rulesAt(document.model, document.source.uri, item.start);
  const lines = rules.slice(0, MEANING_LIMIT).map(({ match, opaque, phases, action }) => {
    const what = describePackets(PacketSet.of(...match));
    const verb = ACTIONS[action.kind] ?? action.kind;
    const answers = phases.length === 1 && phases[0] === 'reply' ? ' of connections that exist already' : '';
    const conditions = opaque.length > 0 ? `, depending on ${opaque.map(({ text }) => `\`${text}\``).join(', ')}` : '';
    return `- ${verb} ${what}${answers}${conditions}`;
  });
  if (rules.length === 0) return 'This rule decides nothing: no packet that is asked about matches it.';
  const more = rules.length > MEANING_LIMIT ? [`- and ${rules.length - MEANING_LIMIT} more`] : [];
  return ['This rule', '', ...lines, ...more].join('\n');
}

/** How many parts of a rule a hover tells. */
const MEANING_LIMIT = 8;

const ACTIONS: Readonly<Record<string, string>> = {
  accept: 'permits',
  deny: 'denies',
  jump: 'leads to another chain',
  goto: 'leads to another chain',
  return: 'returns',
  rewrite: 'changes the destination of',
  undecided: 'leaves open',
};

function rulesAt(model: FilterModel, uri: string, start: number) {
  const chains = [...model.chains.values(), ...model.points.flatMap((point) => point.chains)];
  for (const { rules } of chains) {
    const found = rules.filter(({ statement }) => statement.uri === uri && statement.range.start === start);
    if (found.length > 0) return found;
  }
  return [];
}

/** How much of a definition a hover shows. */
const TEXT_LIMIT = 600;

function nameMarkdown(document: Document<NftTree>, use: NameUse): string {
  const ruleset = rulesetOf(document);
  const short = use.kind === 'variable' ? use.name.replace(/@.*/, '') : use.name;
  const heading = `**${use.kind}** \`${short}\``;
  const details = ruleset ? nameDetails(document, ruleset, use) : undefined;
  return details ? `${heading}\n\n${details}` : heading;
}

function nameDetails(document: Document<NftTree>, ruleset: Ruleset, use: NameUse): string | undefined {
  switch (use.kind) {
    case 'variable': {
      const definition = document.names.find(
        ({ kind, name, role }) => kind === 'variable' && name === use.name && role === 'definition',
      );
      if (!definition || definition.uri !== document.source.uri) return undefined;
      const { item } = placeAt(document.tree.root, definition.range.start);
      return item && code(item.node.text);
    }
    case 'set': {
      const set = ruleset.tables.get(tableOf(use.name))?.sets.get(shortName(use.name));
      if (!set) return undefined;
      const type = set.types.join(' . ');
      const elements = set.elements.flatMap(({ set: own, uri, start }) => {
        if (uri !== document.source.uri || own.kind !== 'set') return [];
        return own.elements.map((element) => document.source.text.slice(start + element.start, start + element.end));
      });
      const content = elements.length > 0 ? code(elements.join(', ')) : 'It has no elements in this file.';
      const changes = set.changes ? '\n\nRules or time change what it holds.' : '';
      return `${type ? `Of type \`${type}\`, with ${elements.length} elements:\n\n` : ''}${content}${changes}`;
    }
    case 'chain': {
      const chain = ruleset.tables.get(tableOf(use.name))?.chains.get(shortName(use.name));
      if (!chain) return undefined;
      const { base, policy, rules } = chain;
      const count = `${rules.length} ${rules.length === 1 ? 'rule' : 'rules'}`;
      if (!base) return `${count}; entered by jumps.`;
      return `${count}; at the hook \`${base.hook}\` with priority ${base.priority ?? 'unknown'}, policy \`${policy}\`.`;
    }
    default:
      return undefined;
  }
}

function tableOf(name: string): string {
  return name.slice(0, name.lastIndexOf(' '));
}

function shortName(name: string): string {
  return name.slice(name.lastIndexOf(' ') + 1);
}

function code(text: string): string {
  const shown = text.length > TEXT_LIMIT ? `${text.slice(0, TEXT_LIMIT)} …` : text;
  return `\`\`\`nft\n${shown}\n\`\`\``;
}

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

export function completionsAt(document: Document<NftTree>, offset: number): Completions | undefined {
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

function namesFor(document: Document<NftTree>, kind: string, table: string | undefined): CompletionItem[] {
  const names = new Set<string>();
  for (const use of document.names) {
    if (use.kind !== kind || use.role !== 'definition') continue;
    if (kind === 'variable') names.add(use.name.replace(/@.*/, ''));
    else if (table === undefined || tableOf(use.name) === table) names.add(shortName(use.name));
  }
  return [...names].map((label) => ({ label, kind: 'name', detail: kind, insertText: label }));
}
