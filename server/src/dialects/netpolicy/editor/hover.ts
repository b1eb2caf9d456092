// Hover on keys, groups, hosts, addresses and ports of a policy.
import { isScalar } from 'yaml';
import { parsePrefix } from '../../../model/ip.js';
import { formatPorts } from '../../../model/ports.js';
import { range, type TextRange } from '../../../text/range.js';
import { describeSchemas, placeAt } from '../../../yaml/schema-help.js';
import type { Entity, Vocabulary } from '../../dialect.js';
import type { NetpolicyDocument, Policy } from '../program/policy.js';
import { readHost, readPorts } from '../program/values.js';
import { ANY, type GroupKind, groupKindAt, SCHEMA } from '../vocabulary/words.js';

const NO_VOCABULARY: Vocabulary = { roles: new Map() };

/** What is at an offset: a key with its description in the schema, or a host, address, port or group. */
export function entityAt(
  document: NetpolicyDocument,
  offset: number,
  { roles }: Vocabulary = NO_VOCABULARY,
): Entity | undefined {
  const place = placeAt(document.source.text, offset, SCHEMA);
  if (!place) return undefined;
  const { path, range: at, role } = place;
  const policy = document.program;
  const kind = groupKindAt(path);
  const node = document.tree.yaml.nodeAt(path);
  const isGroupName = role === 'key' && path[0] === 'groups' && path.length === 3;
  const groupEntity = (group: GroupKind, name: string): Entity | undefined => {
    const markdown = groupMarkdown(policy, group, name, roles);
    return markdown === undefined ? undefined : { kind: 'name', range: at, markdown };
  };
  if (kind && isGroupName) return groupEntity(kind, String(path[2]));
  if (kind && role === 'value' && isScalar(node)) {
    const word = String(node.value);
    if (policy[kind].has(word)) return groupEntity(kind, word);
    const entity = kind === 'ports' ? portEntity(word, document.source.text, at, offset) : valueEntity(kind, word, at);
    if (entity) return entity;
  }
  const markdown = describeSchemas(place.schemas);
  return markdown === '' ? undefined : { kind: 'keyword', range: at, markdown };
}

function valueEntity(kind: 'addresses' | 'hosts', word: string, at: TextRange): Entity | undefined {
  if (kind === 'addresses') return parsePrefix(word) ? { kind: 'address', range: at, prefix: word } : undefined;
  return word !== ANY && readHost(word).kind === 'value' ? { kind: 'host', range: at, host: word } : undefined;
}

/** The port at an offset, which may be either end of a range. */
function portEntity(word: string, text: string, { start, end }: TextRange, offset: number): Entity | undefined {
  if (readPorts(word).kind !== 'value') return undefined;
  for (const { 0: digits, index } of text.slice(start, end).matchAll(/\d+/g)) {
    const at = range(start + index, start + index + digits.length);
    if (offset <= at.end) return { kind: 'port', range: at, port: Number(digits) };
  }
  return undefined;
}

/** How many members of a group a hover lists. */
const CONTENT_LIMIT = 12;

/** The content of a group; `undefined` where there is no such group. */
function groupMarkdown(policy: Policy, kind: GroupKind, name: string, roles: Vocabulary['roles']): string | undefined {
  const parts = contentOf(policy, kind, name);
  if (!parts) return undefined;
  const shown = parts.slice(0, CONTENT_LIMIT).map((part) => `\`${part}\``);
  const rest = parts.length > CONTENT_LIMIT ? ` and ${parts.length - CONTENT_LIMIT} more` : '';
  const content = shown.length === 0 ? 'nothing' : `${shown.join(', ')}${rest}`;
  const role = kind === 'addresses' ? roles.get(name) : undefined;
  const meaning = role === undefined ? '' : `\n\nIt defines the addresses of the role of this name: ${role}.`;
  return `Group of ${kind} **${name}**: ${content}${meaning}`;
}

/** The content of a group, with nested groups resolved. */
function contentOf({ addresses, hosts, ports }: Policy, kind: GroupKind, name: string): readonly string[] | undefined {
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
