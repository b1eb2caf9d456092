// The table of the words of nft: their positions and what they do to verdicts. Parser, completion and hover read it.
import type { Treatment, Word, WordTable } from '../../shared/words.js';
import {
  CT_DIRECTED_KEYS,
  CT_KEYS,
  EXTENSION_HEADERS,
  FINGERPRINT_KEYS,
  HEADERS,
  META_QUALIFIED,
  META_UNQUALIFIED,
  ROUTE_KEYS,
  SOCKET_KEYS,
  TUNNEL_KEYS,
} from './field-names.js';
import { fieldInfo } from './field-types.js';
import { OPTION_WORDS } from './option-words.js';

export const MANUAL = 'https://www.netfilter.org/projects/nftables/manpage.html';

/** A word, with the page of the nftables wiki that explains it; without one, the manual is linked. */
export interface NftWord extends Word {
  readonly page?: string;
}

/** Treatment, summary, page of the wiki. */
type Row = readonly [treatment: Treatment, summary?: string | undefined, page?: string | undefined];
type Rows = Readonly<Record<string, Row>>;

const CHAINS = 'Configuring_chains';
const CONNTRACK = 'Matching_connection_tracking_stateful_metainformation';
const HEADERS_PAGE = 'Matching_packet_headers';
const METAINFORMATION = 'Matching_packet_metainformation';
const NAT = 'Performing_Network_Address_Translation_(NAT)';
const SETS = 'Sets';
const TABLES = 'Configuring_tables';
const VERDICTS = 'Jumping_to_chain';

export type ObjectKind = 'table' | keyof typeof OWN_KINDS | 'object' | 'ruleset' | 'meter';

/** The objects of a table that the parser distinguishes; all others are of the kind `object`. */
const OWN_KINDS = { chain: true, set: true, map: true, flowtable: true } as const;

/** Whether a text is a word of one of the tables below. */
export function isWordOf<Key extends string>(table: Readonly<Record<Key, unknown>>, text: string): text is Key {
  return Object.hasOwn(table, text);
}

export const FAMILIES = {
  inet: ['modelled'],
  ip: ['modelled'],
  ip6: ['modelled'],
  netdev: ['modelled'],
  bridge: ['opaque', 'Sees bridged packets, which are not routed; it affects no verdict.'],
  arp: ['opaque', 'Sees ARP messages, which are not IP packets; it affects no verdict.'],
} as const satisfies Rows;

export type Family = keyof typeof FAMILIES;

export const COMMANDS = {
  add: ['modelled'],
  create: ['modelled'],
  insert: ['modelled'],
  delete: ['modelled'],
  destroy: ['modelled', 'Deletes what there is, and is no error where there is nothing. From nft 1.0.7 on.'],
  flush: ['modelled', 'Removes rules (of a table or chain), elements (of a set), or everything (`flush ruleset`).'],
  replace: ['modelled', 'Replaces the rule with a handle, which keeps its handle.'],
  rename: ['no-effect', 'Renames a chain. Rules that jump to it still do so.'],
  list: ['no-effect'],
  reset: ['no-effect'],
  get: ['no-effect'],
} as const satisfies Rows;

export type Verb = keyof typeof COMMANDS;

/** Commands that show something and change nothing. */
export const SHOWING_COMMANDS = {
  monitor: ['no-effect', 'Shows changes as they happen; `monitor new` and `monitor destroy` some of them.'],
  export: ['no-effect'],
  import: ['no-effect'],
  describe: ['no-effect'],
} as const satisfies Rows;

/** What `list` can show in addition to single objects. */
export const LISTS: ReadonlySet<string> = new Set(
  'tables chains sets maps counters quotas limits secmarks synproxys tunnels flowtables meters hooks'.split(' '),
);

