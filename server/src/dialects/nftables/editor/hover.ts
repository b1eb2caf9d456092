// Hover: definitions of names, summaries of keywords, and at verdicts the meaning of the rule.
import type { FilterModel, FilterRule } from '../../../model/filter.js';
import { parseAddress } from '../../../model/ip.js';
import { describePackets } from '../../../model/packet-text.js';
import { PacketSet } from '../../../model/packets.js';
import { numberInC } from '../../../text/c-numbers.js';
import type { TextRange } from '../../../text/range.js';
import type { Entity, NameUse } from '../../dialect.js';
import { eachStatement } from '../program/rule-statements.js';
import { type Chain, changesAtRunTime, type NamedSet, type NftDocument } from '../program/ruleset.js';
import type { Item } from '../syntax/blocks.js';
import { type Token, tokenize } from '../syntax/tokens.js';
import type { Expression, StatementNode } from '../syntax/tree.js';
import { wordMarkdown } from '../vocabulary/docs.js';
import { fieldInfo } from '../vocabulary/field-types.js';
import { shortName, tableOf } from './names.js';
import { statementAt } from './statement-at.js';

/** A token of a statement, with its neighbours. */
interface TokenAt {
  readonly item: Item;
  readonly token: Token;
  readonly previous: Token | undefined;
  readonly next: Token | undefined;
  readonly afterNext: Token | undefined;
}

export function entityAt(document: NftDocument, offset: number): Entity | undefined {
  const { item } = statementAt(document.tree.root, offset);
  const at = item && tokenAt(item, offset);
  if (!at) return undefined;
  const { token } = at;
  const range = rangeOf(item, token, token);
  const use = document.names.find(
    (one) => one.uri === document.source.uri && one.range.start === range.start && one.range.end === range.end,
  );
  if (use) return { kind: 'name', range: use.range, markdown: nameMarkdown(document, use) };
  if (token.kind === 'address') return addressEntity(at);
  if (token.kind !== 'number') return wordEntity(document, at);
  const port = numberInC(token.text, 65_535);
  return port !== undefined && isPort(item.node, token) ? { kind: 'port', range, port } : undefined;
}

function tokenAt(item: Item, offset: number): TokenAt | undefined {
  const at = offset - item.start;
  const tokens = tokenize(item.node.text);
  const index = tokens.findIndex(({ start, end, kind }) => kind !== 'newline' && start <= at && at <= end);
  const token = tokens[index];
  return token && { item, token, previous: tokens[index - 1], next: tokens[index + 1], afterNext: tokens[index + 2] };
}

function rangeOf({ start }: Item, first: Token, last: Token): TextRange {
  return { start: start + first.start, end: start + last.end };
}

function addressEntity({ item, token, next, afterNext }: TokenAt): Entity | undefined {
  const address = parseAddress(token.text);
  if (!address) return undefined;
  if (next?.text === '/' && afterNext?.kind === 'number') {
    return { kind: 'address', range: rangeOf(item, token, afterNext), prefix: `${token.text}/${afterNext.text}` };
  }
  const width = address.family === 4 ? 32 : 128;
  return { kind: 'address', range: rangeOf(item, token, token), prefix: `${token.text}/${width}` };
}

/** Whether a number is compared with a port. */
function isPort({ content }: StatementNode, token: Token): boolean {
  if (content.kind !== 'rule') return false;
  for (const statement of eachStatement(content.body)) {
    if (statement.start > token.start || statement.end < token.end) continue;
    const key =
      statement.kind === 'match' ? statement.left : statement.kind === 'verdict-map' ? statement.key : undefined;
    if (key && fieldsIn(key).some((field) => fieldInfo(field).type.name === 'inet_service')) return true;
  }
  return false;
}

function fieldsIn(expression: Expression): readonly string[] {
  if (expression.kind === 'field') return [expression.field];
  return expression.kind === 'concatenation' ? expression.parts.flatMap(fieldsIn) : [];
}

function wordEntity(document: NftDocument, { item, token, previous, next }: TokenAt): Entity | undefined {
  const candidates: { readonly word: string; readonly first: Token; readonly last: Token }[] = [
    ...(next ? [{ word: `${token.text} ${next.text}`, first: token, last: next }] : []),
    ...(previous ? [{ word: `${previous.text} ${token.text}`, first: previous, last: token }] : []),
    { word: `meta ${token.text}`, first: token, last: token },
    { word: token.text, first: token, last: token },
  ];
  for (const { word, first, last } of candidates) {
    const explanation = wordMarkdown(word);
    if (!explanation) continue;
    const meaning = DECIDING_WORDS.has(word) ? ruleMeaning(document, item) : undefined;
    const markdown = meaning ? `${meaning}\n\n---\n\n${explanation}` : explanation;
    return { kind: 'keyword', range: rangeOf(item, first, last), markdown };
  }
  return undefined;
}

