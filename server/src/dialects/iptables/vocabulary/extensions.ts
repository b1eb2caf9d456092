/**
 * The match and target extensions of iptables 1.8.9 with their options, from their `--help` texts and
 * iptables-extensions(8). They decide which words of a rule are options, which take a value, and which may be negated.
 */

/** How many words follow an option; `maybe` takes the next word unless it is an option. */
export type ValueCount = 0 | 1 | 2 | 'maybe';

export interface ExtensionOption {
  /** The long name without dashes. */
  readonly name: string;
  readonly values: ValueCount;
  readonly negatable: boolean;
}

export interface Extension {
  readonly name: string;
  /** By name and by alias. */
  readonly options: ReadonlyMap<string, ExtensionOption>;
}

/*
 * One extension per line: its name and options. `!` in front of an option: it may be negated. Behind it: `=` takes a
 * value, `==` two, `=?` perhaps one. `a|b`: b is another name of a.
 */
const MATCH_TABLE = `
addrtype: !src-type= !dst-type= limit-iface-in limit-iface-out
bpf: bytecode= object-pinned=
cgroup: !path= !cgroup=
cluster: cluster-total-nodes= !cluster-local-node= !cluster-local-nodemask= cluster-hash-seed=
comment: comment=
connbytes: !connbytes= connbytes-dir= connbytes-mode=
connlabel: !label= set
connlimit: connlimit-upto= !connlimit-above= connlimit-mask= connlimit-saddr connlimit-daddr
connmark: !mark=
conntrack: !ctstate= !ctproto= !ctorigsrc= !ctorigdst= !ctreplsrc= !ctrepldst= !ctorigsrcport= !ctorigdstport= \
  !ctreplsrcport= !ctrepldstport= !ctstatus= !ctexpire= ctdir=
cpu: !cpu=
dccp: !source-port|sport= !destination-port|dport= !dccp-types= !dccp-option=
devgroup: !src-group= !dst-group=
dscp: !dscp= !dscp-class=
ecn: !ecn-tcp-cwr !ecn-tcp-ece !ecn-ip-ect=
esp: !espspi=
geoip: !src-cc|source-country= !dst-cc|destination-country=
hashlimit: hashlimit|hashlimit-upto= !hashlimit-above= hashlimit-mode= hashlimit-srcmask= hashlimit-dstmask= \
  hashlimit-name= hashlimit-burst= hashlimit-htable-size= hashlimit-htable-max= hashlimit-htable-gcinterval= \
  hashlimit-htable-expire= hashlimit-rate-match hashlimit-rate-interval=
helper: !helper=
ipcomp: !ipcompspi= compres
iprange: !src-range= !dst-range=
ipvs: !ipvs !vproto= !vaddr= !vport= vdir= !vmethod= !vportctl=
length: !length=
limit: limit= limit-burst=
mac: !mac-source=
mark: !mark=
multiport: !source-ports|sports= !destination-ports|dports= !ports=
nfacct: nfacct-name=
osf: !genre= ttl= log=
owner: !uid-owner= !gid-owner= !socket-exists suppl-groups
physdev: !physdev-in= !physdev-out= !physdev-is-in !physdev-is-out !physdev-is-bridged
pkttype: !pkt-type=
policy: dir= pol= strict !reqid= !spi= !proto= !mode= !tunnel-src= !tunnel-dst= next
quota: !quota=
rateest: rateest1= rateest2= rateest= rateest-delta rateest-bps=? rateest-bps1=? rateest-pps1=? rateest-bps2=? \
  rateest-pps=? rateest-pps2=? !rateest-lt !rateest-gt !rateest-eq
realm: !realm=
recent: !set !rcheck !update !remove seconds= reap hitcount= rttl name= rsource rdest mask=
rpfilter: loose validmark accept-local invert
sctp: !source-port|sport= !destination-port|dport= !chunk-types==
set: !match-set|set== return-nomatch !update-counters !update-subcounters !packets-eq= packets-lt= packets-gt= \
  !bytes-eq= bytes-lt= bytes-gt=
socket: nowildcard transparent restore-skmark
standard:
state: !state=
statistic: mode= !probability= !every= packet=
string: from= to= algo= icase !string= !hex-string=
tcp: !source-port|sport= !destination-port|dport= !syn !tcp-flags== !tcp-option=
tcpmss: !mss=
time: timestart= timestop= datestart= datestop= !monthdays= !weekdays= contiguous utc localtz kerneltz
tos: !tos=
u32: !u32=
udp: !source-port|sport= !destination-port|dport=
`;

const MATCH_TABLE_V4 = `
ah: !ahspi=
icmp: !icmp-type=
ttl: !ttl|ttl-eq= ttl-lt= ttl-gt=
`;

const MATCH_TABLE_V6 = `
ah: !ahspi= !ahlen= ahres
dst: !dst-len= dst-opts=
eui64:
frag: !fragid= !fraglen= fragres fragfirst fragmore fraglast
hbh: !hbh-len= hbh-opts=
hl: !hl|hl-eq= hl-lt= hl-gt=
icmp6: !icmpv6-type=
ipv6header: !header= soft
mh: !mh-type=
rt: !rt-type= !rt-segsleft= !rt-len= rt-0-res rt-0-addrs= rt-0-not-strict
srh: !srh-next-hdr= !srh-hdr-len-eq= !srh-hdr-len-gt= !srh-hdr-len-lt= !srh-segs-left-eq= !srh-segs-left-gt= \
  !srh-segs-left-lt= !srh-last-entry-eq= !srh-last-entry-gt= !srh-last-entry-lt= !srh-tag= !srh-psid= !srh-nsid= \
  !srh-lsid=
`;

