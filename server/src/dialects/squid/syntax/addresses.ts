// Reads the values of acls on addresses as squid 5.7 does, single ones with `getaddrinfo` (`Ip::Address::lookupHostIP`,
// src/ip/Address.cc).

import { type Address, IpSet, inetAton, parseNumericHost } from '../../../model/ip.js';
import { readPlainPrefix } from './plain-addresses.js';

/** The meaning of a value of an address acl, or why squid rejects it. */
export type AddressValue =
  | { readonly kind: 'set'; readonly set: IpSet; readonly surprise?: Surprise }
  /** A name that squid resolves when it reads the file. */
  | { readonly kind: 'name' }
  | { readonly kind: 'refused'; readonly reason: string };

/** What squid makes of a value and its text does not say. */
export interface Surprise {
  /** Where the part of the value begins that means something else. */
  readonly from: number;
  readonly message: string;
}

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
/** Obsolete notations of `all`, which squid replaces with a warning. */
const OLD_ALL = new Set(['0/0', '0.0.0.0/0', '0.0.0.0/0.0.0.0', '0.0.0.0-255.255.255.255', '0.0.0.0-0.0.0.0/0']);

/**
 * The forms of `acl_ip_data::FactoryParse` (src/acl/Ip.cc), first match first: addresses, the end of a range, a mask.
 * They need not reach the end of the value, and squid ignores what follows them.
 */
const FORMS = [
  /^([\d.]+)-([\d.]+)\/([\d.]+)/,
  /^([\d.]+)-([\d.]+)/,
  /^([\d.]+)()\/([\d.]+)/,
  /^([\d.]+)()\/(?=.)/,
  /^([\da-f:]+)-([\da-f:]+)\/(\d+)/i,
  /^([\da-f:]+)-([\da-f:]+)/i,
  /^([\da-f:]+)()\/(\d+)/i,
];

/** Reads one value of `src`, `dst` or `localip` as squid 5.7 does. */
export function readAddress(text: string): AddressValue {
  if (text === 'all' || OLD_ALL.has(text)) return { kind: 'set', set: IpSet.all };
  if (text === 'ipv4') return readIpv4();
  if (text === 'ipv6') return { kind: 'set', set: IPV6_UNICAST };
  const plain = readPlainPrefix(text);
  if (plain) return { kind: 'set', set: IpSet.of(plain) };
  const form = FORMS.map((pattern) => pattern.exec(text)).find((match) => match);
  if (!form) return readWhole(text);
  const [read, start = '', end = '', mask = ''] = form;
  const first = parseNumericHost(start);
  if (!first) return { kind: 'refused', reason: `invalid address '${text}'` };
  const last = end === '' ? undefined : parseNumericHost(end);
  if (end !== '' && last?.family !== first.family) {
    return { kind: 'refused', reason: `invalid end of the range: '${end}'` };
  }
  const length = readMask(mask, first.family);
  if (length === undefined) return { kind: 'refused', reason: `invalid netmask '${mask}'` };
  const surprise = tailSurprise(text, read) ?? maskSurprise(text, start, end, length);
  const from = { address: first, length: length === 0 ? widthOf(first.family) : length };
  return { kind: 'set', set: last ? rangeTo(last, from) : IpSet.of(from), ...(surprise && { surprise }) };
}

/** A value without a mask and without a range, or one that squid cannot read. */
function readWhole(text: string): AddressValue {
  const address = parseNumericHost(text);
  if (address) return { kind: 'set', set: IpSet.of({ address, length: widthOf(address.family) }) };
  // Squid decides the mask of `::ffff:192.0.2.1/128` without knowing the family, and then matches every address.
  if (looksLikeName(text) || /^[\da-f:]*:[\d.]+\/./i.test(text)) return { kind: 'name' };
  // A host with a mask: only a number in hexadecimal comes here, since others are of the forms above.
  const [host = '', mask = ''] = text.split('/', 2);
  if (/0x/i.test(host) && /^\d/.test(mask) && inetAton(host) !== undefined) return { kind: 'name' };
  return { kind: 'refused', reason: `invalid address '${text}'` };
}

/** Outside of the range squid still compares with its first address (aclIpAddrNetworkCompare). */
function rangeTo(last: Address, first: { readonly address: Address; readonly length: number }): IpSet {
  const low = IpSet.of(first).first ?? first.address;
  const high = IpSet.of({ address: last, length: first.length }).first ?? last;
  return IpSet.range(low, high).union(IpSet.of({ address: low, length: first.length }));
}

function tailSurprise(text: string, read: string): Surprise | undefined {
  if (read === text) return undefined;
  return { from: read.length, message: `squid reads '${read}' and ignores '${text.slice(read.length)}'` };
}

/**
 * A length of 0 masks nothing: the value is one address, not all of them (`Ip::Address::applyMask`, src/ip/Address.cc).
 * A wildcard mask such as 0.0.0.255 has this length, because squid counts the leading ones of a mask.
 */
function maskSurprise(text: string, start: string, end: string, length: number): Surprise | undefined {
  if (length !== 0) return undefined;
  const only = end === '' ? `'${start}' alone` : `the range '${start}-${end}'`;
  return { from: 0, message: `squid takes '${text}' for ${only}: a netmask without leading ones masks nothing` };
}

/** `ipv4` is an address with a mask of length 0, so that it is only the unspecified address. */
function readIpv4(): AddressValue {
  const set = IpSet.parse('0.0.0.0/32');
  const message = "'ipv4' matches no client and no server in squid 5: its netmask masks nothing";
  return { kind: 'set', set, surprise: { from: 0, message } };
}

function widthOf(family: 4 | 6): number {
  return family === 4 ? 32 : 128;
}

/** The prefix length of a mask (`acl_ip_data::DecodeMask`); a dotted mask counts its leading ones, as squid assumes. */
function readMask(mask: string, family: 4 | 6): number | undefined {
  const width = widthOf(family);
  if (mask === '') return width;
  if (/^\d+$/.test(mask) && Number(mask) <= 128) return Number(mask) <= width ? Number(mask) : undefined;
  const dotted = parseNumericHost(mask);
  if (dotted?.family !== 4) return undefined;
  let length = 0;
  while (length < 32 && (dotted.value >>> (31 - length)) & 1) length++;
  return family === 4 || length === 0 ? length : 96 + length;
}

/** A name that ends with a number is none that a name server has. */
function looksLikeName(text: string): boolean {
  return /^[a-z0-9_]([a-z0-9_.-]{0,252})$/i.test(text) && !/(?:^|\.)\d+$/.test(text) && !/^[\d.]+$/.test(text);
}
