// What stands behind the use of a list: how much is in it, and what comes first.

import type { TextRange } from '../../text/range.js';
import type { ContentHint, Document, NameUse } from '../dialect.js';

/** How long the summary of a list may be, in characters. */
const SUMMARY_LENGTH = 40;

/** How many members the tooltip lists. */
export const TOLD_LIMIT = 20;

/**
 * The hint behind a use of a list with some members; `undefined` where there are none.
 * @param members all of them, or as many as are told where their number is given
 */
export function contentHint(
  { name, range }: Pick<NameUse, 'name' | 'range'>,
  members: readonly string[],
  count = members.length,
): ContentHint | undefined {
  const [first] = members;
  if (first === undefined) return undefined;
  const short = first.length > SUMMARY_LENGTH ? `${first.slice(0, SUMMARY_LENGTH)}…` : first;
  const label = count === 1 ? short : `${count}: ${short}, …`;
  const told = members.slice(0, TOLD_LIMIT).join(', ');
  const more = count > TOLD_LIMIT ? ` and ${count - TOLD_LIMIT} more` : '';
  return { about: 'content', offset: range.end, label, tooltip: `${name}: ${told}${more}` };
}

/** The values that one place has each time that it is run, and the hints behind the places. */
export class ValuesByPlace {
  private readonly places = new Map<
    number,
    { readonly name: string; readonly range: TextRange; values: Set<string> }
  >();

  add(name: string, range: TextRange, values: readonly string[]): void {
    const place = this.places.get(range.start) ?? { name, range, values: new Set() };
    for (const value of values) place.values.add(value);
    this.places.set(range.start, place);
  }

  get hints(): readonly ContentHint[] {
    return [...this.places.values()].flatMap((place) => contentHint(place, [...place.values]) ?? []);
  }
}

/** The uses of names of a kind on the lines of a range, definitions left out. */
export function usesWithin(
  document: Pick<Document, 'names' | 'namesWithin' | 'source'>,
  kind: string,
  range: TextRange,
): readonly NameUse[] {
  return (document.namesWithin?.(range) ?? document.names).filter(
    (use) =>
      use.kind === kind &&
      use.role === 'reference' &&
      use.uri === document.source.uri &&
      use.range.start < range.end &&
      range.start < use.range.end,
  );
}
