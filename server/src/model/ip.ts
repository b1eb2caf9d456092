// Addresses, prefixes and sets of addresses of both families.
import { numberInC } from '../text/c-numbers.js';
import { IntervalSet } from './intervals.js';

const MAX_V4 = 0xffff_ffff;
const MAX_V6 = (1n << 128n) - 1n;

export type AddressFamily = Address['family'];

export type Address = { readonly family: 4; readonly value: number } | { readonly family: 6; readonly value: bigint };

/** An address range that can be written as `address/length`. */
export interface Prefix {
  readonly address: Address;
  readonly length: number;
}

/**
 * Reads a dotted-quad IPv4 or an RFC 4291 IPv6 address without zone; `undefined` for anything else, also for `010.0.0.1`:
 * programs take an octet with a leading zero for octal, for decimal, or for an error (RFC 6943, 3.1.1), and only `001` to
 * `007` are the same number to those that read them. {@link inetAton} is how most programs of C read such a text.
 */
export function parseAddress(text: string): Address | undefined {
  const v4 = parseV4(text);
  if (v4 !== undefined) return { family: 4, value: v4 };
  const v6 = parseV6(text);
  return v6 === undefined ? undefined : { family: 6, value: v6 };
}

/** Digit by digit, because large files are addresses for the most part. */
function parseV4(text: string): number | undefined {
  if (text.length < 7 || text.length > 15) return undefined;
  let value = 0;
  let octet = 0;
  let digits = 0;
  let dots = 0;
  let isPadded = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === DOT) {
      if (digits === 0 || octet > 255 || ++dots > 3) return undefined;
      value = value * 256 + octet;
      octet = 0;
      digits = 0;
    } else if (code >= ZERO && code <= NINE && ++digits <= 3) {
      if (digits === 1) isPadded = code === ZERO;
      octet = octet * 10 + code - ZERO;
      if (isPadded && octet > 7) return undefined;
    } else return undefined;
  }
  return dots === 3 && digits > 0 && octet <= 255 ? value * 256 + octet : undefined;
}

/**
 * An IPv4 address as `inet_aton` and the numeric host of `getaddrinfo` are read (POSIX, `inet_addr`): one to four numbers,
 * each decimal, octal behind a 0 or hexadecimal behind 0x, of which the last fills the bytes that are left.
 */
export function inetAton(text: string): number | undefined {
  if (text.length > INET_ATON_LIMIT) return undefined;
  const numbers = text.split('.', 5).map((part) => numberInC(part));
  const last = numbers.pop();
  if (last === undefined || numbers.length > 3 || last >= 256 ** (4 - numbers.length)) return undefined;
  let value = last;
  for (const [i, number] of numbers.entries()) {
    if (number === undefined || number > 255) return undefined;
    value += number * 256 ** (3 - i);
  }
  return value;
}

/** An address as the numeric host of `getaddrinfo` is read: IPv4 by {@link inetAton}, IPv6 by `inet_pton`. */
export function parseNumericHost(text: string): Address | undefined {
  const address = parseAddress(text);
  if (address) return address;
  const value = inetAton(text);
  return value === undefined ? undefined : { family: 4, value };
}

/** Longer texts are no address: four numbers with more zeros than anybody writes. */
const INET_ATON_LIMIT = 60;

const [DOT, ZERO, NINE] = [0x2e, 0x30, 0x39];

function parseV6(text: string): bigint | undefined {
  if (!text.includes(':') || text.length > 45) return undefined;
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const head = groupsOf(halves[0] ?? '', halves.length === 1);
  const tail = halves.length === 2 ? groupsOf(halves[1] ?? '', true) : [];
  if (!head || !tail) return undefined;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined;
  let value = 0n;
  for (const group of [...head, ...new Array<number>(missing).fill(0), ...tail]) value = (value << 16n) | BigInt(group);
  return value;
}

function groupsOf(text: string, mayEndInV4: boolean): number[] | undefined {
  if (text === '') return [];
  const groups: number[] = [];
  const parts = text.split(':');
  for (const [index, part] of parts.entries()) {
    const v4 = mayEndInV4 && index === parts.length - 1 && !hasPadding(part) ? parseV4(part) : undefined;
    if (v4 !== undefined) groups.push(Math.floor(v4 / 65536), v4 % 65536);
    else if (/^[0-9a-fA-F]{1,4}$/.test(part)) groups.push(Number.parseInt(part, 16));
    else return undefined;
  }
  return groups;
}

/** Whether an octet of a dotted quad begins with a needless zero, which `inet_pton` refuses (RFC 3493, 6.3). */
export function hasPadding(text: string): boolean {
  return /(?:^|\.)0\d/.test(text);
}