/** What a command can be about, in addition to the objects of a table. */
const SUBJECTS = {
  table: ['modelled', 'Contains chains, sets and objects of one family.', TABLES],
  element: ['modelled'],
  rule: ['modelled'],
  ruleset: ['modelled'],
  meter: ['no-effect'],
} as const satisfies Rows;

const OBJECTS = {
  chain: [
    'modelled',
    'A list of rules. A `type … hook …` line attaches it to a hook; otherwise rules jump to it.',
    CHAINS,
  ],
  set: ['modelled', 'A named set of values that rules refer to as `@name`.', SETS],
  map: ['modelled', 'A named map from keys to values or verdicts.', 'Maps'],
  flowtable: ['no-effect', 'Lets established connections bypass the rules.', 'Flowtables'],
  counter: ['no-effect'],
  quota: ['opaque'],
  limit: ['opaque'],
  secmark: ['no-effect'],
  synproxy: ['opaque'],
  tunnel: ['no-effect', 'The header that packets get when a rule sends them into a tunnel.'],
  ct: ['no-effect'],
} as const satisfies Rows;

/** The first words of declarations in blocks and commands, and the kind of each. */
export const OBJECT_KINDS: ReadonlyMap<string, ObjectKind> = new Map<string, ObjectKind>([
  ['table', 'table'],
  ...Object.keys(OBJECTS).map((word) => [word, isWordOf(OWN_KINDS, word) ? word : 'object'] as const),
]);

/** What `ct` declares in a table. */
export const CT_OBJECTS = {
  helper: ['no-effect'],
  timeout: ['no-effect'],
  expectation: ['no-effect'],
} as const satisfies Rows;

/** The statements that are allowed in every block. */
export const EVERYWHERE = {
  include: [
    'modelled',
    'Includes another file here. Patterns with `*` may match nothing; any other file has to exist.',
  ],
  define: [
    'modelled',
    'Defines a variable. `$name` is replaced by its value in this block and in the blocks inside it.',
  ],
  redefine: ['modelled', 'Changes a variable that is already defined.'],
  undefine: ['modelled'],
} as const satisfies Rows;

const TABLE_PROPERTIES = { flags: ['modelled'], comment: ['no-effect'] } as const satisfies Rows;

export const TABLE_FLAGS = {
  dormant: ['modelled', 'Disables the table.', TABLES],
  owner: ['no-effect'],
  persist: ['no-effect', 'The table stays when the program that owns it ends.'],
} as const satisfies Rows;

const CHAIN_PROPERTIES = {
  type: [
    'modelled',
    'In a chain: filter, nat or route, and the hook at which packets enter. In a set: the type of its values.',
    CHAINS,
  ],
  hook: [
    'modelled',
    'The position of the chain in the path of packets: ingress, prerouting, input, forward, output, postrouting, egress.',
    'Netfilter_hooks',
  ],
  device: ['modelled'],
  devices: ['modelled'],
  priority: [
    'modelled',
    'Chains at one hook run from the lowest to the highest. An accept continues in the next chain; a drop is final.',
    'Netfilter_hooks#Priority_within_hook',
  ],
  policy: [
    'modelled',
    'What happens to packets that leave a base chain undecided; `accept` where the line is absent.',
    CHAINS,
  ],
  flags: ['no-effect'],
  comment: ['no-effect'],
} as const satisfies Rows;

export const CHAIN_TYPES = { filter: ['modelled'], nat: ['modelled'], route: ['modelled'] } as const satisfies Rows;

export const HOOKS = {
  ingress: ['modelled'],
  prerouting: ['modelled'],
  input: ['modelled'],
  forward: ['modelled'],
  output: ['modelled'],
  postrouting: ['modelled'],
  egress: ['modelled'],
} as const satisfies Rows;

export const POLICIES = { accept: ['modelled'], drop: ['modelled'] } as const satisfies Rows;

export const PRIORITIES = {
  raw: ['modelled'],
  mangle: ['modelled'],
  dstnat: ['modelled'],
  filter: ['modelled'],
  out: ['modelled'],
  security: ['modelled'],
  srcnat: ['modelled'],
} as const satisfies Rows;

