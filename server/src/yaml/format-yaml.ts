// The form of a YAML text: what the library prints for it, where that keeps every value and every comment.

import { Parser, parseDocument } from 'yaml';
import { lineEndOf, type TextEdit, unchangedEnds } from '../text/edit.js';
import { readBounded } from './bounded-document.js';

/** The edits that give a text its form; none where it cannot be read, or would not be the same. */
export function formatYaml(text: string, indent: string): readonly TextEdit[] {
  const width = indent.includes('\t') ? 2 : Math.max(1, indent.length);
  const printed = print(text, width);
  if (printed === undefined || printed === text) return [];
  // Twice is once, and nothing but the form is another one.
  if (print(printed, width) !== printed || !isSame(text, printed)) return [];
  return lineEdits(text, printed);
}

function print(text: string, indent: number): string | undefined {
  const document = readBounded(text);
  if (typeof document === 'string' || document.errors.length > 0) return undefined;
  // An empty text would become the word null.
  if (document.contents === null) return undefined;
  const hasPadding = !/[[{][^\s\]}]/.test(text);
  try {
    const printed = document.toString({ indent, lineWidth: 0, flowCollectionPadding: hasPadding });
    return lineEndOf(text) === '\r\n' ? printed.replaceAll('\n', '\r\n') : printed;
  } catch {
    return undefined;
  }
}

/** Whether two texts have the same values and comments. */
function isSame(a: string, b: string): boolean {
  const valuesOf = (text: string) =>
    JSON.stringify(parseDocument(text, { uniqueKeys: false, logLevel: 'error' }).toJS());
  return valuesOf(a) === valuesOf(b) && commentsOf(a).join('\n') === commentsOf(b).join('\n');
}

function commentsOf(text: string): string[] {
  const comments: string[] = [];
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(walk);
    else if (typeof value === 'object' && value !== null) {
      if ('type' in value && value.type === 'comment' && 'source' in value)
        comments.push(String(value.source).trimEnd());
      else Object.values(value).forEach(walk);
    }
  };
  walk([...new Parser().parse(text)]);
  return comments;
}

/** Edits of single lines where there are as many as before, so that nothing else moves; otherwise one edit. */
function lineEdits(text: string, printed: string): readonly TextEdit[] {
  const before = text.split(/(?<=\n)/);
  const after = printed.split(/(?<=\n)/);
  if (before.length !== after.length) {
    const { front, back } = unchangedEnds(text, printed);
    return [{ range: { start: front, end: text.length - back }, newText: printed.slice(front, printed.length - back) }];
  }
  let start = 0;
  return before.flatMap((line, index) => {
    const newText = after[index] ?? '';
    const range = { start, end: start + line.length };
    start = range.end;
    return newText === line ? [] : [{ range, newText }];
  });
}
