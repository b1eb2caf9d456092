// The words of iptables 1.8.9 and ipset 7.17 that the dialect knows, with their position and what they do to verdicts.
// Written from the `--help` texts, iptables(8), iptables-extensions(8) and ipset(8).
import { once } from '../../../kept/once.js';
import type { Treatment, Word, WordTable } from '../../shared/words.js';
import { setWords } from './ipset.js';
import { type ExtensionGroup, extensionWords, type OptionWord, optionWords } from './notation.js';
import {
  COMMAND_SUMMARIES,
  MATCH_SUMMARIES,
  OPTION_SUMMARIES,
  TABLE_SUMMARIES,
  TARGET_SUMMARIES,
} from './summaries.js';

interface CommandForm {
  readonly letter: string;
  readonly treatment: Treatment;
  readonly chain: 'required' | 'optional';
  /** A rule number, a policy or a new name that follows the chain. */
  readonly argument?: 'required' | 'optional';
}

const COMMAND_FORMS = {
  append: { letter: 'A', treatment: 'modelled', chain: 'required' },
  check: { letter: 'C', treatment: 'no-effect', chain: 'required' },
  delete: { letter: 'D', treatment: 'modelled', chain: 'required', argument: 'optional' },
  'delete-chain': { letter: 'X', treatment: 'modelled', chain: 'optional' },
  flush: { letter: 'F', treatment: 'modelled', chain: 'optional' },
  insert: { letter: 'I', treatment: 'modelled', chain: 'required', argument: 'optional' },
  list: { letter: 'L', treatment: 'no-effect', chain: 'optional' },
  'list-rules': { letter: 'S', treatment: 'no-effect', chain: 'optional' },
  'new-chain': { letter: 'N', treatment: 'modelled', chain: 'required' },
  policy: { letter: 'P', treatment: 'modelled', chain: 'required', argument: 'required' },
  'rename-chain': { letter: 'E', treatment: 'modelled', chain: 'required', argument: 'required' },
  replace: { letter: 'R', treatment: 'modelled', chain: 'required', argument: 'required' },
  zero: { letter: 'Z', treatment: 'no-effect', chain: 'optional', argument: 'optional' },
} as const satisfies Readonly<Record<string, CommandForm>>;

/** The command of a command line of iptables (iptables(8), COMMANDS). */
export type Operation = keyof typeof COMMAND_FORMS;

/** The commands of iptables by their long names. */
export const COMMANDS: Readonly<Record<Operation, CommandForm>> = COMMAND_FORMS;

export function isOperation(name: string): name is Operation {
  return Object.hasOwn(COMMANDS, name);
}

const COMMAND_OPTIONS: readonly OptionWord[] = Object.entries<CommandForm>(COMMANDS).flatMap(
  ([name, { letter, treatment, chain }]) =>
    optionWords(
      `${name},${letter}${name === 'new-chain' ? '|new' : ''}${chain === 'required' ? '=' : '=?'}`,
      { place: 'command', treatment },
      COMMAND_SUMMARIES,
    ),
);

/** Options of iptables itself, from `iptables --help`. */
export const OPTIONS: readonly OptionWord[] = [
  ...COMMAND_OPTIONS,
  ...optionWords(
    `!source,s|src= !destination,d|dst= !protocol,p= !in-interface,i= !out-interface,o= jump,j= goto,g= match,m=
    !fragment,f|fragments table,t= ipv4,4 ipv6,6`,
    { place: 'option of a rule', treatment: 'modelled' },
    OPTION_SUMMARIES,
  ),
  ...optionWords(
    `numeric,n verbose,v exact,x line-numbers wait,w=? wait-interval,W= set-counters,c== modprobe,M= version,V help,h=?`,
    { place: 'option of a rule', treatment: 'no-effect' },
    OPTION_SUMMARIES,
  ),
];

