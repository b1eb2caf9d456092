// What makes a newer list doubtful: documents rarely take away much at once, and a list that was cut off does.

import type { Pack, Requirement } from './requirement.js';

/** Which part of what a list had may be missing from the next one. */
const DOUBTFUL_PART = 1 / 5;

/** One or two of a short list are a change like any other. */
const FEWEST_DOUBTFUL = 3;

/** Why a newer version of a pack should be read before it is used, each as a phrase; empty where nothing is unusual. */
export function doubtsOf(before: Pack, after: Pack): readonly string[] {
  const doubts: string[] = [];
  for (const [what, listOf] of LISTS) {
    const [old, now] = [listOf(before), listOf(after)];
    const gone = [...old].filter((one) => !now.has(one)).length;
    if (gone >= FEWEST_DOUBTFUL && gone >= old.size * DOUBTFUL_PART)
      doubts.push(`it no longer has ${gone} of ${old.size} ${what}`);
  }
  const [optimized, kept] = [optimizedIn(before), optimizedIn(after)];
  for (const [entry, title] of optimized) {
    if (!kept.has(entry)) doubts.push(`it no longer has ${entry} (${title}) in the category Optimize`);
  }
  return doubts;
}

const LISTS: readonly (readonly [what: string, listOf: (pack: Pack) => ReadonlySet<string>])[] = [
  ['hosts', ({ requirements }) => new Set(requirements.flatMap(({ flow }) => flow.to.hosts ?? []))],
  ['address ranges', ({ requirements }) => new Set(requirements.flatMap(({ flow }) => flow.to.prefixes ?? []))],
];

/** The entries of a pack in the highest category, with their titles. */
function optimizedIn({ requirements }: Pack): ReadonlyMap<string, string> {
  const optimized = requirements.filter(({ category, kind }) => category === 'optimize' && kind === 'reach');
  return new Map(optimized.map((requirement) => [entryOf(requirement), requirement.title] as const));
}

/** `m365-worldwide/11`: what the ids of one set have in common. */
function entryOf({ id }: Requirement): string {
  return id.split('/').slice(0, 2).join('/');
}
