// Writes addresses and ports in the usual notation of rules.
import { listed } from '../../../model/packet-text.js';

/** One value alone, several as a set. */
export function anyOf(values: readonly string[]): string {
  return values.length === 1 ? (values[0] ?? '') : `{ ${values.join(', ')} }`;
}

/** How many values a title spells out. */
const TITLE_LIMIT = 3;

/** Values for a title. */
export function summary(values: readonly string[]): string {
  return listed(values, TITLE_LIMIT);
}
