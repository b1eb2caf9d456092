// How old packs are.

import { daysSince } from '../../../shared/age.js';
import { publishedOn } from '../catalog/published.js';
import type { Pack } from '../catalog/requirement.js';

/**
 * The days since the version of a pack was published; `undefined` where its version is no day.
 * @param now in milliseconds, as the clock gives it
 */
export function daysOld({ version }: Pick<Pack, 'version'>, now: number): number | undefined {
  const day = publishedOn(version);
  return day === undefined ? undefined : daysSince(day, now);
}
