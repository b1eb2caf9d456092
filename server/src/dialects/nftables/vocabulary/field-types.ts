// The fields that expressions can test, each with the type of its values and what decides it.
import {
  ADDRESS4,
  ADDRESS6,
  BOOLEAN,
  CT_DIRECTION,
  CT_STATE,
  CT_STATUS,
  type DataType,
  DSCP,
  ETHER,
  FIB_TYPE,
  ICMP_CODE,
  ICMP_TYPE,
  ICMP6_CODE,
  ICMP6_TYPE,
  IGMP_TYPE,
  INTERFACE,
  INTERFACE_INDEX,
  INTERFACE_TYPE,
  integer,
  MARK,
  NF_PROTO,
  PACKET_TYPE,
  PROTOCOL,
  SERVICE,
  TCP_FLAGS,
  unread,
} from './data-types.js';
import { isExtension } from './headers.js';

/** The packet property that a field tests. */
export type Dimension =
  | 'source'
  | 'destination'
  | 'source-port'
  | 'destination-port'
  | 'protocol'
  | 'family'
  | 'in-interface'
  | 'out-interface'
  | 'icmp-type'
  | 'icmp-code'
  /** Determined by the phase of the connection. */
  | 'state'
  | 'direction'
  | 'tcp-flags'
  /** Kept by conntrack for the connection; see {@link CONNECTION_FIELDS}. */
  | 'connection'
  /** Determined, because modelled packets are never fragments, and have no IP options. */
  | 'fragment-offset'
  | 'fragment-header'
  /** The same in all modelled packets, which have no options. */
  | 'constant'
  /** The same in all packets that are forwarded: those to one host. */
  | 'packet-type'
  /** What rules set; see registers.ts. */
  | 'register'
  /** What the routing table says; see fib.ts. */
  | 'route'
  /** Opaque: it is not modelled. */
  | undefined;

export interface FieldInfo {
  /** In the words of the manual: `ip saddr`, `meta iifname`. */
  readonly name: string;
  readonly type: DataType;
  readonly dimension: Dimension;
  /** The only family whose packets have it. */
  readonly family: 4 | 6 | undefined;
  /** The only protocol whose packets have it. */
  readonly protocol: number | undefined;
  /** The value of a constant. */
  readonly value?: number;
}

function field(
  name: string,
  type: DataType,
  dimension?: Dimension,
  needs: { readonly family?: 4 | 6; readonly protocol?: number } = {},
): FieldInfo {
  return { name, type, dimension, family: needs.family, protocol: needs.protocol };
}

/** Protocols with ports, which the `th` expression reads at the same offset. */
export const PORT_PROTOCOLS: ReadonlyMap<string, number> = new Map([
  ['tcp', 6],
  ['udp', 17],
  ['dccp', 33],
  ['sctp', 132],
  ['udplite', 136],
]);

