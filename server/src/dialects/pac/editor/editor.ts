import type { AnyNode, Identifier } from 'acorn';
import { parseAddress } from '../../../model/ip.js';
import { contains, type TextRange } from '../../../text/range.js';
import type { CompletionItem, Completions, Document, Entity, OutlineItem } from '../../dialect.js';
import { readResult } from '../program/result.js';
import { Subjects } from '../program/subjects.js';
import { calledHelper, constantValue, hostsIn, networkOf, textOf } from '../syntax/literals.js';
import type { PacTree, ParsedPac } from '../syntax/parse.js';
import { type Binding, functionAround, isFunction, resolveScopes, type Scopes } from '../syntax/scopes.js';
import { oneLine } from '../syntax/statements.js';
import { codeSpan, ENTRY_MARKDOWN, helperMarkdown, RESULT_KEYWORDS } from '../vocabulary/docs.js';
import { HELPER_BY_NAME, HELPERS } from '../vocabulary/helpers.js';

/** The functions of a file and the variables at its top, with the conditions that decide inside the functions. */
export function outline({ tree }: Document<PacTree>): readonly OutlineItem[] {
  if (tree.kind === 'failed') return [];
  return tree.program.body.flatMap((node) => outlineOf(node, tree));
}

function outlineOf(node: AnyNode, tree: ParsedPac): OutlineItem[] {
  const rangeOf = ({ start, end }: TextRange): TextRange => ({ start, end });
  if (node.type === 'FunctionDeclaration' && node.id) {
    const parameters = node.params.map((parameter) => tree.source.text.slice(parameter.start, parameter.end));
    const children = node.body.body.flatMap((inner) => outlineOf(inner, tree));
    return [
      {
        name: node.id.name,
        detail: `(${parameters.join(', ')})`,
        kind: 'function',
        range: rangeOf(node),
        nameRange: rangeOf(node.id),
        children,
      },
    ];
  }
  if (node.type === 'VariableDeclaration') {
    return node.declarations.flatMap((declarator): OutlineItem[] => {
      if (declarator.id.type !== 'Identifier') return [];
      const { init } = declarator;
      const isList = init?.type === 'ArrayExpression' || init?.type === 'ObjectExpression';
      return [
        {
          name: declarator.id.name,
          detail: init && !isFunction(init) ? oneLine(tree.source.text.slice(init.start, init.end)) : '',
          kind: init && isFunction(init) ? 'function' : isList ? 'list' : 'variable',
          range: rangeOf(declarator),
          nameRange: rangeOf(declarator.id),
          children: [],
        },
      ];
    });
  }
  if (node.type === 'IfStatement') {
    const name = oneLine(tree.source.text.slice(node.test.start, node.test.end));
    const item = {
      detail: '',
      kind: 'rule',
      range: rangeOf(node),
      nameRange: rangeOf(node.test),
      children: [],
    } as const;
    return [{ name: `if (${name})`, ...item }];
  }
  return [];
}

/** What stands at an offset. */
export function entityAt({ tree }: Document<PacTree>, offset: number): Entity | undefined {
  if (tree.kind === 'failed') return undefined;
  const node = innermostAt(tree, offset);
  if (!node) return undefined;
  const scopes = resolveScopes(tree);
  if (node.type === 'Identifier') return nameEntity(node, tree, scopes);
  if (node.type === 'Literal' && typeof node.value === 'string')
    return textEntity(node, node.value, tree, scopes, offset);
  return undefined;
}

function innermostAt(tree: ParsedPac, offset: number): AnyNode | undefined {
  let innermost: AnyNode | undefined;
  // Children come after their parents.
  for (const node of tree.nodes) {
    if (node.start > offset) break;
    if (contains(node, offset)) innermost = node;
  }
  return innermost;
}

function nameEntity(node: Identifier, tree: ParsedPac, scopes: Scopes): Entity | undefined {
  const range = { start: node.start, end: node.end };
  const binding = scopes.bindingOf.get(node);
  const helper = HELPER_BY_NAME.get(node.name);
  if (!binding) return helper && { kind: 'keyword', range, markdown: helperMarkdown(helper) };
  if (/^FindProxyForURL(?:Ex)?$/.test(node.name) && binding.scope === tree.program)
    return { kind: 'keyword', range, markdown: ENTRY_MARKDOWN };
  return { kind: 'name', range, markdown: bindingMarkdown(binding, node, tree, scopes) };
}

