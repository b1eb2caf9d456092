// Edits that write lines into a file: before a rule, after one, at the end.

import { type FileEdit, lineEndOf } from '../../../text/edit.js';
import { type Placed, segmentAt } from '../program/program.js';
import type { Rule } from '../program/rules.js';
import type { FixTask } from './task.js';

/** How many comment lines above a rule are treated as belonging to it. */
const COMMENT_LIMIT = 20;

export function textOf({ document, sources }: FixTask, uri: string): string | undefined {
  if (uri === document.source.uri) return document.source.text;
  const source = sources.read(uri);
  return typeof source === 'string' ? undefined : source.text;
}

/** Lines before a rule that decides; after it where it is the last of a list whose opposite applies. */
export function beside(task: FixTask, rule: Rule, lines: readonly string[]): FileEdit | undefined {
  return rule.line.statement.action.text === 'allow' ? after(task, rule, lines) : before(task, rule, lines);
}

/** Lines before a statement and the comment that belongs to it. */
export function before(task: FixTask, placed: Placed, lines: readonly string[]): FileEdit | undefined {
  const { uri, start: segmentStart } = segmentAt(task.program, placed.segment);
  const text = textOf(task, uri);
  if (text === undefined) return undefined;
  const lineStart = segmentStart + placed.line.offset;
  let start = lineStart;
  for (let i = 0; i < COMMENT_LIMIT && start > 0; i++) {
    const previous = text.lastIndexOf('\n', start - 2) + 1;
    if (!/^[ \t]*#/.test(text.slice(previous, start))) break;
    start = previous;
  }
  // A comment block at the start of a file is about the file.
  if (start === 0) start = lineStart;
  const end = lineEndOf(text);
  const indentation = indentationOf(placed);
  return { uri, range: { start, end: start }, newText: lines.map((line) => indentation + line + end).join('') };
}

/** Lines after a statement. */
export function after(task: FixTask, placed: Placed, lines: readonly string[]): FileEdit | undefined {
  const { uri, start } = segmentAt(task.program, placed.segment);
  const text = textOf(task, uri);
  if (text === undefined) return undefined;
  const { raw } = placed.line.source;
  const offset = start + placed.line.offset + raw.length;
  const end = lineEndOf(text);
  const indentation = indentationOf(placed);
  const body = lines.map((line) => indentation + line).join(end);
  return { uri, range: { start: offset, end: offset }, newText: raw.endsWith('\n') ? body + end : end + body };
}

function indentationOf({ line }: Placed): string {
  return /^[ \t]*/.exec(line.source.raw)?.[0] ?? '';
}

/** Lines at the end of the main file. */
export function atEnd({ document }: FixTask, lines: readonly string[]): FileEdit {
  return linesAtEnd(document.source, lines);
}

/** Lines at the end of a file, whether it ends with a line end or not. */
export function linesAtEnd(
  { uri, text }: { readonly uri: string; readonly text: string },
  lines: readonly string[],
): FileEdit {
  const end = lineEndOf(text);
  const gap = text === '' || text.endsWith('\n') ? '' : end;
  return {
    uri,
    range: { start: text.length, end: text.length },
    newText: gap + lines.map((line) => line + end).join(''),
  };
}
