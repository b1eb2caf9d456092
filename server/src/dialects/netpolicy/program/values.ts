import { HostSet } from '../../../model/hosts.js';
import { IntervalSet } from '../../../model/intervals.js';
import { formatAddress, IpSet, parseAddress, parsePrefix } from '../../../model/ip.js';
import { ALL_PROTOCOLS, type ProtocolSet, TCP, UDP } from '../../../model/packets.js';
import type { PortSet } from '../../../model/ports.js';

/** One written value: what it means, the group that it names, or why it is neither. */
export type Reading<Value> =
  | {
      readonly kind: 'value';
      readonly value: Value;
      /** What is odd about it, where its meaning is clear all the same. */
      readonly complaint?: string;
    }
  | { readonly kind: 'group'; readonly name: string }
  | { readonly kind: 'wrong'; readonly message: string };

const GROUP_NAME = /^[A-Za-z][A-Za-z0-9_-]*$/;

/** The word for everything, in lists of addresses and of hosts. */
export const ANY = 'any';

/** What is wrong with the name of a group; `undefined` where nothing is. */
export function groupNameProblem(name: string): string | undefined {
  if (name === ANY) return `"${ANY}" is everything; a group needs another name`;
  if (GROUP_NAME.test(name)) return undefined;
  return `"${name}" is no name for a group: it begins with a letter, and has letters, digits, - and _`;
}

export function readAddress(text: string): Reading<IpSet> {
  if (text === ANY) return { kind: 'value', value: IpSet.all };
  if (GROUP_NAME.test(text)) return { kind: 'group', name: text };
  const prefix = parsePrefix(text);
  if (!prefix) {
    return {
      kind: 'wrong',
      message: `"${text}" is no address, prefix (10.20.0.0/16, 2001:db8::/32), address group or "${ANY}"`,
    };
  }
  const value = IpSet.of(prefix);
  const { first } = value;
  if (!first || formatAddress(first) === formatAddress(prefix.address)) return { kind: 'value', value };
  const complaint = `"${text}" has host bits set; the prefix is ${formatAddress(first)}/${prefix.length}`;
  return { kind: 'value', value, complaint };
}

const HOST = /^[a-z0-9_*-]+(?:\.[a-z0-9_*-]+)+$/i;

export function readHost(text: string): Reading<HostSet> {
  if (text === ANY) return { kind: 'value', value: HostSet.all };
  if (GROUP_NAME.test(text)) return { kind: 'group', name: text };
  if (parseAddress(text) || parsePrefix(text)) {
    return { kind: 'wrong', message: `"${text}" is an address; here stand host names, such as *.example.com` };
  }
  if (text.length <= 253 && HOST.test(text)) return { kind: 'value', value: HostSet.pattern(text) };
  return {
    kind: 'wrong',
    message: `"${text}" is no host name, wildcard (*.example.com), host group or "${ANY}"`,
  };
}

export function readPorts(value: string | number): Reading<PortSet> {
  const text = String(value);
  if (GROUP_NAME.test(text)) return { kind: 'group', name: text };
  const match = /^(\d{1,10})(?:-(\d{1,10}))?$/.exec(text);
  if (!match) return { kind: 'wrong', message: `"${text}" is no port, range (3478-3481) or port group` };
  const low = Number(match[1]);
  const high = Number(match[2] ?? match[1]);
  if (Math.max(low, high) > 65535) {
    return { kind: 'wrong', message: `"${text}": ports go from 0 to 65535` };
  }
  if (low > high) return { kind: 'wrong', message: `"${text}" is reversed; the range is ${high}-${low}` };
  return { kind: 'value', value: IntervalSet.of([low, high]) };
}

/** IP protocol numbers by name (IANA Protocol Numbers). */
export const PROTOCOLS: ReadonlyMap<string, number> = new Map([
  ['tcp', TCP],
  ['udp', UDP],
  ['icmp', 1],
  ['icmpv6', 58],
  ['esp', 50],
  ['ah', 51],
  ['gre', 47],
  ['sctp', 132],
]);

export function readProtocol(value: string | number): Reading<ProtocolSet> {
  if (value === ANY) return { kind: 'value', value: ALL_PROTOCOLS };
  const number = typeof value === 'number' ? value : PROTOCOLS.get(value);
  if (number !== undefined) return { kind: 'value', value: IntervalSet.of([number, number]) };
  const known = [ANY, ...PROTOCOLS.keys()].join(', ');
  return { kind: 'wrong', message: `"${value}" is no protocol; known are ${known}, and numbers from 0 to 255` };
}

/** The protocols whose packets have ports. */
export const WITH_PORTS: ProtocolSet = IntervalSet.of([TCP, TCP], [UDP, UDP], [132, 132]);
