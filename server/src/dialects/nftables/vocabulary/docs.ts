/** What hover says of the words of nft: one or two sentences of our own, and where the manual says it. */

const MANUAL = 'https://www.netfilter.org/projects/nftables/manpage.html';
const WIKI = 'https://wiki.nftables.org/wiki-nftables/index.php';

interface Doc {
  readonly text: string;
  /** A page of the wiki; the manual where there is none. */
  readonly page?: string;
}

const CHAINS = 'Configuring_chains';
const TABLES = 'Configuring_tables';
const SETS = 'Sets';
const MAPS = 'Verdict_Maps_(vmaps)';
const METAINFORMATION = 'Matching_packet_metainformation';
const HEADERS = 'Matching_packet_headers';
const CONNTRACK = 'Matching_connection_tracking_stateful_metainformation';
const VERDICTS = 'Jumping_to_chain';

const DOCS: Readonly<Record<string, Doc>> = {
  table: { text: 'Holds chains, sets and objects of one family.', page: TABLES },
  chain: {
    text: 'A list of rules. With a `type … hook …` line packets enter it by themselves; otherwise rules jump to it.',
    page: CHAINS,
  },
  set: { text: 'A named set of values that rules refer to as `@name`.', page: SETS },
  map: { text: 'A named map from keys to values or verdicts.', page: 'Maps' },
  elements: { text: 'The values that a set, or the pairs that a map, begins with.', page: SETS },
  include: {
    text: 'Reads another file at this place. Patterns with `*` may match nothing; any other file has to exist.',
  },
  define: { text: 'Gives a value a name. `$name` stands for it in this block and in the blocks inside it.' },
  redefine: { text: 'Changes a variable that is already defined.' },
  flush: { text: 'Removes rules (of a table or chain), elements (of a set), or everything (`flush ruleset`).' },
  type: {
    text: 'In a chain: filter, nat or route, and the hook at which packets enter. In a set: the type of its values.',
    page: CHAINS,
  },
  hook: {
    text: 'Where in the path of packets the chain stands: ingress, prerouting, input, forward, output, postrouting, egress.',
    page: 'Netfilter_hooks',
  },
  priority: {
    text: 'Chains at one hook run from the lowest to the highest. An accept continues in the next chain; a drop is final.',
    page: 'Netfilter_hooks#Priority_within_hook',
  },
  policy: {
    text: 'What happens to packets that leave a base chain undecided; `accept` where the line is absent.',
    page: CHAINS,
  },
  flags: {
    text: 'In a set: `interval` allows ranges and prefixes, `timeout` and `dynamic` let elements come and go. `dormant` turns a table off.',
    page: SETS,
  },
  'auto-merge': { text: 'Joins elements that overlap or touch, instead of refusing them.', page: SETS },
  typeof: {
    text: 'Takes the type of the values from expressions, so that rules can compare these with the set.',
    page: SETS,
  },
  accept: {
    text: 'Ends this base chain. Chains with a higher priority, and at later hooks, still see the packet.',
    page: VERDICTS,
  },
  drop: { text: 'Throws the packet away. This is final.', page: VERDICTS },
  reject: {
    text: 'Throws the packet away and tells the sender so with an ICMP error or a TCP reset.',
    page: 'Rejecting_traffic',
  },
  queue: { text: 'Hands the packet to a program, which decides.', page: 'Queueing_to_userspace' },
  continue: { text: 'Goes on with the next statement of the rule.', page: VERDICTS },
  return: { text: 'Goes back behind the jump that led here; in a base chain the policy decides.', page: VERDICTS },
  jump: { text: 'Goes to another chain, and comes back behind this rule when that chain ends.', page: VERDICTS },
  goto: {
    text: 'Goes to another chain without coming back: where it ends, the chain that jumped here goes on, or the policy decides.',
    page: VERDICTS,
  },
  vmap: {
    text: 'Looks the value up and takes the verdict that belongs to it. What has no element goes on with the next rule.',
    page: MAPS,
  },
  counter: { text: 'Counts packets and bytes.', page: 'Counters' },
  log: { text: 'Writes the packet to the kernel log or to a listening program, and goes on.', page: 'Logging_traffic' },
  limit: {
    text: 'Matches as long as a rate is kept, or with `over` once it is exceeded.',
    page: 'Rate_limiting_matchings',
  },
  quota: { text: 'Matches until an amount of bytes has passed, or with `over` from then on.', page: 'Quotas' },
  notrack: {
    text: 'Keeps conntrack from following the connection; its packets are `untracked` then.',
    page: 'Setting_packet_connection_tracking_metainformation',
  },
  dnat: {
    text: 'Changes the destination of a new connection. Chains behind it see the new one.',
    page: 'Performing_Network_Address_Translation_(NAT)',
  },
  snat: { text: 'Changes the source of a new connection.', page: 'Performing_Network_Address_Translation_(NAT)' },
  masquerade: {
    text: 'Changes the source to the address of the interface that the packet leaves by.',
    page: 'Performing_Network_Address_Translation_(NAT)',
  },
  redirect: {
    text: 'Changes the destination to this host itself.',
    page: 'Performing_Network_Address_Translation_(NAT)',
  },
  flowtable: { text: 'Lets established connections bypass the rules.', page: 'Flowtables' },
  meter: { text: 'Keeps a limit for each key, such as each source address.', page: 'Meters' },
  'ct state': {
    text: 'Whether the packet opens a connection (`new`), belongs to one (`established`), is `related` to one, `invalid` or `untracked`.',
    page: CONNTRACK,
  },
  'ct status': { text: 'Properties of the connection, such as `dnat` or `assured`.', page: CONNTRACK },
  'ct mark': { text: 'A number that rules keep with the connection.', page: CONNTRACK },
  'ct direction': {
    text: 'Whether the packet travels as the first one did (`original`) or back (`reply`).',
    page: CONNTRACK,
  },
  'ip saddr': { text: 'The IPv4 address that the packet comes from.', page: HEADERS },
  'ip daddr': { text: 'The IPv4 address that the packet goes to.', page: HEADERS },
  'ip protocol': { text: 'The protocol above IPv4.', page: HEADERS },
  'ip6 saddr': { text: 'The IPv6 address that the packet comes from.', page: HEADERS },
  'ip6 daddr': { text: 'The IPv6 address that the packet goes to.', page: HEADERS },
  'ip6 nexthdr': {
    text: 'The header behind that of IPv6, which may be an extension header. `meta l4proto` skips those.',
    page: HEADERS,
  },
  'tcp dport': { text: 'The TCP port that the packet goes to.', page: HEADERS },
  'tcp sport': { text: 'The TCP port that the packet comes from.', page: HEADERS },
  'tcp flags': { text: 'The flags of the TCP header. A connection begins with `syn` alone.', page: HEADERS },
  'udp dport': { text: 'The UDP port that the packet goes to.', page: HEADERS },
  'udp sport': { text: 'The UDP port that the packet comes from.', page: HEADERS },
  'th dport': { text: 'The port that the packet goes to, for protocols that have ports.', page: HEADERS },
  'th sport': { text: 'The port that the packet comes from, for protocols that have ports.', page: HEADERS },
  'icmp type': { text: 'The kind of ICMP message.', page: HEADERS },
  'icmpv6 type': {
    text: 'The kind of ICMPv6 message. IPv6 does not work without neighbour discovery and packet-too-big.',
    page: HEADERS,
  },
  'meta l4proto': { text: 'The transport protocol, with extension headers of IPv6 skipped.', page: METAINFORMATION },
  'meta nfproto': { text: 'Whether the packet is IPv4 or IPv6.', page: METAINFORMATION },
  'meta protocol': { text: 'The Ethernet type of the packet: `ip`, `ip6`, `arp`.', page: METAINFORMATION },
  'meta iifname': {
    text: 'The name of the interface that the packet came in at; `eth*` matches all that begin so.',
    page: METAINFORMATION,
  },
  'meta oifname': {
    text: 'The name of the interface that the packet leaves by; `eth*` matches all that begin so.',
    page: METAINFORMATION,
  },
  'meta iif': {
    text: 'The interface that the packet came in at, by index: it has to exist when the file is loaded.',
    page: METAINFORMATION,
  },
  'meta oif': {
    text: 'The interface that the packet leaves by, by index: it has to exist when the file is loaded.',
    page: METAINFORMATION,
  },
  'meta mark': { text: 'A number that rules, or programs, keep with the packet.', page: METAINFORMATION },
  'meta skuid': { text: 'The user whose program sends the packet.', page: METAINFORMATION },
  'meta pkttype': { text: 'Whether the packet went to one host, to several or to all.', page: METAINFORMATION },
  fib: {
    text: 'Asks the routing table, for instance whether an address is local or a source is reachable.',
    page: 'Routing_information',
  },
};

/** The words that {@link wordMarkdown} knows. */
export function documentedWords(): readonly string[] {
  return Object.keys(DOCS);
}

/** What a keyword or field does, with a link; `undefined` where nothing is known of it. */
export function wordMarkdown(word: string): string | undefined {
  const doc = DOCS[word];
  if (!doc) return undefined;
  const link = doc.page ? `[nftables wiki](${WIKI}/${doc.page})` : `[nft(8)](${MANUAL})`;
  return `**${word.replace(/^meta /, '')}** — ${doc.text}\n\n${link}`;
}

/** The text alone, for completion. */
export function wordText(word: string): string | undefined {
  return DOCS[word]?.text;
}
