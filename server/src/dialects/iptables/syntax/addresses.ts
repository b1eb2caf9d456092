// Parses addresses and networks as iptables does.
import { IntervalSet } from '../../../model/intervals.js';
import { type Address, type AddressFamily, IpSet, inetAton, parseAddress } from '../../../model/ip.js';
import { numberInC } from '../../../text/c-numbers.js';
import { ipv4Block } from '../../shared/ipv4-blocks.js';
import { maskedHull, maskedRanges } from '../../shared/masked-ranges.js';
import { quadAt } from '../../shared/quads.js';

/** Where a mask makes too many ranges: a network that all of them are in. */
export interface WideMask {
  readonly within: IpSet;
}

/** Why a text is not an address: malformed, or the name of a host that a resolver may know. */
export type NoAddress = 'invalid' | 'host-name';

/**
 * Reads one address of `-s` or `-d` as `xtables_ipparse_multiple` does: an address, with a prefix length or a mask,
 * which may be non-contiguous. IPv4 addresses may be short (`10.1` is 10.1.0.0). Host bits are cleared.
 */
export function parseNetwork(text: string, family: AddressFamily): IpSet | NoAddress | WideMask {
  return family === 4 ? parseV4(text) : parseV6(text);
}

function parseV4(text: string): IpSet | NoAddress | WideMask {
  const slash = text.indexOf('/');
  const mask = slash < 0 ? 0xffff_ffff : parseMaskV4(text.slice(slash + 1));
  if (mask === undefined) return 'invalid';
  // With no bit compared, iptables does not look at the address.
  if (mask === 0) return IpSet.all.ofFamily(4);
  const address = parseShortV4(slash < 0 ? text : text.slice(0, slash));
  if (typeof address === 'string') return address;
  const hostBits = 0xffff_ffff - mask;
  if ((hostBits & (hostBits + 1)) === 0) {
    return ipv4Block(address, 32 - Math.clz32(hostBits));
  }
  const ranges = maskedRanges(BigInt(address), BigInt(mask), 32);
  if (!ranges) {
    const [low, high] = maskedHull(BigInt(address), BigInt(mask), 32);
    return { within: new IpSet(IntervalSet.range(Number(low), Number(high)), NO_V6) };
  }
  const v4 = IntervalSet.from(ranges.map(([low, high]): [number, number] => [Number(low), Number(high)]));
  return new IpSet(v4, NO_V6);
}

const NO_V6 = IntervalSet.empty<bigint>();
const NO_V4 = IntervalSet.empty<number>();

/** Four octets, or a length (`parse_ipmask`), which may be octal or hexadecimal as well. */
function parseMaskV4(text: string): number | undefined {
  const octets = text.split('.', 4).length === 4 ? readOctets(text) : undefined;
  if (octets !== undefined) return octets;
  const length = numberInC(text, 32);
  if (length === undefined) return undefined;
  return length === 0 ? 0 : (0xffff_ffff << (32 - length)) >>> 0;
}

/** As `host_to_ipaddr` reads it: by {@link readOctets}, otherwise as the name of a host, which a number may be. */
function parseShortV4(text: string): number | NoAddress {
  const value = readOctets(text) ?? inetAton(text);
  return value ?? (looksLikeHost(text) ? 'host-name' : 'invalid');
}

/** One to four octets, decimal, octal or hexadecimal; missing ones are zero (`xtables_numeric_to_ipaddr`). */
function readOctets(text: string): number | undefined {
  // What nearly all addresses are.
  const quad = text.includes('/') ? undefined : quadAt(text, 0, text.length);
  if (quad !== undefined) return quad;
  if (text.length > OCTETS_LIMIT) return undefined;
  const octets = text.split('.', 5);
  if (octets.length > 4) return undefined;
  let value = 0;
  for (let i = 0; i < 4; i++) {
    const octet = i < octets.length ? numberInC(octets[i] ?? '', 255) : 0;
    if (octet === undefined) return undefined;
    value = value * 256 + octet;
  }
  return value;
}

/** More characters than four octets have. */
const OCTETS_LIMIT = 60;

function looksLikeHost(text: string): boolean {
  return text.length <= 255 && /^[A-Za-z0-9]([\w.-]*[A-Za-z0-9.])?$/.test(text) && /[A-Za-z]/.test(text);
}

function parseV6(text: string): IpSet | NoAddress | WideMask {
  const slash = text.indexOf('/');
  const mask = slash < 0 ? (1n << 128n) - 1n : parseMaskV6(text.slice(slash + 1));
  if (mask === undefined) return 'invalid';
  if (mask === 0n) return IpSet.all.ofFamily(6);
  const host = slash < 0 ? text : text.slice(0, slash);
  const address = parseAddress(host);
  if (address?.family !== 6) return looksLikeHost(host) && !address ? 'host-name' : 'invalid';
  const ranges = maskedRanges(address.value, mask, 128);
  if (!ranges) return { within: new IpSet(NO_V4, IntervalSet.of(maskedHull(address.value, mask, 128))) };
  return new IpSet(NO_V4, IntervalSet.from(ranges));
}

function parseMaskV6(text: string): bigint | undefined {
  const full = (1n << 128n) - 1n;
  const length = numberInC(text);
  if (length !== undefined) return length > 128 ? undefined : full ^ ((1n << BigInt(128 - length)) - 1n);
  const address = parseAddress(text);
  return address?.family === 6 ? address.value : undefined;
}

/** Reads `first-last`, or a single address, of `-m iprange`. */
export function parseAddressRange(text: string, family: AddressFamily): IpSet | 'invalid' | 'reversed' {
  const dash = text.indexOf('-');
  const low = readEnd(dash < 0 ? text : text.slice(0, dash), family);
  const high = dash < 0 ? low : readEnd(text.slice(dash + 1), family);
  if (!low || !high || low.family !== family || high.family !== family) return 'invalid';
  const range = IpSet.range(low, high);
  return range.isEmpty ? 'reversed' : range;
}

/** One end of a range: `xtables_numeric_to_ipaddr`, or `inet_pton` for IPv6. */
function readEnd(text: string, family: AddressFamily): Address | undefined {
  if (family === 6) return parseAddress(text);
  const value = readOctets(text);
  return value === undefined ? undefined : { family: 4, value };
}
