// The files that a text includes, at the words that name them.

import type { Document } from '../../dialects/dialect.js';
import { addTo } from '../../kept/lists.js';
import { matchesGlob } from '../../text/glob.js';
import { contains, type TextRange } from '../../text/range.js';
import { nameOf } from '../files/uris.js';

/** A word that names files which are read with this one. */
export interface FileLink {
  readonly range: TextRange;
  /** Their URIs; several where it is a pattern. */
  readonly targets: readonly string[];
}

/** The longest text that is searched, in UTF-16 code units. */
const SEARCHED_LENGTH = 4_000_000;

/** Words; those that may be the path of a file or a pattern of such paths have one of {@link PATH}. */
const WORD = /[^\s"'`,;(){}[\]=<>|&#]+/g;
const PATH = /[./*]/;

/** How many different patterns are compared with the names of all files. */
const PATTERN_LIMIT = 1_000;

/**
 * The words that name files which the document includes. How a path in a file leads to one in the workspace is the dialect's own
 * matter, and is decided already: here a word names those that were read and have the name that it ends in.
 */
export function fileLinksIn({ source, dependencies }: Document): readonly FileLink[] {
  const { text } = source;
  if (dependencies.length === 0 || text.length > SEARCHED_LENGTH) return [];
  const byName = new Map<string, string[]>();
  for (const uri of dependencies) addTo(byName, nameOf(uri), uri);
  const patterns = new Map<string, readonly string[]>();
  const matched = (pattern: string): readonly string[] => {
    const known = patterns.get(pattern);
    if (known || patterns.size >= PATTERN_LIMIT) return known ?? [];
    const found = [...byName].flatMap(([name, uris]) => (matchesGlob(name, pattern) ? uris : []));
    patterns.set(pattern, found);
    return found;
  };
  const links: FileLink[] = [];
  for (const { index, 0: word } of text.matchAll(WORD)) {
    if (!PATH.test(word)) continue;
    const name = word.slice(word.lastIndexOf('/') + 1);
    const targets = /[*?[]/.test(name) ? matched(name) : (byName.get(name) ?? []);
    if (targets.length > 0) links.push({ range: { start: index, end: index + word.length }, targets });
  }
  return links;
}

/** The files that the word at an offset names. */
export function filesNamedAt(document: Document, offset: number): readonly string[] {
  return fileLinksIn(document).find(({ range }) => contains(range, offset))?.targets ?? [];
}
