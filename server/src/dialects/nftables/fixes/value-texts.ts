// Writes addresses and ports in the usual notation of rules.

/** One value alone, several as a set. */
export function anyOf(values: readonly string[]): string {
  return values.length === 1 ? (values[0] ?? '') : `{ ${values.join(', ')} }`;
}
