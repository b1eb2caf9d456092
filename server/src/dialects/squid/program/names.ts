import type { NameUse } from '../../dialect.js';
import type { Token } from '../syntax/parse.js';
import type { Statement } from '../syntax/statements.js';
import type { Program } from './program.js';
import { aclKey, type Entry, locate, referencesOf, type Segment } from './segments.js';

/** squid 5.7 defines names of 63 characters, but refuses the line that uses one. */
const NAME_LENGTH = 62;

/** Why an acl or an external acl type cannot have a name. */
export function nameFault(kind: string, name: string): string | undefined {
  if (kind !== 'acl' && kind !== 'external_acl_type') return 'it has no name that can be changed';
  if (name.length > NAME_LENGTH) return `squid takes names of up to ${NAME_LENGTH} characters`;
  return /^[A-Za-z0-9_][\w.:+/-]*$/.test(name) ? undefined : 'it takes letters, digits, and _ . : + / -';
}

/** Every definition and use of an acl, a cache_peer, an external_acl_type or a port's name, over all files. */
export function namesOf(program: Program): NameUse[] {
  const uses: NameUse[] = [];
  for (const segment of program.segments) {
    if (segment.uri === '') continue;
    const own = [...entriesOf(segment)].flatMap((entry) => usesOf(segment, entry));
    uses.push(...own.sort((a, b) => a.range.start - b.range.start));
  }
  return uses;
}

function* entriesOf({ summary }: Segment): Generator<Entry> {
  for (const entries of summary.acls.values()) yield* entries;
  for (const entries of summary.rules.values()) yield* entries;
  for (const entries of summary.plain.values()) yield* entries;
}

function usesOf(segment: Segment, entry: Entry): NameUse[] {
  const use = (token: Token, kind: string, role: NameUse['role'], name = token.text): NameUse => ({
    ...locate(segment, entry, token),
    name: kind === 'acl' ? aclKey(name) : name,
    kind,
    role,
  });
  const { statement } = entry;
  const acls = referencesOf(statement).map(({ token }) => use(token, 'acl', 'reference'));
  return [...ownUses(statement, use), ...acls];
}

function ownUses(
  statement: Statement,
  use: (token: Token, kind: string, role: NameUse['role'], name?: string) => NameUse,
): NameUse[] {
  switch (statement.kind) {
    case 'acl': {
      const [first] = statement.values;
      const own = [use(statement.name, 'acl', 'definition')];
      if (statement.type.name === 'external' && first) own.push(use(first, 'external_acl_type', 'reference'));
      if (statement.type.name === 'myportname')
        own.push(...statement.values.map((value) => use(value, 'port', 'reference')));
      if (statement.type.name === 'peername')
        own.push(...statement.values.map((value) => use(value, 'cache_peer', 'reference')));
      return own;
    }
    case 'rule':
      return statement.peer ? [use(statement.peer, 'cache_peer', 'reference')] : [];
    case 'plain': {
      const [first, ...options] = statement.arguments;
      switch (statement.directive?.name) {
        case 'external_acl_type':
          return first ? [use(first, 'external_acl_type', 'definition')] : [];
        case 'cache_peer': {
          const named = options.map(nameOption).find((token) => token !== undefined);
          return first ? [use(named ?? first, 'cache_peer', 'definition')] : [];
        }
        case 'http_port':
        case 'https_port':
        case 'ftp_port': {
          const named = options.map(nameOption).find((token) => token !== undefined);
          return named ? [use(named, 'port', 'definition')] : [];
        }
        default:
          return [];
      }
    }
    default:
      return [];
  }
}

/** The name in an option `name=…`. */
export function nameOption(token: Token): Token | undefined {
  if (!token.text.startsWith('name=') || token.text.length === 5) return undefined;
  return { start: token.start + 5, end: token.end, text: token.text.slice(5) };
}
