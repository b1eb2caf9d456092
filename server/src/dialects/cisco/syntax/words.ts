import type { FindingCode } from '../../../model/codes.js';
import { IntervalSet } from '../../../model/intervals.js';
import { IpSet, parseAddress, parsePrefix } from '../../../model/ip.js';
import type { Token } from './parse.js';

/** A defect that a line has by itself. The range counts from the start of the line. */
export interface LineProblem {
  readonly code: FindingCode;
  readonly start: number;
  readonly end: number;
  readonly message: string;
}

export function problemAt(token: Token, message: string, code: FindingCode = 'syntax-error'): LineProblem {
  return { code, start: token.start, end: token.end, message };
}

/** What a name stands for. Names of different kinds do not meet. */
export type NameKind = 'access-list' | 'object-group' | 'object' | 'alias';

/** The use of a name in a line. */
export interface NameReference {
  readonly kind: NameKind;
  readonly name: string;
  readonly token: Token;
}

/** The words of one line, read from left to right. */
export class Words {
  private at = 0;

  constructor(private readonly tokens: readonly Token[]) {}

  get next(): Token | undefined {
    return this.tokens[this.at];
  }

  /** The lower-case text of the next word; empty at the end. */
  get keyword(): string {
    return this.tokens[this.at]?.text.toLowerCase() ?? '';
  }

  peek(distance: number): Token | undefined {
    return this.tokens[this.at + distance];
  }

  take(): Token | undefined {
    const token = this.tokens[this.at];
    if (token) this.at++;
    return token;
  }

  /** Takes the next word if it is one of these. */
  accept(...keywords: readonly string[]): Token | undefined {
    return keywords.includes(this.keyword) ? this.take() : undefined;
  }

  /** The word before the next one. */
  get last(): Token {
    return this.tokens[Math.max(0, this.at - 1)] ?? { start: 0, end: 0, text: '' };
  }

  rest(): readonly Token[] {
    return this.tokens.slice(this.at);
  }
}

/** How many ranges a mask with holes may split into. */
const WILDCARD_RANGES = 4_096;

/** One for all: sets of IPv4 addresses are most of what large lists hold. */
const NO_V6: IntervalSet<bigint> = IntervalSet.empty();

/**
 * Sets that were read before, by their text or, for blocks of IPv4 addresses, by a number: large lists name the same networks
 * again and again.
 */
const known = new Map<string | number, IpSet>();
const KNOWN_LIMIT = 200_000;

function intern(key: string | number, make: () => IpSet): IpSet {
  let set = known.get(key);
  if (!set) {
    if (known.size >= KNOWN_LIMIT) known.clear();
    set = make();
    known.set(key, set);
  }
  return set;
}

/** The address alone, or `address/length`; `undefined` for any other text. */
export function prefixSet(text: string): IpSet | undefined {
  const prefix = parsePrefix(text);
  if (prefix?.address.family !== 4) return prefix && intern(text, () => IpSet.of(prefix));
  return block(prefix.address.value, 32 - prefix.length);
}

/** The IPv4 addresses that differ from one in no more than its last `free` bits. */
function block(address: number, free: number): IpSet {
  const size = 2 ** free;
  const low = Math.floor(address / size) * size;
  return intern(low * 64 + free, () => new IpSet(IntervalSet.of([low, low + size - 1]), NO_V6));
}

/** The four octets of a dotted quad as a number; `undefined` for any other text. */
export function quad(text: string): number | undefined {
  const address = parseAddress(text);
  return address?.family === 4 ? address.value : undefined;
}

/**
 * The addresses that equal `address` in every bit that `wildcard` has not set, wherever those bits are (*Cisco IOS Security
 * Configuration Guide*, "Wildcard Mask for Addresses in an Access List"); `undefined` where they are too many ranges.
 */
export function wildcardSet(address: number, wildcard: number): IpSet | undefined {
  const mask = wildcard >>> 0;
  let free = 0;
  while (free < 32 && (mask >>> free) & 1) free++;
  const holes: number[] = [];
  for (let bit = free; bit < 32; bit++) if ((mask >>> bit) & 1) holes.push(2 ** bit);
  if (2 ** holes.length > WILDCARD_RANGES) return undefined;
  if (holes.length === 0) return block(address, free);
  return intern(`${address} ${mask}`, () => {
    const size = 2 ** free;
    let lows = [(address & ~mask) >>> 0];
    for (const hole of holes) lows = lows.flatMap((low) => [low, low + hole]);
    return new IpSet(IntervalSet.of(...lows.map((low) => [low, low + size - 1] as const)), NO_V6);
  });
}

/** The IPv4 addresses from one to another. */
export function span(low: number, high: number): IpSet {
  return low === high ? block(low, 0) : intern(`${low}-${high}`, () => new IpSet(IntervalSet.of([low, high]), NO_V6));
}

/** A netmask of the kind that has ones in front only. */
export function isNetmask(mask: number): boolean {
  const inverse = ~mask >>> 0;
  return (inverse & (inverse + 1)) >>> 0 === 0;
}
