// The elements of ipsets: their notation in ipset(8), and the single elements that the kernel stores for one.
import { IntervalSet } from '../../../model/intervals.js';
import { type AddressFamily, inetAton, parseAddress } from '../../../model/ip.js';
import { numberInC } from '../../../text/c-numbers.js';
import { SERVICES } from '../../shared/system-names.js';
import { setIcmpType } from '../vocabulary/icmp.js';
import type { SetDimension } from '../vocabulary/ipset.js';
import { parseProtocol } from '../vocabulary/protocols.js';

/** An IPv4 address is a number, an IPv6 address a bigint; one set has one kind. */
export type AddressValue = number | bigint;

/** Addresses from one to another: a single one, or a network of a prefix length. */
export interface AddressPart {
  readonly kind: 'addresses';
  readonly low: AddressValue;
  readonly high: AddressValue;
  readonly length: number;
}

/** One part of an element as the kernel stores it. `port` is the type and code of ICMP, and 0 for protocols without ports. */
export type ElementPart =
  | AddressPart
  | { readonly kind: 'port'; readonly protocol: number; readonly port: number }
  | { readonly kind: 'interface'; readonly name: string; readonly wildcard: boolean; readonly physical: boolean }
  /** A hardware address, a mark or the name of a set. */
  | { readonly kind: 'other'; readonly text: string };

/** One part as written: it may stand for many elements, which the kernel stores in this order. */
export interface WrittenPart {
  readonly count: number;
  at(index: number): ElementPart;
}

/** `'unknown'` for what only the machine can resolve; a text says why ipset rejects it. */
export type ReadPart = WrittenPart | 'unknown' | { readonly refused: string };

/** How the part of a set's type is read. */
export interface PartForm {
  readonly dimension: SetDimension;
  readonly family: AddressFamily;
  /** Whether only single addresses are allowed. */
  readonly single: boolean;
  /** The bits of IPv4 addresses that are compared; the first address of a range is stored under it, the others as they are. */
  readonly mask: number | undefined;
  /** How many addresses one element stands for, for sets that store networks of one size. */
  readonly step: number;
  /** Whether the network of length 0 is allowed. */
  readonly zeroLength: boolean;
  /** Whether the element has a protocol besides the port. */
  readonly withProtocol: boolean;
  readonly wildcard: boolean;
}

const refused = (text: string): ReadPart => ({ refused: text });

/** A part that stands for one element, as those of long lists do. */
class SinglePart implements WrittenPart {
  readonly count = 1;

  constructor(private readonly part: ElementPart) {}

  at(): ElementPart {
    return this.part;
  }
}

function one(part: ElementPart): WrittenPart {
  return new SinglePart(part);
}

export function readPart(text: string, form: PartForm): ReadPart {
  switch (form.dimension) {
    case 'ip':
    case 'net':
      return form.family === 4 ? readV4(text, form) : readV6(text, form);
    case 'port':
      return readPort(text, form);
    case 'iface': {
      const physical = text.startsWith('physdev:');
      const name = physical ? text.slice('physdev:'.length) : text;
      if (name.length > 15) return refused(`the name of an interface has at most 15 characters`);
      return one({ kind: 'interface', name, wildcard: form.wildcard, physical });
    }
    case 'mac': {
      const isMac = /^[0-9a-f]{1,2}(?::[0-9a-f]{1,2}){5}$/i.test(text);
      if (!isMac) return refused(`'${text}' is no hardware address`);
      const bytes = text.split(':').map((byte) => Number.parseInt(byte, 16));
      return one({ kind: 'other', text: bytes.join(':') });
    }
    case 'mark': {
      const mark = numberInC(text, 0xffff_ffff);
      return mark === undefined ? refused(`'${text}' is no mark`) : one({ kind: 'other', text: String(mark) });
    }
    case 'set':
      return one({ kind: 'other', text });
  }
}

/** The two ends of a range; names with a dash stand in brackets. */
function rangeEnds(text: string): readonly [string, string | undefined] | undefined {
  const match = /^(\[[^\]]*\]|[^-[\]]*)(?:-(\[[^\]]*\]|[^[\]]*))?$/.exec(text);
  if (!match) return undefined;
  const bare = (part: string) => part.replace(/^\[(.*)\]$/, '$1');
  return [bare(match[1] ?? ''), match[2] === undefined ? undefined : bare(match[2])];
}

const V4_END = 0xffff_ffff;

/** An IPv4 address as `getaddrinfo` reads it; ipset itself refuses hexadecimal ones. */
function v4Of(text: string): number | 'unknown' | undefined {
  if (/^0x|\.0x/i.test(text)) return undefined;
  return inetAton(text) ?? nameOrNothing(text);
}

