// What is at an offset of the main file, for hover.

import { lineAt } from '../../../kept/line-blocks.js';
import { parsePrefix } from '../../../model/ip.js';
import { contains, type TextRange } from '../../../text/range.js';
import type { Entity } from '../../dialect.js';
import type { Program, SquidDocument } from '../program/program.js';
import { readAddress } from '../syntax/addresses.js';
import { isNoHostName, readDomain } from '../syntax/domains.js';
import { tokenize } from '../syntax/lines.js';
import { type AclReference, type AclStatement, aclKey, referencesOf, type Token } from '../syntax/tree.js';
import { rangeOf } from './lines.js';
import { aclMarkdown, aclTypeMarkdown, actionMarkdown, directiveMarkdown } from './markdown.js';

export function entityAt(document: SquidDocument, offset: number): Entity | undefined {
  const placed = lineAt(document.tree, offset);
  const statement = placed?.line.statement;
  if (!placed || !statement) return undefined;
  const at = offset - placed.start;
  const name = 'name' in statement && statement.kind !== 'acl' ? statement.name : tokenize(placed.line)[0];
  const range = (token: Token) => rangeOf(placed, token);
  if (name && contains(name, at)) {
    const markdown = directiveMarkdown(name.text);
    return markdown === undefined ? undefined : { kind: 'keyword', range: range(name), markdown };
  }
  const { program } = document;
  const reference = referencesOf(statement).find(({ token }) => contains(token, at));
  if (reference) return aclEntity(program, reference, range(reference.token));
  if (statement.kind === 'acl') return aclLineEntity(program, statement, at, range);
  if (statement.kind === 'rule' && contains(statement.action, at)) {
    const markdown = actionMarkdown(statement.action.text);
    return markdown === undefined ? undefined : { kind: 'keyword', range: range(statement.action), markdown };
  }
  if (statement.kind !== 'plain') return undefined;
  const token = statement.arguments.find((argument) => contains(argument, at));
  return token && valueEntity(token, range(token));
}

function aclEntity(program: Program, { name }: AclReference, range: TextRange): Entity | undefined {
  const acl = program.acls.get(aclKey(name));
  return acl && { kind: 'name', range, markdown: aclMarkdown(program, acl) };
}

function aclLineEntity(
  program: Program,
  statement: AclStatement,
  at: number,
  range: (token: Token) => TextRange,
): Entity | undefined {
  if (contains(statement.name, at)) {
    const acl = program.acls.get(aclKey(statement.name.text));
    return acl && { kind: 'name', range: range(statement.name), markdown: aclMarkdown(program, acl) };
  }
  if (contains(statement.typeToken, at)) {
    return { kind: 'keyword', range: range(statement.typeToken), markdown: aclTypeMarkdown(statement.type) };
  }
  const token = statement.values.find((value) => contains(value, at));
  if (!token) return undefined;
  switch (statement.type.values) {
    case 'ports':
      return portEntity(token, range(token));
    case 'addresses':
    case 'domains':
      return valueEntity(token, range(token));
    default:
      return undefined;
  }
}

function portEntity(token: Token, range: TextRange): Entity | undefined {
  return /^\d{1,5}$/.test(token.text) ? { kind: 'port', range, port: Number(token.text) } : undefined;
}

function valueEntity(token: Token, range: TextRange): Entity | undefined {
  if (parsePrefix(token.text)) return { kind: 'address', range, prefix: token.text };
  const value = /^[\d.]+\//.test(token.text) ? readAddress(token.text) : undefined;
  const [prefix, ...others] = value?.kind === 'set' ? value.set.toPrefixes() : [];
  if (prefix !== undefined && others.length === 0) return { kind: 'address', range, prefix };
  const domain = readDomain(token.text);
  if (isNoHostName(domain) || !/^[a-z0-9_-]+(\.[a-z0-9_-]+)+$/.test(domain.name)) return undefined;
  return { kind: 'host', range, host: domain.withSubdomains ? `*.${domain.name}` : domain.name };
}
