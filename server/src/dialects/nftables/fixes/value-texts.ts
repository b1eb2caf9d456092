// Writes addresses and ports in the usual notation of rules.
import type { IpSet } from '../../../model/ip.js';
import { listed } from '../../../model/packet-text.js';
import type { PortSet } from '../../../model/ports.js';

/** One value alone, several as a set. */
export function anyOf(values: readonly string[]): string {
  return values.length === 1 ? (values[0] ?? '') : `{ ${values.join(', ')} }`;
}

export function portTexts(ports: PortSet): string[] {
  return ports.intervals.map(([low, high]) => (low === high ? String(low) : `${low}-${high}`));
}

/** Prefixes; single addresses without a length. */
export function shortPrefixes(addresses: IpSet): string[] {
  return addresses.toPrefixes().map((prefix) => prefix.replace(/\/(?:32$|128$)/, ''));
}

/** How many values a title lists. */
const TITLE_LIMIT = 3;

/** Values for a title. */
export function summary(values: readonly string[]): string {
  return listed(values, TITLE_LIMIT);
}