/** The fields whose values are read. All others are opaque. */
const FIELDS: ReadonlyMap<string, FieldInfo> = new Map(
  [
    field('ip saddr', ADDRESS4, 'source', { family: 4 }),
    field('ip daddr', ADDRESS4, 'destination', { family: 4 }),
    field('ip6 saddr', ADDRESS6, 'source', { family: 6 }),
    field('ip6 daddr', ADDRESS6, 'destination', { family: 6 }),
    field('ip protocol', PROTOCOL, 'protocol', { family: 4 }),
    field('ip6 nexthdr', PROTOCOL, 'protocol', { family: 6 }),
    field('meta l4proto', PROTOCOL, 'protocol'),
    field('meta nfproto', NF_PROTO, 'family'),
    field('meta protocol', ETHER, 'family'),
    field('ether type', ETHER, 'family'),
    field('meta iifname', INTERFACE, 'in-interface'),
    field('meta oifname', INTERFACE, 'out-interface'),
    field('meta iif', INTERFACE_INDEX, 'in-interface'),
    field('meta oif', INTERFACE_INDEX, 'out-interface'),
    ...[...PORT_PROTOCOLS].flatMap(([name, protocol]) => [
      field(`${name} sport`, SERVICE, 'source-port', { protocol }),
      field(`${name} dport`, SERVICE, 'destination-port', { protocol }),
    ]),
    field('th sport', SERVICE, 'source-port'),
    field('th dport', SERVICE, 'destination-port'),
    field('@th,0,16', SERVICE, 'source-port'),
    field('@th,16,16', SERVICE, 'destination-port'),
    field('icmp type', ICMP_TYPE, 'icmp-type', { family: 4, protocol: 1 }),
    field('icmp code', ICMP_CODE, 'icmp-code', { family: 4, protocol: 1 }),
    field('icmpv6 type', ICMP6_TYPE, 'icmp-type', { family: 6, protocol: 58 }),
    field('icmpv6 code', ICMP6_CODE, 'icmp-code', { family: 6, protocol: 58 }),
    field('ct state', CT_STATE, 'state'),
    field('ct direction', CT_DIRECTION, 'direction'),
    field('tcp flags', TCP_FLAGS, 'tcp-flags', { protocol: 6 }),
    field('ip frag-off', integer(16), 'fragment-offset', { family: 4 }),
    field('frag nexthdr', PROTOCOL, 'fragment-header', { family: 6 }),
    ...['reserved', 'frag-off', 'reserved2', 'more-fragments', 'id'].map((name) =>
      field(`frag ${name}`, integer(32), 'fragment-header', { family: 6 }),
    ),
    ...['hbh', 'dst'].map((name) => field(`${name} nexthdr`, PROTOCOL, 'fragment-header', { family: 6 })),
    ...['hbh', 'rt', 'frag', 'dst'].map((name) => field(`exthdr ${name}`, BOOLEAN, 'fragment-header', { family: 6 })),

    field('vlan type', ETHER),
    field('ah nexthdr', PROTOCOL, undefined, { protocol: 51 }),
    field('comp nexthdr', PROTOCOL, undefined, { protocol: 108 }),
    field('ct l3proto', NF_PROTO, 'connection'),
    field('ct protocol', PROTOCOL, 'connection'),
    ...['original', 'reply'].flatMap((direction) => [
      field(`ct ${direction} l3proto`, NF_PROTO, 'connection'),
      field(`ct ${direction} protocol`, PROTOCOL, 'connection'),
      ...['src', 'dst'].map((end) => field(`ct ${direction} proto-${end}`, SERVICE, 'connection')),
      ...['saddr', 'daddr'].flatMap((end) => [
        field(`ct ${direction} ip ${end}`, ADDRESS4, 'connection', { family: 4 }),
        field(`ct ${direction} ip6 ${end}`, ADDRESS6, 'connection', { family: 6 }),
      ]),
    ]),
    field('meta iiftype', INTERFACE_TYPE),
    field('meta oiftype', INTERFACE_TYPE),
    field('meta mark', MARK, 'register'),
    field('ct mark', MARK, 'register'),
    field('ct status', CT_STATUS, 'register'),
    field('meta pkttype', PACKET_TYPE, 'packet-type'),
    field('ip dscp', DSCP, undefined, { family: 4 }),
    field('ip6 dscp', DSCP, undefined, { family: 6 }),
    field('igmp type', IGMP_TYPE, undefined, { family: 4, protocol: 2 }),
    field('ip ttl', integer(8), undefined, { family: 4 }),
    field('ip6 hoplimit', integer(8), undefined, { family: 6 }),
    field('ip length', integer(16), undefined, { family: 4 }),
    { ...field('ip version', integer(4), 'constant', { family: 4 }), value: 4 },
    { ...field('ip6 version', integer(4), 'constant', { family: 6 }), value: 6 },
    { ...field('ip hdrlength', integer(4), 'constant', { family: 4 }), value: 5 },
    field('ip id', integer(16), undefined, { family: 4 }),
    field('udp length', integer(16), undefined, { protocol: 17 }),
  ].map((info) => [info.name, info]),
);

const HEADER_PROTOCOLS: ReadonlyMap<string, number> = new Map([
  ['icmp', 1],
  ['igmp', 2],
  ['tcp', 6],
  ['udp', 17],
  ['dccp', 33],
  ['esp', 50],
  ['ah', 51],
  ['icmpv6', 58],
  ['comp', 108],
  ['sctp', 132],
  ['udplite', 136],
  ['vxlan', 17],
  ['geneve', 17],
  ['gre', 47],
  ['gretap', 47],
]);

/** The properties of a field. Fields without an entry are opaque, but still require their header. */
export function fieldInfo(name: string): FieldInfo {
  const known = FIELDS.get(name);
  if (known) return known;
  const [header = ''] = name.split(' ', 1);
  const type = header === 'fib' && name.endsWith(' type') ? FIB_TYPE : UNKNOWN_TYPE;
  const dimension = header === 'fib' ? 'route' : isExtension(name, header) ? 'fragment-header' : undefined;
  return { name, type, dimension, family: familyOf(name, header), protocol: HEADER_PROTOCOLS.get(header) };
}

/** The headers of one family; `rt nexthop` and its like are lookups in the routing table. */
const IPV4_HEADERS: ReadonlySet<string> = new Set(['ip', 'icmp', 'igmp']);
const IPV6_HEADERS: ReadonlySet<string> = new Set('ip6 icmpv6 exthdr hbh frag dst mh rt0 rt2 srh'.split(' '));

function familyOf(name: string, header: string): 4 | 6 | undefined {
  if (IPV4_HEADERS.has(header)) return 4;
  return IPV6_HEADERS.has(header) || name === 'rt header' ? 6 : undefined;
}

const UNKNOWN_TYPE = unread('unknown');

/** The fields of a packet that hold what `ct original` tests, in packets of the original direction and in the others. */
export const CONNECTION_FIELDS: ReadonlyMap<string, readonly [original: FieldInfo, reply: FieldInfo]> = new Map(
  [
    ['protocol', 'meta l4proto', 'meta l4proto'],
    ['l3proto', 'meta nfproto', 'meta nfproto'],
    ['proto-src', 'th sport', 'th dport'],
    ['proto-dst', 'th dport', 'th sport'],
    ['ip saddr', 'ip saddr', 'ip daddr'],
    ['ip daddr', 'ip daddr', 'ip saddr'],
    ['ip6 saddr', 'ip6 saddr', 'ip6 daddr'],
    ['ip6 daddr', 'ip6 daddr', 'ip6 saddr'],
  ].map(([key = '', original = '', reply = '']) => [key, [fieldInfo(original), fieldInfo(reply)]]),
);
