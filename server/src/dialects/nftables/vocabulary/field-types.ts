// The fields that expressions can test, and the types of their values.

import { PROTOCOLS, SERVICES } from '../../shared/system-names.js';
import { isExtension } from './headers.js';

/** The notation and range of the values of a field. */
export interface DataType {
  readonly name: string;
  /** Comparisons of `opaque` values are always unknown conditions. */
  readonly kind: 'address4' | 'address6' | 'number' | 'interface' | 'opaque';
  /** For numbers, the largest. */
  readonly max: number;
  /** For numbers, the symbolic constants; `undefined` where any word may be one. */
  readonly symbols: ReadonlyMap<string, number> | undefined;
  /** For numbers, whether they are bit fields. */
  readonly bits: boolean;
}

function numbers(name: string, max: number, symbols: Readonly<Record<string, number>>, bits = false): DataType {
  return { name, kind: 'number', max, symbols: new Map(Object.entries(symbols)), bits };
}

function unread(name: string): DataType {
  return { name, kind: 'opaque', max: 0, symbols: undefined, bits: false };
}

export const ADDRESS4: DataType = { name: 'ipv4_addr', kind: 'address4', max: 0, symbols: undefined, bits: false };
export const ADDRESS6: DataType = { name: 'ipv6_addr', kind: 'address6', max: 0, symbols: undefined, bits: false };
const SERVICE: DataType = {
  name: 'inet_service',
  kind: 'number',
  max: 65535,
  symbols: new Map(Object.values(SERVICES).flatMap((names) => [...names])),
  bits: false,
};
/** Protocols that the grammar of nft names, whatever the system's database says. */
const PROTOCOL_KEYWORDS = [
  ['icmpv6', 58],
  ['comp', 108],
] as const;
const PROTOCOL: DataType = {
  name: 'inet_proto',
  kind: 'number',
  max: 255,
  symbols: new Map([...PROTOCOLS, ...PROTOCOL_KEYWORDS]),
  bits: false,
};
const INTERFACE: DataType = { name: 'ifname', kind: 'interface', max: 0, symbols: undefined, bits: false };
const INTERFACE_INDEX: DataType = { ...INTERFACE, name: 'iface_index' };

const ICMP_TYPE = numbers('icmp_type', 255, {
  'echo-reply': 0,
  'destination-unreachable': 3,
  'source-quench': 4,
  redirect: 5,
  'echo-request': 8,
  'router-advertisement': 9,
  'router-solicitation': 10,
  'time-exceeded': 11,
  'parameter-problem': 12,
  'timestamp-request': 13,
  'timestamp-reply': 14,
  'info-request': 15,
  'info-reply': 16,
  'address-mask-request': 17,
  'address-mask-reply': 18,
});

const ICMP6_TYPE = numbers('icmpv6_type', 255, {
  'destination-unreachable': 1,
  'packet-too-big': 2,
  'time-exceeded': 3,
  'parameter-problem': 4,
  'echo-request': 128,
  'echo-reply': 129,
  'mld-listener-query': 130,
  'mld-listener-report': 131,
  'mld-listener-done': 132,
  'mld-listener-reduction': 132,
  'nd-router-solicit': 133,
  'nd-router-advert': 134,
  'nd-neighbor-solicit': 135,
  'nd-neighbor-advert': 136,
  'nd-redirect': 137,
  'router-renumbering': 138,
  'ind-neighbor-solicit': 141,
  'ind-neighbor-advert': 142,
  'mld2-listener-report': 143,
});

const ICMP_CODE = numbers('icmp_code', 255, {
  'net-unreachable': 0,
  'host-unreachable': 1,
  'prot-unreachable': 2,
  'port-unreachable': 3,
  'frag-needed': 4,
  'net-prohibited': 9,
  'host-prohibited': 10,
  'admin-prohibited': 13,
});

const ICMP6_CODE = numbers('icmpv6_code', 255, {
  'no-route': 0,
  'admin-prohibited': 1,
  'addr-unreachable': 3,
  'port-unreachable': 4,
  'policy-fail': 5,
  'reject-route': 6,
});

