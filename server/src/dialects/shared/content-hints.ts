// What stands behind the use of a list: how much is in it, and what comes first.

import type { TextRange } from '../../text/range.js';
import type { ContentHint, NameUse } from '../dialect.js';

/** How long the summary of a list may be, in characters. */
const SUMMARY_LENGTH = 40;

/** How many members the tooltip lists. */
const TOLD_LIMIT = 20;

/** The hint behind a use of a list with some members; `undefined` where there are none. */
export function contentHint(
  { name, range }: Pick<NameUse, 'name' | 'range'>,
  members: readonly string[],
): ContentHint | undefined {
  const [first] = members;
  if (first === undefined) return undefined;
  const short = first.length > SUMMARY_LENGTH ? `${first.slice(0, SUMMARY_LENGTH)}…` : first;
  const label = members.length === 1 ? short : `${members.length}: ${short}, …`;
  const told = members.slice(0, TOLD_LIMIT).join(', ');
  const more = members.length > TOLD_LIMIT ? ` and ${members.length - TOLD_LIMIT} more` : '';
  return { about: 'content', offset: range.end, label, tooltip: `${name}: ${told}${more}` };
}

/** The uses of names of a kind on the lines of a range, definitions left out. */
export function usesWithin(
  {
    names,
    namesWithin,
    source,
  }: {
    readonly names: readonly NameUse[];
    readonly namesWithin?: (range: TextRange) => readonly NameUse[];
    readonly source: { readonly uri: string };
  },
  kind: string,
  range: TextRange,
): readonly NameUse[] {
  return (namesWithin?.(range) ?? names).filter(
    (use) =>
      use.kind === kind &&
      use.role === 'reference' &&
      use.uri === source.uri &&
      use.range.start < range.end &&
      range.start < use.range.end,
  );
}