function bindingMarkdown(binding: Binding, node: Identifier, tree: ParsedPac, scopes: Scopes): string {
  const subject = new Subjects(tree, scopes).of(node);
  if (subject === 'host') return `\`${node.name}\` is the host of the URL, without port.`;
  if (subject === 'url') return `\`${node.name}\` is the URL that a client asks about.`;
  const uses = `${binding.reads.length} ${binding.reads.length === 1 ? 'use' : 'uses'}`;
  const text = textOf(node, scopes);
  if (text !== undefined) return `\`${node.name}\` is always ${codeSpan(JSON.stringify(oneLine(text)))} (${uses}).`;
  const value = constantValue(node, scopes);
  if (value?.type === 'ArrayExpression')
    return `\`${node.name}\` is a list of ${value.elements.length} (${uses}).\n\n${listMarkdown(value.elements, tree)}`;
  if (binding.kind === 'function') return `\`${node.name}\` is a function of this file (${uses}).`;
  const values = binding.writes.flatMap((write) => (write.value ? [write.value] : []));
  return `\`${node.name}\` is set in ${binding.writes.length} places (${uses}).\n\n${listMarkdown(values, tree)}`;
}

const SHOWN_VALUES = 12;

function listMarkdown(values: readonly (AnyNode | null)[], tree: ParsedPac): string {
  const shown = values
    .slice(0, SHOWN_VALUES)
    .map((value) => (value ? `- ${codeSpan(oneLine(tree.source.text.slice(value.start, value.end)))}` : '- nothing'));
  const more = values.length - shown.length;
  return [...shown, ...(more > 0 ? [`- and ${more} more`] : [])].join('\n');
}

function textEntity(node: AnyNode, text: string, tree: ParsedPac, scopes: Scopes, offset: number): Entity | undefined {
  const inside = { start: node.start + 1, end: node.end - 1 };
  if (!contains(inside, offset)) return undefined;
  const parent = tree.parents.get(node);
  const call = parent && calledHelper(parent, scopes);
  if (call?.name === 'isInNet') {
    const network = networkOf(textOf(call.args[1], scopes), textOf(call.args[2], scopes));
    if (network) return { kind: 'address', range: inside, prefix: network.text };
  }
  if (parseAddress(text)) return { kind: 'address', range: inside, prefix: text };
  if (call?.name === 'isInNetEx') return { kind: 'address', range: inside, prefix: text };
  const entry = resultEntity(text, inside, offset);
  if (entry) return entry;
  const [host] = hostsIn(text);
  if (!host?.includes('.') || /\s/.test(text)) return undefined;
  const below = /^(?:[a-z]{1,8}:\/\/)?(?:\*\.|\.)/.test(text);
  return { kind: 'host', range: inside, host: below ? `*.${host}` : host };
}

/** The word, host or port of a proxy list. */
function resultEntity(text: string, inside: TextRange, offset: number): Entity | undefined {
  for (const { start, text: entry } of readResult(text)) {
    const from = inside.start + start;
    if (!contains({ start: from, end: from + entry.length }, offset)) continue;
    const word = /^\w+/.exec(entry)?.[0] ?? '';
    const keyword = RESULT_KEYWORDS.find((known) => known.word === word.toUpperCase());
    if (!keyword) return undefined;
    if (offset <= from + word.length) {
      const range = { start: from, end: from + word.length };
      return { kind: 'keyword', range, markdown: `\`${keyword.form}\`\n\n${keyword.summary}` };
    }
    const port = /:(\d{1,5})$/.exec(entry)?.[1];
    const portStart = from + entry.length - (port?.length ?? 0);
    if (port && offset >= portStart)
      return { kind: 'port', range: { start: portStart, end: from + entry.length }, port: Number(port) };
    const server = /\s(\S+?)(?::\d{1,5})?$/.exec(entry)?.[1];
    if (!server) return undefined;
    const serverStart = from + entry.lastIndexOf(server);
    const range = { start: serverStart, end: serverStart + server.length };
    return parseAddress(server) ? { kind: 'address', range, prefix: server } : { kind: 'host', range, host: server };
  }
  return undefined;
}