/** The states of conntrack, as the bits that the kernel compares. */
export const STATE_BITS = { invalid: 1, established: 2, related: 4, new: 8, untracked: 64 } as const;
const CT_STATE = numbers('ct_state', 0x7fff_ffff, STATE_BITS, true);
const CT_STATUS = numbers(
  'ct_status',
  0x7fff_ffff,
  { expected: 1, 'seen-reply': 2, assured: 4, confirmed: 8, snat: 16, dnat: 32, dying: 512 },
  true,
);
const CT_DIRECTION = numbers('ct_dir', 1, { original: 0, reply: 1 });
const TCP_FLAGS = numbers(
  'tcp_flag',
  255,
  { fin: 1, syn: 2, rst: 4, psh: 8, ack: 16, urg: 32, ecn: 64, cwr: 128 },
  true,
);

/** The values of `meta nfproto`. */
export const NFPROTO = { ipv4: 2, ipv6: 10 } as const;
const NF_PROTO = numbers('nf_proto', 255, NFPROTO);

/** The Ethernet types of the families. */
export const ETHER_TYPE = { ip: 0x0800, ip6: 0x86dd } as const;
const ETHER = numbers('ether_type', 65535, {
  ...ETHER_TYPE,
  arp: 0x0806,
  '8021q': 0x8100,
  '8021ad': 0x88a8,
  vlan: 0x8100,
});

const INTERFACE_TYPE = numbers('iface_type', 65535, {
  ether: 1,
  ppp: 512,
  ipip: 768,
  ipip6: 769,
  loopback: 772,
  sit: 776,
  ipgre: 778,
});

/** Marks of packets and of connections. */
export const MARK = numbers('mark', 0xffff_ffff, {});

const PACKET_TYPE = numbers('pkt_type', 255, { host: 0, unicast: 0, broadcast: 1, multicast: 2, other: 3 });
/** The types of addresses that `fib` gives. */
export const FIB_TYPE = numbers('fib_addrtype', 255, {
  unspec: 0,
  unicast: 1,
  local: 2,
  broadcast: 3,
  anycast: 4,
  multicast: 5,
  blackhole: 6,
  unreachable: 7,
  prohibit: 8,
});
const IGMP_TYPE = numbers('igmp_type', 255, {
  'membership-query': 17,
  'membership-report-v1': 18,
  'membership-report-v2': 22,
  'membership-report-v3': 34,
  'leave-group': 23,
});
const DSCP_NAMES: Record<string, number> = { df: 0, be: 0, lephb: 1, va: 0x2c, ef: 0x2e };
for (let level = 0; level < 8; level++) DSCP_NAMES[`cs${level}`] = level * 8;
for (let level = 1; level < 5; level++) {
  for (let drop = 1; drop < 4; drop++) DSCP_NAMES[`af${level}${drop}`] = level * 8 + drop * 2;
}
const DSCP = numbers('dscp', 63, DSCP_NAMES);

function integer(bits: number): DataType {
  return numbers('integer', 2 ** bits - 1, {});
}

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
    field('exthdr frag', unread('boolean'), 'fragment-header', { family: 6 }),

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

const TYPES: ReadonlyMap<string, DataType> = new Map(
  [
    ADDRESS4,
    ADDRESS6,
    SERVICE,
    PROTOCOL,
    INTERFACE,
    INTERFACE_INDEX,
    ICMP_TYPE,
    ICMP6_TYPE,
    ICMP_CODE,
    ICMP6_CODE,
    CT_STATE,
    CT_STATUS,
    CT_DIRECTION,
    TCP_FLAGS,
    NF_PROTO,
    ETHER,
    INTERFACE_TYPE,
    MARK,
    PACKET_TYPE,
    FIB_TYPE,
    IGMP_TYPE,
    DSCP,
  ].map((type) => [type.name, type]),
);

/** The type that a set declares by name. */
export function dataType(name: string): DataType {
  return TYPES.get(name) ?? unread(name);
}
