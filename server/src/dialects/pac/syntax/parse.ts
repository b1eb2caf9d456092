// Reads a PAC file as JavaScript.
import { type AnyNode, type Options, type Program, tokenizer } from 'acorn';
import { Lineage } from '../../../kept/line-blocks.js';
import type { Source } from '../../dialect.js';
import { parseProgram } from './chain-parser.js';
import { LinkedNode, PARENTS } from './linked-node.js';
import type { PacTree, ParsedPac, ParseFailure } from './tree.js';

/**
 * The maximum size of a file. Chromium rejects PAC files of more than 1 MiB (`kDefaultMaxResponseBytes` of
 * net/proxy_resolution/pac_file_fetcher_impl.cc); other clients accept larger ones.
 */
const MAXIMUM_LENGTH = 4 * 1024 * 1024;

/** How deep expressions and blocks may nest before reading them would exhaust the stack of this or any other engine. */
const MAXIMUM_NESTING = 400;

/** Reads a text; one without the syntax of JavaScript gives the reason instead of a tree. */
export function parsePac(source: Source, previous?: PacTree): PacTree {
  const lineage = previous?.lineage ?? new Lineage();
  const failed = (kind: ParseFailure['kind'], message: string, start: number): PacTree => ({
    kind: 'failed',
    source,
    lineage,
    failure: { kind, message, range: { start, end: Math.min(start + 1, text.length) } },
  });
  const { text } = source;
  if (text.length > MAXIMUM_LENGTH) {
    const size = Math.round(text.length / 1024 / 1024);
    return failed(
      'too-large',
      `The file is too large: it has ${size} MiB; Chromium accepts PAC files up to 1 MiB, Lintel reads up to 4 MiB.`,
      0,
    );
  }
  const deep = mayNestDeeply(text) ? deepNesting(text) : undefined;
  if (deep !== undefined) return failed('beyond-limit', TOO_MANY_BRACKETS, deep);
  try {
    const program = parseProgram(text, JAVASCRIPT);
    return { kind: 'parsed', source, lineage, program, ...listNodes(program) };
  } catch (error) {
    if (error instanceof SyntaxError && !isStackFailure(error))
      return { kind: 'failed', source, lineage, failure: failureOf(error, text) };
    // The parser recurses into the text; where the brackets did not show it, the stack limit does.
    if (error instanceof RangeError || error instanceof SyntaxError)
      return failed('beyond-limit', TOO_LONG_CHAIN, longestChain(text));
    throw error;
  }
}

export const JAVASCRIPT: Options = { ecmaVersion: 'latest', sourceType: 'script', allowHashBang: false };

const TOO_MANY_BRACKETS = `More than ${MAXIMUM_NESTING} brackets are open here; Lintel reads files that nest less deeply.`;

/** Each operand, and each `else`, nests in the one before it. */
const TOO_LONG_CHAIN =
  'A chain of thousands of `else if`, `?:` or operators begins near here; Lintel reads shorter ones. A list and a loop do the same.';

/** Where the longest run of text without the end of a statement begins: what nests without brackets. */
function longestChain(text: string): number {
  let [from, longest, start] = [0, 0, 0];
  for (const { index } of text.matchAll(/;(?!\s{0,9}\}?\s{0,9}else)/g)) {
    if (index - start > longest) [from, longest] = [start, index - start];
    start = index + 1;
  }
  if (text.length - start > longest) from = start;
  return from + Math.max(0, text.slice(from, from + 200).search(/\S/));
}

/** The parser reports most stack overflows itself, as a syntax error. */
function isStackFailure(error: SyntaxError): boolean {
  return error.message.startsWith('Not enough stack space');
}

/** The parser's errors carry the offset as `pos` and repeat it as `(line:column)` at the end of their message. */
function failureOf(error: SyntaxError, text: string): ParseFailure {
  const position = 'pos' in error && typeof error.pos === 'number' ? error.pos : 0;
  const start = Math.min(position, Math.max(0, text.length - 1));
  const word = /^[\w$]+/.exec(text.slice(start, start + 80));
  const end = Math.min(text.length, start + (word?.[0].length ?? 1));
  return { kind: 'invalid', message: `${error.message.replace(/ \(\d+:\d+\)$/, '')}.`, range: { start, end } };
}

/** Whether brackets nest deeper than the limit, with those in strings and comments, which may hold a database. */
function mayNestDeeply(text: string): boolean {
  let depth = 0;
  for (let offset = 0; offset < text.length; offset++) {
    const unit = text.charCodeAt(offset);
    if (unit === 40 || unit === 91 || unit === 123) {
      if (++depth > MAXIMUM_NESTING) return true;
    } else if (unit === 41 || unit === 93 || unit === 125) {
      if (depth > 0) depth--;
    }
  }
  return false;
}

const OPENING: ReadonlySet<string> = new Set(['(', '[', '{', '${']);
const CLOSING: ReadonlySet<string> = new Set([')', ']', '}']);

/** The offset at which brackets nest deeper than the limit. */
function deepNesting(text: string): number | undefined {
  let depth = 0;
  try {
    for (const { type, start } of tokenizer(text, JAVASCRIPT)) {
      if (OPENING.has(type.label) && ++depth > MAXIMUM_NESTING) return start;
      if (CLOSING.has(type.label)) depth--;
    }
  } catch (error) {
    // What no token begins with, the parser reports.
    if (!(error instanceof SyntaxError)) throw error;
  }
  return undefined;
}

/** Lists a tree without recursion, since a chain of thousands of `||` nests as deep as it is long. */
export function listNodes(program: Program): Pick<ParsedPac, 'nodes' | 'parents' | 'byType'> {
  const nodes: AnyNode[] = [];
  const byType = new Map<string, AnyNode[]>();
  const pending: AnyNode[] = [program];
  const children: AnyNode[] = [];
  for (let node = pending.pop(); node; node = pending.pop()) {
    nodes.push(node);
    const alike = byType.get(node.type);
    if (alike) alike.push(node);
    else byType.set(node.type, [node]);
    addChildren(node, children);
    for (let child = children.pop(); child; child = children.pop()) {
      LinkedNode.link(child, node);
      pending.push(child);
    }
  }
  return { nodes, parents: PARENTS, byType };
}

function addChildren(node: AnyNode, children: AnyNode[]): void {
  if (node.type === 'Identifier' || node.type === 'Literal') return;
  const values = node as unknown as Readonly<Record<string, unknown>>;
  for (const key in values) {
    const value = values[key];
    if (typeof value !== 'object' || value === null) continue;
    if (value instanceof LinkedNode) children.push(value as unknown as AnyNode);
    else if (Array.isArray(value)) {
      for (const item of value as unknown[]) if (item instanceof LinkedNode) children.push(item as unknown as AnyNode);
    }
  }
}
