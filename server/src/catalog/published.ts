// When the version of a pack was published.

/**
 * `YYYY-MM-DD`, from versions such as `2026081400` and `2026-08-14`; the last day of the month where it tells no more, as
 * `2026-08` does; `undefined` where the version is no date.
 */
export function publishedOn(version: string): string | undefined {
  const [, year, month, day] = /^(\d{4})-?(\d{2})-?(\d{2})(?:\d{2})?$/.exec(version) ?? [];
  if (year !== undefined) return `${year}-${month}-${day}`;
  const [, ofYear, ofMonth] = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(version) ?? [];
  return ofYear === undefined ? undefined : `${ofYear}-${ofMonth}-${daysIn(Number(ofYear), Number(ofMonth))}`;
}

/** The days of a month, from 1. */
function daysIn(year: number, month: number): number {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return month === 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;
}
