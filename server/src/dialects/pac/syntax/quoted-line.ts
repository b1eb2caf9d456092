// Quotes a node of the tree for findings and traces.
import type { AnyNode } from 'acorn';
import type { QuotedLine } from '../../../model/evidence.js';
import type { ParsedPac } from './tree.js';

/** A node as a statement of the model, without its closing semicolon. */
export function quotedLineOf(node: AnyNode, tree: ParsedPac): QuotedLine {
  const { text, uri } = tree.source;
  let { end } = node;
  while (end > node.start && /[;\s]/.test(text.charAt(end - 1))) end--;
  return { uri, range: { start: node.start, end }, text: oneLine(text.slice(node.start, end)) };
}

/** A text on one line, shortened where it is long. */
export function oneLine(text: string): string {
  const line = text.slice(0, 400).replace(/\s+/g, ' ').trim();
  return line.length > 160 ? `${line.slice(0, 157)}…` : line;
}