/** Names of hosts, and numbers that only the resolver knows to read. */
function nameOrNothing(text: string): 'unknown' | undefined {
  return /^[\w.-]*[a-z][\w.-]*$/i.test(text) ? 'unknown' : undefined;
}

/** A plain address or network as long lists consist of; nothing for other notations, and for what may be refused. */
function plainV4(text: string, form: PartForm): WrittenPart | undefined {
  const slash = text.indexOf('/');
  const address = parseAddress(slash < 0 ? text : text.slice(0, slash));
  if (address?.family !== 4) return undefined;
  if (slash < 0) {
    const low = form.mask === undefined ? address.value : Number(BigInt(address.value) & BigInt(form.mask));
    return one({ kind: 'addresses', low, high: low, length: 32 });
  }
  const length = form.dimension === 'net' ? numberInC(text.slice(slash + 1), 32) : undefined;
  if (!length || form.single) return undefined;
  const size = 2 ** (32 - length);
  const low = Math.floor(address.value / size) * size;
  return one({ kind: 'addresses', low, high: low + size - 1, length });
}

function readV4(text: string, form: PartForm): ReadPart {
  const plain = plainV4(text, form);
  if (plain) return plain;
  const [address = '', lengthText, more] = text.split('/');
  const isRange = lengthText === undefined;
  const ends = isRange ? rangeEnds(text) : ([address, undefined] as const);
  const length = isRange ? 32 : numberInC(lengthText, 32);
  if (!ends || more !== undefined || length === undefined) return refused(`'${text}' is no IPv4 address or network`);
  if (form.single && (ends[1] !== undefined || length !== 32)) return refused(`only a single address may stand here`);
  const low = v4Of(ends[0]);
  const high = ends[1] === undefined ? low : v4Of(ends[1]);
  if (low === 'unknown' || high === 'unknown') return 'unknown';
  if (low === undefined || high === undefined) return refused(`'${text}' is no IPv4 address or network`);
  const under = (value: number) => (form.mask === undefined ? value : Number(BigInt(value) & BigInt(form.mask)));
  if (ends[1] !== undefined) return range4(Math.min(under(low), high), Math.max(under(low), high), form);
  if (length === 0 && !(form.dimension === 'net' && form.zeroLength)) {
    return refused('a network of length 0 cannot be stored here');
  }
  const size = 2 ** (32 - length);
  const first = Math.floor(low / size) * size;
  if (form.dimension === 'net') return one({ kind: 'addresses', low: first, high: first + size - 1, length });
  return range4(under(first), under(first) + size - 1, form);
}

function range4(low: number, high: number, form: PartForm): ReadPart {
  if (form.dimension === 'net') {
    if (low === 0 && high === V4_END) return refused('the range covers all addresses');
    const blocks = networksOf(low, high);
    return { count: blocks.length, at: (i) => blocks[i] ?? NO_ADDRESS };
  }
  const { step } = form;
  const first = low;
  const count = Math.floor((high - first) / step) + 1;
  return {
    count,
    at: (i) => ({ kind: 'addresses', low: first + i * step, high: first + i * step, length: 32 }),
  };
}

const NO_ADDRESS: AddressPart = { kind: 'addresses', low: 0, high: 0, length: 32 };

/** The fewest networks that make up a range (`ip_set_range_to_cidr`). */
function networksOf(low: number, high: number): AddressPart[] {
  const blocks: AddressPart[] = [];
  for (let at = low; at <= high; ) {
    let length = 32;
    while (length > 1 && at % 2 ** (33 - length) === 0 && at + 2 ** (33 - length) - 1 <= high) length--;
    const end = at + 2 ** (32 - length) - 1;
    blocks.push({ kind: 'addresses', low: at, high: end, length });
    at = end + 1;
  }
  return blocks;
}

/** IPv6 has no ranges: a single address, or a network in types of networks. */
function readV6(text: string, form: PartForm): ReadPart {
  const [given = '', lengthText, more] = text.replace(/^\[([^\]]*)\]/, '$1').split('/');
  const address = parseAddress(given);
  if (!address && nameOrNothing(given) && !given.includes(':')) return 'unknown';
  const length = lengthText === undefined ? 128 : numberInC(lengthText, 128);
  if (address?.family !== 6 || length === undefined || more !== undefined) {
    return refused(`'${text}' is no IPv6 address or network`);
  }
  if (form.dimension === 'ip' && length !== 128) return refused('only a single IPv6 address may stand here');
  if (length === 0 && !form.zeroLength) return refused('a network of length 0 cannot be stored here');
  const bits = BigInt(128 - length);
  const low = (address.value >> bits) << bits;
  return one({ kind: 'addresses', low, high: low + (1n << bits) - 1n, length });
}

