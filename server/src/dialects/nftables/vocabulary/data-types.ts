// The types of values that nft compares, each with its notation, its range and its symbolic constants.

import { PROTOCOLS, SERVICES } from '../../shared/system-names.js';

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

/** A type whose values are not read. */
export function unread(name: string): DataType {
  return { name, kind: 'opaque', max: 0, symbols: undefined, bits: false };
}

export const ADDRESS4: DataType = { name: 'ipv4_addr', kind: 'address4', max: 0, symbols: undefined, bits: false };
export const ADDRESS6: DataType = { name: 'ipv6_addr', kind: 'address6', max: 0, symbols: undefined, bits: false };
export const SERVICE: DataType = {
  name: 'inet_service',
  kind: 'number',
  max: 65535,
  symbols: new Map(Object.values(SERVICES).flatMap((names) => [...names()])),
  bits: false,
};
/** Protocols that the grammar of nft names, whatever the system's database says. */
const PROTOCOL_KEYWORDS = [
  ['icmpv6', 58],
  ['comp', 108],
] as const;
export const PROTOCOL: DataType = {
  name: 'inet_proto',
  kind: 'number',
  max: 255,
  symbols: new Map([...PROTOCOLS, ...PROTOCOL_KEYWORDS]),
  bits: false,
};
/** Whether there is a header or an option. */
export const BOOLEAN = numbers('boolean', 255, { exists: 1, missing: 0 });
export const INTERFACE: DataType = { name: 'ifname', kind: 'interface', max: 0, symbols: undefined, bits: false };
export const INTERFACE_INDEX: DataType = { ...INTERFACE, name: 'iface_index' };

export const ICMP_TYPE = numbers('icmp_type', 255, {
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

export const ICMP6_TYPE = numbers('icmpv6_type', 255, {
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

export const ICMP_CODE = numbers('icmp_code', 255, {
  'net-unreachable': 0,
  'host-unreachable': 1,
  'prot-unreachable': 2,
  'port-unreachable': 3,
  'frag-needed': 4,
  'net-prohibited': 9,
  'host-prohibited': 10,
  'admin-prohibited': 13,
});

export const ICMP6_CODE = numbers('icmpv6_code', 255, {
  'no-route': 0,
  'admin-prohibited': 1,
  'addr-unreachable': 3,
  'port-unreachable': 4,
  'policy-fail': 5,
  'reject-route': 6,
});

/** The states of conntrack, as the bits that the kernel compares. */
export const STATE_BITS = { invalid: 1, established: 2, related: 4, new: 8, untracked: 64 } as const;
export const CT_STATE = numbers('ct_state', 0x7fff_ffff, STATE_BITS, true);
export const CT_STATUS = numbers(
  'ct_status',
  0x7fff_ffff,
  { expected: 1, 'seen-reply': 2, assured: 4, confirmed: 8, snat: 16, dnat: 32, dying: 512 },
  true,
);
export const CT_DIRECTION = numbers('ct_dir', 1, { original: 0, reply: 1 });
export const TCP_FLAGS = numbers(
  'tcp_flag',
  255,
  { fin: 1, syn: 2, rst: 4, psh: 8, ack: 16, urg: 32, ecn: 64, cwr: 128 },
  true,
);

/** The values of `meta nfproto`. */
export const NFPROTO = { ipv4: 2, ipv6: 10 } as const;
export const NF_PROTO = numbers('nf_proto', 255, NFPROTO);

/** The Ethernet types of the families. */
export const ETHER_TYPE = { ip: 0x0800, ip6: 0x86dd } as const;
export const ETHER = numbers('ether_type', 65535, {
  ...ETHER_TYPE,
  arp: 0x0806,
  '8021q': 0x8100,
  '8021ad': 0x88a8,
  vlan: 0x8100,
});

export const INTERFACE_TYPE = numbers('iface_type', 65535, {
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

export const PACKET_TYPE = numbers('pkt_type', 255, { host: 0, unicast: 0, broadcast: 1, multicast: 2, other: 3 });
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
export const IGMP_TYPE = numbers('igmp_type', 255, {
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
export const DSCP = numbers('dscp', 63, DSCP_NAMES);

export function integer(bits: number): DataType {
  return numbers('integer', 2 ** bits - 1, {});
}

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
    BOOLEAN,
  ].map((type) => [type.name, type]),
);

/** The type that a set declares by name. */
export function dataType(name: string): DataType {
  return TYPES.get(name) ?? unread(name);
}
