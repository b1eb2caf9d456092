// The elements of ipsets: their notation in ipset(8), and the packets that match them.
import { IntervalSet } from '../../../model/intervals.js';
import { type Address, type AddressFamily, IpSet, parseAddress, parsePrefix } from '../../../model/ip.js';
import { NameSet } from '../../../model/names.js';
import { ANY_PACKET, type PacketBox, protocolSet } from '../../../model/packets.js';
import { parsePort } from '../vocabulary/ports.js';
import { parseProtocol } from '../vocabulary/protocols.js';
import type { SetDimension } from '../vocabulary/words.js';

/** What one part of an element requires of one end of a packet. */
export type ElementPart =
  | { readonly kind: 'addresses'; readonly addresses: IpSet }
  | { readonly kind: 'ports'; readonly protocol: number; readonly ports: IntervalSet<number> }
  | { readonly kind: 'interface'; readonly names: NameSet };

/** `'unknown'` for what only the machine can resolve; `undefined` for what ipset rejects. */
export function readPart(
  text: string,
  dimension: SetDimension,
  family: AddressFamily,
): ElementPart | 'unknown' | undefined {
  switch (dimension) {
    case 'port': {
      const [, protocolText, range = ''] = /^(?:([a-z0-9-]+):)?(.*)$/i.exec(text) ?? [];
      const protocol = protocolText === undefined ? 6 : parseProtocol(protocolText);
      const [first = '', second] = range.split('-');
      const name = protocol === 17 ? 'udp' : 'tcp';
      const low = parsePort(first, name);
      const high = second === undefined ? low : parsePort(second, name);
      if (protocol === undefined || typeof low === 'string' || typeof high === 'string') {
        return low === 'unknown-name' || protocol === 1 || protocol === 58 ? 'unknown' : undefined;
      }
      return { kind: 'ports', protocol, ports: IntervalSet.range(Math.min(low, high), Math.max(low, high)) };
    }
    case 'iface':
      if (text.startsWith('physdev:')) return 'unknown';
      return {
        kind: 'interface',
        names: text.endsWith('+') ? NameSet.withPrefix(text.slice(0, -1)) : NameSet.of(text),
      };
    default:
      return readAddressPart(text, family);
  }
}

function readAddressPart(text: string, family: AddressFamily): ElementPart | 'unknown' | undefined {
  const dash = text.indexOf('-');
  if (dash > 0) {
    const [low, high] = [parseAddress(text.slice(0, dash)), parseAddress(text.slice(dash + 1))];
    if (low?.family === family && high?.family === family) return { kind: 'addresses', addresses: ordered(low, high) };
  }
  const prefix = parsePrefix(text);
  if (prefix?.address.family === family) return { kind: 'addresses', addresses: IpSet.of(prefix) };
  return /^[a-z][\w.-]*$/i.test(text) && !prefix ? 'unknown' : undefined;
}

function ordered(a: Address, b: Address): IpSet {
  const range = IpSet.range(a, b);
  return range.isEmpty ? IpSet.range(b, a) : range;
}

/** The packets that match an element; `directions` says for each part which end of the packet is compared. */
export function boxOf(parts: readonly ElementPart[], directions: readonly ('src' | 'dst')[]): PacketBox {
  let box = ANY_PACKET;
  parts.forEach((part, i) => {
    const source = directions[i] === 'src';
    switch (part.kind) {
      case 'addresses':
        box = source
          ? { ...box, source: box.source.intersect(part.addresses) }
          : { ...box, destination: box.destination.intersect(part.addresses) };
        return;
      case 'ports':
        box = {
          ...box,
          protocols: protocolSet(part.protocol),
          [source ? 'sourcePorts' : 'destinationPorts']: part.ports,
        };
        return;
      case 'interface':
        box = { ...box, [source ? 'inInterface' : 'outInterface']: part.names };
    }
  });
  return box;
}
