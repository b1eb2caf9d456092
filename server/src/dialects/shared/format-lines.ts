// Formats a text line by line: only blanks change, so that every statement stays on its line and every comment where it is.

import type { TextEdit } from '../../text/edit.js';
import type { FormatStyle } from '../dialect.js';

/** A line in parts: what is before its first word, and its words with the blanks between them. */
export interface FormattedLine {
  /** How often it is indented; `undefined` leaves what is before its first word. */
  readonly depth: number | undefined;
  /** The line without what is before its first word and behind its last one. */
  readonly text: string;
}

/**
 * The edits that give each line of a text, or of a range of it, its form.
 * @param form is asked line by line, from the first on, without line ends; of a line that is not wanted only for what follows
 */
export function formatLines(
  text: string,
  { indent, range }: FormatStyle,
  form: (line: string, isWanted: boolean) => FormattedLine | undefined,
): readonly TextEdit[] {
  const edits: TextEdit[] = [];
  const last = range?.end ?? text.length;
  for (let start = 0; start < last; ) {
    const feed = text.indexOf('\n', start);
    const next = feed < 0 ? text.length : feed + 1;
    let end = feed < 0 ? text.length : feed;
    if (end > start && text[end - 1] === '\r') end--;
    const line = text.slice(start, end);
    const isWanted = range === undefined || (range.start <= start && end <= range.end);
    const formed = form(line, isWanted);
    if (formed && isWanted) {
      const before = formed.depth === undefined ? (/^[ \t]*/.exec(line)?.[0] ?? '') : indent.repeat(formed.depth);
      const newText = formed.text === '' ? '' : before + formed.text;
      if (newText !== line) edits.push({ range: { start, end }, newText });
    }
    start = next;
  }
  return edits;
}

/** A text with single blanks in the place of several, but for those within quotes or behind a backslash. */
export function withSingleBlanks(text: string): string {
  // Most lines have them already.
  if (!text.includes('  ') && !text.includes('\t')) return text;
  return text.replace(/"(?:[^"\\]|\\.)*"?|\\.|[ \t]+/g, (found) => (/^[ \t]/.test(found) ? ' ' : found));
}
