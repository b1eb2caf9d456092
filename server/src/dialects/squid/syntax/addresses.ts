// Reads the values of acls on addresses as squid 5.7 does.

import { type Address, IpSet, parseAddress } from '../../../model/ip.js';

/** The meaning of a value of an address acl, or why squid rejects it. */
export type AddressValue =
  | { readonly kind: 'set'; readonly set: IpSet }
  /** A name that squid resolves when it reads the file. */
  | { readonly kind: 'name' }
  | { readonly kind: 'refused'; readonly reason: string };

/** Global and unique-local unicast, the meaning of `acl … src ipv6` (`acl_ip_data::FactoryParse`, src/acl/Ip.cc). */
const IPV6_UNICAST = IpSet.parse(
  '1000::/4',
  '2000::/3',
  '4000::/2',
  '8000::/2',
  'c000::/3',
  'e000::/4',
  'fc00::/7',
  'fe80::/10',
);
const IPV4 = IpSet.parse('0.0.0.0/0');

/** Obsolete notations of `all`, which squid replaces with a warning. */
const OLD_ALL = new Set(['0/0', '0.0.0.0/0', '0.0.0.0/0.0.0.0', '0.0.0.0-255.255.255.255', '0.0.0.0-0.0.0.0/0']);

/** Reads one value of `src`, `dst` or `localip` as squid 5.7 does. */
export function readAddress(text: string): AddressValue {
  if (text === 'all' || OLD_ALL.has(text)) return { kind: 'set', set: IpSet.all };
  if (text === 'ipv4') return { kind: 'set', set: IPV4 };
  if (text === 'ipv6') return { kind: 'set', set: IPV6_UNICAST };
  const slash = text.indexOf('/');
  const base = slash < 0 ? text : text.slice(0, slash);
  const mask = slash < 0 ? '' : text.slice(slash + 1);
  const dash = base.indexOf('-');
  const first = readOne(dash < 0 ? base : base.slice(0, dash));
  if (!first) {
    if (dash < 0 && slash < 0 && looksLikeName(text)) return { kind: 'name' };
    return { kind: 'refused', reason: `invalid address '${text}'` };
  }
  const last = dash < 0 ? undefined : readOne(base.slice(dash + 1));
  if (dash >= 0 && last?.family !== first.family) {
    return { kind: 'refused', reason: `invalid end of the range: '${base.slice(dash + 1)}'` };
  }
  const length = readMask(mask, first.family);
  if (length === undefined) return { kind: 'refused', reason: `invalid netmask '${mask}'` };
  if (!last) return { kind: 'set', set: IpSet.of({ address: first, length }) };
  const low = IpSet.of({ address: first, length }).first ?? first;
  const high = IpSet.of({ address: last, length }).first ?? last;
  // Outside of the range squid still compares with its first address (aclIpAddrNetworkCompare).
  return { kind: 'set', set: IpSet.range(low, high).union(IpSet.of({ address: low, length })) };
}

/** A full address, or the shorter IPv4 forms of inet_aton: `10`, `10.1`, `10.1.2`. */
function readOne(text: string): Address | undefined {
  const address = parseAddress(text);
  if (address) return address;
  const parts = text.split('.');
  if (parts.length > 3 || !parts.every((part) => /^\d{1,10}$/.test(part))) return undefined;
  const numbers = parts.map(Number);
  const last = numbers.pop() ?? 0;
  if (numbers.some((number) => number > 255) || last >= 256 ** (4 - numbers.length)) return undefined;
  return { family: 4, value: numbers.reduce((value, number, i) => value + number * 256 ** (3 - i), last) };
}

/** The prefix length of a mask; a dotted mask counts its leading ones, as squid assumes. */
function readMask(mask: string, family: 4 | 6): number | undefined {
  const width = family === 4 ? 32 : 128;
  if (mask === '') return width;
  if (/^\d{1,3}$/.test(mask)) {
    if (Number(mask) <= width) return Number(mask);
    // Squid reads a number that is too large as an IPv4 mask, which has no leading ones.
    return family === 6 ? 0 : undefined;
  }
  const dotted = parseAddress(mask);
  if (dotted?.family !== 4 || family !== 4) return undefined;
  let length = 0;
  while (length < 32 && (dotted.value >>> (31 - length)) & 1) length++;
  return length;
}

/** A name that ends with a number is none that a name server has. */
function looksLikeName(text: string): boolean {
  return /^[a-z0-9_]([a-z0-9_.-]{0,252})$/i.test(text) && !/(?:^|\.)\d+$/.test(text) && !/^[\d.]+$/.test(text);
}
