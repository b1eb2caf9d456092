// Finds the marks that a merge conflict leaves in a text.
import type { TextRange } from './range.js';

/** A line that version control leaves in a file where two changes meet. */
export const CONFLICT_MARKER = /^(?:<{7}|={7}|>{7}|\|{7})(?=[ \r\n]|$)/;

/** What is said of such a line. */
export const UNRESOLVED = 'a merge conflict has not been resolved here';

/** The marker lines of a text that has a whole conflict; a row of seven signs alone may mean anything. */
export function conflictMarkers(text: string): TextRange[] {
  if (!/^<{7} /m.test(text)) return [];
  return [...text.matchAll(/^(?:<{7}|={7}|>{7}|\|{7})(?: [^\r\n]*)?(?=\r?$)/gm)].map(({ 0: line, index }) => ({
    start: index,
    end: index + line.length,
  }));
}
