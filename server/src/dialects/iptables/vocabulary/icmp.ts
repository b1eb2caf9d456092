// Names of the types of ICMP and ICMPv6 in iptables and ip6tables.

import { IntervalSet } from '../../../model/intervals.js';
import type { PortSet } from '../../../model/ports.js';
import { numberInC } from '../../../text/c-numbers.js';

/** A type, with one code or for all of its codes. */
type TypeCode = readonly [type: number, code?: number];

/** Names of `iptables -p icmp -h`, in its order. */
const ICMP: ReadonlyMap<string, TypeCode> = new Map<string, TypeCode>([
  ['echo-reply', [0]],
  ['pong', [0]],
  ['destination-unreachable', [3]],
  ['network-unreachable', [3, 0]],
  ['host-unreachable', [3, 1]],
  ['protocol-unreachable', [3, 2]],
  ['port-unreachable', [3, 3]],
  ['fragmentation-needed', [3, 4]],
  ['source-route-failed', [3, 5]],
  ['network-unknown', [3, 6]],
  ['host-unknown', [3, 7]],
  ['network-prohibited', [3, 9]],
  ['host-prohibited', [3, 10]],
  ['tos-network-unreachable', [3, 11]],
  ['tos-host-unreachable', [3, 12]],
  ['communication-prohibited', [3, 13]],
  ['host-precedence-violation', [3, 14]],
  ['precedence-cutoff', [3, 15]],
  ['source-quench', [4]],
  ['redirect', [5]],
  ['network-redirect', [5, 0]],
  ['host-redirect', [5, 1]],
  ['tos-network-redirect', [5, 2]],
  ['tos-host-redirect', [5, 3]],
  ['echo-request', [8]],
  ['ping', [8]],
  ['router-advertisement', [9]],
  ['router-solicitation', [10]],
  ['time-exceeded', [11]],
  ['ttl-exceeded', [11]],
  ['ttl-zero-during-transit', [11, 0]],
  ['ttl-zero-during-reassembly', [11, 1]],
  ['parameter-problem', [12]],
  ['ip-header-bad', [12, 0]],
  ['required-option-missing', [12, 1]],
  ['timestamp-request', [13]],
  ['timestamp-reply', [14]],
  ['address-mask-request', [17]],
  ['address-mask-reply', [18]],
]);

/** Names of `ip6tables -p icmpv6 -h`, in its order. */
const ICMPV6: ReadonlyMap<string, TypeCode> = new Map<string, TypeCode>([
  ['destination-unreachable', [1]],
  ['no-route', [1, 0]],
  ['communication-prohibited', [1, 1]],
  ['beyond-scope', [1, 2]],
  ['address-unreachable', [1, 3]],
  ['port-unreachable', [1, 4]],
  ['failed-policy', [1, 5]],
  ['reject-route', [1, 6]],
  ['packet-too-big', [2]],
  ['time-exceeded', [3]],
  ['ttl-exceeded', [3]],
  ['ttl-zero-during-transit', [3, 0]],
  ['ttl-zero-during-reassembly', [3, 1]],
  ['parameter-problem', [4]],
  ['bad-header', [4, 0]],
  ['unknown-header-type', [4, 1]],
  ['unknown-option', [4, 2]],
  ['echo-request', [128]],
  ['ping', [128]],
  ['echo-reply', [129]],
  ['pong', [129]],
  ['router-solicitation', [133]],
  ['router-advertisement', [134]],
  ['neighbour-solicitation', [135]],
  ['neighbor-solicitation', [135]],
  ['neighbour-advertisement', [136]],
  ['neighbor-advertisement', [136]],
  ['redirect', [137]],
]);

export function icmpNames(family: 4 | 6): readonly string[] {
  return [...(family === 4 ? ICMP : ICMPV6).keys()];
}

/**
 * Reads the value of `--icmp-type` or `--icmpv6-type`: a name or the beginning of only one, `type` or `type/code`. The
 * result holds the values `type × 256 + code`; `undefined` where iptables rejects the text, `'any'` where it matches all.
 */
export function parseIcmpType(text: string, family: 4 | 6): PortSet | 'any' | undefined {
  const lower = text.toLowerCase();
  if (family === 4 && lower === 'any') return 'any';
  const known = byName(family === 4 ? ICMP : ICMPV6, lower);
  if (known) return typeSet(known);
  const [type, code, more] = text.split('/', 3).map((part) => numberInC(part, 255));
  if (type === undefined || more !== undefined || (code === undefined && text.includes('/'))) return undefined;
  // Type 255 is how the IPv4 extension stores `any`.
  if (family === 4 && type === 255) return 'any';
  return typeSet(code === undefined ? [type] : [type, code]);
}

function byName(table: ReadonlyMap<string, TypeCode>, text: string): TypeCode | undefined {
  const exact = table.get(text);
  if (exact || text === '') return exact;
  const found = [...table].filter(([name]) => name.startsWith(text));
  return found.length === 1 ? found[0]?.[1] : undefined;
}

function typeSet([type, code]: TypeCode): PortSet {
  const low = type * 256 + (code ?? 0);
  return IntervalSet.of([low, code === undefined ? low + 255 : low]);
}

/** Names of types alone, which stand for any code and are therefore no names of ipset, and one that it spells otherwise. */
const NOT_OF_IPSET: ReadonlySet<string> = new Set([
  ...['destination-unreachable', 'redirect', 'time-exceeded', 'ttl-exceeded', 'parameter-problem', 'beyond-scope'],
  ...['failed-policy', 'reject-route', 'neighbor-solicitation', 'neighbor-advertisement'],
]);

/**
 * Reads the type and code of an element of ipset, `type/code` or the beginning of a name; the first name that begins so is
 * meant. The result is `type × 256 + code`; `undefined` where ipset rejects the text.
 */
export function setIcmpType(text: string, family: 4 | 6): number | undefined {
  const lower = text.toLowerCase();
  const names = [...(family === 4 ? ICMP : ICMPV6)].filter(
    ([name]) => !NOT_OF_IPSET.has(name) || (family === 6 && name === 'redirect'),
  );
  const [, known] = names.find(([name]) => name.startsWith(lower)) ?? [];
  if (known) return known[0] * 256 + (known[1] ?? 0);
  const [type, code, more] = text.split('/', 3).map((part) => numberInC(part, 255));
  return type === undefined || code === undefined || more !== undefined ? undefined : type * 256 + code;
}
