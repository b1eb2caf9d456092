// What a selection grows to, step by step: the word, the name, the brackets around it, the statement, the block, the file.

import type { OutlineItem } from '../../dialects/dialect.js';
import { endOfLineText, startOfLine } from '../../text/lines.js';
import { contains, type TextRange } from '../../text/range.js';

/** What ends a word in every language here; the rest of a host, an address or a range belongs to it. */
const SEPARATOR = /[\s"'`,;(){}[\]=!<>&|]/;

/** How far brackets are looked for on either side, in UTF-16 code units. */
const BRACKET_REACH = 20_000;

const CLOSING: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };
const OPENING: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };

/**
 * The ranges around an offset, each within the next.
 * @param structure ranges that the language knows, in any order
 */
export function selectionRangesAt(text: string, offset: number, structure: readonly TextRange[]): readonly TextRange[] {
  const candidates = [
    wordAt(text, offset),
    ...bracketsAround(text, offset),
    lineAt(text, offset),
    paragraphAt(text, offset),
    ...structure.filter((range) => contains(range, offset)),
    { start: 0, end: text.length },
  ].filter(({ start, end }) => start < end);
  const ordered = candidates.sort((a, b) => a.end - a.start - (b.end - b.start));
  const nested: TextRange[] = [];
  for (const range of ordered) {
    const inner = nested.at(-1);
    // What only overlaps cannot contain what was chosen before.
    if (inner && (range.start > inner.start || range.end < inner.end)) continue;
    if (inner && range.start === inner.start && range.end === inner.end) continue;
    nested.push(range);
  }
  return nested;
}

/** All ranges of an outline that contain an offset. */
export function outlineRangesAt(items: readonly OutlineItem[], offset: number): readonly TextRange[] {
  return items.flatMap(({ range, children }) => [
    ...(contains(range, offset) ? [range] : []),
    ...outlineRangesAt(children, offset),
  ]);
}

/** The word around an offset, as a person means it: a whole host, address, prefix, range or name; empty between words. */
export function wordAt(text: string, offset: number): TextRange {
  let start = offset;
  while (start > 0 && !SEPARATOR.test(text.charAt(start - 1))) start--;
  let end = offset;
  while (end < text.length && !SEPARATOR.test(text.charAt(end))) end++;
  return { start, end };
}

/** What is between brackets around an offset, without and with them, from the inside out. */
function bracketsAround(text: string, offset: number): readonly TextRange[] {
  const found: TextRange[] = [];
  let left = offset;
  let right = offset;
  for (;;) {
    const open = findUnmatched(text, left - 1, -1, OPENING, CLOSING);
    if (open < 0) return found;
    const close = findUnmatched(text, right, 1, CLOSING, OPENING);
    if (close < 0 || CLOSING[text.charAt(open)] !== text.charAt(close)) return found;
    found.push({ start: open + 1, end: close }, { start: open, end: close + 1 });
    left = open;
    right = close + 1;
    if (offset - left > BRACKET_REACH || right - offset > BRACKET_REACH) return found;
  }
}

/** The next bracket in a direction that none between belongs to; negative where there is none within reach. */
function findUnmatched(
  text: string,
  from: number,
  step: 1 | -1,
  nests: Readonly<Record<string, string>>,
  unnests: Readonly<Record<string, string>>,
): number {
  let depth = 0;
  for (let i = from, steps = 0; i >= 0 && i < text.length && steps < BRACKET_REACH; i += step, steps++) {
    const character = text.charAt(i);
    if (Object.hasOwn(nests, character)) depth++;
    else if (Object.hasOwn(unnests, character) && depth-- === 0) return i;
  }
  return -1;
}

/** The line without the space around it. */
function lineAt(text: string, offset: number): TextRange {
  const start = startOfLine(text, offset);
  const end = endOfLineText(text, offset);
  const line = text.slice(start, end);
  return { start: start + line.length - line.trimStart().length, end: start + line.trimEnd().length };
}

/** The lines around an offset, as far as none is empty. */
function paragraphAt(text: string, offset: number): TextRange {
  let start = startOfLine(text, offset);
  while (start > 0) {
    const previous = startOfLine(text, start - 1);
    if (text.slice(previous, start).trim() === '') break;
    start = previous;
  }
  let end = endOfLineText(text, offset);
  while (end < text.length) {
    const next = endOfLineText(text, text.indexOf('\n', end) + 1);
    if (text.slice(end, next).trim() === '' || next <= end) break;
    end = next;
  }
  return { start, end };
}
