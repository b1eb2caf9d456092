// How many typing errors lie between two words.

/** The longest word whose edit distance is computed. */
const WORD_LIMIT = 64;

/** Levenshtein's distance; infinite for words that nobody types. */
export function editDistance(a: string, b: string): number {
  if (a.length > WORD_LIMIT || b.length > WORD_LIMIT) return Number.POSITIVE_INFINITY;
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substitution, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
