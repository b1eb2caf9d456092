import { IntervalSet } from '../../model/intervals.js';
import { type Address, IpSet, parseAddress } from '../../model/ip.js';
import { NameSet } from '../../model/names.js';
import type { PacketBox } from '../../model/packets.js';
import type { PortSet } from '../../model/ports.js';
import { PORT_PROTOCOLS } from './fields.js';
import type { Span } from './syntax.js';

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
  const slash = text.indexOf('/');
  const address = parseAddress(slash < 0 ? text : text.slice(0, slash));
  if (!address || address.family !== family) return undefined;
  const width = family === 4 ? 32 : 128;
  const written = slash < 0 ? width : Number(text.slice(slash + 1));
  if (slash >= 0 && !/^\d{1,3}$/.test(text.slice(slash + 1))) return undefined;
  if (written > width) return undefined;
  if (address.family === 4) {
    const size = 2 ** (32 - written);
    const low = Math.floor(address.value / size) * size;
    return new IpSet(IntervalSet.range(low, low + size - 1), NO_V6);
  }
  const bits = BigInt(128 - written);
  const low = (address.value >> bits) << bits;
  return new IpSet(NO_V4, IntervalSet.range(low, low + (1n << bits) - 1n));
}

/** Single ports, which many rules share. */
const knownPorts = new Map<number, PortSet>();

function readPorts(text: string): PortSet | undefined {
  const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text);
  if (!match) return undefined;
  const low = Number(match[1]);
  if (low > 65535) return undefined;
  if (match[2] !== undefined) {
    const high = Number(match[2]);
    return high > 65535 || low >= high ? undefined : IntervalSet.range(low, high);
  }
  let known = knownPorts.get(low);
  if (!known) {
    known = IntervalSet.range(low, low);
    knownPorts.set(low, known);
  }
  return known;
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
