// What makes a newer list doubtful: documents rarely take away much at once, and a list that was cut off does.

import { parsePrefix } from '../model/ip.js';
import type { Pack, Requirement } from './requirement.js';

/** Which part of what a list had may be missing from the next one. */
const DOUBTFUL_PART = 1 / 5;

/** One or two of a short list are a change like any other. */
const FEWEST_DOUBTFUL = 3;

/**
 * Networks that are wider belong to no single service: the registries gave away IPv4 in blocks of /8 (IANA IPv4 Address Space
 * Registry), and of IPv6 rarely more than a /19.
 */
const WIDEST = { v4: 8, v6: 16 } as const;

/** Why a newer version of a pack should be read before it is used, each as a phrase; empty where nothing is unusual. */
export function doubtsOf(before: Pack, after: Pack): readonly string[] {
  const doubts: string[] = [];
  for (const [what, listOf] of LISTS) {
    const [old, now] = [listOf(before), listOf(after)];
    const gone = [...old].filter((one) => !now.has(one)).length;
    const isMuch = gone >= FEWEST_DOUBTFUL && gone >= old.size * DOUBTFUL_PART;
    if (isMuch || (gone > 0 && now.size === 0)) doubts.push(`it no longer has ${gone} of ${old.size} ${what}`);
  }
  const known = prefixesOf(before);
  for (const prefix of prefixesOf(after)) {
    const widest = prefix.includes(':') ? WIDEST.v6 : WIDEST.v4;
    if (!known.has(prefix) && (parsePrefix(prefix)?.length ?? 0) < widest) {
      doubts.push(`it adds ${prefix}, which is wider than /${widest}`);
    }
  }
  const [optimized, kept] = [optimizedIn(before), optimizedIn(after)];
  for (const [entry, title] of optimized) {
    if (!kept.has(entry)) doubts.push(`it no longer has ${entry} (${title}) in the category Optimize`);
  }
  return doubts;
}

const LISTS: readonly (readonly [what: string, listOf: (pack: Pack) => ReadonlySet<string>])[] = [
  ['hosts', ({ requirements }) => new Set(requirements.flatMap(({ flow }) => flow.to.hosts ?? []))],
  ['address ranges', prefixesOf],
];

function prefixesOf({ requirements }: Pack): ReadonlySet<string> {
  return new Set(requirements.flatMap(({ flow }) => flow.to.prefixes ?? []));
}

/** The entries of a pack in the highest category, with their titles. */
function optimizedIn({ requirements }: Pack): ReadonlyMap<string, string> {
  const optimized = requirements.filter(({ category, kind }) => category === 'optimize' && kind === 'reach');
  return new Map(optimized.map((requirement) => [entryOf(requirement), requirement.title] as const));
}

/** `m365-worldwide/11`: what the ids of one set have in common. */
function entryOf({ id }: Requirement): string {
  return id.split('/').slice(0, 2).join('/');
}
