// Hover on names, hosts, addresses and ports of a PAC file.
import type { AnyNode, Identifier } from 'acorn';
import { parseAddress } from '../../../model/ip.js';
import { contains, type TextRange } from '../../../text/range.js';
import type { Entity } from '../../dialect.js';
import { constantValue, textOf } from '../program/constants.js';
import { calledHelper } from '../program/helper-calls.js';
import { hostsIn, networkOf } from '../program/hosts-and-networks.js';
import type { PacDocument, PacProgram } from '../program/program.js';
import type { Binding } from '../program/scopes.js';
import { readProxyList } from '../syntax/proxy-list.js';
import { oneLine } from '../syntax/quoted-line.js';
import { innermostAt, type ParsedPac } from '../syntax/tree.js';
import { codeSpan, ENTRY_MARKDOWN, helperMarkdown, resultWordMarkdown } from '../vocabulary/hover-texts.js';
import { memberMarkdown } from '../vocabulary/javascript.js';
import { ENTRY_FUNCTIONS, HELPER_BY_NAME, RESULT_WORDS } from '../vocabulary/words.js';
import { membersBefore } from './receiver.js';

/** What is at an offset. */
export function entityAt({ program }: PacDocument, offset: number): Entity | undefined {
  if (!program) return undefined;
  const node = innermostAt(program.tree, offset);
  if (node?.type === 'Identifier') return nameEntity(node, program);
  if (node?.type === 'Literal' && typeof node.value === 'string') return textEntity(node, node.value, program, offset);
  return undefined;
}

function nameEntity(node: Identifier, program: PacProgram): Entity | undefined {
  const { tree, scopes } = program;
  const range = { start: node.start, end: node.end };
  const parent = tree.parents.get(node);
  if (parent?.type === 'MemberExpression' && parent.property === node && !parent.computed) {
    const member = membersBefore(tree.source.text, dotBefore(tree.source.text, node.start)).get(node.name);
    return member && { kind: 'keyword', range, markdown: memberMarkdown(member) };
  }
  const binding = scopes.bindingOf.get(node);
  const helper = HELPER_BY_NAME.get(node.name);
  if (!binding) return helper && { kind: 'keyword', range, markdown: helperMarkdown(helper) };
  if (ENTRY_FUNCTIONS.some(({ name }) => name === node.name) && binding.scope === tree.program)
    return { kind: 'keyword', range, markdown: ENTRY_MARKDOWN };
  return { kind: 'name', range, markdown: bindingMarkdown(binding, node, program) };
}

/** Where the dot in front of a member stands; comments between them are not looked at. */
function dotBefore(text: string, offset: number): number {
  let dot = offset - 1;
  while (dot > 0 && text.charAt(dot) !== '.') dot--;
  return dot;
}

function bindingMarkdown(binding: Binding, node: Identifier, { tree, scopes, subjects }: PacProgram): string {
  const subject = subjects.of(node);
  if (subject === 'host') return `\`${node.name}\` is the host of the URL, without port.`;
  if (subject === 'url') return `\`${node.name}\` is the URL that a client requests.`;
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

function textEntity(node: AnyNode, text: string, { tree, scopes }: PacProgram, offset: number): Entity | undefined {
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
  for (const { start, text: entry } of readProxyList(text)) {
    const from = inside.start + start;
    if (!contains({ start: from, end: from + entry.length }, offset)) continue;
    const word = /^\w+/.exec(entry)?.[0] ?? '';
    const keyword = RESULT_WORDS.find(({ name }) => name === word.toUpperCase());
    if (!keyword) return undefined;
    if (offset <= from + word.length) {
      const range = { start: from, end: from + word.length };
      return { kind: 'keyword', range, markdown: resultWordMarkdown(keyword) };
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