/** The protocols whose ports the kernel looks up (`ip_set_proto_with_ports`), by the names that services have. */
export const PROTOCOLS_WITH_PORTS: ReadonlyMap<number, 'tcp' | 'udp' | 'sctp'> = new Map([
  [6, 'tcp'],
  [17, 'udp'],
  [132, 'sctp'],
  [136, 'udp'],
]);

function protocolNumber(text: string): number | undefined {
  if (text === 'tcp') return 6;
  return text === 'udp' ? 17 : (numberInC(text, 255) ?? parseProtocol(text.toLowerCase()));
}

const ICMP_FAMILIES: ReadonlyMap<number, AddressFamily> = new Map([
  [1, 4],
  [58, 6],
]);

function readPort(text: string, { family, withProtocol }: PartForm): ReadPart {
  const colon = text.startsWith('[') ? -1 : text.indexOf(':');
  const protocolText = colon < 0 ? 'tcp' : text.slice(0, colon);
  const value = text.slice(colon + 1);
  const protocol = protocolNumber(protocolText);
  if (protocol === undefined || protocol === 0) return refused(`'${protocolText}' is no protocol`);
  const named = PROTOCOLS_WITH_PORTS.get(protocol);
  if (!withProtocol && protocol !== 6 && protocol !== 17) return refused('only TCP and UDP are allowed here');
  if (named) return readPorts(value, withProtocol ? protocol : 0, named, protocol !== 136);
  const icmpFamily = ICMP_FAMILIES.get(protocol);
  if (icmpFamily !== undefined) {
    if (icmpFamily !== family) return refused(`${protocolText} is not for IPv${family}`);
    const type = setIcmpType(value, family);
    if (type === undefined) return refused(`'${value}' is no type and code of ICMP: 8/0, echo-request`);
    return one({ kind: 'port', protocol, port: type });
  }
  if (value !== '0') return refused(`the protocol ${protocolText} has no ports: write ${protocolText}:0`);
  return one({ kind: 'port', protocol, port: 0 });
}

function readPorts(text: string, protocol: number, named: 'tcp' | 'udp' | 'sctp', hasNames: boolean): ReadPart {
  const plain = numberInC(text, 65_535);
  if (plain !== undefined) return one({ kind: 'port', protocol, port: plain });
  const ends = rangeEnds(text);
  if (!ends) return refused(`'${text}' is no port`);
  const portOf = (port: string) => numberInC(port, 65_535) ?? (hasNames ? SERVICES[named]().get(port) : undefined);
  const low = portOf(ends[0]);
  const high = ends[1] === undefined ? low : portOf(ends[1]);
  if (low === undefined || high === undefined) {
    const isName = [ends[0], ends[1] ?? ends[0]].every(
      (end) => portOf(end) !== undefined || /^[a-z][\w.+-]*$/i.test(end),
    );
    return isName ? 'unknown' : refused(`'${text}' is no port`);
  }
  const first = Math.min(low, high);
  return { count: Math.abs(high - low) + 1, at: (i) => ({ kind: 'port', protocol, port: first + i }) };
}

/** The key of an element, which no other element of its set has. */
export function elementKey(parts: readonly ElementPart[]): string | number {
  const [only] = parts;
  if (only?.kind === 'addresses' && parts.length === 1 && typeof only.low === 'number')
    return only.low * 64 + only.length;
  // The sets in a list are looked up by their names.
  return only?.kind === 'other' && parts.length === 1 ? only.text : partsKey(parts, 0);
}

/**
 * The key of the parts from one on. Numbers are characters of it, in as many as the largest needs: long lists have a key for each
 * element, and digits take several times as long.
 */
export function partsKey(parts: readonly ElementPart[], from: number): string {
  let key = '';
  for (let i = from; i < parts.length; i++) {
    const part = parts[i];
    if (part) key += partKey(part);
  }
  return key;
}

function partKey(part: ElementPart): string {
  switch (part.kind) {
    case 'addresses': {
      const { low, length } = part;
      if (typeof low === 'number') return String.fromCharCode(low >>> 16, low & 0xffff, length);
      return `${low}/${length},`;
    }
    case 'port':
      return String.fromCharCode(part.protocol, part.port);
    case 'interface':
      return `${part.physical ? 'physdev:' : ''}${part.name},`;
    case 'other':
      return `${part.text},`;
  }
}

export const ALL_PORT_NUMBERS = IntervalSet.range(0, 65_535);
