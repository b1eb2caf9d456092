// IPv4 addresses and prefixes as nearly all are written, read by their characters.

import type { Address } from '../../../model/ip.js';
import { DOT, isDigit } from './plain-line.js';

const SLASH = 47;

/** A prefix of IPv4. */
export interface PlainPrefix {
  readonly address: Address & { readonly family: 4 };
  readonly length: number;
}

/** Reads `192.0.2.1` or `192.0.2.0/24`; `undefined` for anything that is written in another way. */
export function readPlainPrefix(text: string): PlainPrefix | undefined {
  if (addressEnd(text, 0) !== text.length) return undefined;
  let value = 0;
  let octet = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (isDigit(unit)) {
      octet = octet * 10 + unit - 48;
      continue;
    }
    value = value * 256 + octet;
    octet = 0;
    if (unit === SLASH) return { address: { family: 4, value }, length: Number(text.slice(at + 1)) };
  }
  return { address: { family: 4, value: value * 256 + octet }, length: 32 };
}

/** The first address of a prefix of IPv4. */
export function networkOf({ address, length }: PlainPrefix): Address {
  const size = 2 ** (32 - length);
  return { family: 4, value: Math.floor(address.value / size) * size };
}

/** The end of an IPv4 address, with or without the length of a prefix from 1 to 32; negative where there is none. */
export function addressEnd(text: string, start: number): number {
  let at = start;
  for (let octet = 0; octet < 4; octet++) {
    if (octet > 0 && (at === text.length || text.charCodeAt(at++) !== DOT)) return -1;
    at = numberEnd(text, at, 255);
    if (at < 0) return -1;
  }
  if (at === text.length || text.charCodeAt(at) !== SLASH) return at;
  return text.charCodeAt(at + 1) === 48 ? -1 : numberEnd(text, at + 1, 32);
}

/** The end of a number without leading zeros; negative where there is none, or a larger one. */
function numberEnd(text: string, start: number, largest: number): number {
  let value = 0;
  let at = start;
  for (; at < text.length && isDigit(text.charCodeAt(at)); at++) {
    value = value * 10 + text.charCodeAt(at) - 48;
    if (value > largest || (at > start && text.charCodeAt(start) === 48)) return -1;
  }
  return at > start ? at : -1;
}
