// Selectors and references that match nothing, with similar ones that match something.
import { once } from '../kept/once.js';
import { editDistance } from '../text/edit-distance.js';
import type { Location } from '../text/range.js';
import { Catalog } from './catalog.js';
import { matchesGlob } from './glob.js';
import type { PackReference } from './pack-file.js';
import { CLOUDS, type Requirement } from './requirement.js';

/** A selector that matches nothing, and selectors that may have been meant. */
export interface UnknownSelector {
  readonly selector: string;
  readonly similar: readonly string[];
}

export function unknownSelectors(catalog: Catalog, selectors: readonly string[]): readonly UnknownSelector[] {
  return catalog
    .select(selectors)
    .unknownSelectors.map((selector) => ({ selector, similar: similarTo(selector, catalog) }));
}

/** What is told of the first selector that matches nothing in all of some catalogs; `undefined` where each matches something. */
export function unknownEverywhere(catalogs: readonly Catalog[], selectors: readonly string[]): string | undefined {
  const [first] = catalogs
    .map((catalog) => unknownSelectors(catalog, selectors))
    .reduce((all, own) => all.filter(({ selector }) => own.some((other) => other.selector === selector)));
  if (!first) return undefined;
  const hint = first.similar.length > 0 ? `; did you mean ${first.similar.join(', ')}?` : '';
  return `no requirement matches "${first.selector}"${hint}`;
}

/** What a pack with problems may have to do with it that something is unknown. */
export function inFaultyPacks(faulty: readonly string[]): string {
  return `what has errors in ${faulty.join(', ')} is not used`;
}

/**
 * Why a selector selects nothing, as the end of a sentence: it is of other clouds, or something else was meant, or one of the
 * packs with problems would have it.
 */
export function whyUnknown(catalog: Catalog, selector: string, faulty: readonly string[] = []): string {
  const clouds = CLOUDS.filter((cloud) => Catalog.builtIn(cloud).named(selector).length > 0);
  if (clouds.length > 0) return `selects nothing in this cloud, only in ${clouds.join(', ')}`;
  const similar = similarTo(selector, catalog);
  if (similar.length > 0) return `selects nothing; did you mean ${similar.join(', ')}?`;
  return `selects nothing; ${faulty.length > 0 ? inFaultyPacks(faulty) : 'lintel catalog list shows what can be selected'}`;
}

/** What packs refer to that no requirement is called, each with what may be meant. */
export function unknownReferences(
  requirements: readonly Requirement[],
  references: readonly PackReference[],
): readonly (Location & { readonly message: string })[] {
  if (references.length === 0) return [];
  const ids = [...new Set([...requirements, ...everyCloud()].map(({ id }) => id))];
  return references.flatMap(({ id: wanted, uri, range }) => {
    if (ids.some((id) => matchesGlob(id, wanted))) return [];
    const similar = nearest(wanted.replaceAll('*', ''), ids);
    const hint = similar.length > 0 ? `; did you mean ${similar.join(', ')}?` : '';
    return [{ uri, range, message: `no requirement has the id "${wanted}"${hint}` }];
  });
}

const everyCloud = once(() => CLOUDS.flatMap((cloud) => Catalog.builtIn(cloud).requirements));

const SIMILAR_LIMIT = 5;

/** Similar ids for an id; otherwise the selector with each unknown tag replaced by a similar one. */
function similarTo(selector: string, catalog: Catalog): string[] {
  if (/[/*]/.test(selector)) {
    const ids = catalog.requirements.map(({ id }) => id);
    return nearest(selector.replaceAll('*', ''), ids);
  }
  const tags = catalog.tags;
  const parts = selector.split('+').map((part) => (tags.includes(part) ? [part] : nearest(part, tags)));
  return parts.some((part) => part.length === 0) ? [] : combinations(parts).slice(0, SIMILAR_LIMIT);
}

function combinations(parts: readonly (readonly string[])[]): string[] {
  return parts.reduce<string[]>(
    (begun, part) =>
      begun.length === 0 ? [...part] : begun.flatMap((start) => part.map((next) => `${start}+${next}`)),
    [],
  );
}

/** The candidates that hold a word or are a few typing errors away from it, nearest first. */
export function nearest(word: string, candidates: readonly string[]): string[] {
  const wanted = word.toLowerCase();
  const allowed = Math.max(1, Math.floor(wanted.length / 3));
  return candidates
    .map((candidate) => {
      const holds = wanted.length > 1 && (candidate.includes(wanted) || wanted.includes(candidate));
      return { candidate, distance: holds ? 0.5 : editDistance(wanted, candidate) };
    })
    .filter(({ distance }) => distance <= allowed)
    .sort((a, b) => a.distance - b.distance)
    .slice(0, SIMILAR_LIMIT)
    .map(({ candidate }) => candidate);
}