const TARGET_TABLE = `
ACCEPT:
DROP:
QUEUE:
RETURN:
AUDIT: type=
CHECKSUM: checksum-fill
CLASSIFY: set-class=
CONNMARK: set-xmark= set-mark= save-mark restore-mark and-mark= or-mark= xor-mark= left-shift-mark= right-shift-mark= \
  ctmask= nfmask= mask=
CONNSECMARK: save restore
CT: notrack helper= timeout= ctevents= expevents= zone= zone-orig= zone-reply=
DNAT: to-destination= random persistent
DSCP: set-dscp= set-dscp-class=
HMARK: hmark-tuple= hmark-mod= hmark-offset= hmark-rnd= hmark-src-prefix= hmark-dst-prefix= hmark-sport-mask= \
  hmark-dport-mask= hmark-spi-mask= hmark-sport= hmark-dport= hmark-spi= hmark-proto-mask=
IDLETIMER: timeout= label= alarm
LED: led-trigger-id= led-delay= led-always-blink
LOG: log-level= log-prefix= log-tcp-sequence log-tcp-options log-ip-options log-uid log-macdecode
MARK: set-xmark= set-mark= and-mark= or-mark= xor-mark=
MASQUERADE: to-ports= random random-fully
NETMAP: to=
NFLOG: nflog-group= nflog-range= nflog-size= nflog-threshold= nflog-prefix=
NFQUEUE: queue-num= queue-balance= queue-bypass queue-cpu-fanout
NOTRACK:
RATEEST: rateest-name= rateest-interval= rateest-ewmalog=
REDIRECT: to-ports= random
REJECT: reject-with=
SECMARK: selctx=
SET: add-set== del-set== map-set== exist timeout= map-mark map-prio map-queue
SNAT: to-source= random random-fully persistent
SYNPROXY: sack-perm timestamp wscale= mss= ecn
TCPMSS: set-mss= clamp-mss-to-pmtu
TCPOPTSTRIP: strip-options=
TEE: gateway= oif=
TOS: set-tos= and-tos= or-tos= xor-tos=
TPROXY: on-port= on-ip= tproxy-mark=
TRACE:
`;

const TARGET_TABLE_V4 = `
CLUSTERIP: new hashmode= clustermac= total-nodes= local-node= hash-init=
ECN: ecn-tcp-remove
TTL: ttl-set= ttl-dec= ttl-inc=
ULOG: ulog-nlgroup= ulog-cprange= ulog-qthreshold= ulog-prefix=
`;

const TARGET_TABLE_V6 = `
DNPT: src-pfx= dst-pfx=
HL: hl-set= hl-dec= hl-inc=
SNPT: src-pfx= dst-pfx=
`;

type Table = ReadonlyMap<string, Extension>;

function readTable(...texts: readonly string[]): Table {
  const lines = texts.join('').replace(/\\\n/g, ' ').trim().split('\n');
  return new Map(lines.filter(Boolean).map((line) => readExtension(line)));
}

function readExtension(line: string): [string, Extension] {
  const [name = '', ...entries] = line
    .trim()
    .split(/:?\s+|:$/)
    .filter(Boolean);
  const options = new Map<string, ExtensionOption>();
  for (const entry of entries) {
    const match = /^(!?)([^=]+)(=\?|={0,2})$/.exec(entry);
    const names = (match?.[2] ?? '').split('|');
    const values = VALUE_COUNTS[match?.[3] ?? ''] ?? 0;
    const option = { name: names[0] ?? '', values, negatable: match?.[1] === '!' };
    for (const alias of names) options.set(alias, option);
  }
  return [name, { name, options }];
}

const VALUE_COUNTS: Readonly<Record<string, ValueCount>> = { '': 0, '=': 1, '==': 2, '=?': 'maybe' };

const MATCHES: Readonly<Record<4 | 6, Table>> = {
  4: readTable(MATCH_TABLE, MATCH_TABLE_V4),
  6: readTable(MATCH_TABLE, MATCH_TABLE_V6),
};

const TARGETS: Readonly<Record<4 | 6, Table>> = {
  4: readTable(TARGET_TABLE, TARGET_TABLE_V4),
  6: readTable(TARGET_TABLE, TARGET_TABLE_V6),
};

/** `icmpv6` and `ipv6-icmp` load the extension that is called `icmp6`. */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ['icmpv6', 'icmp6'],
  ['ipv6-icmp', 'icmp6'],
  ['mobility-header', 'mh'],
  ['ipv6-mh', 'mh'],
]);

export function matchExtension(name: string, family: 4 | 6): Extension | undefined {
  const table = MATCHES[family];
  return table.get(name) ?? table.get(ALIASES.get(name) ?? '');
}

export function targetExtension(name: string, family: 4 | 6): Extension | undefined {
  return TARGETS[family].get(name);
}

export function matchNames(family: 4 | 6): readonly string[] {
  return [...MATCHES[family].keys()];
}

export function targetNames(family: 4 | 6): readonly string[] {
  return [...TARGETS[family].keys()];
}
