import { LONG_OPTION_NAMES } from '../syntax/command.js';

/*
 * What words of iptables mean, for hover and completion, after iptables(8) and iptables-extensions(8).
 */

const MANUAL = 'https://man7.org/linux/man-pages/man8/iptables.8.html';
const EXTENSIONS = 'https://man7.org/linux/man-pages/man8/iptables-extensions.8.html';

const OPTIONS: Readonly<Record<string, string>> = {
  append: 'Adds the rule at the end of the chain.',
  insert: 'Adds the rule at the beginning of the chain, or in front of the rule with the given number.',
  delete: 'Takes the rule that is equal to this one, or the one with the given number, out of the chain.',
  replace: 'Puts the rule in the place of the one with the given number.',
  policy: 'Says what happens to packets that no rule of a built-in chain decides: `ACCEPT` or `DROP`.',
  flush: 'Takes all rules out of the chain, or out of all chains. Policies stay.',
  'new-chain': 'Makes a chain that rules can lead to.',
  'delete-chain': 'Takes away an empty chain, or all empty chains that are not built in.',
  'rename-chain': 'Gives a chain another name.',
  source: 'Matches packets from these addresses. A comma list makes one rule for each.',
  destination: 'Matches packets to these addresses. A comma list makes one rule for each.',
  protocol: 'Matches packets of this protocol, by name or number. It also makes the options of the protocol available.',
  'in-interface': 'Matches packets that came in at this interface; `eth+` means all whose names begin with `eth`.',
  'out-interface': 'Matches packets that will leave by this interface; `eth+` means all whose names begin with `eth`.',
  jump: 'What happens to packets that match: a target, or a chain from which they may return.',
  goto: 'Goes on in another chain. What returns from there goes on behind the rule that led *here*.',
  match: 'Makes the options of a match extension available.',
  table: 'The table that the command is for; `filter` where it is not given.',
  fragment: 'Matches second and later fragments of packets, which have no ports.',
  'set-counters': 'Starts the packet and byte counters of the rule with these numbers.',
  'source-port': 'Matches the port that packets come from: one port, or `first:last`.',
  'destination-port': 'Matches the port that packets go to: one port, or `first:last`.',
  'source-ports': 'Matches up to 15 ports that packets come from; a range counts as two.',
  'destination-ports': 'Matches up to 15 ports that packets go to; a range counts as two.',
  ports: 'Matches packets with one of these ports at either end.',
  syn: 'Matches packets that open a TCP connection: SYN set, and neither ACK, RST nor FIN.',
  'tcp-flags': 'Looks at the flags of the first list and matches where exactly those of the second are set.',
  state: 'Matches by what connection tracking knows: `NEW`, `ESTABLISHED`, `RELATED`, `INVALID`, `UNTRACKED`.',
  ctstate: 'Matches by what connection tracking knows; beside the states also `SNAT` and `DNAT`.',
  'icmp-type': 'Matches an ICMP type by name or number, or `type/code`.',
  'icmpv6-type': 'Matches an ICMPv6 type by name or number, or `type/code`.',
  'src-range': 'Matches packets from the addresses `first-last`.',
  'dst-range': 'Matches packets to the addresses `first-last`.',
  'match-set': 'Matches packets of which the named ends (`src`, `dst`) are an element of an ipset.',
  limit: 'Matches at most this often on average: `5/minute`.',
  comment: 'Text for people. It does not change what matches.',
  'reject-with': 'The answer that the sender gets.',
  'to-destination': 'The address, port or both that packets are sent to instead.',
  'to-source': 'The address, port or both that packets seem to come from.',
  'log-prefix': 'Up to 29 characters in front of each log entry.',
  'dst-type': 'Matches the kind of the destination as routing sees it: `LOCAL`, `UNICAST`, `MULTICAST`, …',
  'src-type': 'Matches the kind of the source as routing sees it: `LOCAL`, `UNICAST`, `MULTICAST`, …',
};

