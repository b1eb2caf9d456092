// Reads one value of a policy: an address, host, port or protocol, or the name of a group of them.
import { HostSet } from '../../../model/hosts.js';
import { IntervalSet } from '../../../model/intervals.js';
import { formatAddress, IpSet, parseAddress, parsePrefix } from '../../../model/ip.js';
import { ALL_PROTOCOLS, type ProtocolSet, protocolSet, TCP_AND_UDP } from '../../../model/packets.js';
import type { PortSet } from '../../../model/ports.js';
import { ANY, PROTOCOLS } from '../vocabulary/words.js';

/** One written value: its meaning, the group that it names, or why it is invalid. */
export type Reading<Value> =
  | {
      readonly kind: 'value';
      readonly value: Value;
      /** A warning about a value whose meaning is clear nevertheless. */
      readonly complaint?: string;
    }
  | { readonly kind: 'group'; readonly name: string }
  | { readonly kind: 'invalid'; readonly message: string };

const GROUP_NAME = /^[A-Za-z][A-Za-z0-9_-]*$/;

/** Why the name of a group is invalid; `undefined` where it is valid. */
export function groupNameProblem(name: string): string | undefined {
  if (name === ANY) return `"${ANY}" means everything; a group needs another name`;
  if (GROUP_NAME.test(name)) return undefined;
  return `invalid group name "${name}": expected a letter, then letters, digits, - and _`;
}

export function readAddress(text: string): Reading<IpSet> {
  if (text === ANY) return { kind: 'value', value: IpSet.all };
  if (GROUP_NAME.test(text)) return { kind: 'group', name: text };
  const prefix = parsePrefix(text);
  if (!prefix) {
    return {
      kind: 'invalid',
      message: `invalid value "${text}": expected an address, prefix (10.20.0.0/16, 2001:db8::/32), address group or "${ANY}"`,
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
    return { kind: 'invalid', message: `"${text}" is an address; expected a host name, such as *.example.com` };
  }
  if (text.length <= 253 && HOST.test(text)) return { kind: 'value', value: HostSet.pattern(text) };
  return {
    kind: 'invalid',
    message: `invalid value "${text}": expected a host name, wildcard (*.example.com), host group or "${ANY}"`,
  };
}

export function readPorts(value: string | number): Reading<PortSet> {
  const text = String(value);
  if (GROUP_NAME.test(text)) return { kind: 'group', name: text };
  const match = /^(\d{1,10})(?:-(\d{1,10}))?$/.exec(text);
  if (!match)
    return { kind: 'invalid', message: `invalid value "${text}": expected a port, range (3478-3481) or port group` };
  const low = Number(match[1]);
  const high = Number(match[2] ?? match[1]);
  if (Math.max(low, high) > 65535) {
    return { kind: 'invalid', message: `"${text}": ports go from 0 to 65535` };
  }
  if (low > high) return { kind: 'invalid', message: `"${text}" is reversed; the range is ${high}-${low}` };
  return { kind: 'value', value: IntervalSet.of([low, high]) };
}

export function readProtocol(value: string | number): Reading<ProtocolSet> {
  if (value === ANY) return { kind: 'value', value: ALL_PROTOCOLS };
  const number = typeof value === 'number' ? value : PROTOCOLS.get(value);
  if (number !== undefined) return { kind: 'value', value: protocolSet(number) };
  const known = [ANY, ...PROTOCOLS.keys()].join(', ');
  return { kind: 'invalid', message: `unknown protocol "${value}"; known are ${known}, and numbers from 0 to 255` };
}

/** The protocols whose packets have ports. */
export const WITH_PORTS: ProtocolSet = TCP_AND_UDP.union(protocolSet(132));
