// Names and numbers of IP protocols as iptables reads them.

import { ALL_PROTOCOLS, type ProtocolSet, protocolSet } from '../../../model/packets.js';
import { numberInC } from '../../../text/c-numbers.js';
import { PROTOCOLS } from '../../shared/system-names.js';

/** The names of the system that stand for a protocol of a rule, and those that iptables knows itself (`xtables_chain_protos`). */
const KNOWN: ReadonlyMap<string, number> = new Map([
  ...[...PROTOCOLS].filter(([name, number]) => number <= 255 && name === name.toLowerCase()),
  ['ip', 0],
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
  const number = numberInC(text);
  if (number !== undefined) return number <= 255 ? number : undefined;
  return KNOWN.get(text.toLowerCase());
}

export function otherProtocols(number: number): ProtocolSet {
  return ALL_PROTOCOLS.subtract(protocolSet(number));
}
