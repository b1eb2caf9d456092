// The hosts, addresses and ports that stand in a part of a text, as hover sees them.

import type { Dialect, Document, Entity } from '../../dialects/dialect.js';
import { endOfLine, startOfLine } from '../../text/lines.js';
import type { TextRange } from '../../text/range.js';

/** A host, an address or a port that a file names. */
export type Endpoint = Extract<Entity, { readonly kind: 'host' | 'address' | 'port' }>;

/** The most words that are looked at: more than any window shows. */
const WORD_LIMIT = 4_000;

/** Words; those with a digit may be an address or a port, and only these are looked up. */
const WORD = /[^\s"'(){}[\],;=!<>]+/g;
const DIGIT = /\d/;

/** The addresses and ports on the lines of a range, in the order of the text. */
export function numbersIn(document: Document, dialect: Dialect, { start, end }: TextRange): readonly Endpoint[] {
  const { text } = document.source;
  const from = startOfLine(text, start);
  const found: Endpoint[] = [];
  let past = from;
  let looked = 0;
  for (const { index, 0: word } of text.slice(from, endOfLine(text, end)).matchAll(WORD)) {
    if (!DIGIT.test(word)) continue;
    if (looked++ === WORD_LIMIT) break;
    // Inside of the word: at its first character, what ends there is meant as well.
    const offset = from + index + Math.min(1, word.length - 1);
    if (offset < past) continue;
    const entity = dialect.entityAt(document, offset);
    if (entity?.kind !== 'address' && entity?.kind !== 'port') continue;
    if (entity.range.end <= past) continue;
    found.push(entity);
    past = entity.range.end;
  }
  return found;
}
