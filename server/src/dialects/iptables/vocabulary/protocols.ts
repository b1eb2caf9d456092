// Names and numbers of IP protocols as iptables reads them.
import { ALL_PROTOCOLS, type ProtocolSet, protocolSet } from '../../../model/packets.js';
import { PROTOCOLS } from '../../shared/system-names.js';

/** The names of the system that stand for a protocol of a rule, and those that iptables knows itself (`xtables_chain_protos`). */
const KNOWN: ReadonlyMap<string, number> = new Map([
  ...[...PROTOCOLS].filter(([name, number]) => number > 0 && number <= 255 && name === name.toLowerCase()),
  ['icmpv6', 58],
  ['ipv6-mh', 135],
  ['mh', 135],
  ['all', 0],
]);

export const PROTOCOL_NAMES: readonly string[] = [...KNOWN.keys()];

/** The number of a protocol; 0 means all of them. `undefined` where iptables does not know the name. */
export function parseProtocol(text: string): number | undefined {
  const known = KNOWN.get(text);
  if (known !== undefined) return known;
  if (/^(?:\d{1,3}|0x[0-9a-f]{1,2})$/i.test(text)) return Number(text) <= 255 ? Number(text) : undefined;
  return KNOWN.get(text.toLowerCase());
}

export function otherProtocols(number: number): ProtocolSet {
  return ALL_PROTOCOLS.subtract(protocolSet(number));
}
