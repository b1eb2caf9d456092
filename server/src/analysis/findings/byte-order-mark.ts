// A byte order mark in front of a text that its program reads as part of the first word.
import type { Dialect, Document, Problem } from '../../dialects/dialect.js';
import { textOf } from '../../dialects/source.js';

const MARK = '\ufeff';

export function byteOrderMarkProblems(
  { source }: Document,
  { refusesByteOrderMark, title }: Pick<Dialect, 'refusesByteOrderMark' | 'title'>,
): Problem[] {
  const isInText = textOf(source).slice(0, MARK.length) === MARK;
  if (!refusesByteOrderMark || (!isInText && !source.byteOrderMark)) return [];
  const { uri, text } = source;
  const firstLine = text.indexOf('\n');
  return [
    {
      code: 'syntax-error',
      uri,
      range: { start: 0, end: firstLine < 0 ? text.length : firstLine },
      message: `the file begins with a byte order mark, which is invalid for ${title}: save it as UTF-8 without one`,
      ...(isInText
        ? { fix: { title: 'Remove the byte order mark', edits: [{ uri, range: { start: 0, end: 1 }, newText: '' }] } }
        : {}),
    },
  ];
}
