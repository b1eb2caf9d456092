// What the IPv6 addresses of clients look like as texts (RFC 5952, which engines follow).

import type { IpSet } from '../../../../model/ip.js';
import { PaidMemo } from '../../../../model/paid-memo.js';
import { EVERYTHING, javascriptRegex, type Language } from '../../../../model/text-language.js';

const languages = new PaidMemo<IpSet, Language>();

/** The texts that the IPv6 addresses of some clients may be written as, and some more. */
export function ipv6Language(clients: IpSet): Language {
  return languages.of(clients, (set) => {
    const reading = javascriptRegex(patternOf(set), '');
    return reading.kind === 'language' ? reading.language : EVERYTHING;
  });
}

/** Zeros are left out once, and the last 32 bits of addresses that stand for IPv4 addresses are a dotted quad. */
const ANY = '^(?:[0-9a-f]{0,4}:){2,7}(?:[0-9a-f]{0,4}|[0-9]{1,3}(?:\\.[0-9]{1,3}){3})$';

const GROUP_BITS = 112n;
const LEAST_OF_FOUR_DIGITS = 0x1000;

function patternOf({ v6 }: IpSet): string {
  const groups: string[] = [];
  for (const [low, high] of v6.intervals) {
    const group = groupPattern(Number(low >> GROUP_BITS), Number(high >> GROUP_BITS));
    if (group === undefined) return ANY;
    groups.push(group);
  }
  return `^(?:${groups.join('|')}):(?:[0-9a-f]{0,4}:){1,6}[0-9a-f]{0,4}$`;
}

/** The first groups of a network, digit by digit; `undefined` for several networks and for groups of fewer digits. */
function groupPattern(first: number, last: number): string | undefined {
  const size = last - first + 1;
  if (first < LEAST_OF_FOUR_DIGITS || !Number.isInteger(Math.log2(size)) || first % size !== 0) return undefined;
  return [12, 8, 4, 0].map((shift) => digitsBetween((first >> shift) & 15, (last >> shift) & 15)).join('');
}

function digitsBetween(low: number, high: number): string {
  return `[${'0123456789abcdef'.slice(low, high + 1)}]`;
}
