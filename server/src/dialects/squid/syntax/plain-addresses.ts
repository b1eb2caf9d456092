// IPv4 addresses, prefixes and ports as nearly all are written, read by their characters.

import type { Address } from '../../../model/ip.js';
import { PlainLine } from '../../shared/plain-line.js';

/** A prefix of IPv4. */
export interface PlainPrefix {
  readonly address: Address & { readonly family: 4 };
  readonly length: number;
}

const LARGEST_PORT = 65_535;

class Reader extends PlainLine {
  /** Where reading has ended. */
  get place(): number {
    return this.at;
  }

  /** Reads `192.0.2.1` or `192.0.2.0/24`; `undefined` for anything that is written in another way, and for a length of 0. */
  readPrefix(text: string, start: number): PlainPrefix | undefined {
    this.begin(text, start, text.length);
    const value = this.readQuad();
    if (value < 0) return undefined;
    const length = this.take('/') ? this.readNumber() : 32;
    return length >= 1 && length <= 32 ? { address: { family: 4, value }, length } : undefined;
  }

  isPort(text: string, start: number): boolean {
    this.begin(text, start, text.length);
    const port = this.readNumber();
    return port >= 0 && port <= LARGEST_PORT;
  }
}

const reader = new Reader();

/** Reads `192.0.2.1` or `192.0.2.0/24`; `undefined` for anything that is written in another way. */
export function readPlainPrefix(text: string): PlainPrefix | undefined {
  const prefix = reader.readPrefix(text, 0);
  return reader.place === text.length ? prefix : undefined;
}

/** The first address of a prefix of IPv4. */
export function networkOf({ address, length }: PlainPrefix): Address {
  const size = 2 ** (32 - length);
  return { family: 4, value: Math.floor(address.value / size) * size };
}

/** The end of an IPv4 address, with or without the length of a prefix from 1 to 32; negative where there is none. */
export function addressEnd(text: string, start: number): number {
  return reader.readPrefix(text, start) ? reader.place : -1;
}

/** The end of a port without leading zeros; negative where there is none. */
export function portEnd(text: string, start: number): number {
  return reader.isPort(text, start) ? reader.place : -1;
}
