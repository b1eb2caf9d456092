// Converts a problem of a line or statement to one of its file.
import type { Problem } from '../../dialect.js';
import type { LineProblem } from '../syntax/words.js';

/** `offset` is where the line or statement begins in the file. */
export function problemAt(
  uri: string,
  offset: number,
  { code, message, start, end, replacement }: LineProblem,
): Problem {
  const range = { start: offset + start, end: offset + end };
  if (replacement === undefined) return { code, message, uri, range };
  const edits = [{ uri, range, newText: replacement }];
  return { code, message, uri, range, fix: { title: `Write '${replacement}'`, edits } };
}