/** Reads `address` or `address/length`. Host bits may be set; {@link IpSet.of} clears them. */
export function parsePrefix(text: string): Prefix | undefined {
  const slash = text.indexOf('/');
  const address = parseAddress(slash < 0 ? text : text.slice(0, slash));
  if (!address) return undefined;
  const width = address.family === 4 ? 32 : 128;
  if (slash < 0) return { address, length: width };
  const length = text.slice(slash + 1);
  if (!/^\d{1,3}$/.test(length) || Number(length) > width) return undefined;
  return { address, length: Number(length) };
}

/** A prefix that matches every address, or every one of the Internet (RFC 4291), says nothing about any of them. */
export function isEveryAddress(prefix: string): boolean {
  return prefix === '2000::/3' || parsePrefix(prefix)?.length === 0;
}

export function formatAddress(address: Address): string {
  return address.family === 4 ? formatV4(address.value) : formatV6(address.value);
}

function formatV4(value: number): string {
  return [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255].join('.');
}

/** The canonical text of RFC 5952: lower case, the longest run of zero groups compressed. */
function formatV6(value: bigint): string {
  const groups: number[] = [];
  for (let shift = 112n; shift >= 0n; shift -= 16n) groups.push(Number((value >> shift) & 0xffffn));
  let bestStart = -1;
  let bestLength = 1;
  for (let i = 0; i < 8; i++) {
    let length = 0;
    while (i + length < 8 && groups[i + length] === 0) length++;
    if (length > bestLength) {
      bestStart = i;
      bestLength = length;
    }
  }
  const hex = (part: number[]) => part.map((group) => group.toString(16)).join(':');
  if (bestStart < 0) return hex(groups);
  return `${hex(groups.slice(0, bestStart))}::${hex(groups.slice(bestStart + bestLength))}`;
}

/** An immutable set of IPv4 and IPv6 addresses. */
export class IpSet {
  constructor(
    readonly v4: IntervalSet<number>,
    readonly v6: IntervalSet<bigint>,
  ) {}

  static readonly empty = new IpSet(IntervalSet.empty(), IntervalSet.empty());
  static readonly all = new IpSet(IntervalSet.of([0, MAX_V4]), IntervalSet.of([0n, MAX_V6]));

  static of(...prefixes: readonly Prefix[]): IpSet {
    return IpSet.from(prefixes);
  }

  /** The same for any number of prefixes; a call cannot have a million arguments. */
  static from(prefixes: Iterable<Prefix>): IpSet {
    const v4: [number, number][] = [];
    const v6: [bigint, bigint][] = [];
    for (const { address, length } of prefixes) {
      if (address.family === 4) {
        const size = 2 ** (32 - length);
        const low = Math.floor(address.value / size) * size;
        v4.push([low, low + size - 1]);
      } else {
        const size = 1n << BigInt(128 - length);
        const low = (address.value / size) * size;
        v6.push([low, low + size - 1n]);
      }
    }
    return new IpSet(IntervalSet.from(v4), IntervalSet.from(v6));
  }

  /** Reads prefixes and single addresses; throws a `RangeError` on a text that is neither (for texts from our own data). */
  static parse(...texts: readonly string[]): IpSet {
    return IpSet.parseAll(texts);
  }

  /** The same for any number of texts; a call cannot have a million arguments. */
  static parseAll(texts: readonly string[]): IpSet {
    return IpSet.from(
      texts.map((text) => {
        const prefix = parsePrefix(text);
        if (!prefix) throw new RangeError(`not an address or prefix: ${text}`);
        return prefix;
      }),
    );
  }

  /** The addresses `low` to `high` inclusive; empty where the families differ or the range is reversed. */
  static range(low: Address, high: Address): IpSet {
    if (low.family === 4 && high.family === 4)
      return new IpSet(IntervalSet.of([low.value, high.value]), IntervalSet.empty());
    if (low.family === 6 && high.family === 6)
      return new IpSet(IntervalSet.empty(), IntervalSet.of([low.value, high.value]));
    return IpSet.empty;
  }

  /** The union of any number of sets. */
  static join(sets: readonly IpSet[]): IpSet {
    const [only] = sets;
    if (only && sets.length === 1) return only;
    return new IpSet(IntervalSet.join(sets.map(({ v4 }) => v4)), IntervalSet.join(sets.map(({ v6 }) => v6)));
  }

  get isEmpty(): boolean {
    return this.v4.isEmpty && this.v6.isEmpty;
  }

  /** How many intervals there are. */
  get count(): number {
    return this.v4.count + this.v6.count;
  }

  /** How many addresses there are. */
  get size(): bigint {
    let v4 = 0;
    let v6 = 0n;
    this.v4.visit((low, high) => {
      v4 += high - low + 1;
    });
    this.v6.visit((low, high) => {
      v6 += high - low + 1n;
    });
    return BigInt(v4) + v6;
  }

  /** A text that only equal sets have. */
  get key(): string {
    this.#knownKey ??= `${this.v4.key} ${this.v6.key}`;
    return this.#knownKey;
  }

  #knownKey: string | undefined;

