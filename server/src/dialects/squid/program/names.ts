// The names that a configuration defines and uses.

import { type Location, partsWithin } from '../../../text/range.js';
import type { NameUse } from '../../dialect.js';
import { aclKey, type PlainStatement, referencesOf, type Statement, type Token } from '../syntax/tree.js';
import type { Program } from './program.js';
import { locate, type Segment, type StatementLine } from './segments.js';

/** Every definition and use of an acl, a cache_peer, an external_acl_type or a port's name, over all files. */
export function namesOf({ segments }: Program): NameUse[] {
  return namesIn(segments);
}

/** Those in a part of one file. */
export function namesWithin({ segments }: Program, { uri, range }: Location): NameUse[] {
  const own = segments.filter((segment) => segment.uri === uri);
  return namesIn(partsWithin(own, ({ start }) => start, range));
}

function namesIn(segments: readonly Segment[]): NameUse[] {
  const uses: NameUse[] = [];
  for (const segment of segments) {
    if (segment.uri === '') continue;
    const own = [...linesIn(segment)].flatMap((line) => usesOf(segment, line));
    for (const use of own.sort((a, b) => a.range.start - b.range.start)) uses.push(use);
  }
  return uses;
}

function* linesIn({ statements }: Segment): Generator<StatementLine> {
  for (const lines of statements.acls.values()) yield* lines;
  for (const lines of statements.rules.values()) yield* lines;
  for (const lines of statements.plain.values()) yield* lines;
}

function usesOf(segment: Segment, line: StatementLine): NameUse[] {
  const use = (token: Token, kind: string, role: NameUse['role'], name = token.text): NameUse => ({
    ...locate(segment, line, token),
    name: kind === 'acl' ? aclKey(name) : name,
    kind,
    role,
  });
  const { statement } = line;
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
        return [...own, ...statement.values.map((value) => use(value, 'port', 'reference'))];
      if (statement.type.name === 'peername')
        return [...own, ...statement.values.map((value) => use(value, 'cache_peer', 'reference'))];
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
          const name = peerName(statement);
          return name ? [use(name, 'cache_peer', 'definition')] : [];
        }
        case 'http_port':
        case 'https_port':
        case 'ftp_port': {
          const name = nameOption(options);
          return name ? [use(name, 'port', 'definition')] : [];
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
function nameOption(options: readonly Token[]): Token | undefined {
  const option = options.find(({ text }) => text.startsWith('name=') && text.length > 'name='.length);
  const start = 'name='.length;
  return option && { start: option.start + start, end: option.end, text: option.text.slice(start) };
}

/** The name of a `cache_peer`: its `name=`, or its host. */
export function peerName({ arguments: [host, ...options] }: PlainStatement): Token | undefined {
  return nameOption(options) ?? host;
}
