import { IntervalSet } from '../../../model/intervals.js';
import { type Address, IpSet, parseAddress } from '../../../model/ip.js';
import { NameSet } from '../../../model/names.js';
import type { PacketBox } from '../../../model/packets.js';
import type { PortSet } from '../../../model/ports.js';
import { PORT_PROTOCOLS } from '../vocabulary/field-types.js';
import type { Span } from './tree.js';

/**
 * The plainest rules, of which long files are made: single addresses, prefixes, ports and quoted interfaces, then `accept` or
 * `drop`. They are understood without a syntax tree, which is made only when somebody looks at the rule. Everything else,
 * and everything wrong, is left to the parser; a test holds both to the same meaning.
 */
export interface QuickRule {
  readonly restriction: Partial<PacketBox>;
  readonly verdict: 'accept' | 'drop';
  readonly addresses: readonly QuickAddress[];
}

/** An address or prefix at its place in the rule. */
export interface QuickAddress extends Span {
  /** With its length. */
  readonly prefix: string;
}

type Draft = { -readonly [Key in keyof PacketBox]?: PacketBox[Key] };

const SPACE = 32;
const TAB = 9;

/** The meaning of a plain rule; `undefined` for any other text. */
export function quickRule(text: string): QuickRule | undefined {
  const draft: Draft = {};
  const addresses: QuickAddress[] = [];
  let header = '';
  let offset = 0;
  const skip = () => {
    while (text.charCodeAt(offset) === SPACE || text.charCodeAt(offset) === TAB) offset++;
  };
  const word = (): string => {
    skip();
    const start = offset;
    while (offset < text.length && text.charCodeAt(offset) !== SPACE && text.charCodeAt(offset) !== TAB) offset++;
    return text.slice(start, offset);
  };
  for (;;) {
    const first = word();
    switch (first) {
      case 'ip':
      case 'ip6': {
        const side = word();
        const dimension = side === 'saddr' ? 'source' : side === 'daddr' ? 'destination' : undefined;
        if (!dimension || draft[dimension] || (addresses.length > 0 && header !== first)) return undefined;
        header = first;
        const value = word();
        const set = readPrefix(value, first === 'ip' ? 4 : 6);
        if (!set) return undefined;
        draft[dimension] = set;
        const length = value.includes('/') ? '' : first === 'ip' ? '/32' : '/128';
        addresses.push({ prefix: value + length, start: offset - value.length, end: offset });
        break;
      }
      case 'tcp':
      case 'udp': {
        const side = word();
        const dimension = side === 'sport' ? 'sourcePorts' : side === 'dport' ? 'destinationPorts' : undefined;
        const protocols = protocolOf(first);
        if (!dimension || draft[dimension] || (draft.protocols && draft.protocols !== protocols)) return undefined;
        const ports = readPorts(word());
        if (!ports) return undefined;
        draft[dimension] = ports;
        draft.protocols = protocols;
        break;
      }
      case 'iifname':
      case 'oifname': {
        const dimension = first === 'iifname' ? 'inInterface' : 'outInterface';
        const names = readName(word());
        if (!names || draft[dimension]) return undefined;
        draft[dimension] = names;
        break;
      }
      case 'counter':
        break;
      case 'accept':
      case 'drop':
        skip();
        return offset === text.length ? { restriction: draft, verdict: first, addresses } : undefined;
      default:
        return undefined;
    }
  }
}

const PROTOCOLS = new Map([...PORT_PROTOCOLS].map(([name, number]) => [name, IntervalSet.range(number, number)]));

function protocolOf(name: string): IntervalSet<number> {
  return PROTOCOLS.get(name) ?? IntervalSet.empty();
}

const NO_V4 = IntervalSet.empty<number>();
const NO_V6 = IntervalSet.empty<bigint>();

function readPrefix(text: string, family: Address['family']): IpSet | undefined {
  return family === 4 ? readPrefix4(text) : readPrefix6(text);
}

const DOT = 46;
const SLASH = 47;
const ZERO = 48;

/** Four octets, with a length or without, digit by digit: most of a long file is made of these. */
function readPrefix4(text: string): IpSet | undefined {
  let address = 0;
  let part = 0;
  let digits = 0;
  let dots = 0;
  let length = 32;
  let inLength = false;
  for (let i = 0; i <= text.length; i++) {
    const unit = i < text.length ? text.charCodeAt(i) : -1;
    const digit = unit - ZERO;
    if (digit >= 0 && digit <= 9) {
      part = part * 10 + digit;
      if (++digits > 3) return undefined;
      continue;
    }
    if (digits === 0) return undefined;
    if (inLength) {
      if (unit !== -1 || part > 32) return undefined;
      length = part;
      break;
    }
    if (part > 255) return undefined;
    address = address * 256 + part;
    part = 0;
    digits = 0;
    if (unit === DOT && dots < 3) dots++;
    else if (dots === 3 && unit === SLASH) inLength = true;
    else if (dots !== 3 || unit !== -1) return undefined;
  }
  const size = 2 ** (32 - length);
  const low = Math.floor(address / size) * size;
  return new IpSet(IntervalSet.range(low, low + size - 1), NO_V6);
}

function readPrefix6(text: string): IpSet | undefined {
  const match = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text);
  const address = match?.[1] === undefined ? undefined : parseAddress(match[1]);
  const length = Number(match?.[2] ?? 128);
  if (address?.family !== 6 || length > 128) return undefined;
  const bits = BigInt(128 - length);
  const low = (address.value >> bits) << bits;
  return new IpSet(NO_V4, IntervalSet.range(low, low + (1n << bits) - 1n));
}

/** Single ports, which many rules share. */
const knownPorts = new Map<number, PortSet>();

function readPorts(text: string): PortSet | undefined {
  const dash = text.indexOf('-');
  const low = readPort(dash < 0 ? text : text.slice(0, dash));
  if (low === undefined) return undefined;
  if (dash >= 0) {
    const high = readPort(text.slice(dash + 1));
    return high === undefined || low >= high ? undefined : IntervalSet.range(low, high);
  }
  let known = knownPorts.get(low);
  if (!known) {
    known = IntervalSet.range(low, low);
    knownPorts.set(low, known);
  }
  return known;
}

function readPort(text: string): number | undefined {
  if (text.length === 0 || text.length > 5) return undefined;
  let port = 0;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - ZERO;
    if (digit < 0 || digit > 9) return undefined;
    port = port * 10 + digit;
  }
  return port > 65535 ? undefined : port;
}

const knownNames = new Map<string, NameSet>();

/** How many interfaces are kept; no router has more. */
const NAME_LIMIT = 1_000;

function readName(text: string): NameSet | undefined {
  const name = /^"([^"\\*$]{1,15})"$/.exec(text)?.[1];
  if (name === undefined) return undefined;
  let known = knownNames.get(name);
  if (!known) {
    known = NameSet.of(name);
    if (knownNames.size < NAME_LIMIT) knownNames.set(name, known);
  }
  return known;
}
