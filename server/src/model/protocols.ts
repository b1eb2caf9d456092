// IP protocols by number and by name (IANA Protocol Numbers).
import { ICMP, ICMPV6 } from './icmp.js';
import { TCP, UDP } from './packets.js';

/** The names of protocols; others are shown by number. */
export const PROTOCOL_NAMES: ReadonlyMap<number, string> = new Map([
  [ICMP, 'ICMP'],
  [TCP, 'TCP'],
  [UDP, 'UDP'],
  [50, 'ESP'],
  [51, 'AH'],
  [ICMPV6, 'ICMPv6'],
]);

const NUMBERS: ReadonlyMap<string, number> = new Map(
  [...PROTOCOL_NAMES].map(([number, name]) => [name.toLowerCase(), number]),
);

/** The number of a protocol that is given by name, in any case, or by number; `undefined` where it is neither. */
export function protocolNumber(text: string): number | undefined {
  const number = NUMBERS.get(text.toLowerCase()) ?? (/^\d{1,3}$/.test(text) ? Number(text) : undefined);
  return number === undefined || number > 255 ? undefined : number;
}
