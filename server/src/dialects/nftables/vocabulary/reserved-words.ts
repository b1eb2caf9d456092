// The keywords of nft, and the operators among them.

/**
 * The words that the scanner of nft 1.0.6 (scanner.l) recognises everywhere. No table, chain or set can have such a name,
 * and none of them is a value, apart from those in {@link VALUE_KEYWORDS}.
 */
const RESERVED: ReadonlySet<string> = new Set(
  `eq ne le lt ge gt lshift rshift xor and or not vmap include define redefine undefine describe hook device devices
   table chain rule set element map flowtable handle ruleset socket tproxy accept drop continue jump goto return inet
   netdev add replace update create insert delete get list reset flush rename import export monitor position index
   comment constant interval dynamic auto-merge timeout gc-interval elements expires policy size flow offload meter
   counter log queue limit quota hour day reject snat dnat masquerade redirect random th bridge ether type typeof vlan
   arp ip ecn time icmp icmpv6 igmp ip6 priority ah esp comp flags udp udplite tcp dccp sctp rt rt0 rt2 srh hbh frag
   dst mh meta mark iif iifname iiftype oif oifname oiftype skuid skgid nftrace rtclassid ibriport ibrname obriport
   obrname pkttype cpu iifgroup oifgroup cgroup ct numgen jhash symhash dup fwd fib osf synproxy notrack all exists
   missing exthdr ipsec secmark`.split(/\s+/),
);

/** Keywords that may be a value as well (`keyword_expr`, `boolean_expr` and `primary_rhs_expr` of the grammar). */
const VALUE_KEYWORDS: ReadonlySet<string> = new Set(
  'ether ip ip6 vlan arp dnat snat ecn reset tcp udp udplite esp ah icmp igmp icmpv6 comp dccp sctp redirect exists missing'.split(
    ' ',
  ),
);

export function isReserved(word: string): boolean {
  return RESERVED.has(word);
}

export function mayBeValue(word: string): boolean {
  return !RESERVED.has(word) || VALUE_KEYWORDS.has(word);
}

/** Operators that can be written as words. */
export const WORD_OPERATORS: ReadonlyMap<string, string> = new Map([
  ['eq', '=='],
  ['ne', '!='],
  ['lt', '<'],
  ['gt', '>'],
  ['le', '<='],
  ['ge', '>='],
  ['not', '!'],
  ['and', '&'],
  ['or', '|'],
  ['xor', '^'],
  ['lshift', '<<'],
  ['rshift', '>>'],
]);
