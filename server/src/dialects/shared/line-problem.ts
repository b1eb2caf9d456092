// Defects of one line or statement, and the same defects as problems of the file that holds it.
import type { FindingCode } from '../../model/codes.js';
import type { TextRange } from '../../text/range.js';
import type { Problem } from '../dialect.js';

/** A defect that a line or statement has by itself. The range counts from its start. */
export interface LineProblem extends TextRange {
  readonly code: FindingCode;
  readonly message: string;
  /** The text to put in place of the range, where that fixes it. */
  readonly replacement?: string;
  /** Set where only some versions of the program refuse the line. */
  readonly ofSomeVersions?: true;
}

/** `offset` is where the line or statement begins in the file. */
export function problemInFile(
  uri: string,
  offset: number,
  { code, message, start, end, replacement }: LineProblem,
): Problem {
  const range = { start: offset + start, end: offset + end };
  if (replacement === undefined) return { code, message, uri, range };
  const edits = [{ uri, range, newText: replacement }];
  return { code, message, uri, range, fix: { title: `Write '${replacement}'`, edits } };
}