const MATCH_GROUPS: readonly ExtensionGroup[] = [
  {
    treatment: 'modelled',
    options: 'modelled',
    lines: `
addrtype*: !src-type= !dst-type= ?limit-iface-in ?limit-iface-out
connmark*: !mark=
conntrack*: !ctstate= ?!ctproto= !ctorigsrc= !ctorigdst= !ctreplsrc= !ctrepldst= ?!ctorigsrcport= ?!ctorigdstport= \
  ?!ctreplsrcport= ?!ctrepldstport= ?!ctstatus= ?!ctexpire= ctdir=
dccp: !source-port|sport= !destination-port|dport= ?!dccp-types= ?!dccp-option=
icmp@4*: !icmp-type=
icmp6|icmpv6|ipv6-icmp@6*: !icmpv6-type=
iprange*: !src-range= !dst-range=
ipv6header@6*: *!header= soft
mark*: !mark=
multiport*: !source-ports|sports= !destination-ports|dports= !ports=
pkttype*: !pkt-type=
rpfilter: .loose .validmark .accept-local invert
sctp: !source-port|sport= !destination-port|dport= ?!chunk-types==
set*: *!match-set|set== return-nomatch .!update-counters .!update-subcounters !packets-eq= packets-lt= packets-gt= \
  !bytes-eq= bytes-lt= bytes-gt=
state*: !state=
tcp: !source-port|sport= !destination-port|dport= !syn !tcp-flags== ?!tcp-option=
udp: !source-port|sport= !destination-port|dport=
`,
  },
  {
    // IPv6 extension headers, which modelled packets do not have: these match nothing, whatever their options.
    treatment: 'modelled',
    options: 'no-effect',
    lines: `
dst@6: !dst-len= dst-opts=
frag@6: !fragid= !fraglen= fragres fragfirst fragmore fraglast
hbh@6: !hbh-len= hbh-opts=
mh|mobility-header|ipv6-mh@6: !mh-type=
rt@6: !rt-type= !rt-segsleft= !rt-len= rt-0-res rt-0-addrs= rt-0-not-strict
srh@6: !srh-next-hdr= !srh-hdr-len-eq= !srh-hdr-len-gt= !srh-hdr-len-lt= !srh-segs-left-eq= !srh-segs-left-gt= \
  !srh-segs-left-lt= !srh-last-entry-eq= !srh-last-entry-gt= !srh-last-entry-lt= !srh-tag= !srh-psid= !srh-nsid= \
  !srh-lsid=
`,
  },
  {
    treatment: 'no-effect',
    options: 'no-effect',
    lines: `
comment*: comment=
`,
  },
  {
    treatment: 'opaque',
    options: 'opaque',
    lines: `
ah@4: !ahspi=
ah@6: !ahspi= !ahlen= ahres
bpf*: bytecode= object-pinned=
cgroup*: !path= !cgroup=
cluster*: *cluster-total-nodes= !cluster-local-node= !cluster-local-nodemask= *cluster-hash-seed=
connbytes*: *!connbytes= *connbytes-dir= *connbytes-mode=
connlabel*: *!label= set
connlimit*: !connlimit-upto= !connlimit-above= connlimit-mask= connlimit-saddr connlimit-daddr
cpu*: !cpu=
devgroup*: !src-group= !dst-group=
dscp*: !dscp= !dscp-class=
ecn*: !ecn-tcp-cwr !ecn-tcp-ece !ecn-ip-ect=
esp: !espspi=
eui64@6:
geoip: !src-cc|source-country= !dst-cc|destination-country=
hashlimit*: !hashlimit|hashlimit-upto= !hashlimit-above= hashlimit-mode= hashlimit-srcmask= hashlimit-dstmask= \
  *hashlimit-name= hashlimit-burst= hashlimit-htable-size= hashlimit-htable-max= hashlimit-htable-gcinterval= \
  hashlimit-htable-expire= hashlimit-rate-match hashlimit-rate-interval=
helper*: !helper=
hl@6*: !hl|hl-eq= hl-lt= hl-gt=
ipcomp: !ipcompspi= compres
ipvs: !ipvs !vproto= !vaddr= !vport= vdir= !vmethod= !vportctl=
length*: !length=
limit: limit= limit-burst=
mac*: !mac-source=
nfacct*: nfacct-name=
osf@4*: *!genre= ttl= log=
owner*: !uid-owner= !gid-owner= !socket-exists suppl-groups
physdev*: !physdev-in= !physdev-out= !physdev-is-in !physdev-is-out !physdev-is-bridged
policy*: *dir= pol= strict !reqid= !spi= !proto= !mode= !tunnel-src= !tunnel-dst= next
quota*: !quota=
rateest: rateest1= rateest2= rateest= rateest-delta rateest-bps=? rateest-bps1=? rateest-pps1=? rateest-bps2=? \
  rateest-pps=? rateest-pps2=? !rateest-lt !rateest-gt !rateest-eq
realm@4*: !realm=
recent*: +!set !rcheck !update !remove seconds= reap hitcount= rttl name= rsource rdest mask=
socket: nowildcard transparent restore-skmark
statistic*: *mode= !probability= !every= packet=
string*: from= to= *algo= icase !string= !hex-string=
tcpmss*: !mss=
time: timestart= timestop= datestart= datestop= !monthdays= !weekdays= contiguous utc localtz kerneltz
tos*: !tos=
ttl@4*: !ttl|ttl-eq= ttl-lt= ttl-gt=
u32*: !u32=
`,
  },
];