/** The words whose hover says what the rule does. */
const DECIDING_WORDS: ReadonlySet<string> = new Set(['accept', 'drop', 'reject', 'jump', 'goto', 'return', 'vmap']);

/** How many parts of a rule a hover lists. */
const MEANING_LIMIT = 8;

const ACTIONS: Readonly<Record<string, string>> = {
  accept: 'permits',
  deny: 'denies',
  jump: 'leads to another chain',
  goto: 'leads to another chain',
  return: 'returns',
  rewrite: 'changes the destination of',
  undecided: 'has an undecided verdict for',
};

/** What the rule of a statement does, in words. */
function ruleMeaning({ source, model }: NftDocument, { node, start }: Item): string | undefined {
  if (node.content.kind !== 'rule' || model.kind !== 'filter') return undefined;
  const rules = rulesAt(model, source.uri, start);
  if (rules.length === 0) return 'This rule never decides: it matches no IP packet.';
  const lines = rules.slice(0, MEANING_LIMIT).map(({ match, opaque, phases, action }) => {
    const what = describePackets(PacketSet.from(match));
    const verb = ACTIONS[action.kind] ?? action.kind;
    const replies = phases.length === 1 && phases[0] === 'reply' ? ' of established connections' : '';
    const conditions = opaque.length > 0 ? `, depending on ${opaque.map(({ text }) => `\`${text}\``).join(', ')}` : '';
    return `- ${verb} ${what}${replies}${conditions}`;
  });
  const more = rules.length > MEANING_LIMIT ? [`- and ${rules.length - MEANING_LIMIT} more`] : [];
  return ['This rule', '', ...lines, ...more].join('\n');
}

function rulesAt(model: FilterModel, uri: string, start: number): readonly FilterRule[] {
  for (const { rules } of [...model.chains.values(), ...model.points.flatMap((point) => point.chains)]) {
    const found = rules.filter(({ statement }) => statement.uri === uri && statement.range.start === start);
    if (found.length > 0) return found;
  }
  return [];
}

function nameMarkdown(document: NftDocument, use: NameUse): string {
  const heading = `**${use.kind}** \`${use.kind === 'variable' ? use.name.replace(/@.*/, '') : use.name}\``;
  const details = nameDetails(document, use);
  return details ? `${heading}\n\n${details}` : heading;
}

function nameDetails(document: NftDocument, use: NameUse): string | undefined {
  const table = document.program.tables.get(tableOf(use.name));
  switch (use.kind) {
    case 'variable':
      return variableDetails(document, use);
    case 'set': {
      const set = table?.sets.get(shortName(use.name));
      return set && setDetails(document, set);
    }
    case 'chain': {
      const chain = table?.chains.get(shortName(use.name));
      return chain && chainDetails(chain);
    }
    default:
      return undefined;
  }
}

function variableDetails({ names, source, tree }: NftDocument, use: NameUse): string | undefined {
  const definition = names.find(
    ({ kind, name, role }) => kind === 'variable' && name === use.name && role === 'definition',
  );
  if (!definition || definition.uri !== source.uri) return undefined;
  const { item } = statementAt(tree.root, definition.range.start);
  return item && code(item.node.text);
}

function setDetails({ source, program }: NftDocument, set: NamedSet): string {
  const type = set.types.join(' . ');
  const elements = set.elements.flatMap(({ set: own, uri, start }) => {
    if (uri !== source.uri || own.kind !== 'set') return [];
    return own.elements.map((element) => source.text.slice(start + element.start, start + element.end));
  });
  // The elements of a variable are written once, as its name.
  const content = elements.length > 0 ? code([...new Set(elements)].join(', ')) : 'It has no elements in this file.';
  const changes = changesAtRunTime(set, program.effects) ? '\n\nIts elements change at run time.' : '';
  return `${type ? `Of type \`${type}\`, with ${elements.length} elements:\n\n` : ''}${content}${changes}`;
}

function chainDetails({ base, policy, rules }: Chain): string {
  const count = `${rules.length} ${rules.length === 1 ? 'rule' : 'rules'}`;
  if (!base) return `${count}; reached by jumps.`;
  return `${count}; at the hook \`${base.hook}\` with priority ${base.priority ?? 'unknown'}, policy \`${policy}\`.`;
}

/** How much of a definition a hover shows. */
const TEXT_LIMIT = 600;

function code(text: string): string {
  const shown = text.length > TEXT_LIMIT ? `${text.slice(0, TEXT_LIMIT)} …` : text;
  return `\`\`\`nft\n${shown}\n\`\`\``;
}
