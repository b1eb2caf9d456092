// Edits that also take out the statement that they make useless.
import type { Problem } from '../../dialects/dialect.js';
import { type QuotedLine, statementKey } from '../../model/evidence.js';
import type { FileEdit } from '../../text/edit.js';
import { endOfLine, startOfLine } from '../../text/lines.js';
import type { TextRange } from '../../text/range.js';

/**
 * The edits with the denying statements taken out that they leave without effect, because all that these deny is permitted in
 * front of them; `undefined` where there is none, or one that does not stand alone on its lines.
 * @param before the deciding statements, as they stand before the edits
 * @param problems what is wrong after the edits
 */
export function withoutUseless(
  edits: readonly FileEdit[],
  before: readonly QuotedLine[],
  problems: readonly Problem[],
  textOf: (uri: string) => string,
): FileEdit[] | undefined {
  const useless = new Set(
    problems.filter(({ code }) => code === 'shadowed-rule').map(({ uri, range }) => statementKey({ uri, range })),
  );
  const shadowed = before.filter((one) => useless.has(statementKey(moved(one, edits))));
  if (shadowed.length === 0) return undefined;
  let result: FileEdit[] | undefined = [...edits];
  for (const { uri, range } of shadowed) {
    const lines = linesOf(textOf(uri), range);
    result = lines && result && joined(result, { uri, range: lines, newText: '' });
  }
  return result;
}

/** Where a statement stands after some edits in front of it. */
function moved({ uri, range, text }: QuotedLine, edits: readonly FileEdit[]): QuotedLine {
  const shift = edits
    .filter((edit) => edit.uri === uri && edit.range.end <= range.start)
    .reduce((sum, { range: old, newText }) => sum + newText.length - (old.end - old.start), 0);
  return { uri, text, range: { start: range.start + shift, end: range.end + shift } };
}

/** The whole lines of a statement that stands alone on them. */
function linesOf(text: string, { start, end }: TextRange): TextRange | undefined {
  const [first, last] = [startOfLine(text, start), endOfLine(text, Math.max(start, end - 1))];
  const isAlone = text.slice(first, start).trim() === '' && text.slice(end, last).trim() === '';
  return isAlone ? { start: first, end: Math.min(text.length, last + 1) } : undefined;
}

/** Edits with one more that deletes lines; what they insert there stays. `undefined` where one changes the lines. */
function joined(edits: readonly FileEdit[], deletion: FileEdit): FileEdit[] | undefined {
  const { start, end } = deletion.range;
  const isThere = ({ uri, range }: FileEdit) => uri === deletion.uri && range.start < end && range.end >= start;
  const there = edits.filter(isThere);
  if (there.some(({ range }) => range.start !== start || range.end !== start)) return undefined;
  const newText = there.map((edit) => edit.newText).join('');
  return [...edits.filter((edit) => !isThere(edit)), { ...deletion, newText }];
}
