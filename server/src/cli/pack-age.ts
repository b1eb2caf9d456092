// How old packs are, and the networks that they copy.

import { daysSince, daysText } from '../../../shared/age.js';
import { type Feed, readOn } from '../catalog/feeds.js';
import { publishedOn } from '../catalog/published.js';
import type { Pack } from '../catalog/requirement.js';

/**
 * The days since the version of a pack was published; `undefined` where its version is no date.
 * @param now in milliseconds, as the clock gives it
 */
export function daysOld({ version }: Pick<Pack, 'version'>, now: number): number | undefined {
  const day = publishedOn(version);
  return day === undefined ? undefined : daysSince(day, now);
}

/** How old the oldest copy of some feeds is, in words: `networks of 2026-10-01, 57 days old`; `undefined` without feeds. */
export function feedAgeText(feeds: readonly Feed[], now: number): string | undefined {
  const read = readOn(feeds);
  return read === undefined ? undefined : `networks of ${read}, ${daysText(daysSince(read, now) ?? 0)} old`;
}