/** Helper functions and names in code, result keywords in strings. Works on text that is being typed and does not parse. */
export function completionsAt({ source, tree }: Document<PacTree>, offset: number): Completions | undefined {
  const { text } = source;
  const lineStart = Math.max(text.lastIndexOf('\n', offset - 1) + 1, offset - LINE_WINDOW);
  const line = text.slice(lineStart, offset);
  const place = placeIn(line);
  if (place === 'comment') return undefined;
  if (place !== 'code') {
    const typed = /(?:^|;)\s*(\w*)$/.exec(place.text)?.[1];
    // Only where the string can be a result; arguments of helpers are hosts and addresses.
    if (typed === undefined || !/(?:return|=|\?|:|\+)\s*$/.test(place.before)) return undefined;
    return { range: { start: offset - typed.length, end: offset }, items: RESULT_ITEMS };
  }
  const typed = /[\w$]*$/.exec(line)?.[0] ?? '';
  if (/\.\s*$/.test(line.slice(0, line.length - typed.length)) || /^\d/.test(typed)) return undefined;
  const items = [...HELPER_ITEMS, ...nameItems(tree, offset)];
  return { range: { start: offset - typed.length, end: offset }, items };
}

/** How much of a line in front of the cursor is looked at. */
const LINE_WINDOW = 2000;

/** Where a line ends: in code, in a comment, or in a string with some text behind some code. */
function placeIn(line: string): 'code' | 'comment' | { readonly before: string; readonly text: string } {
  let quote = '';
  let start = 0;
  for (let i = 0; i < line.length; i++) {
    const unit = line.charAt(i);
    if (quote !== '') {
      if (unit === '\\') i++;
      else if (unit === quote) quote = '';
    } else if (unit === '"' || unit === "'") {
      quote = unit;
      start = i;
    } else if (unit === '/' && line.charAt(i + 1) === '/') return 'comment';
  }
  return quote === '' ? 'code' : { before: line.slice(0, start), text: line.slice(start + 1) };
}

const HELPER_ITEMS: readonly CompletionItem[] = HELPERS.map((helper) => ({
  label: helper.name,
  kind: 'function',
  detail: `(${helper.parameters}): ${helper.returns}`,
  documentation: helperMarkdown(helper),
  insertText: helper.name,
}));

const RESULT_ITEMS: readonly CompletionItem[] = RESULT_KEYWORDS.map(({ word, form, summary }) => ({
  label: word,
  kind: 'keyword',
  detail: form,
  documentation: summary,
  insertText: word === 'DIRECT' ? word : `${word} `,
}));

function nameItems(tree: PacTree, offset: number): CompletionItem[] {
  if (tree.kind === 'failed') return [];
  const scopes = resolveScopes(tree);
  const around = new Set<AnyNode>([tree.program]);
  const inner = innermostAt(tree, offset);
  for (let node = inner; node; node = functionAround(node, tree)) around.add(node);
  return scopes.bindings
    .filter(({ scope }) => around.has(scope))
    .map(({ name, kind }) => ({
      label: name,
      kind: kind === 'function' ? 'function' : 'name',
      detail: kind,
      insertText: name,
    }));
}

/** Blocks, lists and calls over several lines. */
export function foldingRanges({ tree, source }: Document<PacTree>): readonly TextRange[] {
  if (tree.kind === 'failed') return [];
  return tree.nodes.flatMap((node) => {
    switch (node.type) {
      case 'BlockStatement':
      case 'ArrayExpression':
      case 'ObjectExpression':
      case 'SwitchStatement': {
        const isLong = source.text.slice(node.start, node.end).includes('\n');
        return isLong ? [{ start: node.start, end: node.end }] : [];
      }
      default:
        return [];
    }
  });
}
