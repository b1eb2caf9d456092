import { lineAt } from '../../../kept/line-blocks.js';
import { parsePrefix } from '../../../model/ip.js';
import { contains, type TextRange } from '../../../text/range.js';
import type { CompletionItem, Completions, Document, Entity, OutlineItem } from '../../dialect.js';
import { programOf } from '../document.js';
import { nameOption } from '../program/names.js';
import { type Program, statementsOf } from '../program/program.js';
import { aclKey, referencesOf } from '../program/segments.js';
import { readAddress } from '../syntax/addresses.js';
import { isNoHostName, readDomain } from '../syntax/domains.js';
import { type Line, type SquidTree, type Token, words } from '../syntax/parse.js';
import type { AclReference } from '../syntax/references.js';
import { type AclStatement, BUMP_ACTIONS, type Statement, statementOf } from '../syntax/statements.js';
import { ACL_TYPES, type AclType, aclType } from '../vocabulary/acl-types.js';
import { DIRECTIVES } from '../vocabulary/directives.js';
import { aclTypeMarkdown, actionMarkdown, directiveDetail, directiveMarkdown } from '../vocabulary/docs.js';
import { aclMarkdown } from './acl-markdown.js';

interface PlacedLine {
  readonly line: Line;
  readonly start: number;
}

function* linesOf(tree: SquidTree): Generator<PlacedLine> {
  for (const [index, block] of tree.blocks.entries()) {
    const blockStart = tree.starts[index] ?? 0;
    for (const [i, line] of block.lines.entries()) yield { line, start: blockStart + (block.starts[i] ?? 0) };
  }
}

function place({ start }: PlacedLine, token: { readonly start: number; readonly end: number }): TextRange {
  return { start: start + token.start, end: start + token.end };
}

/** Ports, peers and acls one by one; rules under the list that they belong to. */
export function outline(document: Document<SquidTree>): readonly OutlineItem[] {
  const items: (OutlineItem & { children: OutlineItem[] })[] = [];
  const groups = new Map<string, OutlineItem & { children: OutlineItem[] }>();
  for (const placed of linesOf(document.tree)) {
    if (placed.line.kind !== 'statement') continue;
    const item = outlineItem(placed, statementOf(placed.line));
    if (!item) continue;
    const group = groups.get(item.group);
    if (group) {
      group.children.push(item.entry);
    } else if (item.grouped) {
      const { entry } = item;
      const head = { ...entry, name: item.group, detail: '', kind: 'section' as const, children: [entry] };
      groups.set(item.group, head);
      items.push(head);
    } else {
      items.push({ ...item.entry, children: [] });
    }
  }
  // A section spans from its first entry to its last.
  return items.map((item) => {
    const last = item.children[item.children.length - 1];
    return last ? { ...item, range: { start: item.range.start, end: last.range.end } } : item;
  });
}

function outlineItem(placed: PlacedLine, statement: Statement) {
  const words = placed.line.text.trim().replace(/\s+/g, ' ');
  const range = { start: placed.start, end: placed.start + placed.line.raw.trimEnd().length };
  const entry = (name: string, kind: OutlineItem['kind'], token: Token): OutlineItem => ({
    name,
    detail: words.length > 120 ? `${words.slice(0, 119)}…` : words,
    kind,
    range,
    nameRange: place(placed, token),
    children: [],
  });
  switch (statement.kind) {
    case 'acl':
      return {
        group: `acl ${aclKey(statement.name.text)}`,
        grouped: false,
        entry: entry(statement.name.text, 'list', statement.name),
      };
    case 'rule':
      return { group: statement.list, grouped: true, entry: entry(words, 'rule', statement.action) };
    case 'plain': {
      const [first] = statement.arguments;
      if (!first) return undefined;
      const shape = statement.directive?.shape;
      if (shape === 'port') return { group: '', grouped: false, entry: entry(words, 'port', first) };
      if (shape === 'peer') return { group: '', grouped: false, entry: entry(first.text, 'section', first) };
      return undefined;
    }
    default:
      return undefined;
  }
}