const TARGET_GROUPS: readonly ExtensionGroup[] = [
  {
    treatment: 'modelled',
    options: 'no-effect',
    lines: `
ACCEPT:
DROP:
RETURN:
CT: +notrack helper= timeout= ctevents= expevents= zone= zone-orig= zone-reply=
DNAT: +*to-destination= random persistent
HMARK: hmark-tuple= *hmark-mod= hmark-offset= *hmark-rnd= hmark-src-prefix= hmark-dst-prefix= hmark-sport-mask= \
  hmark-dport-mask= hmark-spi-mask= hmark-sport= hmark-dport= hmark-spi= hmark-proto-mask=
MASQUERADE: to-ports= random random-fully
NOTRACK:
REJECT: reject-with=
SET*: +add-set== +del-set== ?map-set== exist timeout= +map-mark map-prio map-queue
SNAT: *to-source= random random-fully persistent
`,
  },
  {
    treatment: 'modelled',
    options: 'modelled',
    lines: `
CONNMARK*: set-xmark= set-mark= save-mark restore-mark and-mark= or-mark= xor-mark= left-shift-mark= right-shift-mark= \
  ctmask= nfmask= mask=
MARK*: set-xmark= set-mark= and-mark= or-mark= xor-mark=
`,
  },
  {
    treatment: 'opaque',
    options: 'no-effect',
    lines: `
QUEUE:
CLUSTERIP@4: new hashmode= clustermac= total-nodes= local-node= hash-init=
DNPT@6: *src-pfx= *dst-pfx=
NETMAP: *to=
NFQUEUE: queue-num= queue-balance= queue-bypass queue-cpu-fanout
REDIRECT: to-ports= random
SYNPROXY: sack-perm timestamp wscale= mss= ecn
TPROXY: *on-port= on-ip= tproxy-mark=
`,
  },
  {
    treatment: 'no-effect',
    options: 'no-effect',
    lines: `
AUDIT: *type=
CHECKSUM: *checksum-fill
CLASSIFY: *set-class=
CONNSECMARK*: save restore
DSCP*: set-dscp= set-dscp-class=
ECN@4*: ecn-tcp-remove
HL@6*: hl-set= hl-dec= hl-inc=
IDLETIMER: *timeout= *label= alarm
LED: *led-trigger-id= led-delay= led-always-blink
LOG: log-level= log-prefix= log-tcp-sequence log-tcp-options log-ip-options log-uid log-macdecode
NFLOG: nflog-group= nflog-range= nflog-size= nflog-threshold= nflog-prefix=
RATEEST: *rateest-name= *rateest-interval= *rateest-ewmalog=
SECMARK: *selctx=
SNPT@6: *src-pfx= *dst-pfx=
TCPMSS*: set-mss= clamp-mss-to-pmtu
TCPOPTSTRIP: strip-options=
TEE: *gateway= oif=
TOS*: set-tos= and-tos= or-tos= xor-tos=
TRACE:
TTL@4*: ttl-set= ttl-dec= ttl-inc=
ULOG@4: ulog-nlgroup= ulog-cprange= ulog-qthreshold= ulog-prefix=
`,
  },
];

