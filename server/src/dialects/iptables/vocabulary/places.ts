// Where the kernel takes an extension: the tables and hooks that its module registers for (`.table` and `.hooks` of the
// `xt_match` and `xt_target` of net/netfilter and net/ipv[46]/netfilter) or that its check of a rule allows.
import type { BuiltInChain, TableName } from './words.js';

/** What the kernel requires of the chains that a rule is in. */
export interface Place {
  readonly tables?: readonly TableName[];
  /** Built-in chains. */
  readonly chains?: readonly BuiltInChain[];
  /**
   * Whether the chains are those that the rule itself stands in: the check of a rule sees these alone where iptables is the
   * one of nf_tables, which adds a rule before the jumps to its chain.
   */
  readonly isOfOwnChain?: true;
}

/** By the name of an extension: what it asks for itself, and what its options do. */
type Places = Readonly<Record<string, { readonly place?: Place; readonly options?: Readonly<Record<string, Place>> }>>;

const COMING: readonly BuiltInChain[] = ['PREROUTING', 'INPUT', 'FORWARD'];
const LEAVING: readonly BuiltInChain[] = ['FORWARD', 'OUTPUT', 'POSTROUTING'];
const OF_COMING: Place = { chains: COMING, isOfOwnChain: true };
const OF_LEAVING: Place = { chains: LEAVING, isOfOwnChain: true };

export const MATCH_PLACES: Places = {
  addrtype: { options: { 'limit-iface-in': OF_COMING, 'limit-iface-out': OF_LEAVING } },
  cgroup: { place: { chains: ['INPUT', 'OUTPUT', 'POSTROUTING'] } },
  devgroup: { options: { 'src-group': OF_COMING, 'dst-group': OF_LEAVING } },
  owner: { place: { chains: ['OUTPUT', 'POSTROUTING'] } },
  rpfilter: { place: { tables: ['raw', 'mangle'], chains: ['PREROUTING'] } },
  socket: { place: { chains: ['PREROUTING', 'INPUT'] } },
};

/** `-m policy --dir`, whose value decides. */
export const POLICY_PLACES: Readonly<Record<string, Place>> = { in: OF_COMING, out: OF_LEAVING };

const IN_MANGLE: Place = { tables: ['mangle'] };

export const TARGET_PLACES: Places = {
  CHECKSUM: { place: IN_MANGLE },
  CLASSIFY: { place: { chains: LEAVING } },
  CT: { place: { tables: ['raw'] } },
  DNAT: { place: { tables: ['nat'], chains: ['PREROUTING', 'OUTPUT'] } },
  DNPT: { place: { tables: ['mangle'], chains: ['PREROUTING', 'OUTPUT'] } },
  // `do_parse` of iptables: "The "nat" table is not intended for filtering".
  DROP: { place: { tables: ['filter', 'mangle', 'raw', 'security'] } },
  DSCP: { place: IN_MANGLE },
  ECN: { place: IN_MANGLE },
  HL: { place: IN_MANGLE },
  MASQUERADE: { place: { tables: ['nat'], chains: ['POSTROUTING'] } },
  NETMAP: { place: { tables: ['nat'] } },
  NOTRACK: { place: { tables: ['raw'] } },
  REDIRECT: { place: { tables: ['nat'], chains: ['PREROUTING', 'OUTPUT'] } },
  REJECT: { place: { tables: ['filter'] } },
  // `set_target_v3_checkentry` of xt_set.c.
  SET: { options: { 'map-set': IN_MANGLE, 'map-prio': OF_LEAVING, 'map-queue': OF_LEAVING } },
  SNAT: { place: { tables: ['nat'], chains: ['INPUT', 'POSTROUTING'] } },
  SNPT: { place: { tables: ['mangle'], chains: ['INPUT', 'POSTROUTING'] } },
  SYNPROXY: { place: { chains: ['INPUT', 'FORWARD'] } },
  TCPMSS: { options: { 'clamp-mss-to-pmtu': OF_LEAVING } },
  TCPOPTSTRIP: { place: IN_MANGLE },
  TOS: { place: IN_MANGLE },
  TPROXY: { place: { tables: ['mangle'], chains: ['PREROUTING'] } },
  TTL: { place: IN_MANGLE },
};
