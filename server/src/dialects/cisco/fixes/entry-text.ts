// Writes addresses, protocols and ports as the entries of a list do.
import { numbersIn } from '../../../model/intervals.js';
import { type IpSet, PRIVATE_SPACE, parsePrefix } from '../../../model/ip.js';
import { ALL_PROTOCOLS, type ProtocolSet, TCP, UDP } from '../../../model/packets.js';
import { ALL_PORTS, type PortSet } from '../../../model/ports.js';
import type { AccessList } from '../program/lists.js';
import type { ListForm } from '../vocabulary/command-table.js';

/** How a list writes networks. */
export interface NetworkStyle {
  readonly form: ListForm;
  /** As `address/length` and not with a mask. */
  readonly prefixes: boolean;
}

export function networkStyleOf({ form, entries }: AccessList): NetworkStyle {
  return { form, prefixes: entries.some(({ kind, own }) => kind === 'entry' && /\d\/\d/.test(own.raw)) };
}

/** `any` where the set holds all private addresses: then the inside addresses are not declared. */
export function addressTexts(set: IpSet, style: NetworkStyle): string[] {
  const family = set.v4.isEmpty ? 6 : 4;
  if (set.containsAll(PRIVATE_SPACE.ofFamily(family))) return ['any'];
  return set.toPrefixes().map((prefix) => networkText(prefix, style));
}

/** `host A`, `A WILDCARD`, on an ASA `A NETMASK`, or the prefix itself. */
export function networkText(text: string, { form, prefixes }: NetworkStyle): string {
  const prefix = parsePrefix(text);
  const [address = text] = text.split('/');
  if (!prefix) return text;
  const { family } = prefix.address;
  if (prefix.length === (family === 4 ? 32 : 128)) return `host ${address}`;
  if (family === 6 || prefixes) return text;
  const mask = (2 ** 32 - 2 ** (32 - prefix.length)) >>> 0;
  return `${address} ${quadText(form === 'asa' ? mask : ~mask >>> 0)}`;
}

function quadText(value: number): string {
  return [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255].join('.');
}

export function protocolTexts(protocols: ProtocolSet, form: ListForm): string[] {
  if (protocols.equals(ALL_PROTOCOLS)) return [form === 'ipv6' ? 'ipv6' : 'ip'];
  return numbersIn(protocols).map((number) => (number === TCP ? 'tcp' : number === UDP ? 'udp' : `${number}`));
}

/** Each with a space before it; an empty text for every port. */
export function portTexts(ports: PortSet): string[] {
  if (ports.equals(ALL_PORTS)) return [''];
  return ports.intervals.map(([low, high]) => (low === high ? ` eq ${low}` : ` range ${low} ${high}`));
}