/** The match extensions of both address families. */
export const MATCHES = extensionWords(MATCH_GROUPS, 'match', {
  extensions: MATCH_SUMMARIES,
  options: OPTION_SUMMARIES,
});

/** The targets, including the built-in ones. */
export const TARGETS = extensionWords(TARGET_GROUPS, 'target', {
  extensions: TARGET_SUMMARIES,
  options: OPTION_SUMMARIES,
});

export type TableName = 'filter' | 'nat' | 'mangle' | 'raw' | 'security';

/** A chain that is attached to a hook of the kernel. */
export type BuiltInChain = 'PREROUTING' | 'INPUT' | 'FORWARD' | 'OUTPUT' | 'POSTROUTING';

/** The tables with their built-in chains (iptables(8), TABLES). */
export const BUILT_IN_CHAINS: Readonly<Record<TableName, readonly BuiltInChain[]>> = {
  filter: ['INPUT', 'FORWARD', 'OUTPUT'],
  nat: ['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING'],
  mangle: ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'],
  raw: ['PREROUTING', 'OUTPUT'],
  security: ['INPUT', 'FORWARD', 'OUTPUT'],
};

export function isTableName(name: string): name is TableName {
  return Object.hasOwn(BUILT_IN_CHAINS, name);
}

/** The states of which a packet has exactly one. */
export const STATES: readonly string[] = ['INVALID', 'ESTABLISHED', 'NEW', 'RELATED', 'UNTRACKED'];

/** Marks of `--ctstate` that a translated connection has in addition to its state. */
export const TRANSLATION_MARKS: readonly string[] = ['SNAT', 'DNAT'];

function plainWords(names: Iterable<string>, place: string, treatment: Treatment): Word[] {
  return [...names].map((name) => ({ name, place, treatment }));
}

/** Each word once at each place: IPv4 and IPv6 have extensions of one name. */
function distinct(words: readonly Word[]): Word[] {
  return [...new Map(words.map((word) => [`${word.place}: ${word.name}`, word])).values()];
}

const allWords = once((): readonly Word[] => [
  ...Object.keys(BUILT_IN_CHAINS).map((name): Word => {
    const summary = TABLE_SUMMARIES[name];
    return { name, place: 'table', treatment: 'modelled', ...(summary === undefined ? {} : { summary }) };
  }),
  ...plainWords(new Set(Object.values(BUILT_IN_CHAINS).flat()), 'built-in chain', 'modelled'),
  ...plainWords(['COMMIT'], 'line of iptables-save', 'modelled'),
  ...OPTIONS,
  ...distinct([...MATCHES, ...TARGETS].flatMap((extension) => [extension, ...extension.options().values()])),
  ...plainWords([...STATES, ...TRANSLATION_MARKS], 'connection state', 'modelled'),
  ...setWords(),
]);

export const words: WordTable = {
  manual: { title: 'iptables-extensions(8)', url: 'https://man7.org/linux/man-pages/man8/iptables-extensions.8.html' },
  get words() {
    return allWords();
  },
};
