// How old a list is. The clock is that of the caller.

/** How old a list of endpoints may be, in days: Microsoft publishes one about every month. */
export const DAYS_UNTIL_STALE = 60;

const DAY = 24 * 60 * 60 * 1000;

/**
 * The days from a day, `YYYY-MM-DD`, to a moment; `undefined` where it is no day.
 * @param now in milliseconds, as the clock gives it
 */
export function daysSince(day: string, now: number): number | undefined {
  const start = Date.parse(`${day}T00:00:00Z`);
  return Number.isNaN(start) ? undefined : Math.max(0, Math.floor((now - start) / DAY));
}

/** `3 days`. */
export function daysText(days: number): string {
  return days === 1 ? '1 day' : `${days} days`;
}