/** What stands at an offset of the main file. */
export function entityAt(document: Document<SquidTree>, offset: number): Entity | undefined {
  const placed = lineAt(document.tree, offset);
  if (placed?.line.kind !== 'statement') return undefined;
  const statement = statementOf(placed.line);
  const at = offset - placed.start;
  const name = 'name' in statement && statement.kind !== 'acl' ? statement.name : words(placed.line)[0];
  const range = (token: Token) => place(placed, token);
  if (name && contains(name, at)) {
    const markdown = directiveMarkdown(name.text);
    return markdown === undefined ? undefined : { kind: 'keyword', range: range(name), markdown };
  }
  const program = programOf(document);
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

/** What may be written at an offset of the main file. */
export function completionsAt(document: Document<SquidTree>, offset: number): Completions | undefined {
  const { text } = document.source;
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  const before = text.slice(lineStart, offset);
  if (/^\s*#/.test(before)) return undefined;
  const written = before.split(/[ \t]+/).filter((word) => word !== '');
  const current = /[ \t]$/.test(before) || before === '' ? '' : (written.pop() ?? '');
  const end = offset + (/^[^\s]*/.exec(text.slice(offset, offset + 200))?.[0].length ?? 0);
  const items = itemsFor(programOf(document), written, current.startsWith('!'));
  if (items.length === 0) return undefined;
  return { range: { start: offset - current.length, end }, items };
}

function itemsFor(program: Program, written: readonly string[], negated: boolean): CompletionItem[] {
  const [name, ...args] = written;
  if (name === undefined) return directiveItems();
  if (name === 'acl') return aclItems(program, args, negated);
  const directive = DIRECTIVES.get(name);
  switch (directive?.shape) {
    case 'access':
      return args.length === 0 ? actions(['allow', 'deny']) : referenceItems(program, negated);
    case 'ssl-bump':
      return args.length === 0
        ? actions([...BUMP_ACTIONS].filter((action) => action !== 'allow' && action !== 'deny'))
        : referenceItems(program, negated);
    case 'peer-access':
      if (args.length === 0) return peerItems(program);
      return args.length === 1 ? actions(['allow', 'deny']) : referenceItems(program, negated);
    case 'header-access':
    case 'pool-access':
    case 'service-access':
      if (args.length === 0) return [];
      return args.length === 1 ? actions(['allow', 'deny']) : referenceItems(program, negated);
    case 'on-off':
      return args.length === 0 ? values(['on', 'off']) : [];
    case 'on-off-warn':
      return args.length === 0 ? values(['on', 'off', 'warn']) : [];
    case 'unsupported-protocol':
      return args.length === 0 ? values(['tunnel', 'respond']) : referenceItems(program, negated);
    case 'peer':
      return args.length === 1 ? values(['parent', 'sibling', 'multicast']) : [];
    case 'port':
      return args.length > 0
        ? values(['intercept', 'tproxy', 'accel', 'ssl-bump', 'name=', 'tls-cert=', 'generate-host-certificates=on'])
        : [];
    case 'deny-info':
    case 'address-acls':
    case 'value-acls':
      return args.length > 0 ? referenceItems(program, negated) : [];
    default:
      return [];
  }
}

function directiveItems(): CompletionItem[] {
  const items: CompletionItem[] = [];
  for (const [name, directive] of DIRECTIVES) {
    if (directive.status !== 'current' || name !== directive.name) continue;
    const documentation = directiveMarkdown(name);
    items.push({
      label: name,
      kind: 'keyword',
      detail: directiveDetail(directive),
      insertText: name,
      ...(documentation !== undefined && { documentation }),
    });
  }
  return [...items, { label: 'include', kind: 'keyword', detail: 'FILE …', insertText: 'include' }];
}

function aclItems(program: Program, args: readonly string[], negated: boolean): CompletionItem[] {
  const [name, typeName] = args;
  if (name === undefined) return [...program.acls.values()].filter(isOwn(program)).map((acl) => aclItem(acl, false));
  if (typeName === undefined) return [...ACL_TYPES.values()].map(typeItem);
  const type = aclType(typeName);
  switch (type?.values) {
    case 'acls':
      return referenceItems(program, negated);
    case 'steps':
      return values(['SslBump1', 'SslBump2', 'SslBump3', 'GeneratingCONNECT']);
    case 'methods':
      return values(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'CONNECT']);
    case 'protocols':
      return values(['HTTP', 'HTTPS', 'FTP']);
    case 'users':
      return values([...type.options, 'REQUIRED']);
    default:
      return args.length === 2 ? values(type?.options ?? []) : [];
  }
}

function isOwn(program: Program) {
  return ({ lines }: { readonly lines: readonly { readonly segment: number }[] }) =>
    lines.some(({ segment }) => program.segments[segment]?.uri !== '');
}

function typeItem(type: AclType): CompletionItem {
  return {
    label: type.name,
    kind: 'type',
    detail: `matches ${type.about}`,
    documentation: aclTypeMarkdown(type),
    insertText: type.name,
  };
}

function referenceItems(program: Program, negated: boolean): CompletionItem[] {
  return [...program.acls.values()].map((acl) => aclItem(acl, negated));
}

function aclItem({ name, type }: { readonly name: string; readonly type: AclType }, negated: boolean): CompletionItem {
  return { label: name, kind: 'name', detail: type.name, insertText: negated ? `!${name}` : name };
}

function peerItems(program: Program): CompletionItem[] {
  return statementsOf(program, 'cache_peer').flatMap(({ entry }) => {
    const [host, ...options] = entry.statement.arguments;
    const name = options.map(nameOption).find((token) => token !== undefined) ?? host;
    return name ? [{ label: name.text, kind: 'name' as const, detail: 'cache_peer', insertText: name.text }] : [];
  });
}

function actions(names: readonly string[]): CompletionItem[] {
  return names.map((name) => {
    const documentation = actionMarkdown(name);
    return {
      label: name,
      kind: 'keyword',
      detail: 'action',
      insertText: name,
      ...(documentation !== undefined && { documentation }),
    };
  });
}

function values(names: readonly string[]): CompletionItem[] {
  return names.map((name) => ({ label: name, kind: 'value', detail: 'value', insertText: name }));
}

/** Blocks of comment lines, and conditional blocks. */
export function foldingRanges(document: Document<SquidTree>): readonly TextRange[] {
  const ranges: TextRange[] = [];
  const conditions: number[] = [];
  let comments: { start: number; end: number; count: number } | undefined;
  const closeComments = () => {
    if (comments && comments.count > 1) ranges.push({ start: comments.start, end: comments.end });
    comments = undefined;
  };
  for (const { line, start } of linesOf(document.tree)) {
    const end = start + line.raw.trimEnd().length;
    if (line.kind === 'comment') {
      comments = { start: comments?.start ?? start, end, count: (comments?.count ?? 0) + 1 };
      continue;
    }
    closeComments();
    if (line.kind !== 'statement') continue;
    const { kind } = statementOf(line);
    if (kind === 'if') conditions.push(start);
    const opened = kind === 'endif' || kind === 'else' ? conditions.pop() : undefined;
    if (opened !== undefined) ranges.push({ start: opened, end: kind === 'endif' ? end : start });
    if (kind === 'else') conditions.push(start);
  }
  closeComments();
  return ranges;
}
