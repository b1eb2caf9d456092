import { isCollection, isMap, isNode, isScalar, isSeq, type Node, type YAMLMap } from 'yaml';
import schema from '../../../../../schemas/netpolicy.schema.json' with { type: 'json' };
import { parsePrefix } from '../../../model/ip.js';
import { formatPorts } from '../../../model/ports.js';
import { range, type TextRange } from '../../../text/range.js';
import { describeSchemas, type JsonSchema, placeAt, suggestionsAt, withKeys } from '../../../yaml/schema-help.js';
import type { Path } from '../../../yaml/yaml-text.js';
import type { CompletionItem, Completions, Document, Entity, OutlineItem, Vocabulary } from '../../dialect.js';
import { policyOf } from '../document.js';
import type { Policy } from '../program/policy.js';
import { ANY, PROTOCOLS, readHost, readPorts } from '../program/values.js';
import type { NetpolicyTree } from '../syntax/parse.js';
import { summary } from '../syntax/reader.js';

const SCHEMA: JsonSchema = schema;

const NO_WORDS: Vocabulary = { roles: new Map() };

/** What groups are made of. */
type Kind = 'addresses' | 'hosts' | 'ports';

/** What the values at a path name; `undefined` where they name neither addresses nor hosts nor ports. */
function kindAt(path: Path): Kind | undefined {
  const keys = path.filter((step) => typeof step === 'string');
  const [section, kind] = keys;
  if (section === 'groups') return kind === 'addresses' || kind === 'hosts' || kind === 'ports' ? kind : undefined;
  switch (keys[keys.length - 1]) {
    case 'from':
    case 'to':
    case 'peers':
    case 'clients':
      return 'addresses';
    case 'hosts':
    case 'bypass':
    case 'exceptions':
      return 'hosts';
    case 'ports':
      return 'ports';
    default:
      return undefined;
  }
}

/** What stands at an offset: what the schema says of it, or the host, address, port or group that it is. */
export function entityAt(
  document: Document<NetpolicyTree>,
  offset: number,
  { roles }: Vocabulary = NO_WORDS,
): Entity | undefined {
  const place = placeAt(document.source.text, offset, SCHEMA);
  if (!place) return undefined;
  const { path, range: at, role } = place;
  const kind = kindAt(path);
  const node = document.tree.yaml.nodeAt(path);
  const isGroupName = role === 'key' && path[0] === 'groups' && path.length === 3;
  if (kind && isGroupName) return groupEntity(policyOf(document), kind, String(path[2]), at, roles);
  if (kind && role === 'value' && isScalar(node)) {
    const word = String(node.value);
    const policy = policyOf(document);
    if (policy[kind].has(word)) return groupEntity(policy, kind, word, at, roles);
    const entity = valueEntity(kind, word, at, document.source.text, offset);
    if (entity) return entity;
  }
  const markdown = describeSchemas(place.schemas);
  return markdown === '' ? undefined : { kind: 'keyword', range: at, markdown };
}

function valueEntity(kind: Kind, word: string, at: TextRange, text: string, offset: number): Entity | undefined {
  switch (kind) {
    case 'addresses':
      return parsePrefix(word) ? { kind: 'address', range: at, prefix: word } : undefined;
    case 'hosts':
      return word !== ANY && readHost(word).kind === 'value' ? { kind: 'host', range: at, host: word } : undefined;
    case 'ports':
      return readPorts(word).kind === 'value' ? portEntity(text, at, offset) : undefined;
  }
}

/** The port at an offset, which may be either end of a range. */
function portEntity(text: string, { start, end }: TextRange, offset: number): Entity | undefined {
  for (const { 0: digits, index } of text.slice(start, end).matchAll(/\d+/g)) {
    const at = range(start + index, start + index + digits.length);
    if (offset <= at.end) return { kind: 'port', range: at, port: Number(digits) };
  }
  return undefined;
}

/** How many parts of a group a hover spells out. */
const CONTENT_LIMIT = 12;

function groupEntity(
  policy: Policy,
  kind: Kind,
  name: string,
  at: TextRange,
  roles: Vocabulary['roles'],
): Entity | undefined {
  const parts = contentOf(policy, kind, name);
  if (!parts) return undefined;
  const shown = parts.slice(0, CONTENT_LIMIT).map((part) => `\`${part}\``);
  const rest = parts.length > CONTENT_LIMIT ? ` and ${parts.length - CONTENT_LIMIT} more` : '';
  const content = shown.length === 0 ? 'nothing' : `${shown.join(', ')}${rest}`;
  const role = kind === 'addresses' ? roles.get(name) : undefined;
  const meaning = role === undefined ? '' : `\n\nIt says where the role of this name is: ${role}.`;
  return { kind: 'name', range: at, markdown: `Group of ${kind} **${name}**: ${content}${meaning}` };
}

/** What a group holds, groups inside of it resolved. */
function contentOf({ addresses, hosts, ports }: Policy, kind: Kind, name: string): readonly string[] | undefined {
  switch (kind) {
    case 'addresses':
      return addresses.get(name)?.toPrefixes();
    case 'hosts':
      return hosts.get(name)?.describe().split(', ');
    case 'ports': {
      const set = ports.get(name);
      return set && (set.isEmpty ? [] : formatPorts(set).split(', '));
    }
  }
}

