// Parses ports and service names as iptables does.

import { Interned } from '../../../kept/memo.js';
import { once } from '../../../kept/once.js';
import { IntervalSet } from '../../../model/intervals.js';
import { ALL_PORTS, type PortSet } from '../../../model/ports.js';
import { numberInC } from '../../../text/c-numbers.js';
import { SERVICES } from '../../shared/system-names.js';

/** Protocols with ports that service names are known for. */
export type PortProtocol = 'tcp' | 'udp' | 'sctp' | 'dccp';

const NAMED: Readonly<Record<PortProtocol, () => ReadonlyMap<string, number>>> = {
  ...SERVICES,
  dccp: once(() => new Map()),
};

/** Names of services of a protocol, for completion. */
export function serviceNames(protocol: PortProtocol): Iterable<string> {
  return NAMED[protocol]().keys();
}

/** The port that a text of one to five digits without a leading zero gives; -1 for any other text. */
function smallDecimal(text: string): number {
  const { length } = text;
  if (length === 0 || length > 5) return -1;
  let value = 0;
  for (let i = 0; i < length; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9 || (digit === 0 && i === 0 && length > 1)) return -1;
    value = value * 10 + digit;
  }
  return value <= 65_535 ? value : -1;
}

/** Why a text is not a port: too large or malformed, or a name that the services file of a machine may define. */
export type NoPort = 'invalid' | 'unknown-name';

/**
 * Reads a port as `xtables_parse_port` does: a decimal, octal or hexadecimal number up to 65535, or a service name.
 */
export function parsePort(text: string, protocol: PortProtocol): number | NoPort {
  const plain = smallDecimal(text);
  if (plain >= 0) return plain;
  const number = numberInC(text);
  if (number !== undefined) return number <= 65535 ? number : 'invalid';
  const known = NAMED[protocol]().get(text);
  if (known !== undefined) return known;
  return /^[A-Za-z][\w.+-]*$/.test(text) ? 'unknown-name' : 'invalid';
}

/** One set for each single port, because large files repeat them. */
const single = new Interned<number, PortSet>(65_536);

/** The ports from one to another, inclusive. */
export function portRange(low: number, high: number): PortSet {
  if (low === high) return single.of(low, () => IntervalSet.range(low, low));
  return low === 0 && high === 65535 ? ALL_PORTS : IntervalSet.range(low, high);
}

/**
 * Reads a port of the udp and dccp extensions, which leave it to `getaddrinfo`: a decimal number, or a name of either
 * protocol.
 */
function parseDecimalPort(text: string, protocol: PortProtocol): number | NoPort {
  if (/^\d+$/.test(text)) return Number(text) <= 65_535 ? Number(text) : 'invalid';
  if (/^0x/i.test(text)) return 'invalid';
  return NAMED[protocol]().get(text) ?? parsePort(text, 'tcp');
}

/** Reads `port` or `first:last`, where either end may be missing. */
export function parsePortRange(text: string, protocol: PortProtocol): PortSet | NoPort | 'reversed' {
  const colon = text.indexOf(':');
  const parse = protocol === 'udp' || protocol === 'dccp' ? parseDecimalPort : parsePort;
  const low = colon === 0 ? 0 : parse(colon < 0 ? text : text.slice(0, colon), protocol);
  if (typeof low === 'string') return low;
  if (colon < 0) return portRange(low, low);
  const high = colon === text.length - 1 ? 65535 : parse(text.slice(colon + 1), protocol);
  if (typeof high === 'string') return high;
  return low > high ? 'reversed' : portRange(low, high);
}

/** How many ports one multiport match holds; a range counts as two (XT_MULTI_PORTS). */
export const MULTIPORT_LIMIT = 15;