export const SET_PROPERTIES = {
  type: ['modelled'],
  typeof: ['modelled', 'Derives the type of the values from expressions that rules compare with the set.', SETS],
  flags: [
    'modelled',
    'In a set: `interval` allows ranges and prefixes, `timeout` and `dynamic` let elements change at run time. `dormant` disables a table.',
    SETS,
  ],
  elements: ['modelled', 'The initial values of a set, or pairs of a map.', SETS],
  timeout: ['modelled'],
  'gc-interval': ['no-effect'],
  size: ['no-effect'],
  policy: ['no-effect'],
  'auto-merge': ['no-effect', 'Merges overlapping or adjacent elements, instead of rejecting them.', SETS],
  comment: ['no-effect'],
  counter: ['no-effect'],
  limit: ['no-effect'],
  quota: ['no-effect'],
  last: ['no-effect'],
  ct: ['no-effect'],
} as const satisfies Rows;

export const SET_FLAGS = {
  constant: ['no-effect'],
  dynamic: ['modelled'],
  interval: ['modelled'],
  timeout: ['no-effect'],
} as const satisfies Rows;

/** The words with which statements of a rule begin; comparisons begin with a field instead. */
export const STATEMENTS = {
  accept: [
    'modelled',
    'Ends this base chain. Chains with a higher priority, and at later hooks, still see the packet.',
    VERDICTS,
  ],
  drop: ['modelled', 'Drops the packet. This is final.', VERDICTS],
  reject: ['modelled', 'Drops the packet and sends an ICMP error or a TCP reset to the sender.', 'Rejecting_traffic'],
  continue: ['modelled', 'Continues with the next statement of the rule.', VERDICTS],
  return: ['modelled', 'Continues after the rule that jumped here; in a base chain the policy decides.', VERDICTS],
  jump: ['modelled', 'Continues in another chain, and after its end with the rule after this one.', VERDICTS],
  goto: [
    'modelled',
    'Continues in another chain without returning: at its end, the chain that jumped here continues, or the policy decides.',
    VERDICTS,
  ],
  dnat: ['modelled', 'Changes the destination of a new connection. Later chains match the new one.', NAT],
  redirect: ['opaque', 'Changes the destination to this host.', NAT],
  snat: ['modelled', 'Changes the source of a new connection.', NAT],
  masquerade: ['modelled', 'Changes the source to the address of the outgoing interface.', NAT],
  queue: ['opaque', 'Passes the packet to a program, which decides.', 'Queueing_to_userspace'],
  tproxy: ['opaque'],
  synproxy: ['opaque'],
  fwd: ['opaque'],
  limit: ['opaque', 'Matches while a rate is not exceeded, or with `over` while it is.', 'Rate_limiting_matchings'],
  quota: ['opaque', 'Matches until an amount of bytes is exceeded, or with `over` afterwards.', 'Quotas'],
  meter: ['opaque', 'Applies a limit for each key, such as each source address.', 'Meters'],
  counter: ['no-effect', 'Counts packets and bytes.', 'Counters'],
  log: [
    'no-effect',
    'Writes the packet to the kernel log or to a listening program, and continues.',
    'Logging_traffic',
  ],
  last: ['no-effect', 'Remembers when a packet last came here.'],
  notrack: [
    'modelled',
    'Disables connection tracking for the packet, whose state is `untracked` then.',
    'Setting_packet_connection_tracking_metainformation',
  ],
  set: ['modelled'],
  add: ['modelled'],
  update: ['modelled'],
  delete: ['modelled'],
  dup: ['no-effect'],
  flow: ['no-effect'],
  reset: ['no-effect'],
} as const satisfies Rows;

export type StatementWord = keyof typeof STATEMENTS;