const MATCHES: Readonly<Record<string, string>> = {
  addrtype: 'Matches by the kind of an address: local, broadcast, multicast, …',
  comment: 'Attaches a comment to the rule.',
  connlimit: 'Counts open connections of a client. Lintel cannot know the count.',
  conntrack: 'Matches by the state and direction of the connection.',
  hashlimit: 'Limits rates for each address or port. Lintel cannot know the rate.',
  icmp: 'Options for ICMP.',
  icmp6: 'Options for ICMPv6.',
  iprange: 'Matches ranges of addresses that are no prefixes.',
  limit: 'Limits how often a rule matches. Lintel explores both outcomes.',
  mac: 'Matches the hardware address of the sender on the local network.',
  mark: 'Matches the mark that earlier rules have given the packet.',
  multiport: 'Matches up to 15 ports in one rule.',
  owner: 'Matches packets of this machine by the user that sends them.',
  recent: 'Keeps a list of addresses in the kernel.',
  set: 'Looks the packet up in an ipset.',
  state: 'Matches by the state of the connection; `conntrack` is its successor.',
  string: 'Searches the packet for a text.',
  tcp: 'Options for TCP: ports and flags.',
  time: 'Matches at some times of day or on some days.',
  udp: 'Options for UDP: ports.',
};

const TARGETS: Readonly<Record<string, string>> = {
  ACCEPT: 'Lets the packet through; no further rule of the table sees it.',
  DROP: 'Drops the packet without an answer.',
  REJECT: 'Drops the packet and tells the sender.',
  RETURN: 'Goes back behind the rule that led to this chain; in a built-in chain its policy decides.',
  QUEUE: 'Hands the packet to a program, which decides.',
  LOG: 'Writes the packet to the kernel log and goes on with the next rule.',
  NFLOG: 'Hands a copy of the packet to a logging program and goes on with the next rule.',
  NFQUEUE: 'Hands the packet to a program, which decides.',
  DNAT: 'Sends the packet to another address or port. The rules of `filter` see the new one.',
  SNAT: 'Lets the packet seem to come from another address.',
  MASQUERADE: 'Lets the packet seem to come from the address of the interface that it leaves by.',
  REDIRECT: 'Hands the packet to a port of this machine.',
  MARK: 'Gives the packet a mark and goes on with the next rule.',
  CONNMARK: 'Gives the connection a mark and goes on with the next rule.',
  NOTRACK: 'Takes the packet out of connection tracking; its state is `UNTRACKED`.',
  CT: 'Sets how the connection is tracked; with `--notrack` it is not.',
  TCPMSS: 'Changes the segment size that a TCP connection asks for.',
  TPROXY: 'Hands the packet to a proxy on this machine without changing it.',
};

const TABLES: Readonly<Record<string, string>> = {
  filter: 'Decides which packets pass.',
  nat: 'Changes addresses of new connections. Only their first packets come here.',
  mangle: 'Changes packets; what is dropped here is gone.',
  raw: 'Comes before connection tracking.',
  security: 'Comes behind `filter`, for mandatory access control.',
};

export function describeOption(name: string): string | undefined {
  const text = OPTIONS[name];
  return text && `**--${name}**\n\n${text}\n\n[iptables(8)](${LONG_OPTION_NAMES.includes(name) ? MANUAL : EXTENSIONS})`;
}

export function describeMatch(name: string): string {
  const text = MATCHES[name] ?? 'A match extension.';
  return `**-m ${name}**\n\n${text}\n\n[iptables-extensions(8)](${EXTENSIONS})`;
}

export function describeTarget(name: string): string {
  const text = TARGETS[name] ?? 'A target extension.';
  return `**-j ${name}**\n\n${text}\n\n[iptables-extensions(8)](${EXTENSIONS})`;
}

export function describeTable(name: string): string | undefined {
  const text = TABLES[name];
  return text && `**${name}**\n\n${text}\n\n[iptables(8)](${MANUAL})`;
}
