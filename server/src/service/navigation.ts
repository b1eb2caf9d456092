// Definitions and uses of the name at an offset.

import type { Document, NameUse } from '../dialects/dialect.js';
import { Memo } from '../kept/memo.js';
import { contains, type Location } from '../text/range.js';

/** A document as far as its names are concerned. */
type Named = Pick<Document, 'names' | 'namesWithin' | 'source'>;

/** The definitions of the name at an offset, in this file and in those that belong to it. */
export function definitionsAt(document: Named, uri: string, offset: number): readonly Location[] {
  return usesAt(document, uri, offset).filter(({ role }) => role === 'definition');
}

/** The uses of the name at an offset, with or without its definitions. */
export function referencesAt(
  document: Named,
  uri: string,
  offset: number,
  includeDefinitions: boolean,
): readonly Location[] {
  return usesAt(document, uri, offset).filter(({ role }) => includeDefinitions || role === 'reference');
}

/** The uses of the name at an offset in the same file, for an editor to mark. */
export function highlightsAt(document: Named, uri: string, offset: number): readonly NameUse[] {
  return usesAt(document, uri, offset).filter((use) => use.uri === uri);
}

/** How many names a search gives at most: who searches types on. */
const FOUND_LIMIT = 500;

/** The definitions whose names contain the characters of a query in their order, as editors search; in the order of the names. */
export function definitionsNamed(names: Iterable<NameUse>, query: string): readonly NameUse[] {
  const found: NameUse[] = [];
  const wanted = query.toLowerCase();
  for (const use of names) {
    if (use.role !== 'definition' || !containsInOrder(use.name.toLowerCase(), wanted)) continue;
    found.push(use);
    if (found.length === FOUND_LIMIT) break;
  }
  return found;
}

function containsInOrder(name: string, wanted: string): boolean {
  let from = 0;
  for (const character of wanted) {
    const at = name.indexOf(character, from);
    if (at < 0) return false;
    from = at + character.length;
  }
  return true;
}

/** All uses of the name at an offset. */
export function usesAt(document: Named, uri: string, offset: number): readonly NameUse[] {
  const isHere = (use: NameUse) => use.uri === uri && contains(use.range, offset);
  const near = uri === document.source.uri ? document.namesWithin?.({ start: offset, end: offset }) : undefined;
  const there = (near ?? document.names).find(isHere);
  if (!there) return [];
  const named = usesByName.of(document.names, groupedByName).get(there.name) ?? [];
  // What is read of a part of a file may not know what kind of name it is.
  const here = named.find(isHere);
  return named.filter(({ kind }) => kind === here?.kind);
}

const usesByName = new Memo<readonly NameUse[], ReadonlyMap<string, readonly NameUse[]>>();

function groupedByName(names: readonly NameUse[]): ReadonlyMap<string, readonly NameUse[]> {
  const groups = new Map<string, NameUse[]>();
  for (const use of names) {
    const known = groups.get(use.name);
    if (known) known.push(use);
    else groups.set(use.name, [use]);
  }
  return groups;
}