/** What may be written at an offset: keys and values of the schema, groups, roles to call groups after, protocols. */
export function completionsAt(
  document: Document<NetpolicyTree>,
  offset: number,
  { roles }: Vocabulary = NO_WORDS,
): Completions | undefined {
  const { text } = document.source;
  const policy = policyOf(document);
  const found = suggestionsAt(text, offset, withKeys(SCHEMA, ['groups', 'addresses'], roles), (path) =>
    wordsAt(policy, path),
  );
  if (!found) return undefined;
  const isJson = /^\s*\{/.test(text);
  const isQuoted = /["']/.test(text[found.range.start - 1] ?? '');
  const hasColon = /^["']?\s*:/.test(text.slice(found.range.end, found.range.end + 20));
  const items = found.suggestions.map(({ text: label, role, description }): CompletionItem => {
    const isWord = role === 'value' && /^(?:true|false|\d+)$/.test(label);
    const written = isJson && !isQuoted && !isWord ? `"${label}"` : label;
    return {
      label,
      kind: role === 'key' ? 'keyword' : kindAt(found.path) ? 'name' : 'value',
      detail: role === 'key' ? 'key' : 'value',
      insertText: role === 'key' && !hasColon && !isQuoted ? `${written}: ` : written,
      ...(description === '' ? {} : { documentation: description }),
    };
  });
  return { range: found.range, items };
}

/** The words that depend on the file, or stand in lists where the schema knows only texts. */
function wordsAt(policy: Policy, path: Path): readonly string[] {
  const kind = kindAt(path);
  if (kind) return [...policy[kind].keys(), ...(kind === 'ports' ? [] : [ANY])];
  return path.includes('protocol') ? [ANY, ...PROTOCOLS.keys()] : [];
}

/** The sections, with the groups and rules in them. */
export function outline({ tree }: Document<NetpolicyTree>): readonly OutlineItem[] {
  const root = tree.yaml.nodeAt([]);
  return pairsOf(root).map(({ name, at, value }) => sectionItem(name, at, value, tree.text, 0));
}

/** How deep the outline goes: section, kind of group, group. */
const OUTLINE_DEPTH = 2;

function sectionItem(name: string, at: TextRange, value: Node | undefined, text: string, depth: number): OutlineItem {
  const end = value?.range ? Math.max(at.end, trimmedEnd(text, value.range[1])) : at.end;
  const children = depth < OUTLINE_DEPTH ? childItems(name, value, text, depth) : [];
  const detail = children.length > 0 || !value ? '' : summary(value.toJSON());
  return {
    name,
    detail: detail.length > DETAIL_LIMIT ? `${detail.slice(0, DETAIL_LIMIT - 1)}…` : detail,
    kind: children.length > 0 || isMap(value) ? 'section' : isSeq(value) ? 'list' : 'variable',
    range: range(at.start, end),
    nameRange: at,
    children,
  };
}

const DETAIL_LIMIT = 100;

function childItems(name: string, value: Node | undefined, text: string, depth: number): OutlineItem[] {
  if (isMap(value)) {
    return pairsOf(value).map((pair) => sectionItem(pair.name, pair.at, pair.value, text, depth + 1));
  }
  if (!isSeq(value) || name !== 'rules') return [];
  return value.items.flatMap((item, i) => (isMap(item) && item.range ? [ruleItem(item, i, text)] : []));
}

function ruleItem(rule: YAMLMap, index: number, text: string): OutlineItem {
  const [start, valueEnd] = rule.range ?? [0, 0];
  const name = rule.get('name');
  const whole = range(start, trimmedEnd(text, valueEnd));
  const detail = summary(rule.toJSON());
  return {
    name: typeof name === 'string' && name !== '' ? name : `rule ${index + 1}`,
    detail: detail.length > DETAIL_LIMIT ? `${detail.slice(0, DETAIL_LIMIT - 1)}…` : detail,
    kind: 'rule',
    range: whole,
    nameRange: whole,
    children: [],
  };
}

function pairsOf(node: Node | undefined): { name: string; at: TextRange; value: Node | undefined }[] {
  if (!isMap(node)) return [];
  return node.items.flatMap(({ key, value }) => {
    if (!isScalar(key) || !key.range || String(key.value) === '') return [];
    return [
      { name: String(key.value), at: range(key.range[0], key.range[1]), value: isNode(value) ? value : undefined },
    ];
  });
}

/** Every list and map over several lines. */
export function foldingRanges({ tree }: Document<NetpolicyTree>): readonly TextRange[] {
  const ranges: TextRange[] = [];
  const fold = (start: number, node: unknown) => {
    if (!isCollection(node) || !node.range) return;
    const end = trimmedEnd(tree.text, node.range[1]);
    if (tree.text.slice(start, end).includes('\n')) ranges.push(range(start, end));
  };
  const visitNode = (node: unknown, depth: number) => {
    if (depth > FOLDING_DEPTH) return;
    if (isMap(node)) {
      for (const { key, value } of node.items) {
        if (isScalar(key) && key.range) fold(key.range[0], value);
        visitNode(value, depth + 1);
      }
    } else if (isSeq(node)) {
      for (const item of node.items) {
        if (isNode(item) && item.range) fold(item.range[0], item);
        visitNode(item, depth + 1);
      }
    }
  };
  visitNode(tree.yaml.nodeAt([]), 0);
  return ranges;
}

/** Deeper parts of a file are no policy's. */
const FOLDING_DEPTH = 12;

/** The end of what is written before an offset; blocks go on to what follows them. */
function trimmedEnd(text: string, end: number): number {
  let at = end;
  while (at > 0 && /\s/.test(text[at - 1] ?? '')) at--;
  return at;
}
