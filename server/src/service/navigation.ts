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

/** All uses of the name at an offset. */
export function usesAt(names: readonly NameUse[], uri: string, offset: number): readonly NameUse[] {
  const here = names.find((use) => use.uri === uri && contains(use.range, offset));
  return here ? names.filter(({ name, kind }) => name === here.name && kind === here.kind) : [];
}
