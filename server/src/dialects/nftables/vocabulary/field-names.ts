// The fields that expressions can name, as the grammar of nft lists them.

/** The header fields that expressions can name, by header and field, with the name of both (nft(8), "Payload expressions"). */
export const HEADERS: ReadonlyMap<string, ReadonlyMap<string, string>> = new Map(
  Object.entries({
    ether: 'saddr daddr type',
    vlan: 'id cfi dei pcp type',
    arp: 'htype ptype hlen plen operation',
    ip: 'version hdrlength dscp ecn length id frag-off ttl protocol checksum saddr daddr',
    ip6: 'version dscp ecn flowlabel length nexthdr hoplimit saddr daddr',
    icmp: 'type code checksum id sequence gateway mtu',
    icmpv6: 'type code checksum param-problem mtu id sequence max-delay taddr daddr',
    igmp: 'type checksum mrt group',
    tcp: 'sport dport sequence ackseq doff reserved flags window checksum urgptr',
    udp: 'sport dport length checksum',
    udplite: 'sport dport csumcov checksum',
    sctp: 'sport dport vtag checksum',
    dccp: 'sport dport type',
    th: 'sport dport',
    ah: 'nexthdr hdrlength reserved spi sequence',
    esp: 'spi sequence',
    comp: 'nexthdr flags cpi',
    hbh: 'nexthdr hdrlength',
    frag: 'nexthdr reserved frag-off reserved2 more-fragments id',
    dst: 'nexthdr hdrlength',
    mh: 'nexthdr hdrlength type reserved checksum',
    vxlan: 'vni flags',
    geneve: 'vni type',
    gre: 'version flags protocol',
    gretap: '',
  }).map(([header, fields]) => [header, fieldsOf(header, fields)]),
);

function fieldsOf(header: string, fields: string): ReadonlyMap<string, string> {
  return new Map(fields.split(' ').flatMap((field) => (field === '' ? [] : [[field, `${header} ${field}`]])));
}

/** The headers of tunnels, in front of a field of the packet inside: `vxlan ip saddr` (nft 1.0.7 and later). */
export const TUNNEL_HEADERS: ReadonlySet<string> = new Set(['vxlan', 'geneve', 'gre', 'gretap']);

/** Keys of `tunnel`: the metadata of the tunnel that a packet came by. */
export const TUNNEL_KEYS: ReadonlySet<string> = new Set(['path', 'id']);

/** Meta keys that may be written without `meta`. */
export const META_UNQUALIFIED: ReadonlySet<string> = new Set(
  `mark iif iifname iiftype oif oifname oiftype skuid skgid nftrace rtclassid ibriport obriport ibrname obrname pkttype
   cpu iifgroup oifgroup cgroup ipsec time day hour`.split(/\s+/),
);

/** Meta keys that need `meta`. */
export const META_QUALIFIED: ReadonlySet<string> = new Set(
  `length protocol priority random secmark l4proto nfproto sdif sdifname iifkind oifkind ibrpvid ibrvproto ibrhwaddr
   broute secpath`.split(/\s+/),
);

/** Keys of `ct` without a direction. */
export const CT_KEYS: ReadonlySet<string> = new Set(
  `l3proto protocol mark state direction status expiration helper saddr daddr proto-src proto-dst label event secmark id
   bytes packets avgpkt zone`.split(/\s+/),
);

/** Keys of `ct original` and `ct reply`. */
export const CT_DIRECTED_KEYS: ReadonlySet<string> = new Set(
  'saddr daddr l3proto protocol proto-src proto-dst bytes packets avgpkt zone'.split(' '),
);

export const IPV6_ROUTING_FIELDS: ReadonlySet<string> = new Set(['nexthdr', 'hdrlength', 'type', 'seg-left']);

export const ROUTE_KEYS: ReadonlySet<string> = new Set(['classid', 'nexthop', 'mtu', 'ipsec']);

export const EXTENSION_HEADERS: ReadonlySet<string> = new Set(['hbh', 'rt', 'frag', 'dst', 'mh']);

export const TCP_OPTIONS: ReadonlySet<string> = new Set(
  `echo eol fastopen md5sig mptcp maxseg mss nop noop sack-perm sack-permitted timestamp window sack sack0 sack1 sack2
   sack3`.split(/\s+/),
);

export const TCP_OPTION_FIELDS: ReadonlySet<string> = new Set(
  'size left right count tsval tsecr length subtype'.split(' '),
);

export const IP_OPTIONS: ReadonlySet<string> = new Set(['lsrr', 'rr', 'ssrr', 'ra']);

export const IP_OPTION_FIELDS: ReadonlySet<string> = new Set(['type', 'length', 'value', 'ptr', 'addr']);

export const SCTP_CHUNKS: ReadonlySet<string> = new Set(
  `data init init-ack sack heartbeat heartbeat-ack abort shutdown shutdown-ack error cookie-echo cookie-ack ecne cwr
   shutdown-complete asconf-ack forward-tsn asconf`.split(/\s+/),
);

export const SCTP_CHUNK_FIELDS: ReadonlySet<string> = new Set(
  `type flags length tsn stream ssn ppid init-tag a-rwnd num-outbound-streams num-inbound-streams initial-tsn cum-tsn-ack
   num-gap-ack-blocks num-dup-tsns lowest-tsn seqno new-cum-tsn`.split(/\s+/),
);

/** The keys of `socket`, `fib … <key>` and `osf`; `fib … check` is the newer word for asking whether there is a route. */
export const SOCKET_KEYS: ReadonlySet<string> = new Set(['transparent', 'mark', 'wildcard', 'cgroupv2']);
export const FIB_KEYS: ReadonlySet<string> = new Set(['oif', 'oifname', 'type', 'check']);
export const FINGERPRINT_KEYS: ReadonlySet<string> = new Set(['name', 'version']);
