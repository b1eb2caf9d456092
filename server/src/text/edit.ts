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
