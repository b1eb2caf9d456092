// Compares two versions of a file that may differ in spaces and comments alone.
import type { AnyNode } from 'acorn';
import type { ParsedPac } from './tree.js';

/** Whether two texts are the same program, with each of its nodes in the same line. */
export function isSameProgram(one: ParsedPac, other: ParsedPac): boolean {
  if (one.source.text === other.source.text) return true;
  if (one.nodes.length !== other.nodes.length) return false;
  const lines = new LineCounter(one.source.text);
  const otherLines = new LineCounter(other.source.text);
  return one.nodes.every((node, index) => {
    const counterpart = other.nodes[index];
    return (
      counterpart !== undefined &&
      isAlike(node, counterpart) &&
      lines.lineAt(node.start) === otherLines.lineAt(counterpart.start)
    );
  });
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

/** Counts the lines up to places that are asked in the order of the text. */
class LineCounter {
  private line = 0;
  private next: number;

  constructor(private readonly text: string) {
    this.next = lineFeedFrom(text, 0);
  }

  lineAt(offset: number): number {
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