  /** A short text that equal sets share, and seldom others. */
  get summary(): string {
    return `${this.v4.summary} ${this.v6.summary}`;
  }

  /** The addresses of one family. */
  ofFamily(family: AddressFamily): IpSet {
    if (family === 4) this.#knownV4 ??= this.v6.isEmpty ? this : new IpSet(this.v4, IntervalSet.empty());
    else this.#knownV6 ??= this.v4.isEmpty ? this : new IpSet(IntervalSet.empty(), this.v6);
    return (family === 4 ? this.#knownV4 : this.#knownV6) ?? this;
  }

  /** Not part of the value, which is compared and written as a whole. */
  #knownV4: IpSet | undefined;
  #knownV6: IpSet | undefined;

  /** The lowest address, IPv4 first. */
  get first(): Address | undefined {
    if (this.v4.min !== undefined) return { family: 4, value: this.v4.min };
    return this.v6.min === undefined ? undefined : { family: 6, value: this.v6.min };
  }

  has(address: Address): boolean {
    return address.family === 4 ? this.v4.has(address.value) : this.v6.has(address.value);
  }

  union(other: IpSet): IpSet {
    return new IpSet(this.v4.union(other.v4), this.v6.union(other.v6));
  }

  intersect(other: IpSet): IpSet {
    const [v4, v6] = [this.v4.intersect(other.v4), this.v6.intersect(other.v6)];
    // Long lists are asked for all addresses of a family: what they know of their sets stays.
    if (v4 === this.v4 && v6 === this.v6) return this;
    return v4 === other.v4 && v6 === other.v6 ? other : new IpSet(v4, v6);
  }

  subtract(other: IpSet): IpSet {
    const [v4, v6] = [this.v4.subtract(other.v4), this.v6.subtract(other.v6)];
    return v4 === this.v4 && v6 === this.v6 ? this : new IpSet(v4, v6);
  }

  containsAll(other: IpSet): boolean {
    return this.v4.containsAll(other.v4) && this.v6.containsAll(other.v6);
  }

  /** Whether the addresses between the first and the last of both have one in common: a quick test, before a closer look. */
  reachesInto(other: IpSet): boolean {
    return this.v4.reachesInto(other.v4) || this.v6.reachesInto(other.v6);
  }

  overlaps(other: IpSet): boolean {
    return this.v4.overlaps(other.v4) || this.v6.overlaps(other.v6);
  }

  equals(other: IpSet): boolean {
    return this.v4.equals(other.v4) && this.v6.equals(other.v6);
  }

  /** The fewest prefixes that cover exactly this set, as text, IPv4 first; no more of them than `limit`. */
  toPrefixes(limit = Number.POSITIVE_INFINITY): string[] {
    const result: string[] = [];
    this.eachPrefix((address, length) => {
      if (result.length < limit) result.push(`${formatAddress(address())}/${length}`);
      return result.length < limit;
    });
    return result;
  }

  /** How many prefixes {@link toPrefixes} gives: of long lists, texts show the first few and count the others. */
  get prefixCount(): number {
    let count = 0;
    this.eachPrefix(() => {
      count++;
      return true;
    });
    return count;
  }

  /** Visits the prefixes until no more are wanted; the address is made only where it is asked for. */
  private eachPrefix(isMoreWanted: (address: () => Address, length: number) => boolean): void {
    for (const [first, high] of this.v4.intervals) {
      for (let low = first; low <= high; ) {
        // As large as its start is aligned, and as fits.
        const aligned = low === 0 ? 32 : 31 - Math.clz32(low & -low);
        const fits = high - low === MAX_V4 ? 32 : 31 - Math.clz32(high - low + 1);
        const bits = Math.min(aligned, fits);
        const value = low;
        if (!isMoreWanted(() => ({ family: 4, value }), 32 - bits)) return;
        low += 2 ** bits;
      }
    }
    for (const [first, high] of this.v6.intervals) {
      for (let low = first; low <= high; ) {
        const aligned = low === 0n ? 128 : bitLength(low & -low) - 1;
        const bits = Math.min(aligned, bitLength(high - low + 1n) - 1);
        const value = low;
        if (!isMoreWanted(() => ({ family: 6, value }), 128 - bits)) return;
        low += 1n << BigInt(bits);
      }
    }
  }
}

/** How many binary digits a positive number has. */
function bitLength(value: bigint): number {
  return value.toString(2).length;
}

/** RFC 1918, RFC 6598 and RFC 4193 space: where a client inside an organisation lives when nothing else is declared. */
export const PRIVATE_SPACE = IpSet.parse('10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7');

/** A prefix as people write it: a single address without its length. */
export function shortPrefix(prefix: string): string {
  return prefix.replace(prefix.includes(':') ? /\/128$/ : /\/32$/, '');
}

/** The prefixes of a set, those of single addresses without their length; no more of them than `limit`. */
export function shortPrefixes(set: IpSet, limit?: number): string[] {
  return set.toPrefixes(limit).map(shortPrefix);
}