/** Words inside of the statements of a rule. */
const RULE_PARTS = {
  vmap: [
    'modelled',
    'Looks up the verdict for a value. Without a matching element, the next rule is evaluated.',
    'Verdict_Maps_(vmaps)',
  ],
  map: ['opaque'],
  comment: ['no-effect'],
  xt: ['opaque', 'A match or target of iptables in a listing of its rules, which nft shows and cannot load.'],
} as const satisfies Rows;

/** The summaries of fields; their treatment follows from field-types.ts. */
const FIELD_TEXTS: Readonly<Record<string, readonly [summary: string, page?: string]>> = {
  'ct state': [
    'Whether the packet opens a connection (`new`), belongs to one (`established`), is `related` to one, `invalid` or `untracked`.',
    CONNTRACK,
  ],
  'ct status': ['Properties of the connection, such as `dnat` or `assured`.', CONNTRACK],
  'ct mark': ['The mark of the connection, a number that rules set.', CONNTRACK],
  'ct direction': [
    'Whether the packet has the direction of the first packet (`original`) or the opposite one (`reply`).',
    CONNTRACK,
  ],
  'ip saddr': ['The IPv4 source address.', HEADERS_PAGE],
  'ip daddr': ['The IPv4 destination address.', HEADERS_PAGE],
  'ip protocol': ['The protocol in the IPv4 header.', HEADERS_PAGE],
  'ip6 saddr': ['The IPv6 source address.', HEADERS_PAGE],
  'ip6 daddr': ['The IPv6 destination address.', HEADERS_PAGE],
  'ip6 nexthdr': [
    'The header after that of IPv6, which may be an extension header. `meta l4proto` skips those.',
    HEADERS_PAGE,
  ],
  'tcp dport': ['The TCP destination port.', HEADERS_PAGE],
  'tcp sport': ['The TCP source port.', HEADERS_PAGE],
  'tcp flags': ['The flags of the TCP header. A connection begins with `syn` alone.', HEADERS_PAGE],
  'udp dport': ['The UDP destination port.', HEADERS_PAGE],
  'udp sport': ['The UDP source port.', HEADERS_PAGE],
  'th dport': ['The destination port, for protocols that have ports.', HEADERS_PAGE],
  'th sport': ['The source port, for protocols that have ports.', HEADERS_PAGE],
  'icmp type': ['The ICMP type.', HEADERS_PAGE],
  'icmpv6 type': ['The ICMPv6 type. IPv6 does not work without neighbour discovery and packet-too-big.', HEADERS_PAGE],
  'meta l4proto': ['The transport protocol, with extension headers of IPv6 skipped.', METAINFORMATION],
  'meta nfproto': ['Whether the packet is IPv4 or IPv6.', METAINFORMATION],
  'meta protocol': ['The Ethernet type of the packet: `ip`, `ip6`, `arp`.', METAINFORMATION],
  'meta iifname': ['The name of the input interface; `eth*` matches all names that begin with `eth`.', METAINFORMATION],
  'meta oifname': [
    'The name of the output interface; `eth*` matches all names that begin with `eth`.',
    METAINFORMATION,
  ],
  'meta iif': ['The input interface by index: it has to exist when the file is loaded.', METAINFORMATION],
  'meta oif': ['The output interface by index: it has to exist when the file is loaded.', METAINFORMATION],
  'meta mark': ['The mark of the packet, a number that rules or programs set.', METAINFORMATION],
  'meta skuid': ['The user whose program sends the packet.', METAINFORMATION],
  'meta pkttype': ['Whether the packet went to one host, to several or to all.', METAINFORMATION],
  fib: [
    'A lookup in the routing table, for instance whether an address is local. Packets are assumed to come by the interface that leads back to their source: `fib saddr . iif oif missing` matches none.',
    'Routing_information',
  ],
};

