// The headers that fields belong to, and how they follow each other (the protocol descriptions of nft 1.0.6, proto.c).

export type Layer = 'link' | 'network' | 'transport';

const TRANSPORTS = 'icmp icmpv6 igmp tcp udp udplite sctp dccp ah esp comp'.split(' ');

/** The layer of each header. `th` is none: it reads the same bytes of every transport header. */
export const HEADER_LAYERS: ReadonlyMap<string, Layer> = new Map<string, Layer>([
  ['ether', 'link'],
  ['vlan', 'link'],
  ['arp', 'network'],
  ['ip', 'network'],
  ['ip6', 'network'],
  ...TRANSPORTS.map((name) => [name, 'transport'] as const),
]);

/** What nft calls the layer above conntrack and the like, where no header is known. */
export const ANY_NETWORK = 'inet-service';

const IP_TRANSPORTS: Readonly<Record<number, string>> = {
  1: 'icmp',
  2: 'igmp',
  6: 'tcp',
  17: 'udp',
  33: 'dccp',
  50: 'esp',
  51: 'ah',
  58: 'icmpv6',
  108: 'comp',
  132: 'sctp',
  136: 'udplite',
};

const INSIDE_IPSEC: Readonly<Record<number, string>> = {
  6: 'tcp',
  17: 'udp',
  33: 'dccp',
  50: 'esp',
  51: 'ah',
  108: 'comp',
  132: 'sctp',
  136: 'udplite',
};

const IN_ETHERNET: Readonly<Record<number, string>> = {
  2048: 'ip',
  2054: 'arp',
  34525: 'ip6',
  33024: 'vlan',
  34984: 'vlan',
};

/** The headers that may follow a header, by the number that announces them. */
const FOLLOWERS: Readonly<Record<string, Readonly<Record<number, string>>>> = {
  inet: { 2: 'ip', 10: 'ip6' },
  netdev: IN_ETHERNET,
  ether: IN_ETHERNET,
  vlan: IN_ETHERNET,
  ip: IP_TRANSPORTS,
  ip6: IP_TRANSPORTS,
  [ANY_NETWORK]: IP_TRANSPORTS,
  ah: INSIDE_IPSEC,
  comp: INSIDE_IPSEC,
};

/** The header that a number announces in another. */
export function followingHeader(header: string | undefined, number: number): string | undefined {
  return header === undefined ? undefined : FOLLOWERS[header]?.[number];
}

/** Whether a header may follow another at all. */
export function mayFollow(header: string, next: string): boolean {
  return Object.values(FOLLOWERS[header] ?? {}).includes(next);
}

/** The fields that say which header follows. */
export const ANNOUNCING_FIELDS: ReadonlySet<string> = new Set([
  'ether type',
  'vlan type',
  'ip protocol',
  'ip6 nexthdr',
  'ah nexthdr',
  'comp nexthdr',
]);

/** The ICMP type that a message must have for a field of it to exist; echo requests stand for replies too. */
export const ICMP_FIELD_TYPES: ReadonlyMap<string, number> = new Map([
  ['icmp id', 8],
  ['icmp sequence', 8],
  ['icmp gateway', 5],
  ['icmp mtu', 3],
  ['icmpv6 id', 128],
  ['icmpv6 sequence', 128],
  ['icmpv6 mtu', 2],
  ['icmpv6 param-problem', 4],
  ['icmpv6 parameter-problem', 4],
  ['icmpv6 max-delay', 130],
]);

/** The extension headers of IPv6, which the packets of connections have as little as that of fragments. */
export function isExtension(name: string, header: string): boolean {
  return EXTENSIONS.has(header) || name === 'rt header' || /^exthdr (?:hbh|dst|rt)$/.test(name);
}

const EXTENSIONS: ReadonlySet<string> = new Set(['hbh', 'dst', 'rt0', 'rt2', 'srh']);
