// Completion at an offset of the main file.

import { startOfLine } from '../../../text/lines.js';
import type { CompletionItem, Completions } from '../../dialect.js';
import { snippetItems } from '../../shared/snippets.js';
import type { Acl } from '../program/acls.js';
import { peerName } from '../program/names.js';
import { linesOf, type Program, type SquidDocument } from '../program/program.js';
import { ACL_TYPES, type AclType } from '../vocabulary/acl-types.js';
import { ACCESS_ACTIONS, BUMP_ACTIONS } from '../vocabulary/actions.js';
import { argumentWords } from '../vocabulary/arguments.js';
import { type ArgumentShape, DIRECTIVES, FORMS } from '../vocabulary/directives.js';
import { SNIPPETS } from '../vocabulary/snippets.js';
import { METHODS, PROTOCOLS, STEPS, UNSUPPORTED_PROTOCOL_ACTIONS } from '../vocabulary/values.js';
import { aclTypeMarkdown, actionMarkdown, directiveMarkdown } from './markdown.js';

export function completionsAt(document: SquidDocument, offset: number): Completions | undefined {
  const { text } = document.source;
  const before = text.slice(startOfLine(text, offset), offset);
  if (/^\s*#/.test(before)) return undefined;
  const written = before.split(/[ \t]+/).filter((word) => word !== '');
  const current = /[ \t]$/.test(before) || before === '' ? '' : (written.pop() ?? '');
  const end = offset + (/^[^\s]*/.exec(text.slice(offset, offset + 200))?.[0].length ?? 0);
  const range = { start: offset - current.length, end };
  if (written[0] === 'include') return { range, items: [], path: 'file' };
  // A list of values may be in a file of its own.
  if (written[0] === 'acl' && written.length > 2 && current.startsWith('"'))
    return { range: { start: range.start + 1, end: current.endsWith('"') ? end - 1 : end }, items: [], path: 'file' };
  const items = itemsFor(document.program, written, current.startsWith('!'));
  return items.length === 0 ? undefined : { range, items, ...(isClosed(written) ? { closed: true } : {}) };
}

/** Directives whose arguments are actions and acls alone. */
const ACL_LISTS: ReadonlySet<ArgumentShape> = new Set([
  'access',
  'ssl-bump',
  'peer-access',
  'header-access',
  'pool-access',
  'service-access',
  'on-off',
  'on-off-warn',
  'auth-param',
]);

/** Whether neither a host, an address nor a port can follow some words. */
function isClosed([name, ...args]: readonly string[]): boolean {
  if (name === undefined) return true;
  if (name === 'acl') return args.length < 2;
  const shape = DIRECTIVES.get(name)?.shape;
  return shape !== undefined && ACL_LISTS.has(shape);
}

function itemsFor(program: Program, written: readonly string[], negated: boolean): CompletionItem[] {
  const [name, ...args] = written;
  if (name === undefined) return [...directiveItems(), ...snippetItems(SNIPPETS)];
  if (name === 'acl') return aclItems(program, args, negated);
  const directive = DIRECTIVES.get(name);
  switch (directive?.shape) {
    case 'access':
      return args.length === 0 ? actions(ACCESS_ACTIONS) : referenceItems(program, negated);
    case 'ssl-bump':
      return args.length === 0
        ? actions([...BUMP_ACTIONS].filter((action) => !ACCESS_ACTIONS.includes(action)))
        : referenceItems(program, negated);
    case 'peer-access':
      if (args.length === 0) return peerItems(program);
      return args.length === 1 ? actions(ACCESS_ACTIONS) : referenceItems(program, negated);
    case 'header-access':
    case 'pool-access':
    case 'service-access':
      if (args.length === 0) return [];
      return args.length === 1 ? actions(ACCESS_ACTIONS) : referenceItems(program, negated);
    case 'on-off':
      return args.length === 0 ? values(['on', 'off']) : [];
    case 'on-off-warn':
      return args.length === 0 ? values(['on', 'off', 'warn']) : [];
    case 'unsupported-protocol':
      return args.length === 0 ? values(UNSUPPORTED_PROTOCOL_ACTIONS.names) : referenceItems(program, negated);
    case 'log':
      // Behind the place and its format, acls say what is logged.
      return args.length < 2
        ? values(argumentWords(name, args))
        : [...referenceItems(program, negated), ...(negated ? [] : values(argumentWords(name, args)))];
    case 'port':
      return args.length > 0
        ? values(['intercept', 'tproxy', 'accel', 'ssl-bump', 'name=', 'tls-cert=', 'generate-host-certificates=on'])
        : [];
    case 'deny-info':
      return args.length > 0 ? referenceItems(program, negated) : values(argumentWords(name, args));
    case 'address-acls':
    case 'value-acls':
      return args.length > 0 ? referenceItems(program, negated) : [];
    default:
      return values(argumentWords(name, args));
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
      detail: FORMS[directive.shape],
      insertText: name,
      ...(documentation !== undefined && { documentation }),
    });
  }
  return items;
}

function aclItems(program: Program, args: readonly string[], negated: boolean): CompletionItem[] {
  const [name, typeName] = args;
  if (name === undefined) return program.acls.all.filter(({ isBuiltIn }) => !isBuiltIn).map((acl) => aclItem(acl));
  if (typeName === undefined) return [...new Set(ACL_TYPES.values())].map(typeItem);
  const type = ACL_TYPES.get(typeName);
  switch (type?.values) {
    case 'acls':
      return referenceItems(program, negated);
    case 'steps':
      return values(STEPS.names);
    case 'methods':
      return values(METHODS.names);
    case 'protocols':
      return values(PROTOCOLS.names);
    case 'users':
      return values([...type.options, 'REQUIRED']);
    default:
      return args.length === 2 ? values(type?.options ?? []) : [];
  }
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
  return program.acls.all.map((acl) => aclItem(acl, negated));
}

/** Those of the file are names; what squid has by itself comes behind them. */
function aclItem({ name, type, isBuiltIn }: Acl, negated = false): CompletionItem {
  return {
    label: name,
    kind: isBuiltIn ? 'keyword' : 'name',
    detail: type.name,
    insertText: negated ? `!${name}` : name,
  };
}

function peerItems(program: Program): CompletionItem[] {
  return linesOf(program, 'cache_peer').flatMap(({ line }) => {
    const name = peerName(line.statement);
    return name ? [{ label: name.text, kind: 'name', detail: 'cache_peer', insertText: name.text }] : [];
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

function values(names: Iterable<string>): CompletionItem[] {
  return [...names].map((name) => ({ label: name, kind: 'value', detail: 'value', insertText: name }));
}