const FIELD_NAMES: readonly string[] = [
  ...[...HEADERS.values()].flatMap((fields) => [...fields.values()]),
  ...[...META_UNQUALIFIED, ...META_QUALIFIED].map((key) => `meta ${key}`),
  ...[...CT_KEYS].map((key) => `ct ${key}`),
  ...['original', 'reply'].flatMap((direction) => [...CT_DIRECTED_KEYS].map((key) => `ct ${direction} ${key}`)),
  'ct count',
  ...[...EXTENSION_HEADERS].map((header) => `exthdr ${header}`),
  ...[...ROUTE_KEYS].map((key) => `rt ${key}`),
  ...[...SOCKET_KEYS].map((key) => `socket ${key}`),
  ...[...FINGERPRINT_KEYS].map((key) => `osf ${key}`),
  ...[...TUNNEL_KEYS].map((key) => `tunnel ${key}`),
  'gretap',
  ...[
    'fib',
    'fib check',
    'ipsec',
    'numgen',
    'jhash',
    'symhash',
    'tcp option',
    'ip option',
    'sctp chunk',
    'rt0',
    'rt2',
    'srh',
  ],
  ...['flags', 'tag', 'sid', 'seg-left'].map((field) => `srh ${field}`),
];

/** The data types of nft, with the kinds of objects that a map may have as values. */
export const DATA_TYPES: ReadonlySet<string> = new Set(
  `verdict nf_proto bitmask integer string lladdr ipv4_addr ipv6_addr ether_addr ether_type arp_op inet_proto
   inet_service icmp_type tcp_flag dccp_pkttype mh_type time mark iface_index iface_type realm classid uid gid ct_state
   ct_dir ct_status icmp6_type icmpv6_type ct_label pkt_type icmp_code icmpv6_code icmpx_code devgroup dscp ecn
   fib_addrtype boolean ct_event ifname igmp_type day hour cgroupsv2 counter quota limit secmark synproxy`.split(/\s+/),
);

function wordsOf(place: string, rows: Rows): NftWord[] {
  return Object.entries(rows).map(([name, row]) => word(name, place, row));
}

function word(name: string, place: string, [treatment, summary, page]: Row): NftWord {
  const plain = summary === undefined ? { name, place, treatment } : { name, place, treatment, summary };
  return page === undefined ? plain : { ...plain, page };
}

function fieldWord(name: string): NftWord {
  const [summary, page] = FIELD_TEXTS[name] ?? [];
  return word(name, 'field', [fieldInfo(name).dimension === undefined ? 'opaque' : 'modelled', summary, page]);
}

const WORDS: readonly NftWord[] = [
  ...wordsOf('family', FAMILIES),
  ...wordsOf('command', COMMANDS),
  ...wordsOf('command', SHOWING_COMMANDS),
  ...wordsOf('subject of a command', SUBJECTS),
  ...wordsOf('object of a table', OBJECTS),
  ...wordsOf('object of a table, after ct', CT_OBJECTS),
  ...wordsOf('every block', EVERYWHERE),
  ...wordsOf('property of a table', TABLE_PROPERTIES),
  ...wordsOf('flag of a table', TABLE_FLAGS),
  ...wordsOf('property of a chain', CHAIN_PROPERTIES),
  ...wordsOf('chain type', CHAIN_TYPES),
  ...wordsOf('hook', HOOKS),
  ...wordsOf('policy', POLICIES),
  ...wordsOf('priority', PRIORITIES),
  ...wordsOf('property of a set', SET_PROPERTIES),
  ...wordsOf('flag of a set', SET_FLAGS),
  ...wordsOf('statement of a rule', STATEMENTS),
  ...wordsOf('part of a statement', RULE_PARTS),
  ...OPTION_WORDS,
  ...FIELD_NAMES.map(fieldWord),
];

export const words: WordTable & { readonly words: readonly NftWord[] } = {
  manual: { title: 'nft(8), nftables 1.0.6 to 1.1.6', url: MANUAL },
  words: WORDS,
};
