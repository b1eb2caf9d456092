// When a list of completions has nothing left to offer.

import type { Completions } from '../../dialects/dialect.js';

/**
 * Whether the word before an offset is one of the completions, and the beginning of no other: Enter is then the end of the line,
 * and a list that stands in its way would take it.
 */
export function isComplete({ range, items }: Completions, text: string, offset: number): boolean {
  const typed = text.slice(range.start, offset).toLowerCase();
  if (typed === '') return false;
  // A form to fill in is offered where its first word begins, not where that is finished.
  const begun = items.filter(
    ({ kind, label, insertText }) =>
      kind !== 'snippet' && [label, insertText].some((word) => word.toLowerCase().startsWith(typed)),
  );
  const isTyped = (word: string) => word.toLowerCase() === typed;
  return begun.length > 0 && begun.every(({ label, insertText }) => isTyped(label) || isTyped(insertText));
}
