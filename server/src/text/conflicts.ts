// Finds the markers of merge conflicts in a text.
import type { TextRange } from './range.js';

/** A line that version control writes into a file at a merge conflict. */
export const CONFLICT_MARKER = /^(?:<{7}|={7}|>{7}|\|{7})(?=[ \r\n]|$)/;

/** The message for such a line. */
export const UNRESOLVED = 'a merge conflict has not been resolved here';

/** The ranges of the marker lines of a text; none without a `<<<<<<<` line, because the others occur elsewhere too. */
export function conflictMarkers(text: string): TextRange[] {
  if (!/^<{7} /m.test(text)) return [];
  return [...text.matchAll(/^(?:<{7}|={7}|>{7}|\|{7})(?: [^\r\n]*)?(?=\r?$)/gm)].map(({ 0: line, index }) => ({
    start: index,
    end: index + line.length,
  }));
}
