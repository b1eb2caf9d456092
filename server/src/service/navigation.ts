// Definitions and uses of the name at an offset.

import type { NameUse } from '../dialects/dialect.js';
import { contains, type Location } from '../text/range.js';

/** The definitions of the name at an offset, in this file and in those that belong to it. */
export function definitionsAt(names: readonly NameUse[], uri: string, offset: number): readonly Location[] {
  return usesAt(names, uri, offset).filter(({ role }) => role === 'definition');
}

/** The uses of the name at an offset, with or without its definitions. */
export function referencesAt(
  names: readonly NameUse[],
  uri: string,
  offset: number,
  includeDefinitions: boolean,
): readonly Location[] {
  return usesAt(names, uri, offset).filter(({ role }) => includeDefinitions || role === 'reference');
}

/** The uses of the name at an offset in the same file, for an editor to mark. */
export function highlightsAt(names: readonly NameUse[], uri: string, offset: number): readonly NameUse[] {
  return usesAt(names, uri, offset).filter((use) => use.uri === uri);
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
export function usesAt(names: readonly NameUse[], uri: string, offset: number): readonly NameUse[] {
  const here = names.find((use) => use.uri === uri && contains(use.range, offset));
  return here ? names.filter(({ name, kind }) => name === here.name && kind === here.kind) : [];
}
