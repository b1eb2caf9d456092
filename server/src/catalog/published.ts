// When the version of a pack was published.

/** `YYYY-MM-DD`, from versions such as `2026081400` and `2026-08-14`; `undefined` where the version is no day. */
export function publishedOn(version: string): string | undefined {
  const [, year, month, day] = /^(\d{4})-?(\d{2})-?(\d{2})(?:\d{2})?$/.exec(version) ?? [];
  return year === undefined ? undefined : `${year}-${month}-${day}`;
}
