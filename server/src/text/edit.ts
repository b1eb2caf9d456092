// Edits of texts, and what two versions of a text have in common.
import type { TextRange } from './range.js';

/** Replaces `range` of one text by `newText`. */
export interface TextEdit {
  readonly range: TextRange;
  readonly newText: string;
}

/** An edit to a named file. */
export interface FileEdit extends TextEdit {
  readonly uri: string;
}

/** Applies edits that do not overlap, in any order. Edits at the same offset keep the order given. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  const ordered = edits.map((edit, index) => ({ edit, index }));
  ordered.sort((a, b) => a.edit.range.start - b.edit.range.start || a.index - b.index);
  let result = '';
  let offset = 0;
  for (const { edit } of ordered) {
    result += text.slice(offset, edit.range.start) + edit.newText;
    offset = Math.max(offset, edit.range.end);
  }
  return result + text.slice(offset);
}

/** The line end that most of a text uses; LF where it has none. */
export function lineEndOf(text: string): '\n' | '\r\n' {
  const first = text.indexOf('\n');
  return first > 0 && text[first - 1] === '\r' ? '\r\n' : '\n';
}

/** How many characters are compared at once. */
const COMPARED = 4_096;

/** How many UTF-16 code units two versions of a text share at their start, and of the rest at their end. */
export function unchangedEnds(old: string, text: string): { readonly front: number; readonly back: number } {
  const length = Math.min(old.length, text.length);
  let front = 0;
  while (front + COMPARED <= length && old.slice(front, front + COMPARED) === text.slice(front, front + COMPARED)) {
    front += COMPARED;
  }
  while (front < length && old.charCodeAt(front) === text.charCodeAt(front)) front++;
  const [a, b] = [old.length, text.length];
  let back = 0;
  while (
    front + back + COMPARED <= length &&
    old.slice(a - back - COMPARED, a - back) === text.slice(b - back - COMPARED, b - back)
  ) {
    back += COMPARED;
  }
  while (front + back < length && old.charCodeAt(a - back - 1) === text.charCodeAt(b - back - 1)) back++;
  return { front, back };
}

/** The lines that edits write, without those that are empty. */
export function linesOf(edits: readonly TextEdit[]): readonly string[] {
  return edits.flatMap(({ newText }) => newText.split(/\r\n|\n|\r/)).filter((line) => line.trim() !== '');
}
