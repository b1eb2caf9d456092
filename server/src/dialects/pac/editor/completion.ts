// Completion in a PAC file.
import type { AnyNode } from 'acorn';
import { startOfLine } from '../../../text/lines.js';
import type { CompletionItem, Completions } from '../../dialect.js';
import type { PacDocument, PacProgram } from '../program/program.js';
import { functionAround, innermostAt } from '../syntax/tree.js';
import { helperMarkdown } from '../vocabulary/hover-texts.js';
import { type Member, memberForm, memberMarkdown } from '../vocabulary/javascript.js';
import { HELPERS, RESULT_WORDS } from '../vocabulary/words.js';
import { membersBefore } from './receiver.js';

/** Helper functions, names and members in code, result keywords in strings. Works on text that is being typed and does not parse. */
export function completionsAt({ source, program }: PacDocument, offset: number): Completions | undefined {
  const { text } = source;
  const lineStart = Math.max(startOfLine(text, offset), offset - LINE_WINDOW);
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
  if (/^\d/.test(typed)) return undefined;
  const before = line.slice(0, line.length - typed.length).trimEnd();
  if (before.endsWith('.')) {
    const items = [...membersBefore(text, lineStart + before.length - 1).values()].map(memberItem);
    if (items.length === 0) return undefined;
    return { range: { start: offset - typed.length, end: offset }, items, closed: true, areMembers: true };
  }
  const items = [...HELPER_ITEMS, ...nameItems(program, offset)];
  return { range: { start: offset - typed.length, end: offset }, items };
}

/** How much of a line before the cursor is examined, in UTF-16 code units. */
const LINE_WINDOW = 2000;

/** The context at the end of a line: code, a comment, or a string, with the code before it and its text. */
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

function memberItem(member: Member): CompletionItem {
  const { name, parameters } = member;
  return {
    label: name,
    kind: parameters === undefined ? 'name' : 'function',
    detail: memberForm(member).slice(name.length),
    documentation: memberMarkdown(member),
    insertText: name,
  };
}

const RESULT_ITEMS: readonly CompletionItem[] = RESULT_WORDS.map(({ name, form, summary }) => ({
  label: name,
  kind: 'keyword',
  detail: form,
  documentation: summary,
  insertText: form === name ? name : `${name} `,
}));

/** The names that are visible at an offset. */
function nameItems(program: PacProgram | undefined, offset: number): CompletionItem[] {
  if (!program) return [];
  const { tree, scopes } = program;
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
