// Compares two versions of a file that may differ in spaces and comments alone.
import type { AnyNode } from 'acorn';
import type { ParsedPac } from './tree.js';

/** Whether two texts are the same program, with each of its nodes in the same line. */
export function isSameProgram(one: ParsedPac, other: ParsedPac): boolean {
  const [text, otherText] = [one.source.text, other.source.text];
  if (text === otherText) return true;
  if (one.nodes.length !== other.nodes.length) return false;
  const { start, end } = changedPart(text, otherText);
  const shift = otherText.length - text.length;
  const hasSameLines = linesIn(text, start, end) === linesIn(otherText, start, end + shift);
  const areAlike = likeness(text, otherText);
  const lines = new LineCounter(text, start);
  const otherLines = new LineCounter(otherText, start);
  return one.nodes.every((node, index) => {
    const counterpart = other.nodes[index];
    if (counterpart === undefined || !areAlike(node, counterpart)) return false;
    // Behind a change that leaves the number of lines everything is in the line in which it was.
    if (hasSameLines && node.start > end && node.start + shift === counterpart.start) return true;
    return lines.lineAt(node.start) === otherLines.lineAt(counterpart.start);
  });
}

/**
 * Compares nodes of two texts as {@link isAlike} does. What both texts have in common before and behind the change is spelled alike, and
 * so is each node in it; whether a text that stands alone is a directive depends on what stands before it.
 */
export function likeness(text: string, otherText: string): (one: AnyNode, other: AnyNode) => boolean {
  const { start, end } = changedPart(text, otherText);
  const shift = otherText.length - text.length;
  return (one, other) => {
    const moved = one.end < start ? 0 : one.start > end ? shift : undefined;
    const isSpelledAlike =
      moved !== undefined &&
      one.start + moved === other.start &&
      one.end + moved === other.end &&
      one.type === other.type;
    return (isSpelledAlike && one.type !== 'ExpressionStatement') || isAlike(one, other);
  };
}

/** The part of a text without what it has in common with another one at its beginning and at its end. */
function changedPart(text: string, other: string): { readonly start: number; readonly end: number } {
  const shorter = Math.min(text.length, other.length);
  let start = 0;
  while (start < shorter && text.charCodeAt(start) === other.charCodeAt(start)) start++;
  let end = text.length;
  const shift = other.length - text.length;
  while (end > start && end + shift > start && text.charCodeAt(end - 1) === other.charCodeAt(end + shift - 1)) end--;
  return { start, end };
}

function linesIn(text: string, start: number, end: number): number {
  return text.slice(start, end).split('\n').length;
}

/** Whether two nodes are the same apart from their children, which come next in both lists, and have these in the same places. */
export function isAlike(one: AnyNode, other: AnyNode): boolean {
  const [values, others] = [one, other] as unknown as Readonly<Record<string, unknown>>[];
  if (!values || !others || one.type !== other.type) return false;
  for (const key in values) {
    // The value of a literal is that of its spelling.
    if (key === 'start' || key === 'end' || (key === 'value' && one.type === 'Literal')) continue;
    if (!isAlikeValue(values[key], others[key])) return false;
  }
  return true;
}

function isAlikeValue(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (Array.isArray(one)) {
    return Array.isArray(other) && one.length === other.length && one.every((item, i) => isAlikeValue(item, other[i]));
  }
  if (!isRecord(one) || !isRecord(other)) return false;
  if ('start' in one) return 'start' in other;
  return Object.entries(one).every(([key, value]) => value === other[key]);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** Counts the lines from a place, or before it, up to places that are asked in the order of the text. */
class LineCounter {
  private line = 0;
  private next: number;

  constructor(
    private readonly text: string,
    private readonly start: number,
  ) {
    this.next = lineFeedFrom(text, start);
  }

  lineAt(offset: number): number {
    // The nodes around a change begin before it, where the texts are the same.
    if (offset <= this.start) return offset - this.start;
    while (this.next < offset) {
      this.line++;
      this.next = lineFeedFrom(this.text, this.next + 1);
    }
    return this.line;
  }
}

function lineFeedFrom(text: string, start: number): number {
  const found = text.indexOf('\n', start);
  return found < 0 ? Number.POSITIVE_INFINITY : found;
}
